"""Clients that owe invoices, on real cursors."""

from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import Mock, patch

from odoo import Command
from odoo.tests import freeze_time

from .concurrency_common import ConcurrencyCase

# a Monday
TODAY = date(2026, 11, 23)
MORNING = "2026-11-23 02:00:00"


class DebtConcurrencyCase(ConcurrencyCase):
    """Some clients, each with an invoice that is a week late; mails are taken in."""

    client_count = 3

    def setUp(self):
        # by hand: a class is frozen by Odoo's own runner alone
        freezer = freeze_time(MORNING)
        freezer.start()
        self.addCleanup(freezer.stop)
        super().setUp()
        self.addCleanup(self._delete_debts)
        with self._transaction() as env:
            company = env["res.company"].browse(self.company_id)
            env["res.users"].browse(self.user_ids).group_ids += env.ref(
                "kuaidi_key_account.group_finance"
            )
            company.kuaidi_collector_id = self.user_ids[0]
            company.partner_id.email = "office@express.example"
            self.journal_id = self._create_journal(env, company).id
            accounts = env["kuaidi.key.account"]
            for number in range(self.client_count):
                partner = env["res.partner"].create(
                    {
                        "name": f"Debtor {number}",
                        "is_company": True,
                        "parent_id": False,
                        "email": f"debtor{number}@client.example",
                    }
                )
                accounts |= accounts.create(
                    {
                        "partner_id": partner.id,
                        "company_id": company.id,
                        "manager_id": self.user_ids[0],
                    }
                )
                self._owe(env, partner)
            self.account_ids = accounts.ids

    def _create_journal(self, env, company):
        accounts = env["account.account"].with_company(company)
        self.income, self.receivable = (
            accounts.create(
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "reconcile": kind == "asset_receivable",
                    "company_ids": [Command.set(company.ids)],
                }
            ).id
            for name, code, kind in (
                ("Freight", "600100", "income"),
                ("Receivable", "112200", "asset_receivable"),
            )
        )
        env["ir.default"].set(
            "res.partner",
            "property_account_receivable_id",
            self.receivable,
            company_id=company.id,
        )
        return env["account.journal"].create(
            {
                "name": "Invoices",
                "code": "INV",
                "type": "sale",
                "company_id": company.id,
                "default_account_id": self.income,
            }
        )

    def _owe(self, env, partner, days=8):
        due = TODAY - timedelta(days=days)
        move = (
            env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "journal_id": self.journal_id,
                    "invoice_date": due - timedelta(days=30),
                    "invoice_payment_term_id": False,
                    "invoice_date_due": due,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Freight", "quantity": 1, "price_unit": 100}
                        )
                    ],
                }
            )
        )
        move.invoice_line_ids.tax_ids = False
        move.action_post()

    def _delete_debts(self):
        """Delete what the test committed; adopters delete what is theirs before."""
        with self._transaction() as env:
            env.cr.execute(
                """
                DELETE FROM account_partial_reconcile WHERE company_id = %(company)s;
                DELETE FROM account_full_reconcile WHERE id NOT IN (
                    SELECT full_reconcile_id FROM account_partial_reconcile
                     WHERE full_reconcile_id IS NOT NULL
                );
                DELETE FROM account_move_line WHERE company_id = %(company)s;
                DELETE FROM account_move WHERE company_id = %(company)s
                """,
                {"company": self.company_id},
            )

    @contextmanager
    def _mail_server(self, on_arrival=lambda message: None):
        """Take mails in; yield their Message-Ids as they arrive."""
        server = self.registry["ir.mail_server"]
        arrived = []

        def deliver(self, message, *args, **kwargs):
            arrived.append(message["Message-Id"])
            on_arrival(message)
            return message["Message-Id"]

        with (
            patch.object(server, "_disable_send", return_value=False),
            patch.object(server, "_connect__", lambda *args, **kwargs: Mock()),
            patch.object(server, "send_email", deliver),
        ):
            yield arrived
