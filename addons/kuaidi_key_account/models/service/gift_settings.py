from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Shows the gift ceilings and the lead time of occasions on Odoo's own page."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_occasion_lead_days = fields.Integer(
        related="company_id.kuaidi_occasion_lead_days", readonly=False
    )
    kuaidi_gift_amount_max = fields.Monetary(
        related="company_id.kuaidi_gift_amount_max",
        currency_field="currency_id",
        readonly=False,
    )
    kuaidi_gift_amount_year_max = fields.Monetary(
        related="company_id.kuaidi_gift_amount_year_max",
        currency_field="currency_id",
        readonly=False,
    )
    kuaidi_gift_public_amount_max = fields.Monetary(
        related="company_id.kuaidi_gift_public_amount_max",
        currency_field="currency_id",
        readonly=False,
    )
