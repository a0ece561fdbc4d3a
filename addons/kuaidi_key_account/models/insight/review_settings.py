from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Shows the settings of the monthly analysis on Odoo's own page."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_review_workdays = fields.Integer(
        related="company_id.kuaidi_review_workdays", readonly=False
    )
    kuaidi_review_change_percent = fields.Float(
        related="company_id.kuaidi_review_change_percent", readonly=False
    )
