from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Shows the settings of contracts on Odoo's own page."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_contract_notice_days = fields.Integer(
        related="company_id.kuaidi_contract_notice_days", readonly=False
    )
    kuaidi_contract_renewal_months = fields.Integer(
        related="company_id.kuaidi_contract_renewal_months", readonly=False
    )
