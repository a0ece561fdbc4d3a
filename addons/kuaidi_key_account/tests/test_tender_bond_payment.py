from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .tender_bond_common import TODAY, BondCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestBondPayment(BondCommon):
    """A bond is paid exactly once, and follows its payment."""

    def _create_payment(self, amount=20_000, post=True, **values):
        payment = (
            self.env["account.payment"]
            .with_user(self.finance)
            .create(
                {
                    "payment_type": "outbound",
                    "partner_type": "supplier",
                    "partner_id": self.issuer.id,
                    "journal_id": self.journal.id,
                    "amount": amount,
                    "date": TODAY,
                    **values,
                }
            )
        )
        if post:
            payment.action_post()
        return payment

    def _choose(self, bond, payment):
        self._open_pay(bond, way="chosen", payment_id=payment.id).action_confirm()
        bond.invalidate_recordset()

    def test_a_new_payment_is_made_and_posted(self):
        bond = self._approve()
        wizard = self._open_pay(bond)
        self.assertEqual((wizard.way, wizard.journal_id), ("new", self.journal))
        wizard.action_confirm()
        payment = bond.sudo().payment_id
        self.assertEqual(payment.amount, 20_000)
        self.assertEqual(payment.payment_type, "outbound")
        self.assertEqual(payment.partner_id, self.issuer)
        self.assertIn(payment.state, ("in_process", "paid"))
        self.assertEqual(payment.move_id.state, "posted")
        self.assertIn("GZ-2026-017", payment.memo)

    def test_a_bond_is_paid_once(self):
        bond = self._approve()
        wizards = [self._open_pay(bond), self._open_pay(bond)]
        wizards[0].action_confirm()
        payments = self.env["account.payment"].search_count([])
        with self._refused(UserError, "stands at"):
            wizards[1].action_confirm()
        self.assertEqual(self.env["account.payment"].search_count([]), payments)

    def test_a_payment_stands_for_one_bond(self):
        payment = self._create_payment()
        self._choose(self._approve(), payment)
        other = self._approve(kind="performance")
        with self._refused(UserError, "another bond already"):
            self._choose(other, payment)
        self.assertEqual(other.state, "approved")
        with mute_logger("odoo.sql_db"), self._refused(IntegrityError):
            other.sudo().write({"payment_id": payment.id})
            self.env.flush_all()

    def test_only_a_payment_that_fits_is_taken(self):
        bond = self._approve()
        for payment, words in (
            (self._create_payment(19_999), "exactly"),
            (self._create_payment(post=False), "exactly"),
            (self._create_payment(payment_type="inbound"), "exactly"),
        ):
            with self._refused(UserError, words):
                self._choose(bond, payment)
            self.assertEqual(bond.state, "approved")
            self.assertFalse(bond.sudo().payment_id)
        with self._refused(UserError, "Choose the payment"):
            self._open_pay(bond, way="chosen").action_confirm()

    def test_money_leaves_the_account_that_was_approved(self):
        journal = self.journal.copy({"code": "OTHER", "bank_account_id": False})
        journal.bank_account_id = self.other
        bond = self._approve()
        with self._refused(UserError, "4403 0001"):
            self._open_pay(bond, journal_id=journal.id).action_confirm()
        self.assertEqual(bond.state, "approved")
        self.journal.bank_account_id = False
        with self._refused(UserError, "No bank journal"):
            self._open_pay(bond).action_confirm()

    def test_a_bond_follows_its_payment(self):
        """Cancelled, rejected, set back or deleted: the bond is to be paid again."""
        for undo in (
            lambda payment: payment.action_cancel(),
            lambda payment: payment.action_draft(),
            lambda payment: payment.action_reject(),
            lambda payment: payment.move_id.button_draft(),
            lambda payment: payment.move_id.button_cancel(),
        ):
            bond = self._pay(self._approve())
            payment = bond.sudo().payment_id
            undo(payment)
            self.env.invalidate_all()
            self.assertEqual(bond.state, "approved")
            self.assertFalse(bond.sudo().payment_id)
            self.assertFalse(bond.date_paid)
            # and it is paid anew, once
            self._pay(bond)
            self.assertNotEqual(bond.sudo().payment_id, payment)
            bond.sudo().payment_id.action_draft()
            bond.action_back_to_draft()
            bond.unlink()

    def test_a_payment_set_back_and_deleted_leaves_no_trace_in_the_bond(self):
        bond = self._pay(self._approve())
        payment = bond.sudo().payment_id
        payment.action_draft()
        payment.unlink()
        self.env.invalidate_all()
        self.assertEqual(bond.state, "approved")

    def test_the_payment_of_a_bond_that_came_back_stays(self):
        bond = self._end(self._pay(self._approve()), date=TODAY)
        payment = bond.sudo().payment_id
        with self._refused(UserError, "its payment stays"):
            payment.action_cancel()
        with self._refused(UserError, "its payment stays"):
            payment.move_id.button_draft()
        self.assertEqual(bond.state, "returned")
        self.assertIn(payment.state, ("in_process", "paid"))

    def test_only_finance_pays(self):
        bond = self._approve()
        for user in (self.sales, self.centre, self.admin, self.manager):
            with self.subTest(user=user.login):
                with self._refused(AccessError):
                    bond.with_user(user).action_pay()
                with self._refused(AccessError):
                    bond.with_user(user)._pay(self.journal, TODAY)
                with self._refused(AccessError):
                    self.env["kuaidi.tender.bond.pay"].with_user(user).create(
                        {"bond_id": bond.id}
                    )
        self.assertEqual(bond.state, "approved")
