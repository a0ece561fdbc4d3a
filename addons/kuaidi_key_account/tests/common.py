import base64
import smtplib
from contextlib import contextmanager
from unittest.mock import Mock, patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

PDF = base64.b64encode(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF")

PORTAL = "base.group_portal"


class KuaidiCommon(BaseCommon):
    """A Chinese express company with one user per role and a client to serve."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create(
            {
                "name": "Shunda Express",
                "country_id": cls.env.ref("base.cn").id,
                "currency_id": cls.env.ref("base.CNY").id,
            }
        )
        cls.env.ref("base.CNY").active = True
        # a database may have been made with Chinese alone
        cls.env["res.lang"]._activate_lang("en_US")
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        (
            cls.manager,
            cls.manager_2,
            cls.sales,
            cls.finance,
            cls.centre,
            cls.centre_2,
            cls.admin,
            cls.portal,
        ) = cls._create_users(
            {
                "kuaidi_manager": "kuaidi_key_account.group_account_manager",
                "kuaidi_manager_2": "kuaidi_key_account.group_account_manager",
                "kuaidi_sales": "kuaidi_key_account.group_sales",
                "kuaidi_finance": "kuaidi_key_account.group_finance",
                "kuaidi_centre": "kuaidi_key_account.group_crm_centre",
                "kuaidi_centre_2": "kuaidi_key_account.group_crm_centre",
                "kuaidi_admin": "kuaidi_key_account.group_kuaidi_admin",
                "kuaidi_portal": PORTAL,
            }
        )
        cls.client = cls._create_partner(name="Haina Appliances")
        cls.portal.partner_id.parent_id = cls.client

    @classmethod
    def _create_user(cls, login, group, company=None, **values):
        """Create an internal user with one of our roles."""
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=login,
            groups=f"kuaidi_key_account.{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            tz="Asia/Shanghai",
            lang="en_US",
            **values,
        )

    @classmethod
    def _create_users(cls, groups):
        """Create users by their logins, with fewer queries than one by one."""
        return cls.env["res.users"].create(
            [
                {
                    "name": f"{login} ({group})",
                    "login": login,
                    "password": login,
                    "email": "k.k@example.com",
                    "group_ids": cls.env.ref(group).ids,
                    "company_id": cls.company.id,
                    "company_ids": cls.company.ids,
                }
                | ({} if group == PORTAL else {"tz": "Asia/Shanghai", "lang": "en_US"})
                for login, group in groups.items()
            ]
        )

    @classmethod
    def _create_partner(cls, **values):
        """Create a client company."""
        return cls.env["res.partner"].create(
            {"name": "Client", "is_company": True, **values}
        )

    @classmethod
    def _create_account(cls, **values):
        """Create a candidate that `manager` serves, on a client of its own."""
        if "partner_id" not in values:
            values["partner_id"] = cls._create_partner().id
        return cls.env["kuaidi.key.account"].create(
            {
                "company_id": cls.company.id,
                "manager_id": cls.manager.id,
                **values,
            }
        )

    @classmethod
    def _create_attachment(cls, name="paper.pdf", raw=None, **values):
        """Create a file as an upload would leave it."""
        return cls.env["ir.attachment"].create(
            {"name": name, "datas": PDF if raw is None else base64.b64encode(raw)}
            | values
        )

    @classmethod
    def _create_document(cls, account, kind, **values):
        """Register a paper of the type with that XML-ID suffix, with its file."""
        values.setdefault("attachment_ids", [Command.set(cls._create_attachment().ids)])
        return cls.env["kuaidi.account.document"].create(
            {
                "account_id": account.id,
                "type_id": cls.env.ref(f"kuaidi_key_account.document_type_{kind}").id,
                **values,
            }
        )

    @classmethod
    def _make_formal(cls, account):
        """Register both papers and turn the candidate into a formal client."""
        cls._create_document(account, "entrustment")
        cls._create_document(account, "safety")
        account.action_make_formal()
        return account

    @classmethod
    def _get_journal(cls, company):
        """Return a sales journal of the company, with accounts to post on."""
        journal = cls.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "sale")], limit=1
        )
        if journal:
            return journal
        accounts = cls.env["account.account"].with_company(company)
        income = accounts.create(
            {
                "name": "Freight revenue",
                "code": "600100",
                "account_type": "income",
                "company_ids": [Command.set(company.ids)],
            }
        )
        receivable = accounts.create(
            {
                "name": "Trade receivables",
                "code": "112200",
                "account_type": "asset_receivable",
                "reconcile": True,
                "company_ids": [Command.set(company.ids)],
            }
        )
        cls.env["ir.default"].set(
            "res.partner",
            "property_account_receivable_id",
            receivable.id,
            company_id=company.id,
        )
        return cls.env["account.journal"].create(
            {
                "name": "Customer invoices",
                "code": "INV",
                "type": "sale",
                "company_id": company.id,
                "default_account_id": income.id,
            }
        )

    @classmethod
    def _create_invoice(
        cls, partner, amount, date, move_type="out_invoice", post=True, **values
    ):
        """Create an invoice or credit note over `amount`, untaxed, on that date."""
        company = cls.env["res.company"].browse(
            values.get("company_id", cls.company.id)
        )
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": partner.id,
                    "journal_id": cls._get_journal(company).id,
                    "invoice_date": fields.Date.to_date(date),
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Freight",
                                "quantity": 1,
                                "price_unit": amount,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                    **values,
                }
            )
        )
        if post:
            move.action_post()
        return move

    @contextmanager
    def _mail_server(self, refused=(), is_down=False):
        """Take mails in, and yield the list of what arrived.

        :param refused: addresses that do not exist
        :param is_down: whether the server does not answer
        """
        server = type(self.env["ir.mail_server"])
        arrived = []

        def connect(self, *args, **kwargs):
            if is_down:
                raise smtplib.SMTPConnectError(421, "not now")
            return Mock()

        def deliver(self, message, *args, **kwargs):
            if any(address in message["To"] for address in refused):
                raise AssertionError(self.NO_VALID_RECIPIENT)
            arrived.append(message)
            return message["Message-Id"]

        with (
            patch.object(server, "_disable_send", return_value=False),
            patch.object(server, "_connect__", connect),
            patch.object(server, "send_email", deliver),
        ):
            yield arrived
