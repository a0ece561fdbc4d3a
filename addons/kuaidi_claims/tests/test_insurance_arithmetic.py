from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.insurance import (
    Conditions,
    Cover,
    Facts,
    Term,
    decide_clause,
    get_payable,
    get_premium,
)

D = Decimal


@tagged("post_install", "-at_install")
class TestInsuranceArithmetic(BaseCase):
    """Clause, payment and premium on plain numbers (2.12, 2.13)."""

    def test_the_clause_follows_goods_value_and_packing(self):
        used = {"is_used": True, "amount_per_piece": D(40000)}
        for cover, facts, clause, codes in (
            ({}, {}, "a", ["clause"]),
            ({}, used | {"packing": "ours"}, "b", ["used_narrowed", "cause_open"]),
            ({}, used | {"packing": "own"}, "b", ["used_narrowed", "cause_open"]),
            ({}, used, "b", ["used_narrowed", "cause_open"]),
            ({}, used | {"packing": "original"}, "a", ["used_original"]),
            ({}, used | {"amount_per_piece": D("10000.00")}, "a", ["used_below"]),
            (
                {},
                used | {"amount_per_piece": D("10000.01")},
                "b",
                ["used_narrowed", "cause_open"],
            ),
            ({}, {"is_used": True}, "a", ["used_value_open"]),
            ({"used_limit": D(0)}, used, "a", ["clause"]),
            ({}, {"amount_per_piece": D(40000)}, "a", ["clause"]),
            ({"clause": "b"}, used, "b", ["clause", "cause_open"]),
            (
                {"clause": "comprehensive"},
                used,
                "basic",
                ["used_narrowed", "cause_open"],
            ),
            ({"clause": "basic"}, used, "basic", ["clause", "cause_open"]),
        ):
            with self.subTest(cover=cover, facts=facts):
                decision = decide_clause(Cover(**cover), Facts(**facts))
                self.assertEqual(decision.clause, clause)
                self.assertIsNone(decision.is_covered)
                self.assertEqual([step.code for step in decision.steps], codes)

    def test_the_cause_decides_what_a_clause_pays_for(self):
        for clause, cause, is_covered in (
            ("a", "breakage", True),
            ("a", "collision", True),
            ("a", "missing", True),
            ("a", "nature", False),
            ("a", "delay", False),
            ("b", "collision", True),
            ("b", "theft", True),
            ("b", "water", True),
            ("b", "handling", False),
            ("b", "breakage", False),
            ("b", "sender", False),
            ("basic", "fire", True),
            ("basic", "theft", False),
            ("comprehensive", "theft", True),
        ):
            with self.subTest(clause=clause, cause=cause):
                decision = decide_clause(Cover(clause=clause), Facts(cause=cause))
                self.assertEqual(decision.clause, clause)
                self.assertIs(decision.is_covered, is_covered)

    def test_nothing_covers_what_is_excluded(self):
        cover = Cover(
            piece_limit=D(200000),
            terms=(
                Term("Fresh fruit", "excluded", words=("fruit", "水果")),
                Term("Jewels", "declared", goods_kind="valuable"),
                Term("Glass to Lhasa", "excluded", "fragile", places=("拉萨",)),
                Term("Glass", "special", "fragile", rate=D(8)),
            ),
        )
        for facts, clause, codes in (
            ({"goods": "FRUIT from Hainan"}, None, ["excluded"]),
            ({"goods": "新鲜水果"}, None, ["excluded"]),
            ({"goods": "Shoes"}, "a", ["clause"]),
            ({"goods_kind": "valuable"}, None, ["not_declared"]),
            (
                {"goods_kind": "valuable", "is_declared_specially": True},
                "a",
                ["clause"],
            ),
            ({"goods_kind": "fragile", "route": "成都 拉萨市"}, None, ["excluded"]),
            ({"goods_kind": "fragile", "route": "成都 西安"}, "a", ["clause"]),
            ({"goods_kind": "textile", "route": "成都 拉萨市"}, "a", ["clause"]),
            ({"amount_per_piece": D(200000)}, "a", ["clause"]),
            ({"amount_per_piece": D(200001)}, None, ["over_limit"]),
            (
                {"amount_per_piece": D(200001), "is_declared_specially": True},
                "a",
                ["clause"],
            ),
            ({"is_packing_unfit": True, "is_warned": True}, None, ["packing_warned"]),
            ({"is_packing_unfit": True}, "a", ["clause", "packing_unwarned"]),
            ({"is_warned": True}, "a", ["clause"]),
        ):
            with self.subTest(facts=facts):
                decision = decide_clause(cover, Facts(**facts))
                self.assertEqual(decision.clause, clause)
                self.assertEqual([step.code for step in decision.steps], codes)
                self.assertIs(decision.is_covered, None if clause else False)

    def test_the_three_cases_of_the_source(self):
        # 2: appliance parts lost by the carrier of the branch
        decision = decide_clause(
            Cover(),
            Facts(goods_kind="appliance", packing="original", cause="missing"),
        )
        self.assertEqual((decision.clause, decision.is_covered), ("a", True))
        paid = get_payable(Conditions(), D("1492.80"), D("1492.80"), D("1492.80"))
        self.assertEqual(paid.amount, D("1192.80"))
        # 3: used servers that we packed: refused as breakage, paid as a collision
        servers = {
            "goods_kind": "electronics",
            "is_used": True,
            "packing": "ours",
            "amount_per_piece": D(40000),
        }
        for cause, is_covered in (
            ("", None),
            ("breakage", False),
            ("collision", True),
        ):
            decision = decide_clause(Cover(), Facts(**servers, cause=cause))
            self.assertEqual((decision.clause, decision.is_covered), ("b", is_covered))
        paid = get_payable(Conditions(), D(20500), D(800000), D(800000))
        self.assertEqual(paid.amount, D(20200))
        # 4: minicomputers in a bare crate, not declared, not repacked
        decision = decide_clause(
            Cover(piece_limit=D(200000)),
            Facts(
                goods_kind="electronics",
                packing="own",
                amount_per_piece=D(500000),
                is_packing_unfit=True,
                is_warned=True,
                cause="water",
            ),
        )
        self.assertEqual((decision.clause, decision.is_covered), (None, False))
        self.assertEqual(
            [step.code for step in decision.steps], ["over_limit", "packing_warned"]
        )

    def test_the_insurer_pays_in_proportion_less_the_deductible(self):
        rules = {
            "always": Conditions(),
            "under": Conditions(deductible_rule="under_insured"),
            "none": Conditions(deductible=D(0)),
            "least": Conditions(minimum=D(1000)),
        }
        for rule, loss, value, insured, amount, codes in (
            ("always", 4000, 20000, 10000, "1700", ["under_insured", "deductible"]),
            ("under", 4000, 20000, 10000, "1700", ["under_insured", "deductible"]),
            ("none", 4000, 20000, 10000, "2000", ["under_insured"]),
            ("always", 4000, 20000, 20000, "3700", ["fully_insured", "deductible"]),
            ("under", 4000, 20000, 20000, "4000", ["fully_insured", "no_deductible"]),
            ("always", 4000, 20000, 30000, "3700", ["fully_insured", "deductible"]),
            ("always", 200, 20000, 20000, "0", ["fully_insured", "deductible_all"]),
            ("always", 300, 20000, 20000, "0", ["fully_insured", "deductible_all"]),
            ("always", 0, 20000, 20000, "0", ["fully_insured"]),
            ("always", -5, 20000, 20000, "0", ["fully_insured"]),
            ("least", "999.99", 20000, 20000, "0", ["below_minimum"]),
            ("least", 1000, 20000, 20000, "700", ["fully_insured", "deductible"]),
            ("always", 4000, 20000, 0, "0", ["sum_missing"]),
            (
                "always",
                25000,
                20000,
                20000,
                "19700",
                ["loss_above_value", "fully_insured", "deductible"],
            ),
            (
                "always",
                25000,
                20000,
                10000,
                "9700",
                ["loss_above_value", "under_insured", "deductible"],
            ),
            # the value is not known: the sum insured is the limit
            ("none", 9000, 0, 5000, "5000", ["fully_insured", "sum_cap"]),
            ("none", "100", 3, 1, "1", ["loss_above_value", "under_insured"]),
            ("none", 1, 3, 2, "0.67", ["under_insured"]),
        ):
            with self.subTest(rule=rule, loss=loss, value=value, insured=insured):
                paid = get_payable(rules[rule], D(loss), D(value), D(insured))
                self.assertEqual(paid.amount, D(amount))
                self.assertEqual([step.code for step in paid.steps], codes)

    def test_the_cost_of_saving_the_goods_comes_on_top(self):
        for loss, value, insured, cost, amount, mitigation in (
            (4000, 20000, 20000, 500, "4200", "500"),
            # in the same proportion
            (4000, 20000, 10000, 500, "1950", "250"),
            # up to the sum insured once more
            (20000, 20000, 20000, 30000, "39700", "20000"),
            # all was saved
            (0, 20000, 20000, 500, "500", "500"),
            # both together reach the minimum
            (250, 20000, 20000, 100, "100", "100"),
        ):
            with self.subTest(loss=loss, cost=cost):
                paid = get_payable(
                    Conditions(minimum=D(300)), D(loss), D(value), D(insured), D(cost)
                )
                self.assertEqual(paid.amount, D(amount))
                self.assertEqual(paid.amount_mitigation, D(mitigation))
        paid = get_payable(Conditions(minimum=D(300)), D(100), D(900), D(900), D(199))
        self.assertEqual((paid.amount, paid.amount_mitigation), (D(0), D(0)))

    def test_the_premium_is_the_rate_of_the_sum(self):
        for insured, rate, premium in (
            ("800000", "0.8", "640.00"),
            ("1492.80", "3", "4.48"),
            ("0", "3", "0.00"),
            ("1", "5", "0.01"),
        ):
            with self.subTest(insured=insured, rate=rate):
                self.assertEqual(get_premium(D(insured), D(rate)), D(premium))
