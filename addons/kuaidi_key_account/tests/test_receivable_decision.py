from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .promise_common import MORNING, TODAY, PromiseCommon


@freeze_time(MORNING)
@tagged("post_install", "-at_install")
class TestReceivableDecision(PromiseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.kuaidi_setoff_journal_id = cls.journal
        cls.company.kuaidi_writeoff_account_id = cls.accounts[2]

    def _write_off(self, invoices, user=None):
        action = self.case.with_user(user or self.finance).action_write_off()
        return (
            self.env["kuaidi.writeoff"]
            .with_user(user or self.finance)
            .with_context(**action["context"])
            .create(
                {
                    "reason": "Bankrupt",
                    "line_ids": [Command.set(self._get_items(invoices).ids)],
                }
            )
        )

    def _get_items(self, invoices):
        items = self.env["account.move.line"]
        for invoice in invoices:
            items |= self._get_item(invoice)
        return items

    def test_a_write_off_is_booked_with_the_approval(self):
        writeoff = self._write_off(self.invoice | self.invoice_2)
        writeoff.action_request_approval()
        self.assertEqual((writeoff.state, writeoff.amount), ("to_approve", 1500))
        self.assertEqual(self._get_balance(TODAY), 1500)
        writeoff.with_user(self.finance_2).action_approve()
        self.assertEqual(writeoff.state, "approved")
        self.assertEqual(self._get_balance(TODAY), 0)
        self.assertEqual(
            writeoff.move_id.line_ids.filtered(
                lambda line: line.account_id == self.accounts[2]
            ).balance,
            1500,
        )
        self.assertEqual(self.case.state, "closed")
        self.assertFalse(self.env["kuaidi.collected.payment"].search_count([]))

    def test_nobody_writes_off_alone(self):
        writeoff = self._write_off(self.invoice)
        writeoff.action_request_approval()
        for user, error in (
            (self.finance, UserError),
            (self.manager, AccessError),
            (self.centre, AccessError),
        ):
            with self.subTest(user=user.login), self._refused(error, ""):
                writeoff.with_user(user).action_approve()
        for values in ({"state": "approved"}, {"amount": 1}, {"requested_by_id": 1}):
            with self.subTest(values=values), self._refused(AccessError, ""):
                writeoff.with_user(self.finance_2).write(values)
        self.assertEqual(self._get_balance(TODAY), 1500)
        self.assertFalse(writeoff.move_id)

    def test_account_managers_write_nothing_off(self):
        with self._refused(AccessError, "Finance decides"):
            self._write_off(self.invoice, self.manager)
        with self._refused(AccessError, ""):
            self.env["kuaidi.writeoff"].with_user(self.manager).create(
                {"account_id": self.account.id, "reason": "Friend"}
            )

    def test_what_was_paid_meanwhile_is_not_written_off(self):
        writeoff = self._write_off(self.invoice)
        writeoff.action_request_approval()
        self._pay(self.invoice, 300, TODAY)
        with self._refused(UserError, "changed since"):
            writeoff.with_user(self.finance_2).action_approve()
        self._pay(self.invoice, 700, TODAY)
        with self._refused(ValidationError, "Nothing is open"):
            writeoff.with_user(self.finance_2).action_approve()
        self.assertFalse(writeoff.move_id)

    def test_two_write_offs_of_one_debt_book_once(self):
        first = self._write_off(self.invoice)
        second = self._write_off(self.invoice)
        (first | second).action_request_approval()
        first.with_user(self.finance_2).action_approve()
        with self._refused(ValidationError, "Nothing is open"):
            second.with_user(self.finance_2).action_approve()
        self.assertEqual(self._get_balance(TODAY), 500)

    def test_without_settings_nothing_is_booked(self):
        self.company.kuaidi_writeoff_account_id = False
        writeoff = self._write_off(self.invoice)
        writeoff.action_request_approval()
        with self._refused(UserError, "Choose the journal and the account"):
            writeoff.with_user(self.finance_2).action_approve()
        self.assertEqual(writeoff.state, "to_approve")

    def test_a_credit_note_is_set_off_without_an_entry(self):
        refund = self._create_invoice(self.partner, 300, TODAY, move_type="out_refund")
        setoff = self._set_off(refund, self.invoice)
        setoff.with_user(self.finance_2).action_approve()
        self.assertEqual(setoff.state, "approved")
        self.assertFalse(setoff.move_id)
        self.assertEqual(self._get_item(self.invoice).amount_residual, 700)

    def _set_off(self, refund, invoice, amount=300):
        setoff = self.env["kuaidi.setoff"]._propose(
            self.account.with_user(self.manager),
            self._get_item(refund),
            self._get_item(invoice),
            "Claim 17",
        )
        self.assertEqual(
            (setoff.sudo().state, setoff.sudo().amount), ("to_approve", amount)
        )
        return setoff.sudo(False)

    def test_a_claim_payout_in_another_ledger_is_set_off_by_an_entry(self):
        payable = self.env["account.account"].create(
            {
                "name": "Claims payable",
                "code": "224199",
                "account_type": "liability_payable",
                "reconcile": True,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.journal.id,
                "date": TODAY,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.partner.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in (
                        (payable, -1200),
                        (self.accounts[2], 1200),
                    )
                ],
            }
        )
        entry.action_post()
        credit = entry.line_ids.filtered(lambda line: line.account_id == payable)
        setoff = self.env["kuaidi.setoff"]._propose(
            self.account,
            credit,
            self._get_items(self.invoice | self.invoice_2),
            "Claim 18",
        )
        setoff.with_user(self.finance_2).action_approve()
        self.assertEqual(credit.amount_residual, 0)
        self.assertEqual(self._get_item(self.invoice).amount_residual, 0)
        self.assertEqual(self._get_item(self.invoice_2).amount_residual, 300)
        self.assertEqual(self._get_balance(TODAY), 300)
        self.assertFalse(self.env["kuaidi.collected.payment"].search_count([]))

    def test_debts_are_not_set_off_against_debts(self):
        with self._refused(ValidationError, "right side"):
            self.env["kuaidi.setoff"]._propose(
                self.account,
                self._get_item(self.invoice),
                self._get_item(self.invoice_2),
                "Wrong",
            )

    def test_items_of_other_clients_are_refused(self):
        stranger = self._create_account()
        refund = self._create_invoice(
            stranger.partner_id, 300, TODAY, move_type="out_refund"
        )
        with self._refused(ValidationError, "no item of"):
            self._set_off(refund, self.invoice)
