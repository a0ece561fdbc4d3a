from odoo import fields

from .service_common import ServiceCommon

TODAY = "2026-03-10"


class RenewalCommon(ServiceCommon):
    """Clients whose contracts come up for renewal; today is 10 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.renewals = cls.env["kuaidi.renewal"]
        # what the first invoice would make, in each test anew
        cls._get_journal(cls.company)
        cls.account = cls._create_account(
            partner_id=cls.client.id, deputy_id=cls.manager_2.id
        )
        cls.env["kuaidi.account.member"].create(
            {"account_id": cls.account.id, "user_id": cls.sales.id}
        )

    @classmethod
    def _create_contract(cls, account=None, **values):
        """Create a contract in force: its notice date is 25 April 2026."""
        if not values.get("is_open_ended"):
            values.setdefault("date_to", "2026-05-25")
        return cls.env["kuaidi.contract"].create(
            {
                "account_id": (account or cls.account).id,
                "kind": "master",
                "state": "running",
                "date_from": "2025-05-26",
                "date_signed": "2025-05-20",
                "notice_days": 30,
                **values,
            }
        )

    @classmethod
    def _open(cls, contract, date=TODAY):
        """Open what is due of contracts as of a day."""
        return cls.renewals._open_due(contract, fields.Date.to_date(date))

    @classmethod
    def _create_renewal(cls, account=None, stage="upcoming", **values):
        """Create a contract with its renewal, taken to a stage."""
        renewal = cls._open(cls._create_contract(account, **values))
        if stage != "upcoming":
            renewal.evaluation = "Stays, if prices hold."
            renewal.action_evaluate()
        if stage == "negotiating":
            renewal.proposal = "Same prices for two more years."
            renewal.action_negotiate()
        return renewal

    @classmethod
    def _get_activities(cls, renewal, kind="renewal"):
        activity_type = cls.env.ref(f"kuaidi_key_account.mail_activity_type_{kind}")
        return cls.env["mail.activity"].search(
            [
                ("res_model", "=", "kuaidi.renewal"),
                ("res_id", "in", renewal.ids),
                ("activity_type_id", "=", activity_type.id),
            ]
        )
