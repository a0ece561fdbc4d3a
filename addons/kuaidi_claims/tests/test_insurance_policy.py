from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .claim_common import MORNING
from .insurance_common import InsuranceCommon


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestInsurancePolicy(InsuranceCommon):
    """Policies stand as they were agreed, decide and calculate in words (2.13)."""

    def test_a_policy_takes_the_conditions_of_its_product(self):
        policy = self.policy
        self.assertEqual(
            (policy.kind, policy.clause, policy.deductible, policy.deductible_rule),
            ("cargo", "a", 300, "always"),
        )
        self.assertEqual((policy.rate, policy.limit_per_piece), (3, 200000))
        self.assertEqual(policy.used_goods_limit, 10000)
        self.assertEqual(policy.insurer_id, self.insurer)
        self.assertEqual(policy.term_ids.mapped("name"), ["Fresh fruit", "Glass"])
        self.assertEqual(self.product.policy_count, 1)
        # what the product says later is for policies to come
        self.product.write({"rate": 5, "term_ids": [Command.clear()]})
        self.assertEqual(policy.rate, 3)
        self.assertEqual(len(policy.term_ids), 2)

    def test_the_form_lets_what_was_agreed_be_typed_over(self):
        model = self.env["kuaidi.insurance.policy"].with_user(self.claims_manager)
        form = Form(model)
        form.product_id = self.product
        self.assertEqual(form.rate, 3)
        form.number = " pa 100 "
        form.rate = 2.5
        form.deductible_rule = "under_insured"
        form.date_from = "2027-01-01"
        form.date_to = "2027-12-31"
        policy = form.save()
        self.assertEqual((policy.number, policy.rate), ("PA100", 2.5))
        self.assertEqual((policy.deductible, policy.state), (300, "draft"))
        self.assertEqual(policy.term_ids.mapped("name"), ["Fresh fruit", "Glass"])
        following = policy.copy({"number": "PA101"})
        self.assertEqual(following.term_ids.mapped("name"), ["Fresh fruit", "Glass"])

    def test_the_clause_is_explained_in_words(self):
        for facts, clause, is_covered, words in (
            ({}, "a", None, "The policy's Clause A"),
            (
                {"is_used": True, "packing": "ours", "amount_per_piece": 40000},
                "b",
                None,
                "without the packing of their factory",
            ),
            ({"goods": "新鲜水果"}, None, False, "excludes Fresh fruit"),
            ({"amount_per_piece": 500000}, None, False, "not declared specially"),
            (
                {"is_packing_unfit": True, "is_warned": True},
                None,
                False,
                "after a warning",
            ),
            ({"cause": "nature"}, "a", False, "does not pay for this cause"),
            ({"cause": "breakage"}, "a", True, "pays for this cause: Breakage"),
        ):
            with self.subTest(facts=facts):
                found = self.policy._decide_clause(facts)
                self.assertEqual(found["clause"], clause)
                self.assertIs(found["is_covered"], is_covered)
                self.assertIn(words, " ".join(found["reasons"]))

    def test_the_payment_is_explained_in_words(self):
        found = self.policy._get_payable(4000, 20000, 10000)
        self.assertEqual(found["amount"], 1700)
        self.assertTrue(found["is_under_insured"])
        self.assertEqual(len(found["steps"]), 2)
        self.assertIn("article 55", found["steps"][0])
        self.assertIn("deductible", found["steps"][1])
        for values, amount, words in (
            ((299, 20000, 20000), 0, "below the least claim"),
            ((4000, 20000, 0), 0, "no sum was insured"),
            ((25000, 20000, 20000), 19700, "above what the goods are worth"),
            ((4000, 20000, 20000, 500), 4200, "cost of saving the goods"),
            ((300, 20000, 20000), 0, "takes all of it"),
            ((9000, 0, 5000), 5000, "No more than the sum insured"),
        ):
            with self.subTest(values=values):
                found = self.policy._get_payable(*values)
                self.assertEqual(found["amount"], amount)
                self.assertIn(words, " ".join(found["steps"]))
        glass = {"goods_kind": "fragile"}
        self.assertEqual(
            self.policy._get_payable(4000, 20000, 20000, facts=glass)["amount"], 3000
        )
        under = self._create_policy(deductible_rule="under_insured")
        self.assertEqual(under._get_payable(4000, 20000, 20000)["amount"], 4000)
        self.assertEqual(under._get_payable(4000, 20000, 10000)["amount"], 1700)

    def test_a_policy_in_force_stands_until_it_ends(self):
        policy = self.policy.with_user(self.claims_manager)
        for change in (
            lambda: policy.write({"rate": 1}),
            lambda: policy.write({"date_to": "2027-12-31"}),
            lambda: policy.term_ids[0].write({"words": "x"}),
            lambda: policy.term_ids.unlink(),
            lambda: policy.write(
                {"term_ids": [Command.create({"name": "X", "words": "x"})]}
            ),
        ):
            with self._refused(UserError, "stands as it was agreed"):
                change()
        with self._refused(UserError, "stays on file"):
            policy.unlink()
        with self._refused(UserError, "started already"):
            policy.action_start()
        with self._refused(UserError, "Say why"):
            policy.action_end()
        self.assertEqual((policy.rate, len(policy.term_ids)), (3, 2))
        policy.end_reason = "The insurer left the market."
        policy.action_end()
        self.assertEqual(
            (policy.state, str(policy.date_ended)), ("ended", "2026-11-23")
        )
        for day, is_covered in (
            ("2025-12-31", False),
            ("2026-01-01", True),
            ("2026-11-23", True),
            ("2026-11-24", False),
        ):
            with self.subTest(day=day), freeze_time(f"{day} 02:00:00"):
                policy.invalidate_recordset(["is_in_force"])
                self.assertIs(policy.is_in_force, is_covered)
                found = policy.search([("is_in_force", "=", True)])
                self.assertIs(policy in found, is_covered)
        with self._refused(UserError, "is not running"):
            policy.action_end()

    def test_a_policy_is_corrected_only_while_nothing_rests_on_it(self):
        policy = self.policy.with_user(self.claims_manager)
        policy.action_back_to_draft()
        policy.rate = 4
        policy.action_start()
        self.assertEqual((policy.rate, policy.state), (4, "running"))
        self._declare()
        with self._refused(UserError, "rest on policy"):
            policy.action_back_to_draft()
        self.assertEqual(policy.state, "running")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_the_state_follows_from_buttons_alone(self):
        policy = self._create_policy(is_running=False).with_user(self.claims_manager)
        with self._refused(AccessError, "by its buttons"):
            policy.write({"state": "running"})
        with self._refused(AccessError, "by its buttons"):
            policy.with_context(default_state="running").copy({"number": "X1"})
        self.assertEqual(policy.state, "draft")
        for user in (self.officer, self.finance, self.centre, self.manager):
            with self.subTest(user=user.login), self._refused(AccessError):
                policy.with_user(user).action_start()
        self.assertEqual(policy.state, "draft")

    @mute_logger("odoo.sql_db")
    def test_what_makes_no_sense_is_refused(self):
        count = self.env["kuaidi.insurance.policy"].search_count([])
        for values, error in (
            ({"number": self.policy.number.lower()}, UniqueViolation),
            ({"date_to": "2025-01-01"}, CheckViolation),
            ({"deductible": -1}, CheckViolation),
            ({"rate": 1001}, CheckViolation),
            ({"insured_party": "client"}, ValidationError),
        ):
            with self.subTest(values=values):
                with self._refused(error):
                    self._create_policy(is_running=False, **values)
                self.assertEqual(
                    self.env["kuaidi.insurance.policy"].search_count([]), count
                )
        with self._refused(ValidationError, "Say which goods"):
            self.product.term_ids = [Command.create({"name": "Nothing", "words": ", "})]

    def test_recourse_against_us_is_told_where_the_client_is_insured(self):
        for party, is_waived, is_open in (
            ("us", False, False),
            ("client", True, False),
            ("client", False, True),
        ):
            policy = self._create_policy(
                is_running=False,
                insured_party=party,
                is_recourse_waived=is_waived,
                account_id=self.account.id,
            )
            self.assertIs(policy.is_recourse_open, is_open)
