from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .recovery_common import RecoveryCommon


@freeze_time("2026-11-20 02:00:00")
@tagged("post_install", "-at_install")
class TestRecoveryBooks(RecoveryCommon):
    """The debtor's debt in Odoo's own books, once, and the money that comes in."""

    def test_a_debt_is_booked_and_paid(self):
        recovery = self._get_owed()
        entry = self._book(recovery)
        move = entry.move_id
        self.assertEqual((move.move_type, move.state), ("entry", "posted"))
        balances = {line.account_id: line.balance for line in move.line_ids}
        self.assertEqual(balances, {self.receivable: 1492.80, self.expense: -1492.80})
        self.assertEqual(move.line_ids.partner_id, self.carrier)
        self.assertEqual((recovery.state, entry.state), ("booked", "booked"))
        self.assertEqual(self.claim.amount_net, 1492.80)
        self._pay_in(entry, 1000.50)
        self.assertEqual(recovery.state, "booked")
        self.assertEqual(self.claim.amount_recovered, 1000.50)
        self.assertEqual(self.claim.amount_net, 492.30)
        self._pay_in(entry, 492.30)
        self.assertEqual((recovery.state, entry.state), ("paid", "paid"))
        self.assertEqual(self.claim.amount_net, 0)

    def test_a_debt_is_booked_once(self):
        recovery = self._get_owed()
        entry = self._book(recovery)
        with self._refused(UserError, "by now"):
            self._book(recovery)
        self.assertEqual(recovery.entry_ids.ids, entry.ids)

    def test_finance_alone_books(self):
        recovery = self._get_owed()
        for user in (self.officer, self.claims_manager, self.manager, self.centre):
            with self.subTest(user=user.login), self._refused(AccessError):
                self._book(recovery, user)
        self.assertEqual(recovery.state, "agreed")
        self.assertFalse(recovery.entry_ids)

    def test_no_more_is_recovered_than_was_paid(self):
        first = self._get_owed(1000)
        second = self._get_owed(
            500,
            target="outlet",
            basis="rules",
            department_id=self.outlet.id,
            contract_reference=False,
        )
        self._book(first)
        with self._refused(UserError, "nothing is recovered twice"):
            self._book(second)
        self.assertEqual(second.state, "agreed")
        self.assertFalse(second.entry_ids)

    def test_nothing_is_recovered_before_the_client_is_paid(self):
        self.claim.sudo().amount_paid = 0
        recovery = self._get_owed(900, amount_demanded=900)
        with self._refused(UserError, "client is paid first"):
            self._book(recovery)
        self.assertFalse(recovery.entry_ids)

    def test_a_cancelled_entry_is_booked_anew_and_never_again(self):
        recovery = self._get_owed()
        entry = self._book(recovery)
        entry.move_id.button_draft()
        entry.move_id.button_cancel()
        self.assertEqual((entry.state, recovery.state), ("cancelled", "agreed"))
        again = self._book(recovery)
        self.assertNotEqual(again, entry)
        self.assertEqual(recovery.state, "booked")
        entry.move_id.button_draft()
        with self._refused(UserError, "book it anew"):
            entry.move_id.action_post()
        with self._refused(UserError, "Cancel it instead"):
            entry.move_id.unlink()
        self.assertEqual(entry.move_id.state, "draft")

    def test_a_reversal_brings_nothing_in(self):
        recovery = self._get_owed()
        entry = self._book(recovery)
        entry.move_id._reverse_moves([{"date": "2026-11-20"}], cancel=True)
        self.assertEqual((entry.state, recovery.state), ("cancelled", "agreed"))
        self.assertEqual(self.claim.amount_recovered, 0)
        self.assertEqual(self.claim.amount_net, 1492.80)

    def test_a_write_off_brings_nothing_in(self):
        recovery = self._get_owed()
        entry = self._book(recovery)
        self._pay_in(entry, 400)
        writeoff = self._pay_in(entry, 1092.80)
        # what finance writes off is known by its decision
        line = entry._get_receivable_lines()
        line.remove_move_reconcile()
        account = self._create_account(partner_id=self.carrier.id)
        self.env["kuaidi.writeoff"].sudo().create(
            {
                "account_id": account.id,
                "line_ids": [(6, 0, line.ids)],
                "reason": "Bankrupt",
                "move_id": writeoff.id,
            }
        )
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.receivable.id),
                ("partner_id", "=", self.carrier.id),
                ("reconciled", "=", False),
            ]
        )
        items.reconcile()
        self.assertEqual((entry.state, recovery.state), ("lost", "failed"))
        self.assertEqual(self.claim.amount_recovered, 400)
        self.assertEqual(self.claim.amount_net, 1092.80)

    def test_money_that_goes_back_is_not_recovered(self):
        recovery = self._get_owed()
        entry = self._book(recovery)
        money = self._pay_in(entry, 1492.80)
        self.assertEqual(recovery.state, "paid")
        money.line_ids.remove_move_reconcile()
        self.assertEqual((recovery.state, entry.state), ("booked", "booked"))
        self.assertEqual(self.claim.amount_net, 1492.80)

    def test_entries_stay_what_is_owed(self):
        recovery = self._get_owed()
        entry = self._book(recovery)
        move = entry.move_id
        move.button_draft()
        debit = entry._get_receivable_lines()
        credit = move.line_ids - debit
        move.write(
            {
                "line_ids": [
                    (1, debit.id, {"debit": 2000}),
                    (1, credit.id, {"credit": 2000}),
                ]
            }
        )
        with self._refused(UserError, "partner, currency and amount"):
            move.action_post()
        self.assertEqual(move.state, "draft")

    def test_freight_and_fees_do_not_lower_the_loss(self):
        self.claim.amount_freight = 90
        recovery = self._get_owed(
            target="consignee",
            subject="freight",
            basis="law",
            contract_reference=False,
            amount_demanded=90,
        )
        entry = self._book(recovery)
        self.assertIn(self.freight_account, entry.move_id.line_ids.account_id)
        self._pay_in(entry, 90)
        self.assertEqual(recovery.amount_recovered, 90)
        self.assertEqual(
            (self.claim.amount_recovered, self.claim.amount_net), (0, 1492.80)
        )

    def test_accounts_are_chosen_first(self):
        self.company.kuaidi_recovery_journal_id = False
        recovery = self._get_owed()
        with self._refused(UserError, "Choose the journal"):
            self._book(recovery)
        self.assertEqual(recovery.state, "agreed")
