from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_dunning_policy_id = fields.Many2one(
        related="company_id.kuaidi_dunning_policy_id", readonly=False
    )
    kuaidi_collector_id = fields.Many2one(
        related="company_id.kuaidi_collector_id", readonly=False
    )
    kuaidi_legal_user_id = fields.Many2one(
        related="company_id.kuaidi_legal_user_id", readonly=False
    )
