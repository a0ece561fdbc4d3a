from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.compensation import Facts, Rules, compensate, get_proportion

D = Decimal


@tagged("post_install", "-at_install")
class TestClaimCompensationRules(BaseCase):
    """The arithmetic of compensation on plain numbers (2.12)."""

    def _compensate(self, facts, rules=None):
        return compensate(Facts(**facts), Rules(**(rules or {})))

    def test_a_part_below_the_value_is_borne_in_proportion(self):
        for loss, covered, value, expected in (
            ("4000", "10000", "20000", "2000.00"),
            ("4000", "20000", "20000", "4000.00"),
            ("4000", "30000", "20000", "4000.00"),
            ("100", "1", "3", "33.33"),
            ("100", "2", "3", "66.67"),
            # the value is not known: nothing is cut
            ("100", "2", "0", "100.00"),
            ("0", "2", "3", "0.00"),
        ):
            with self.subTest(loss=loss, covered=covered, value=value):
                self.assertEqual(
                    get_proportion(D(loss), D(covered), D(value)), D(expected)
                )

    def test_declared_goods_follow_their_declared_value(self):
        declared = {"kind": "loss", "declared": D(8000)}
        for facts, amount, codes in (
            ({"is_total": True}, "8000", ["declared_total"]),
            ({"is_total": True, "value": D(8000)}, "8000", ["declared_loss"]),
            ({"is_total": True, "value": D(16000)}, "8000", ["declared_part"]),
            ({"is_total": True, "value": D(6000)}, "6000", ["declared_loss"]),
            ({"loss": D(2000), "value": D(16000)}, "1000", ["declared_part"]),
            ({"loss": D(2000), "value": D(8000)}, "2000", ["declared_loss"]),
            ({"loss": D(2000)}, "2000", ["declared_loss"]),
            ({"loss": D(9000)}, "8000", ["declared_loss", "declared_cap"]),
            ({}, "0", ["loss_open"]),
        ):
            with self.subTest(facts=facts):
                result = self._compensate(declared | facts)
                self.assertEqual(result.amount, D(amount))
                self.assertEqual(result.cap, D(8000))
                self.assertEqual([step.code for step in result.steps], codes)
                self.assertFalse(result.needs_notice)

    def test_undeclared_goods_follow_the_contract_else_the_market(self):
        hit = {
            "kind": "damage",
            "loss": D(5000),
            "pieces": 2,
            "weight": D(30),
            "freight": D(120),
        }
        for rules, amount, cap in (
            ({}, "5000", None),
            ({"rule": "freight", "factor": D(7)}, "840", "840"),
            ({"rule": "weight", "factor": D(20)}, "600", "600"),
            ({"rule": "piece", "factor": D(500)}, "1000", "1000"),
            ({"rule": "piece", "factor": D(5000)}, "5000", "10000"),
            ({"rule": "market", "most_per_piece": D(300)}, "600", "600"),
            (
                {"rule": "weight", "factor": D(50), "most_per_piece": D(300)},
                "600",
                "600",
            ),
        ):
            with self.subTest(rules=rules):
                result = self._compensate(hit, rules)
                self.assertEqual(result.amount, D(amount))
                self.assertEqual(result.cap, cap and D(cap))

    def test_no_law_caps_a_loss_at_three_times_the_freight(self):
        result = self._compensate({"kind": "loss", "loss": D(5000), "freight": D(12)})
        self.assertEqual(result.amount, D(5000))
        self.assertIsNone(result.cap)

    def test_a_standard_term_that_cuts_a_loss_needs_proof_of_notice(self):
        hit = {"kind": "damage", "loss": D(5000), "freight": D(120)}
        rules = {"rule": "freight", "factor": D(7), "is_standard_term": True}
        unproven = self._compensate(hit, rules)
        self.assertTrue(unproven.needs_notice)
        self.assertEqual(unproven.amount_without_term, D(5000))
        self.assertEqual(unproven.steps[-1].code, "notice_needed")
        proven = self._compensate(hit, rules | {"has_notice_proof": True})
        self.assertFalse(proven.needs_notice)
        self.assertEqual(proven.steps[-1].code, "notice_proven")
        small = self._compensate(hit | {"loss": D(500)}, rules)
        self.assertFalse(small.needs_notice, "the term cuts nothing here")

    def test_a_loss_that_is_not_proven_leaves_the_amount_open(self):
        for rules, amount in (
            ({}, "0"),
            ({"rule": "piece", "factor": D(500)}, "1000"),
        ):
            with self.subTest(rules=rules):
                result = self._compensate({"kind": "loss", "pieces": 2}, rules)
                self.assertTrue(result.is_open)
                self.assertEqual(result.amount, D(amount))
                self.assertEqual(result.steps[-1].code, "loss_open")

    def test_a_delay_reduces_the_freight_by_the_clause(self):
        late = {
            "kind": "delay",
            "freight": D(100),
            "hours_late": D(30),
            "pieces": 3,
            "declared": D(8000),
        }
        by_percent = {"late_rule": "percent_day", "late_factor": D(20)}
        for facts, rules, amount in (
            ({}, {}, "0"),
            ({}, {"late_rule": "free"}, "100"),
            ({}, by_percent, "40"),
            ({"hours_late": D(24)}, by_percent, "20"),
            ({"hours_late": D("24.5")}, by_percent, "40"),
            ({}, by_percent | {"late_grace": D(6)}, "20"),
            ({}, by_percent | {"late_grace": D(30)}, "0"),
            ({}, by_percent | {"late_most_percent": D(30)}, "30"),
            ({"hours_late": D(240)}, by_percent, "100"),
            ({}, {"late_rule": "amount_day", "late_factor": D(5)}, "30"),
            ({}, {"late_rule": "amount_day", "late_factor": D(50)}, "100"),
        ):
            with self.subTest(facts=facts, rules=rules):
                self.assertEqual(
                    self._compensate(late | facts, rules).amount, D(amount)
                )

    def test_what_the_sender_or_a_higher_force_caused_is_not_compensated(self):
        for liability in ("sender", "force_majeure", "nature"):
            with self.subTest(liability=liability):
                result = self._compensate(
                    {
                        "kind": "loss",
                        "declared": D(8000),
                        "is_total": True,
                        "liability": liability,
                    }
                )
                self.assertEqual(result.amount, 0)
                self.assertEqual(result.steps[0].values["article"], "832")

    def test_a_carrier_that_we_hired_does_not_free_us(self):
        for liability in ("ours", "carrier", "agent"):
            with self.subTest(liability=liability):
                result = self._compensate(
                    {"kind": "loss", "loss": D("1492.80"), "liability": liability}
                )
                self.assertEqual(result.amount, D("1492.80"))
