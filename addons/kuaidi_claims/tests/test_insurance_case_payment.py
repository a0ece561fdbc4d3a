from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .insurance_case_common import NOON, InsuranceCaseCommon


@freeze_time(NOON)
@tagged("post_install", "-at_install")
class TestInsuranceCasePayment(InsuranceCaseCommon):
    """What insurers pay, in Odoo's own books, once."""

    def test_the_insurer_owes_by_an_entry_and_the_money_settles_it(self):
        case = self._agree_insurer()
        payment = self._book(case)
        move = payment.sudo().move_id
        self.assertEqual(
            (move.move_type, move.state, move.amount_total),
            ("out_invoice", "posted", 1700),
        )
        self.assertEqual(move.partner_id, self.insurer.partner_id)
        self.assertEqual(move.invoice_line_ids.account_id, self.insurance_account)
        self.assertFalse(move.invoice_line_ids.tax_ids)
        self.assertEqual((payment.state, case.state), ("booked", "agreed"))
        self._receive(move)
        self.assertEqual((payment.state, case.state), ("paid", "paid"))
        self.assertEqual((case.amount_paid, self.claim.amount_insured), (1700, 1700))
        self.assertFalse(self._get_running(case, "case_payment"))

    def test_the_wizard_books_what_is_owed(self):
        case = self._agree_insurer()
        wizard = Form(
            self.env["kuaidi.insurance.pay"]
            .with_user(self.finance)
            .with_context(default_case_id=case.id)
        )
        self.assertEqual(wizard.amount, 1700)
        wizard.save().action_book()
        self.assertEqual(case.payment_ids.amount, 1700)

    def test_a_payment_is_booked_once(self):
        case = self._agree_insurer()
        self._book(case)
        with self._refused(UserError, "booked on"):
            self._book(case)
        self.assertEqual(len(case.payment_ids), 1)

    def test_more_or_less_than_payable_is_refused(self):
        case = self._submit()
        with self._refused(UserError, "1,700"):
            case._agree(1700.01)
        with self._refused(UserError, "Enter what"):
            case._agree(0)
        self.assertEqual((case.state, case.amount_agreed), ("decision", 0))
        case._agree(1500)
        for amount, message in (
            (1500.01, "goes back"),
            (1499.99, "part by part"),
            (-1, "owes nothing"),
        ):
            with self.subTest(amount=amount), self._refused(UserError, message):
                self._book(case, amount=amount)
        self.assertFalse(case.payment_ids)
        self.assertEqual(self._book(case).amount, 1500)

    def test_money_in_parts_and_money_that_comes_back(self):
        case = self._agree_insurer()
        move = self._book(case).sudo().move_id
        self._receive(move, 699.99)
        self.assertEqual((case.state, case.amount_paid), ("agreed", 699.99))
        line = self._receive(move)
        self.assertEqual((case.state, case.amount_paid), ("paid", 1700))
        line.remove_move_reconcile()
        self.assertEqual((case.state, case.amount_paid), ("agreed", 0))
        self.assertTrue(self._get_running(case, "case_payment"))
        self.assertTrue(self._get_running(case, "case_limitation"))

    def test_a_cancelled_entry_leaves_the_payment_to_be_booked_anew(self):
        case = self._agree_insurer()
        payment = self._book(case)
        move = payment.sudo().move_id
        with self._refused(UserError, "Cancel it instead"):
            move.with_context(force_delete=True).unlink()
        move.button_draft()
        move.invoice_line_ids.price_unit = 17000
        with self._refused(UserError, "on record"):
            move.action_post()
        move.button_cancel()
        self.assertEqual((payment.state, case.amount_paid), ("cancelled", 0))
        second = self._book(case)
        self.assertEqual((second.state, second.amount), ("booked", 1700))

    def test_the_undisputed_part_comes_before_the_rest(self):
        case = self._submit()
        with self._refused(UserError, "no step leads"):
            self._book(case)
        with self._refused(UserError, "goes back"):
            self._book(case, "undisputed", 1700.01)
        part = self._book(case, "undisputed", 1000)
        self.assertFalse(self._get_running(case, "case_undisputed"))
        with self._refused(UserError, "paid a part"):
            case._refuse("Not covered")
        with self._refused(UserError, "cannot agree to less"):
            case._agree(999)
        self._receive(part.sudo().move_id)
        case._agree(1700)
        rest = self._book(case)
        self.assertEqual(rest.amount, 700)
        self._receive(rest.sudo().move_id)
        self.assertEqual((case.state, case.amount_paid), ("paid", 1700))

    def test_an_agreement_on_what_was_paid_settles_the_case(self):
        case = self._submit()
        self._receive(self._book(case, "undisputed", 1000).sudo().move_id)
        case._agree(1000)
        self.assertEqual((case.state, case.amount_paid), ("paid", 1000))

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_finance_alone_books(self):
        case = self._agree_insurer()
        for user in (self.officer, self.claims_manager, self.manager, self.centre):
            with self.subTest(user=user.login), self._refused(AccessError, "Finance"):
                self._book(case, user=user)
        for user in (self.sales, self.portal):
            with self.subTest(user=user.login), self._refused(AccessError):
                self._book(case, user=user)
        with self._refused(AccessError):
            self.env["kuaidi.insurance.payment"].with_user(self.finance).create(
                {"case_id": case.id, "kind": "settlement", "amount": 1700}
            )
        self.assertFalse(case.payment_ids)

    def test_without_the_account_nothing_is_booked(self):
        case = self._agree_insurer()
        self.company.kuaidi_insurance_account_id = False
        with self._refused(UserError, "Choose the account"):
            self._book(case)
        self.assertFalse(case.payment_ids)

    def test_what_the_client_gets_from_its_insurer_is_none_of_ours(self):
        policy = self._create_policy(insured_party="client", account_id=self.account.id)
        case = self._agree_insurer(policy_id=policy.id)
        self.assertTrue(case.is_recourse_open)
        self.assertIn("was not waived", case.recourse_warning)
        payment = self._book(case)
        self.assertFalse(payment.move_id)
        self.assertEqual((payment.state, case.state), ("paid", "paid"))
        self.assertEqual(
            (case.amount_paid, case.amount_paid_client, self.claim.amount_insured),
            (0, 1700, 0),
        )
        letter = case._prepare_subrogation()
        self.assertEqual(letter["company"], "Haina Appliances")
        case._close("The client was paid")
        self.assertIn("was not waived", case.message_ids[0].body)
        waived = self._create_policy(
            insured_party="client", account_id=self.account.id, is_recourse_waived=True
        )
        other = self._open_case(self._create_insured_claim(), policy_id=waived.id)
        self.assertFalse(other.is_recourse_open)
        self.assertFalse(other.recourse_warning)

    def test_two_policies_together_pay_no_more_than_the_loss(self):
        values = {"amount_value": 4000, "amount_insured": 4000}
        first = self._agree_insurer(3700, **values)
        self._receive(self._book(first).sudo().move_id)
        first._close("Paid")
        second = self._agree_insurer(3700, policy_id=self._create_policy().id, **values)
        with self._refused(UserError, "no more than the loss"):
            self._book(second)
        self.assertFalse(second.payment_ids)
        self.assertEqual(self.claim.amount_insured, 3700)

    def test_the_cases_of_a_policy_share_its_limit(self):
        policy = self._create_policy(sum_insured=2000)
        self._agree_insurer(policy_id=policy.id)
        self.assertEqual(policy.amount_agreed, 1700)
        second = self._submit(
            self._open_case(self._create_insured_claim(), policy_id=policy.id)
        )
        with self._refused(UserError, "is left"):
            second._agree(300.01)
        with self._refused(UserError, "is left"):
            self._book(second, "undisputed", 300.01)
        self.assertEqual((second.state, second.amount_agreed), ("decision", 0))
        self._book(second, "undisputed", 200)
        self.assertEqual(policy.amount_agreed, 1900)
        second._agree(300)
        self.assertEqual(policy.amount_agreed, 2000)
        with mute_logger("odoo.sql_db"), self._refused(CheckViolation, "limit"):
            second.sudo().amount_agreed = 300.01
        self.assertEqual(policy.amount_agreed, 2000)

    def _ask_goodwill(self, case, amount):
        return (
            self.env["kuaidi.insurance.goodwill"]
            .with_user(self.officer)
            .create({"case_id": case.id, "amount": amount, "reason": "A good client"})
        )

    def test_goodwill_is_asked_for_with_an_approval_of_its_own(self):
        case = self._submit()
        with self._refused(UserError, "not decided"):
            self._ask_goodwill(case, 500)
        case._refuse("Not covered")
        with self._refused(UserError, "owes nothing"):
            self._book(case, "goodwill")
        goodwill = self._ask_goodwill(case, 500)
        goodwill.action_request_approval()
        with self._refused(UserError, "yourself"):
            goodwill.action_approve()
        with self._refused(AccessError):
            goodwill.with_user(self.officer_2).action_approve()
        with self._refused(UserError, "owes nothing"):
            self._book(case, "goodwill")
        goodwill.with_user(self.claims_manager).action_approve()
        self.assertEqual(
            (goodwill.state, goodwill.decided_by_id), ("approved", self.claims_manager)
        )
        with self._refused(UserError, "goes back"):
            self._book(case, "goodwill", 500.01)
        payment = self._book(case, "goodwill")
        self._receive(payment.sudo().move_id)
        self.assertEqual((case.state, case.amount_paid), ("refused", 500))
        self.assertEqual(self.claim.amount_insured, 500)

    def test_larger_goodwill_goes_to_the_vice_president_too(self):
        case = self._submit()
        case._refuse("Not covered")
        with self._refused(UserError, "no more than the loss"):
            self._ask_goodwill(case, 4000.01)
        goodwill = self._ask_goodwill(case, 1000.01)
        goodwill.action_request_approval()
        self.assertEqual(goodwill.approval_level, 2)
        goodwill.with_user(self.claims_manager).action_approve()
        self.assertEqual(goodwill.state, "to_approve")
        goodwill.with_user(self.vp).action_approve()
        self.assertEqual(goodwill.state, "approved")

    def test_refused_goodwill_pays_nothing_and_may_be_asked_anew(self):
        case = self._submit()
        case._refuse("Not covered")
        goodwill = self._ask_goodwill(case, 500)
        for values in ({"state": "approved"}, {"approval_level": 1}):
            with self.subTest(values), self._refused(AccessError):
                goodwill.write(values)
        goodwill.action_request_approval()
        with self._refused(UserError, "stays as it is"):
            goodwill.amount = 5
        goodwill.with_user(self.claims_manager).action_refuse()
        self.assertEqual((goodwill.state, goodwill.amount), ("refused", 500))
        with self._refused(UserError, "owes nothing"):
            self._book(case, "goodwill")
        self.assertEqual(self._ask_goodwill(case, 300).state, "draft")
