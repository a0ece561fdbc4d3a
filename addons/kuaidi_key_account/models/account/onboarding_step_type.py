from odoo import fields, models


class KuaidiOnboardingStepType(models.Model):
    """A step from formal client to service in full, with its working days (D1-D5)."""

    _name = "kuaidi.onboarding.step.type"
    _description = "Onboarding Step Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    condition = fields.Selection(
        selection=[
            ("team", "Manager, deputy and a member are named"),
            ("file", "The client's file is complete"),
            ("star", "A star rating is approved"),
            ("plan", "A service plan is published"),
            ("all", "All other steps are done"),
        ],
        required=True,
        help="The step completes itself as soon as this holds.",
    )
    workdays = fields.Integer(
        string="Working Days",
        required=True,
        default=3,
        help="Time from the day on which the relation is established, in working"
        " days of the company. A change applies to accounts that become formal"
        " from then on.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)

    _workdays_positive = models.Constraint(
        "CHECK(workdays > 0)", "An onboarding step needs at least one working day."
    )
    _condition_uniq = models.UniqueIndex(
        "(condition) WHERE active IS TRUE",
        "Another active onboarding step completes on this condition already.",
    )
