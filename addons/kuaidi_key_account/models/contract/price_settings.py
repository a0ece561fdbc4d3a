from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Shows the settings of prices on Odoo's own page."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_price_divisor = fields.Float(
        related="company_id.kuaidi_price_divisor", readonly=False
    )
    kuaidi_price_step_kg = fields.Float(
        related="company_id.kuaidi_price_step_kg", readonly=False
    )
    kuaidi_price_contract_required = fields.Boolean(
        related="company_id.kuaidi_price_contract_required", readonly=False
    )
    kuaidi_price_remote_discount = fields.Boolean(
        related="company_id.kuaidi_price_remote_discount", readonly=False
    )
