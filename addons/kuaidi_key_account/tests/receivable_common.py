from contextlib import contextmanager
from datetime import date

from odoo import Command

from .common import KuaidiCommon

TODAY = date(2026, 11, 22)


class ReceivableCommon(KuaidiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls._create_account()
        cls.partner = cls.account.partner_id
        cls.accounts = cls.env["account.account"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": account_type,
                    "company_ids": [Command.set(cls.company.ids)],
                }
                for name, code, account_type in (
                    ("Bank", "100299", "asset_current"),
                    ("Exchange gain", "660398", "income_other"),
                    ("Exchange loss", "660399", "expense"),
                )
            ]
        )
        cls.journal = cls.env["account.journal"].create(
            {"name": "Entries", "code": "ENT9", "type": "general"}
        )
        # what the first invoice would make, in each test anew
        cls._get_journal(cls.company)
        cls.company.write(
            {
                "currency_exchange_journal_id": cls.journal.id,
                "income_currency_exchange_account_id": cls.accounts[1].id,
                "expense_currency_exchange_account_id": cls.accounts[2].id,
            }
        )

    @contextmanager
    def _refused(self, error, message=""):
        """Expect a refusal, and read anew afterwards what is in the database."""
        with self.assertRaisesRegex(error, message), self.cr.savepoint():
            yield
        self.env.invalidate_all()

    @classmethod
    def _invoice(cls, amount, day, due=None, **values):
        return cls._create_invoice(
            cls.partner,
            amount,
            day,
            invoice_payment_term_id=False,
            invoice_date_due=due or day,
            **values,
        )

    @classmethod
    def _pay(cls, invoice, amount, day, journal=None):
        """Enter money that came in (or went out) on a day, and settle with it."""
        line = invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        amount = -amount if line.balance > 0 else amount
        currency = invoice.currency_id
        balance = currency._convert(amount, cls.company.currency_id, cls.company, day)
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": (journal or cls.journal).id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": line.partner_id.id,
                            "currency_id": currency.id,
                            "amount_currency": sign * amount,
                            "balance": sign * balance,
                        }
                    )
                    for account, sign in ((line.account_id, 1), (cls.accounts[0], -1))
                ],
            }
        )
        entry.action_post()
        (line + entry.line_ids[0]).reconcile()

    def _get_balance(self, day):
        """Return Odoo's own receivable balance of the client at the end of a day."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("account_type", "=", "asset_receivable"),
                ("partner_id.commercial_partner_id", "=", self.partner.id),
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", day),
            ],
            aggregates=["balance:sum"],
        )
        return groups[0][0] or 0.0
