from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_statement_day = fields.Integer(
        related="company_id.kuaidi_statement_day", readonly=False
    )
    kuaidi_statement_auto_send = fields.Boolean(
        related="company_id.kuaidi_statement_auto_send", readonly=False
    )
    kuaidi_statement_workdays = fields.Integer(
        related="company_id.kuaidi_statement_workdays", readonly=False
    )
