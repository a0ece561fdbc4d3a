from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .insurance_case_common import NOON, InsuranceCaseCommon


@freeze_time(NOON)
@tagged("post_install", "-at_install")
class TestInsuranceCaseFlow(InsuranceCaseCommon):
    """From the notice to the insurer's word (2.12, 2.13)."""

    def test_a_case_knows_clause_and_amount_from_its_policy(self):
        case = self._open_case()
        self.assertEqual((case.clause, case.is_covered), ("a", True))
        # 4,000 x 10,000 / 20,000 - 300
        self.assertEqual(case.amount_payable, 1700)
        self.assertTrue(case.payable_steps)
        self.assertEqual(case.number[:8], "BX-2026-")
        self.assertEqual(case.insurer_id, self.insurer)

    def test_a_case_goes_from_notice_to_agreement_by_its_buttons(self):
        case = self._open_case()
        for step, state in (
            (case.action_notify, "notified"),
            (case.action_inspect, "inspection"),
            (lambda: case._ask_papers("Repair bill"), "papers"),
            (case.action_submit_papers, "decision"),
            (lambda: case._agree(1700), "agreed"),
        ):
            step()
            with self.subTest(state=state):
                self.assertEqual(case.state, state)
        self.assertEqual(case.amount_agreed, 1700)
        with self._refused(UserError, "no step leads"):
            case.action_notify()
        self.assertEqual(case.state, "agreed")

    def test_the_wizard_writes_what_the_insurer_answers(self):
        case = self._submit()
        wizard = Form(
            self.env["kuaidi.insurance.answer"]
            .with_user(self.officer)
            .with_context(**case.action_open_refuse()["context"])
        )
        wizard.note = "Packing was bad."
        wizard.save().action_confirm()
        self.assertEqual(
            (case.state, case.refusal_reason), ("refused", "Packing was bad.")
        )

    def test_the_insurer_asks_for_papers_once(self):
        case = self._open_case()
        case.action_notify()
        with self._refused(UserError, "which papers"):
            case._ask_papers(" ")
        case._ask_papers("Repair bill")
        case.action_submit_papers()
        with self._refused(UserError, "at once"):
            case._ask_papers("One more paper")
        self.assertEqual((case.state, case.papers_asked), ("decision", "Repair bill"))

    def test_a_refusal_needs_reasons_and_leaves_the_client_alone(self):
        case = self._submit()
        with self._refused(UserError, "article 24"):
            case._refuse("  ")
        self.assertEqual(case.state, "decision")
        state = self.claim.state
        case._refuse("Used goods, packing")
        self.assertEqual((case.state, self.claim.state), ("refused", state))
        told = self.env["mail.activity"].search(
            [("res_model", "=", "kuaidi.claim"), ("res_id", "=", self.claim.id)]
        )
        self.assertIn("The insurer refused", told.mapped("summary")[0])
        self.assertEqual(told.user_id, self.officer)
        self.claim.liability = "ours"
        with self._refused(UserError, "whatever an insurer decided"):
            self.claim.with_user(self.officer)._move("refused")

    def test_used_servers_are_paid_once_the_collision_is_found(self):
        """Case 3: clause B pays for collision, not for breakage."""
        claim = self._create_insured_claim(
            is_used=True,
            packing="own",
            pieces=20,
            amount_per_piece=40000,
            loss_cause="breakage",
        )
        case = self._submit(
            claim=claim,
            amount_loss=20000,
            amount_value=800000,
            amount_insured=800000,
        )
        self.assertEqual((case.clause, case.is_covered), ("b", False))
        self.assertEqual(case.amount_payable, 0)
        with self._refused(UserError, "goodwill payment"):
            case._agree(100)
        case._refuse("Clause B does not cover breakage")
        case._reopen("collision", "Report of the traffic police")
        self.assertEqual(
            (case.state, case.first_cause, case.cause),
            ("reopened", "breakage", "collision"),
        )
        self.assertEqual(claim.loss_cause, "collision")
        self.assertEqual((case.is_covered, case.amount_payable), (True, 19700))
        case.action_submit_papers()
        case._agree(12000)
        self.assertEqual((case.state, case.amount_agreed), ("agreed", 12000))

    def test_a_refusal_is_reopened_once_and_with_another_cause(self):
        case = self._submit()
        case._refuse("No")
        for cause, reason, message in (
            (False, "Why", "Reclassify"),
            ("collision", "Why", "Reclassify"),
            ("water", " ", "what proves"),
        ):
            with self.subTest(cause=cause), self._refused(UserError, message):
                case._reopen(cause, reason)
        case._reopen("water", "It rained")
        case.action_submit_papers()
        case._refuse("No again")
        with self._refused(UserError, "once already"):
            case._reopen("fire", "It burnt")
        self.assertEqual(
            (case.state, case.cause, case.reopen_count), ("refused", "water", 1)
        )

    def test_bad_packing_after_a_warning_is_not_covered(self):
        """Case 4: minicomputers in a bare crate, reminded, not repacked."""
        claim = self._create_insured_claim(
            is_packing_unfit=True,
            booking_warning="Reminded in writing to repack",
            amount_per_piece=500000,
        )
        case = self._submit(
            claim=claim,
            amount_loss=300000,
            amount_value=1000000,
            amount_insured=1000000,
        )
        self.assertEqual((case.clause, case.amount_payable), ("none", 0))
        case._refuse("Packing")
        case._close("The refusal is right")
        self.assertEqual(case.state, "closed")

    def test_a_policy_has_to_be_in_force_and_of_the_same_currency(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        other = self._create_account()
        for values, message in (
            ({"date_from": "2026-11-11"}, "not in force"),
            ({"date_to": "2026-11-09"}, "not in force"),
            ({"is_running": False}, "not in force"),
            ({"currency_id": usd.id}, "in the currency"),
            ({"account_id": other.id}, "another client"),
        ):
            policy = self._create_policy(**values)
            with self.subTest(values), self._refused(ValidationError, message):
                self._open_case(policy_id=policy.id)
        self.assertFalse(self.claim.insurance_case_ids)

    def test_nothing_insured_or_below_the_minimum_is_not_notified(self):
        for values, message in (
            ({"amount_insured": 0}, "nothing is insured"),
            ({"amount_loss": 0}, "Enter the loss"),
            ({"amount_loss": 299.99}, "the least that the policy takes"),
        ):
            case = self._open_case(self._create_insured_claim(), **values)
            with self.subTest(values), self._refused(UserError, message):
                case.action_notify()
            self.assertEqual(case.state, "draft")

    def test_a_loss_above_the_value_is_refused(self):
        with (
            self._refused(IntegrityError, "loss_within_value"),
            mute_logger("odoo.sql_db"),
        ):
            self._open_case(amount_loss=20000.01)
        self.assertFalse(self.claim.insurance_case_ids)

    def test_one_case_of_a_claim_is_open(self):
        case = self._open_case()
        with self._refused(IntegrityError, "open_uniq"), mute_logger("odoo.sql_db"):
            self._open_case()
        case._close("Wrong policy")
        second = self._open_case()
        self.assertEqual(self.claim.insurance_case_id, second)

    def test_the_claim_leads_to_its_case_also_when_that_is_closed(self):
        claim = self.claim.with_user(self.officer)
        action = claim.action_open_insurance_case()
        self.assertEqual((action["view_mode"], action.get("domain")), ("form", None))
        case = self._open_case()
        self.assertEqual(claim.action_open_insurance_case()["res_id"], case.id)
        case._close("Wrong policy")
        action = claim.action_open_insurance_case()
        self.assertEqual(action["view_mode"], "list,kanban,form")
        self.assertEqual(
            self.env["kuaidi.insurance.case"].search(action["domain"]), case
        )
        self.assertEqual(action["context"], {"default_claim_id": claim.id})

    def test_what_the_insurer_was_told_stays(self):
        case = self._open_case()
        case.amount_loss = 3000
        with self._refused(UserError, "stays with its claim"):
            case.claim_id = self._create_insured_claim()
        case.action_notify()
        with self._refused(UserError, "stays with its claim"):
            case.policy_id = self._create_policy()
        case.amount_loss = 4000
        case._ask_papers("Repair bill")
        case.action_submit_papers()
        for values in ({"amount_loss": 1}, {"cause": "fire"}):
            with self.subTest(values), self._refused(UserError, "they stay"):
                case.write(values)
        self.assertEqual((case.amount_loss, case.cause), (4000, "collision"))

    def test_a_claim_with_a_case_is_insured_twice_as_long(self):
        claim = self._create_claim(
            date_shipped="2026-11-10", date_called="2026-11-19 02:00:00"
        )
        self.assertEqual(claim.clock_ids.mapped("requirement"), ["D17"])
        self._open_case(claim, policy_id=self.policy.id)
        self.assertTrue(claim.is_insured)
        self.assertEqual(claim.clock_ids.mapped("requirement"), ["D18"])
        with self._refused(UserError, "Close it first"):
            claim.with_user(self.officer).is_insured = False
        self.assertTrue(claim.is_insured)

    def test_the_subrogation_letter_names_who_transfers_what(self):
        case = self._submit()
        with self._refused(UserError, "has not agreed"):
            case._prepare_subrogation()
        case._agree(1700)
        letter = case._prepare_subrogation()
        self.assertEqual(letter["client"], "Taihe Insurance")
        self.assertEqual(letter["company"], self.company.name)
        text = " ".join(letter["paragraphs"])
        for word in (self.policy.number, self.claim.waybill_number, "1,700", "Servers"):
            with self.subTest(word=word):
                self.assertIn(word, text)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "kuaidi_claims.insurance_subrogation_report", case.ids
        )[0]
        self.assertIn(self.claim.waybill_number.encode(), html)
