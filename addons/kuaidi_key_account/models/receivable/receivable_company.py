from odoo import fields, models


class ResCompany(models.Model):
    """Says where one bucket of the ageing ends and the next begins (2.10)."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_ageing_days_1 = fields.Integer(
        string="First Bucket Until (days)",
        default=30,
        required=True,
        groups="base.group_user",
        help="Calendar days after the due date that still belong to the first bucket.",
    )
    kuaidi_ageing_days_2 = fields.Integer(
        string="Second Bucket Until (days)",
        default=60,
        required=True,
        groups="base.group_user",
    )
    kuaidi_ageing_days_3 = fields.Integer(
        string="Third Bucket Until (days)",
        default=90,
        required=True,
        groups="base.group_user",
    )

    _kuaidi_ageing_days_rise = models.Constraint(
        "CHECK(0 < kuaidi_ageing_days_1"
        " AND kuaidi_ageing_days_1 < kuaidi_ageing_days_2"
        " AND kuaidi_ageing_days_2 < kuaidi_ageing_days_3)",
        "The days of the ageing buckets rise from one to the next, beginning above 0.",
    )
