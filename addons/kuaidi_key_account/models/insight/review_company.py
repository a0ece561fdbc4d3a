from odoo import fields, models


class ResCompany(models.Model):
    """When the monthly analysis is due, and which change of volume needs a cause."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_review_workdays = fields.Integer(
        groups="base.group_user",
        string="Monthly Analysis Due (working day)",
        default=5,
        help="The analysis of a month is completed by this working day of the next.",
    )
    kuaidi_review_change_percent = fields.Float(
        groups="base.group_user",
        string="Change of Volume that Needs a Cause (%)",
        default=10.0,
        digits=(16, 1),
        help="When the parcels of a month differ by more than this from last month or"
        " from the same month of last year, the analysis names the main cause.",
    )

    _kuaidi_review_workdays_range = models.Constraint(
        "CHECK(kuaidi_review_workdays BETWEEN 1 AND 15)",
        "The analysis of a month is due on working day 1 to 15 of the next month.",
    )
    _kuaidi_review_change_percent_positive = models.Constraint(
        "CHECK(kuaidi_review_change_percent >= 0)",
        "A change that needs a cause is given as a positive percentage.",
    )
