from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_ageing_days_1 = fields.Integer(
        related="company_id.kuaidi_ageing_days_1", readonly=False
    )
    kuaidi_ageing_days_2 = fields.Integer(
        related="company_id.kuaidi_ageing_days_2", readonly=False
    )
    kuaidi_ageing_days_3 = fields.Integer(
        related="company_id.kuaidi_ageing_days_3", readonly=False
    )
