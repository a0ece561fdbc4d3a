from odoo import fields

from .renewal_common import RenewalCommon

# noon in Shanghai on Wednesday 15 April 2026
DEADLINE = "2026-04-15 04:00:00"


class TenderCommon(RenewalCommon):
    """A sales person who answers tenders; today is Tuesday 10 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenders = cls.env["kuaidi.tender"]
        cls.sales_2 = cls._create_user("kuaidi_sales_2", "group_sales")
        cls.issuer = cls._create_partner(name="Donghai Power")

    @classmethod
    def _create_tender(cls, user=None, **values):
        """Create a tender that `sales` answers, as the user, or else the system."""
        values.setdefault("partner_id", cls.issuer.id)
        values.setdefault("user_id", cls.sales.id)
        return cls.tenders.with_user(user or cls.env.user).create(
            {
                "name": "National parcel service",
                "company_id": cls.company.id,
                "date_deadline": DEADLINE,
                "amount_budget": 1000000,
                **values,
            }
        )

    @classmethod
    def _bring_to(cls, tender, state):
        """Take a tender the usual way to a step."""
        if state == "draft":
            return tender
        tender.action_qualify()
        if state == "qualifying":
            return tender
        tender.check_ids.write({"answer": "Read", "rating": "neutral"})
        tender._decide("bid", cls._get_reason("bid_client"), "We serve it already")
        if state == "preparing":
            return tender
        cls._seal(tender)
        if state == "sealed":
            return tender
        tender.action_submit()
        if state == "submitted":
            return tender
        tender.action_register_opening()
        return tender

    @classmethod
    def _seal(cls, tender):
        """Seal a bid, whatever else is checked of its contents."""
        tender._move("sealed")

    @classmethod
    def _get_reason(cls, name):
        return cls.env.ref(f"kuaidi_key_account.tender_reason_{name}")

    @classmethod
    def _get_date(cls, tender, code):
        """Return what the rule of that code says of a tender."""
        return tender.date_ids.filtered(lambda row: row.rule_id.code == code)

    @classmethod
    def _get_dated(cls, tender):
        """Return the activities of the dates engine, done ones included."""
        activity_type = cls.env.ref("kuaidi_key_account.mail_activity_type_tender_date")
        return (
            cls.env["mail.activity"]
            .with_context(active_test=False)
            .search(
                [
                    ("res_model", "=", "kuaidi.tender"),
                    ("res_id", "in", tender.ids),
                    ("activity_type_id", "=", activity_type.id),
                ]
            )
        )

    @classmethod
    def _get_events(cls, tender):
        return cls.env["calendar.event"].search(
            [("res_model", "=", "kuaidi.tender"), ("res_id", "in", tender.ids)]
        )

    @classmethod
    def _add_member(cls, tender, user, part):
        return cls.env["kuaidi.tender.member"].create(
            {"tender_id": tender.id, "user_id": user.id, "part": part}
        )

    @classmethod
    def _day(cls, text):
        return fields.Date.to_date(text)
