from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Shows the settings of visits and problems on Odoo's own page."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_visit_minutes = fields.Integer(
        related="company_id.kuaidi_visit_minutes", readonly=False
    )
    kuaidi_problem_workdays = fields.Integer(
        related="company_id.kuaidi_problem_workdays", readonly=False
    )
