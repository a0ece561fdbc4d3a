"""An insurer's payment under two hands: booked once."""

from psycopg2 import IntegrityError, OperationalError

from odoo import api
from odoo.exceptions import LockError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .concurrency_common import ConcurrencyCase

# what the second of two transactions meets, before Odoo tries it again
CONFLICTS = (IntegrityError, LockError, OperationalError)
TABLES = (
    "kuaidi_insurance_payment",
    "kuaidi_insurance_case",
    "kuaidi_claim_evidence",
    "kuaidi_claim",
    "kuaidi_insurance_policy",
    "account_move",
    "account_journal",
)


@tagged("post_install", "-at_install")
class TestInsuranceConcurrency(ConcurrencyCase):
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
            income, receivable = env["account.account"].create(
                [
                    {
                        "name": name,
                        "code": code,
                        "account_type": kind,
                        "reconcile": kind == "asset_receivable",
                        "company_ids": [(6, 0, company.ids)],
                    }
                    for name, code, kind in (
                        ("Insurance payments", "630109", "income_other"),
                        ("Receivables", "112209", "asset_receivable"),
                    )
                ]
            )
            env["account.journal"].create(
                {
                    "name": "Invoices",
                    "code": "INV9",
                    "type": "sale",
                    "company_id": company.id,
                    "default_account_id": income.id,
                }
            )
            env["ir.default"].set(
                "res.partner",
                "property_account_receivable_id",
                receivable.id,
                company_id=company.id,
            )
            company.kuaidi_insurance_account_id = income
            insurer = env["kuaidi.insurer"].create(
                {"partner_id": self.partner_id, "company_id": company.id}
            )
            product = env["kuaidi.insurance.product"].create(
                {
                    "name": "Open policy",
                    "insurer_id": insurer.id,
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                }
            )
            policy = env["kuaidi.insurance.policy"].create(
                {
                    "number": f"RACE{company.id}",
                    "company_id": company.id,
                    "product_id": product.id,
                    "date_from": "2020-01-01",
                    "date_to": "2099-12-31",
                }
            )
            policy.action_start()
            claim = env["kuaidi.claim"].create(
                {
                    "company_id": company.id,
                    "partner_id": self.partner_id,
                    "type": "damage",
                    "waybill_number": f"RACE{company.id}",
                    "user_id": self.user_ids[2],
                    "amount_claimed": 4000,
                }
            )
            case = env["kuaidi.insurance.case"].create(
                {
                    "claim_id": claim.id,
                    "policy_id": policy.id,
                    "cause": "collision",
                    "amount_loss": 4000,
                    "amount_value": 20000,
                    "amount_insured": 10000,
                }
            )
            case.action_notify()
            case._ask_papers("Repair bill")
            case.action_submit_papers()
            case._agree(1700)
            self.case_id, self.product_id = case.id, product.id
        self.addCleanup(self._delete_cases)

    def _delete_cases(self):
        with self._transaction() as env:
            # what was booked stays on file for users; tests leave nothing
            for table in TABLES:
                env.cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE company_id = %s",
                        SQL.identifier(table),
                        self.company_id,
                    )
                )
            env.invalidate_all()
            product = env["kuaidi.insurance.product"].browse(self.product_id)
            insurer = product.insurer_id
            product.unlink()
            insurer.unlink()

    def _book(self, env):
        case = env["kuaidi.insurance.case"].browse(self.case_id)
        return env["kuaidi.insurance.payment"]._book(case, "settlement")

    def test_two_of_finance_book_an_insurers_payment_once(self):
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, uid, {})
                for cr, uid in zip((cr_1, cr_2), self.user_ids, strict=False)
            )
            second["kuaidi.insurance.case"].browse(self.case_id).read(["state"])
            self._book(first)
            first.flush_all()
            cr_1.execute("SET LOCAL lock_timeout = '2s'")
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with self.assertRaises(CONFLICTS), cr_2.savepoint(flush=False):
                self._book(second)
            cr_1.commit()
            cr_2.rollback()
        with (
            self.assertRaisesRegex(UserError, "booked on"),
            self._transaction(self.user_ids[1]) as env,
        ):
            self._book(env)
        with self._transaction() as env:
            payments = env["kuaidi.insurance.case"].browse(self.case_id).payment_ids
            self.assertEqual(payments.mapped("amount"), [1700])
            self.assertEqual(payments.move_id.mapped("amount_total"), [1700])
