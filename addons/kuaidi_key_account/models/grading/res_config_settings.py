from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Shows the company's VIP settings on Odoo's own page."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_vip_amount_min = fields.Monetary(
        related="company_id.kuaidi_vip_amount_min",
        currency_field="currency_id",
        readonly=False,
    )
    kuaidi_vip_months = fields.Integer(
        related="company_id.kuaidi_vip_months", readonly=False
    )
    kuaidi_vip_notify_user_ids = fields.Many2many(
        related="company_id.kuaidi_vip_notify_user_ids", readonly=False
    )
