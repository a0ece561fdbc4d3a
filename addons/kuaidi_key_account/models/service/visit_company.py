from odoo import fields, models


class ResCompany(models.Model):
    """How long a proper visit takes, and how long a problem raised may."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_visit_minutes = fields.Integer(
        groups="base.group_user",
        string="Shortest Visit (minutes)",
        default=20,
        help="A face-to-face visit below it is logged with a warning. Visits logged"
        " before keep their judgement when this is changed.",
    )
    kuaidi_problem_workdays = fields.Integer(
        groups="base.group_user",
        string="Time to Solve a Problem (working days)",
        default=3,
        help="Proposed as the due date of a problem that a client raises.",
    )

    _kuaidi_visit_minutes_positive = models.Constraint(
        "CHECK(kuaidi_visit_minutes >= 0)",
        "The shortest visit cannot be negative.",
    )
    _kuaidi_problem_workdays_range = models.Constraint(
        "CHECK(kuaidi_problem_workdays BETWEEN 0 AND 366)",
        "A problem is due in 0 to 366 working days.",
    )
