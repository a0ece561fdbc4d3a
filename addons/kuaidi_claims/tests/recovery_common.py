from odoo.fields import Command

from .claim_common import PNG
from .money_common import MoneyCommon


class RecoveryCommon(MoneyCommon):
    """A claim that was paid, a carrier outside the network, and two outlets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carrier, cls.lanzhou_company, cls.zhangye_company = cls.env[
            "res.partner"
        ].create(
            [
                {"name": name, "is_company": True}
                for name in ("Ganxin Freight", "Lanzhou Ltd.", "Zhangye Ltd.")
            ]
        )
        cls.branch.partner_id = cls.lanzhou_company
        cls.outlet = cls.env["kuaidi.case.department"].create(
            {
                "name": "Zhangye",
                "kind": "branch",
                "company_id": cls.company.id,
                "partner_id": cls.zhangye_company.id,
            }
        )
        cls.depot = cls.env["kuaidi.case.department"].create(
            {
                "name": "Depot",
                "kind": "department",
                "company_id": cls.company.id,
                "parent_id": cls.branch.id,
            }
        )
        cls.freight_account = cls.env["account.account"].create(
            {
                "name": "Freight collected",
                "code": "224109",
                "account_type": "liability_current",
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        cls.company.write(
            {
                "kuaidi_recovery_journal_id": cls.entries.id,
                "kuaidi_recovery_freight_account_id": cls.freight_account.id,
            }
        )
        cls.receivable = cls.carrier.with_company(
            cls.company
        ).property_account_receivable_id
        cls.claim.sudo().amount_paid = 1492.80

    def _create_recovery(self, user=None, **values):
        """Enter a recovery from the carrier, by contract; or from whom it is said."""
        if values.get("target") == "outlet":
            values = {"debtor_id": self._get_payer(values), **values}
        return (
            self.env["kuaidi.recovery"]
            .with_user(user or self.officer)
            .create(
                {
                    "claim_id": self.claim.id,
                    "target": "carrier",
                    "department_id": self.branch.id,
                    "debtor_id": self.carrier.id,
                    "basis": "contract",
                    "contract_reference": "GX-2026-7",
                    "cause": "Lost on its truck",
                    "amount_demanded": 1492.80,
                    **values,
                }
            )
        )

    def _get_payer(self, values):
        unit_id = values.get("department_id", self.branch.id)
        unit = self.env["kuaidi.case.department"].browse(unit_id or [])
        return unit._get_settlement_partner().id if unit else False

    def _get_owed(self, amount=None, **values):
        """Have a debtor owe an amount, ready to be booked."""
        recovery = self._create_recovery(**values)
        recovery.action_demand()
        recovery.write(
            {"amount_agreed": amount or recovery.amount_demanded, "result": "Agreed"}
        )
        recovery.action_agree()
        return recovery

    def _book(self, recovery, user=None):
        recovery.with_user(user or self.finance).action_book()
        return recovery.entry_ids.sudo().sorted("id")[-1:].with_env(self.env)

    def _pay_in(self, entry, amount):
        """Enter money of the debtor and reconcile it; return its entry."""
        line = entry._get_receivable_lines()
        money = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.entries.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": line.partner_id.id,
                            "balance": sign * amount,
                        }
                    )
                    for account, sign in ((line.account_id, -1), (self.bank, 1))
                ],
            }
        )
        money.action_post()
        counterpart = money.line_ids.filtered(
            lambda item: item.account_id == line.account_id
        )
        (line + counterpart).reconcile()
        return money

    def _report(self, user=None, **values):
        """Enter a report of one outlet on another one, ready to be filed."""
        report = (
            self.env["kuaidi.arbitration"]
            .with_user(user or self.officer)
            .create(
                {
                    "claim_id": self.claim.id,
                    "kind": "damage",
                    "reporter_id": self.outlet.id,
                    "respondent_id": self.branch.id,
                    "date_scan": "2026-11-19 04:00:00",
                    "finding": "Crate crushed when it came in",
                    "is_parcel_sent_on": True,
                    **values,
                }
            )
        )
        picture = (
            self.env["ir.attachment"]
            .with_user(user or self.officer)
            .create({"name": "crate.png", "raw": PNG})
        )
        report.attachment_ids = [Command.link(picture.id)]
        return report
