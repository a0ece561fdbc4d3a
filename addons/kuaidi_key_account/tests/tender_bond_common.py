from contextlib import contextmanager

from odoo.fields import Command
from odoo.tests import freeze_time

from .common import KuaidiCommon

# a Monday, at noon in Shanghai
TODAY = "2026-03-02"


@freeze_time(f"{TODAY} 04:00:00")
class BondCommon(KuaidiCommon):
    """A tender with a budget of a million yuan, seen on Monday 2 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance_2 = cls._create_user("kuaidi_finance_2", "group_finance")
        cls.sales_2 = cls._create_user("kuaidi_sales_2", "group_sales")
        cls.issuer = cls._create_partner(name="Haina Group")
        cls.agency = cls._create_partner(name="Tender Agency")
        cls.basic = cls.env["res.partner.bank"].create(
            {
                "acc_number": "4403 0001",
                "partner_id": cls.company.partner_id.id,
                "kuaidi_is_basic_account": True,
            }
        )
        cls.other = cls.env["res.partner.bank"].create(
            {"acc_number": "4403 0002", "partner_id": cls.company.partner_id.id}
        )
        cls.journal = cls._create_journal()
        cls.tender = cls._create_tender()

    @classmethod
    def _create_journal(cls):
        """Create the bank journal of the basic account, and what payments need."""
        accounts = cls.env["account.account"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": account_type,
                    "reconcile": account_type == "liability_payable",
                    "company_ids": [Command.set(cls.company.ids)],
                }
                for name, code, account_type in (
                    ("Bank", "100201", "asset_cash"),
                    ("Payables", "220200", "liability_payable"),
                )
            ]
        )
        cls.env["ir.default"].set(
            "res.partner",
            "property_account_payable_id",
            accounts[1].id,
            company_id=cls.company.id,
        )
        journal = cls.env["account.journal"].create(
            {
                "name": "Basic account",
                "code": "BASIC",
                "type": "bank",
                "company_id": cls.company.id,
                "default_account_id": accounts[0].id,
                "bank_account_id": cls.basic.id,
            }
        )
        for lines in (
            journal.outbound_payment_method_line_ids,
            journal.inbound_payment_method_line_ids,
        ):
            lines.payment_account_id = accounts[0]
        return journal

    @classmethod
    def _create_tender(cls, user=None, **values):
        """Enter a tender as sales: until 31 March, bids valid for 90 days."""
        return (
            cls.env["kuaidi.tender"]
            .with_user(user or cls.sales)
            .create(
                {
                    "name": "National parcel service",
                    "reference": "GZ-2026-017",
                    "partner_id": cls.issuer.id,
                    "amount_budget": 1_000_000,
                    "date_bond": "2026-03-20",
                    "date_deadline": "2026-03-31 01:00:00",
                    **values,
                }
            )
        )

    @classmethod
    def _create_bond(cls, tender=None, user=None, **values):
        """Draw up a bid bond of 20,000 yuan as sales."""
        return (
            cls.env["kuaidi.tender.bond"]
            .with_user(user or cls.sales)
            .create(
                {
                    "tender_id": (tender or cls.tender).id,
                    "amount_asked": 20_000,
                    **values,
                }
            )
        )

    @classmethod
    def _approve(cls, bond=None, **values):
        """Return a bond that sales asked for and finance approved."""
        bond = bond or cls._create_bond(**values)
        bond.action_request_approval()
        bond.with_user(cls.finance).action_approve()
        bond.invalidate_recordset()
        return bond

    @classmethod
    def _open_pay(cls, bond, user=None, **values):
        """Return the wizard that pays a bond, as finance."""
        action = bond.with_user(user or cls.finance).action_pay()
        return (
            cls.env[action["res_model"]]
            .with_user(user or cls.finance)
            .with_context(**action["context"])
            .create(values)
        )

    @classmethod
    def _pay(cls, bond=None, **values):
        """Return a bond that finance has paid by a new payment."""
        bond = bond or cls._approve()
        cls._open_pay(bond, **values).action_confirm()
        bond.invalidate_recordset()
        return bond

    @classmethod
    def _end(cls, bond, user=None, **values):
        """Register what became of a bond, as finance."""
        action = bond.with_user(user or cls.finance).action_end()
        cls.env[action["res_model"]].with_user(user or cls.finance).with_context(
            **action["context"]
        ).create(values).action_confirm()
        bond.invalidate_recordset()
        return bond

    @classmethod
    def _move_tender(cls, state, tender=None, **values):
        """Bring a tender to a step as its buttons would."""
        if state == "lost":
            reason = cls.env.ref("kuaidi_key_account.lost_reason_price")
            values["lost_reason_id"] = reason.id
        # sudo: the step is guarded
        (tender or cls.tender).sudo().write({"state": state, **values})

    @contextmanager
    def _refused(self, error, message=""):
        """Expect a refusal, and read anew afterwards what is in the database."""
        with self.assertRaisesRegex(error, message), self.cr.savepoint():
            yield
        self.env.invalidate_all()
