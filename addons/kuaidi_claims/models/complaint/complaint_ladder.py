from odoo import api, fields, models

ROLES = [
    ("supervisor", "Hotline Supervisor"),
    ("officer", "Hotline Officer"),
    ("branch_service", "Branch Customer Service"),
    ("branch_head", "Branch Head"),
    ("director", "VP or General Manager"),
]


class KuaidiComplaintLadderStep(models.Model):
    """A rung of the ladder that alert complaints go up, with its budget (D8, CP-2)."""

    _name = "kuaidi.complaint.ladder.step"
    _description = "Ladder Step of Alert Complaints"
    _order = "sequence, id"

    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Empty: for every company that has no ladder of its own.",
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    role = fields.Selection(
        selection=ROLES, string="Actor", required=True, default="officer"
    )
    budget_hours = fields.Float(
        string="Budget (hours)", required=True, help="Hours round the clock."
    )
    description = fields.Text(string="What Is Done", translate=True)

    _budget_positive = models.Constraint(
        "CHECK(budget_hours > 0 AND budget_hours <= 48)",
        "A step takes more than 0 and at most 48 hours.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_ladder(self, company):
        """Return the steps of a company in their order: its own, else those of all."""
        # sudo: the ladder is the same for whoever takes a call
        steps = self.sudo().search([("company_id", "in", [False, company.id])])
        return steps.filtered("company_id") or steps
