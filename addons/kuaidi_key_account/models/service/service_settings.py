from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Shows the settings of service plans on Odoo's own page."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_service_budget_percent = fields.Float(
        related="company_id.kuaidi_service_budget_percent", readonly=False
    )
    kuaidi_plan_horizon_days = fields.Integer(
        related="company_id.kuaidi_plan_horizon_days", readonly=False
    )
