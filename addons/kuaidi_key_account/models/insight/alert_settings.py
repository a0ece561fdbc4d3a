from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Shows who is told of a crisis on Odoo's own page."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_crisis_user_ids = fields.Many2many(
        related="company_id.kuaidi_crisis_user_ids", readonly=False
    )
    kuaidi_crisis_spokesperson_id = fields.Many2one(
        related="company_id.kuaidi_crisis_spokesperson_id", readonly=False
    )
