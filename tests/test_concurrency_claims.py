"""Claims under two hands: agreed on, approved and paid out once."""

from psycopg2 import IntegrityError, OperationalError

from odoo import api
from odoo.exceptions import LockError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .concurrency_common import ConcurrencyCase

# what the second of two transactions meets, before Odoo tries it again
CONFLICTS = (IntegrityError, LockError, OperationalError)
TABLES = (
    "kuaidi_claim_payout",
    "kuaidi_claim_report",
    "kuaidi_claim_evidence",
    "kuaidi_claim_inquiry",
    "kuaidi_claim",
    "account_move",
    "account_journal",
    "kuaidi_case_department",
)


@tagged("post_install", "-at_install")
class TestClaimConcurrency(ConcurrencyCase):
    """Real cursors that commit; what a test committed it deletes again."""

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            users = env["res.users"].browse(self.user_ids)
            users.group_ids |= env.ref("kuaidi_claims.group_claims_manager") | env.ref(
                "kuaidi_key_account.group_finance"
            )
            company = env["res.company"].browse(self.company_id)
            env = env(context={"allowed_company_ids": company.ids})
            expense, payable = env["account.account"].create(
                [
                    {
                        "name": name,
                        "code": code,
                        "account_type": kind,
                        "company_ids": [(6, 0, company.ids)],
                    }
                    for name, code, kind in (
                        ("Compensations", "671109", "expense"),
                        ("Payables", "220209", "liability_payable"),
                    )
                ]
            )
            env["account.journal"].create(
                {
                    "name": "Bills",
                    "code": "BILL",
                    "type": "purchase",
                    "company_id": company.id,
                    "default_account_id": expense.id,
                }
            )
            env["ir.default"].set(
                "res.partner",
                "property_account_payable_id",
                payable.id,
                company_id=company.id,
            )
            company.kuaidi_claim_account_id = expense
            claim = env["kuaidi.claim"].create(
                {
                    "company_id": company.id,
                    "partner_id": self.partner_id,
                    "type": "damage",
                    "waybill_number": f"RACE{company.id}",
                    "user_id": self.user_ids[2],
                    "amount_claimed": 900,
                }
            )
            claim.write({"state": "negotiation"})
            self.claim_id = claim.id
        self.addCleanup(self._delete_claims)

    def _delete_claims(self):
        with self._transaction() as env:
            claims = env["kuaidi.claim"].browse(self.claim_id)
            claims.report_ids.review_ids.unlink()
            env.flush_all()
            # what was booked and approved stays on file for users; tests leave nothing
            for table in TABLES:
                env.cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE company_id = %s",
                        SQL.identifier(table),
                        self.company_id,
                    )
                )
            env.invalidate_all()
            env["mail.activity"].search(
                [("res_model", "=", "kuaidi.claim"), ("res_id", "=", self.claim_id)]
            ).unlink()

    def _offer(self, amount):
        with self._transaction(self.user_ids[2]) as env:
            return (
                env["kuaidi.claim.offer"]
                .create({"claim_id": self.claim_id, "amount": amount})
                .id
            )

    def _approve(self):
        """Have an amount of 800 yuan agreed on and approved."""
        offer_id = self._offer(800)
        with self._transaction(self.user_ids[2]) as env:
            env["kuaidi.claim.offer"].browse(offer_id).action_accept()
            claim = env["kuaidi.claim"].browse(self.claim_id)
            claim.action_check_debts()
            claim.action_make_report()
            claim.report_id.write({"course": "It fell.", "reason": "Repair bill."})
            claim.report_id.action_request_approval()
            report_id = claim.report_id.id
        return report_id

    def _get_payouts(self):
        with self._transaction() as env:
            payouts = env["kuaidi.claim.payout"].search(
                [("claim_id", "=", self.claim_id)]
            )
            return len(payouts), sum(payouts.move_id.mapped("amount_total"))

    def test_two_officers_accept_one_offer_once(self):
        offer_id = self._offer(800)
        error = self._race(
            "kuaidi.claim.offer", offer_id, "action_accept", self.user_ids[:2]
        )
        self.assertIn("answered or replaced", str(error))
        with self._transaction() as env:
            claim = env["kuaidi.claim"].browse(self.claim_id)
            self.assertEqual((claim.state, claim.amount_agreed), ("consensus", 800))

    def test_two_managers_approve_one_report_once(self):
        report_id = self._approve()
        error = self._race(
            "kuaidi.claim.report", report_id, "action_approve", self.user_ids[:2]
        )
        self.assertIn("does not wait for approval", str(error))
        with self._transaction() as env:
            claim = env["kuaidi.claim"].browse(self.claim_id)
            self.assertEqual((claim.state, claim.amount_approved), ("approved", 800))
            self.assertEqual(len(claim.report_ids.review_ids), 1)

    def test_two_of_finance_pay_a_claim_out_once(self):
        report_id = self._approve()
        with self._transaction(self.user_ids[0]) as env:
            env["kuaidi.claim.report"].browse(report_id).action_approve()
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, uid, {})["kuaidi.claim"].browse(self.claim_id)
                for cr, uid in zip((cr_1, cr_2), self.user_ids, strict=False)
            )
            second.read(["state"])
            first.env["kuaidi.claim.payout"]._pay_out(first, "bill")
            first.env.flush_all()
            cr_1.execute("SET LOCAL lock_timeout = '2s'")
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with self.assertRaises(CONFLICTS), cr_2.savepoint(flush=False):
                second.env["kuaidi.claim.payout"]._pay_out(second, "bill")
            cr_1.commit()
            cr_2.rollback()
        with (
            self.assertRaisesRegex(UserError, "paid out already"),
            self._transaction(self.user_ids[1]) as env,
        ):
            claim = env["kuaidi.claim"].browse(self.claim_id)
            env["kuaidi.claim.payout"]._pay_out(claim, "bill")
        self.assertEqual(self._get_payouts(), (1, 800))

    def test_a_claim_is_not_paid_while_it_is_negotiated_anew(self):
        report_id = self._approve()
        with self._transaction(self.user_ids[0]) as env:
            env["kuaidi.claim.report"].browse(report_id).action_approve()
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, uid, {})["kuaidi.claim"].browse(self.claim_id)
                for cr, uid in zip((cr_1, cr_2), self.user_ids, strict=False)
            )
            second.read(["state"])
            first.action_renegotiate()
            first.env.flush_all()
            cr_1.execute("SET LOCAL lock_timeout = '2s'")
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with self.assertRaises(CONFLICTS), cr_2.savepoint(flush=False):
                second.env["kuaidi.claim.payout"]._pay_out(second, "bill")
            cr_1.commit()
            cr_2.rollback()
        with (
            self.assertRaisesRegex(UserError, "not approved"),
            self._transaction(self.user_ids[1]) as env,
        ):
            claim = env["kuaidi.claim"].browse(self.claim_id)
            env["kuaidi.claim.payout"]._pay_out(claim, "bill")
        self.assertEqual(self._get_payouts(), (0, 0))
