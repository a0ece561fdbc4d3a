"""A bond under two hands: paid once, taken back or paid, never both."""

from datetime import date, timedelta

from psycopg2 import OperationalError

from odoo import Command, api, fields
from odoo.exceptions import LockError, UserError
from odoo.tests import tagged

from .concurrency_common import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestTenderBondConcurrency(ConcurrencyCase):
    """Real cursors that commit; what a test committed it deletes again."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._delete_bonds)
        with self._transaction() as env:
            company = env["res.company"].browse(self.company_id)
            finance = env.ref("kuaidi_key_account.group_finance")
            env["res.users"].browse(self.user_ids).group_ids = [
                Command.link(finance.id)
            ]
            bank = env["res.partner.bank"].create(
                {"acc_number": "4403 0001", "partner_id": company.partner_id.id}
            )
            bank.kuaidi_is_basic_account = True
            self.journal_id = self._create_journal(env, company, bank).id
        with self._transaction(self.user_ids[0]) as env:
            tender = env["kuaidi.tender"].create(
                {
                    "name": "National parcel service",
                    "partner_id": self.partner_id,
                    "amount_budget": 1_000_000,
                    "date_deadline": fields.Datetime.now() + timedelta(days=30),
                }
            )
            bond = env["kuaidi.tender.bond"].create(
                {"tender_id": tender.id, "amount_asked": 20_000}
            )
            bond.action_request_approval()
            self.bond_id = bond.id
        with self._transaction(self.user_ids[1]) as env:
            env["kuaidi.tender.bond"].browse(self.bond_id).action_approve()

    def _create_journal(self, env, company, bank):
        accounts = (
            env["account.account"]
            .with_company(company)
            .create(
                [
                    {
                        "name": name,
                        "code": code,
                        "account_type": account_type,
                        "reconcile": account_type == "liability_payable",
                        "company_ids": [Command.set(company.ids)],
                    }
                    for name, code, account_type in (
                        ("Bank", "100201", "asset_cash"),
                        ("Payables", "220200", "liability_payable"),
                    )
                ]
            )
        )
        env["ir.default"].set(
            "res.partner",
            "property_account_payable_id",
            accounts[1].id,
            company_id=company.id,
        )
        journal = env["account.journal"].create(
            {
                "name": "Basic account",
                "code": "BASIC",
                "type": "bank",
                "company_id": company.id,
                "default_account_id": accounts[0].id,
                "bank_account_id": bank.id,
            }
        )
        journal.outbound_payment_method_line_ids.payment_account_id = accounts[0]
        return journal

    def _delete_bonds(self):
        domain = [("company_id", "=", self.company_id)]
        with self._transaction() as env:
            payments = env["account.payment"].search(domain)
            payments.action_draft()
            payments.unlink()
            bonds = env["kuaidi.tender.bond"].search(domain)
            bonds.review_ids.unlink()
            bonds.write({"state": "draft"})
            bonds.unlink()
            tenders = env["kuaidi.tender"].search(domain)
            leads = tenders.lead_id
            tenders.write({"state": "draft"})
            tenders.unlink()
            leads.unlink()

    def _count_payments(self):
        with self._transaction() as env:
            return env["account.payment"].search_count(
                [("company_id", "=", self.company_id)]
            )

    def _pay(self, env):
        bond = env["kuaidi.tender.bond"].browse(self.bond_id)
        bond._pay(env["account.journal"].browse(self.journal_id), date.today())

    def test_two_colleagues_who_pay_at_once_pay_once(self):
        uid_1, uid_2 = self.user_ids[1:]
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            env_1 = api.Environment(cr_1, uid_1, {})
            env_2 = api.Environment(cr_2, uid_2, {})
            env_2["kuaidi.tender.bond"].browse(self.bond_id).read(["state"])
            self._pay(env_1)
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            # while the first one holds the bond ...
            with self.assertRaises((LockError, OperationalError)):
                with cr_2.savepoint(flush=False):
                    self._pay(env_2)
            cr_1.commit()
            cr_2.rollback()
        # ... and when the request is tried again, as Odoo does by itself
        with self.assertRaises(UserError), self._transaction(uid_2) as env:
            self._pay(env)
        self.assertEqual(self._count_payments(), 1)

    def test_a_bond_taken_back_while_it_is_paid_is_paid(self):
        uid_1, uid_2 = self.user_ids[1], self.user_ids[0]
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            env_1 = api.Environment(cr_1, uid_1, {})
            bond = api.Environment(cr_2, uid_2, {})["kuaidi.tender.bond"].browse(
                self.bond_id
            )
            bond.read(["state"])
            self._pay(env_1)
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with self.assertRaises((LockError, OperationalError)):
                with cr_2.savepoint(flush=False):
                    bond.action_back_to_draft()
            cr_1.commit()
            cr_2.rollback()
        with self.assertRaises(UserError), self._transaction(uid_2) as env:
            env["kuaidi.tender.bond"].browse(self.bond_id).action_back_to_draft()
        with self._transaction() as env:
            bond = env["kuaidi.tender.bond"].browse(self.bond_id)
            self.assertEqual(bond.state, "paid")
            self.assertTrue(bond.payment_id)
