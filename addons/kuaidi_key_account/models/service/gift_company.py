from odoo import fields, models


class ResCompany(models.Model):
    """Ceilings of gifts to a client's people, and when occasions are reminded of."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_occasion_lead_days = fields.Integer(
        groups="base.group_user",
        string="Occasions Ahead (days)",
        default=7,
        help="Calendar days before a birthday or anniversary on which the account"
        " manager is reminded. New occasions start with it.",
    )
    kuaidi_gift_amount_max = fields.Monetary(
        groups="base.group_user",
        string="Gift Ceiling",
        default=200.0,
        help="Value of one gift up to which nobody has to approve it. 0: every gift is"
        " approved by the CRM centre.",
    )
    kuaidi_gift_amount_year_max = fields.Monetary(
        groups="base.group_user",
        string="Gift Ceiling per Year",
        default=500.0,
        help="Value of all gifts to one person in a calendar year up to which nobody"
        " has to approve them.",
    )
    kuaidi_gift_public_amount_max = fields.Monetary(
        groups="base.group_user",
        string="Gift Ceiling for Public Bodies",
        default=0.0,
        help="Value of one gift to somebody at a public body or state-owned company"
        " above which it is refused. Nobody can approve it. 0: no gifts at all.",
    )

    _kuaidi_occasion_lead_days_range = models.Constraint(
        "CHECK(kuaidi_occasion_lead_days BETWEEN 0 AND 180)",
        "The lead time of occasions lies between 0 and 180 days.",
    )
    _kuaidi_gift_ceilings_not_negative = models.Constraint(
        "CHECK(kuaidi_gift_amount_max >= 0 AND kuaidi_gift_amount_year_max >= 0"
        " AND kuaidi_gift_public_amount_max >= 0)",
        "A gift ceiling cannot be below zero.",
    )
