from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .money_common import MoneyCommon


@freeze_time("2026-11-20 02:00:00")
@tagged("post_install", "-at_install")
class TestClaimMoneyPayout(MoneyCommon):
    """The money, in Odoo's own books, once."""

    def _pay(self, claim, kind="bill", user=None, **values):
        wizard = (
            self.env["kuaidi.claim.pay"]
            .with_user(user or self.finance)
            .create({"claim_id": claim.id, "kind": kind, **values})
        )
        wizard.action_pay()
        return claim.payout_id

    def test_a_vendor_bill_is_paid_and_the_claim_with_it(self):
        claim = self._approve(800)
        payout = self._pay(claim)
        move = payout.move_id
        self.assertEqual(
            (move.move_type, move.state, move.amount_total),
            ("in_invoice", "posted", 800),
        )
        self.assertEqual(move.invoice_line_ids.account_id, self.expense)
        self.assertEqual((payout.state, claim.state), ("booked", "approved"))
        self._settle(self._get_payable(move))
        self.assertEqual((payout.state, claim.state), ("paid", "paid"))
        self.assertEqual(claim.amount_paid, 800)

    def test_a_credit_note_counts_once_it_is_posted(self):
        claim = self._approve(800)
        payout = self._pay(claim, "refund")
        self.assertEqual(payout.move_id.move_type, "out_refund")
        self.assertEqual((payout.state, claim.state), ("paid", "paid"))
        self.assertEqual(claim.amount_paid, 800)

    def test_a_claim_is_paid_out_once(self):
        claim = self._approve(800)
        self._pay(claim)
        for kind in ("bill", "refund"):
            with self.subTest(kind=kind), self._refused(UserError, "paid out already"):
                self._pay(claim, kind)
        self.assertEqual(len(claim.payout_ids), 1)

    def test_finance_alone_pays_out(self):
        claim = self._approve(800)
        for user in (self.officer, self.claims_manager, self.manager, self.centre):
            with self.subTest(user=user.login), self._refused(AccessError):
                self._pay(claim, user=user)
        self.assertFalse(claim.payout_ids)

    def test_nothing_is_paid_before_the_approval(self):
        report = self._report(800)
        with self._refused(UserError, "not approved"):
            self._pay(report.claim_id)
        report.action_request_approval()
        with self._refused(UserError, "not approved"):
            self._pay(report.claim_id)
        self.assertFalse(self.claim.payout_ids)

    def test_without_the_account_of_compensations_nothing_is_booked(self):
        claim = self._approve(800)
        self.company.kuaidi_claim_account_id = False
        with self._refused(UserError, "Choose the account"):
            self._pay(claim)
        self.assertFalse(claim.payout_ids)

    def test_another_amount_than_the_approved_one_is_not_posted(self):
        claim = self._approve(800)
        move = self._pay(claim).move_id
        move.button_draft()
        move.invoice_line_ids.price_unit = 8000
        with self._refused(UserError, "those on record"):
            move.action_post()
        self.assertEqual((move.state, claim.state), ("draft", "approved"))
        move.invoice_line_ids.price_unit = 800
        move.action_post()
        self.assertEqual(claim.payout_id.state, "booked")

    def test_a_cancelled_bill_leaves_the_claim_to_be_paid_anew(self):
        claim = self._approve(800)
        payout = self._pay(claim)
        with self._refused(UserError, "Cancel it instead"):
            payout.move_id.sudo().with_context(force_delete=True).unlink()
        payout.move_id.button_draft()
        payout.move_id.button_cancel()
        self.assertEqual((payout.state, claim.state), ("cancelled", "approved"))
        second = self._pay(claim, "refund")
        self.assertEqual((second.state, claim.state), ("paid", "paid"))
        self.assertEqual(claim.amount_paid, 800)

    def test_money_that_comes_back_opens_the_claim_again(self):
        claim = self._approve(800)
        payout = self._pay(claim)
        line = self._get_payable(payout.move_id)
        self._settle(line)
        self.assertEqual(claim.state, "paid")
        claim.with_user(self.officer).action_note_notice()
        claim.with_user(self.officer).action_file()
        self.assertEqual(claim.state, "filed")
        line.remove_move_reconcile()
        self.assertEqual((payout.state, claim.state), ("booked", "approved"))
        self.assertEqual(claim.amount_paid, 0)

    def test_a_part_that_was_paid_is_told(self):
        claim = self._approve(800)
        payout = self._pay(claim)
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.entries.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.client.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in ((self.payable, 300), (self.bank, -300))
                ],
            }
        )
        entry.action_post()
        (
            self._get_payable(payout.move_id)
            + entry.line_ids.filtered(lambda line: line.account_id == self.payable)
        ).reconcile()
        self.assertEqual((payout.state, claim.amount_paid), ("booked", 300))

    def test_a_set_off_pays_with_debts_once_a_colleague_agrees(self):
        invoice = self._create_invoice(self.client, 500, "2026-10-01")
        other = self._create_invoice(self.client, 1000, "2026-11-01")
        claim = self._approve(800)
        self.assertEqual(claim.amount_debt, 1500)
        wizard = Form(
            self.env["kuaidi.claim.pay"]
            .with_user(self.finance)
            .with_context(default_claim_id=claim.id)
        )
        wizard.kind = "setoff"
        record = wizard.save()
        self.assertEqual(record.debt_line_ids.move_id, invoice | other)
        record.action_pay()
        payout = claim.payout_id
        self.assertEqual(payout.setoff_id.state, "to_approve")
        self.assertEqual(payout.state, "booked")
        with self._refused(UserError):
            payout.setoff_id.with_user(self.finance).action_approve()
        payout.setoff_id.with_user(self.finance_2).action_approve()
        self.assertEqual((payout.state, claim.state), ("paid", "paid"))
        self.assertEqual((invoice | other).mapped("amount_residual"), [0, 700])

    def test_a_debt_that_was_paid_in_between_is_not_set_off(self):
        invoice = self._create_invoice(self.client, 500, "2026-10-01")
        line = invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        claim = self._approve(800)
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.entries.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.client.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in (
                        (line.account_id, -500),
                        (self.bank, 500),
                    )
                ],
            }
        )
        entry.action_post()
        (
            line
            + entry.line_ids.filtered(lambda row: row.account_id == line.account_id)
        ).reconcile()
        with self._refused(ValidationError, "paid in between"):
            self._pay(claim, "setoff", debt_line_ids=[Command.set(line.ids)])
        self.assertFalse(claim.payout_ids)
        with self._refused(ValidationError, "Choose the debts"):
            self._pay(claim, "setoff", debt_line_ids=[Command.clear()])

    def test_the_debt_check_counts_open_and_overdue_debts_alone(self):
        self._create_invoice(
            self.client,
            500,
            "2026-10-01",
            invoice_payment_term_id=False,
            invoice_date_due="2026-11-19",
        )
        self._create_invoice(
            self.client,
            200,
            "2026-11-01",
            invoice_payment_term_id=False,
            invoice_date_due="2026-11-20",
        )
        self._create_invoice(self.client, 100, "2026-11-01", move_type="out_refund")
        claim = self.claim.with_user(self.officer)
        claim.action_check_debts()
        self.assertEqual((claim.amount_debt, claim.amount_debt_overdue), (700, 500))
        with self._refused(AccessError):
            claim.write({"amount_debt": 0})
        with self._refused(AccessError):
            self.claim.with_user(self.sales).action_check_debts()

    def test_the_client_is_told_before_the_claim_is_filed(self):
        claim = self._approve(800)
        self._pay(claim, "refund")
        officer = claim.with_user(self.officer)
        with self._refused(UserError, "written notice"):
            officer.action_file()
        action = officer.action_send_notice()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.officer)
            .with_context(**action["context"])
            .create({})
        )
        composer._action_send_mail()
        self.assertTrue(claim.date_notified)
        self.assertIn(claim.waybill_number, claim.message_ids[0].body)
        self.assertTrue(claim.message_ids[0].attachment_ids)
        officer.action_file()
        self.assertEqual(claim.state, "filed")

    def test_notice_and_agreement_wait_for_the_decision(self):
        officer = self.claim.with_user(self.officer)
        for name in ("action_print_notice", "action_send_notice", "action_note_notice"):
            with self.subTest(name=name), self._refused(UserError, "not decided"):
                getattr(officer, name)()
        with self._refused(UserError, "Nothing is agreed"):
            officer.action_print_agreement()
        self.assertFalse(self.claim.date_notified)
        # the letter is in the client's language
        self.client.lang = "zh_CN"
        self._agree(800)
        texts = officer._prepare_agreement()
        self.assertTrue(any("800" in term for term in texts["terms"]))
        # it comes into force with the insurer's consent
        self.assertFalse(any("保险人书面同意后" in term for term in texts["terms"]))
        self.claim.sudo().write(
            {"is_insured": True, "no_insurer_reason": "Below the least claim"}
        )
        texts = officer._prepare_agreement()
        self.assertTrue(any("保险人书面同意后" in term for term in texts["terms"]))
