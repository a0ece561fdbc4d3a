from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Shows on Odoo's own page who is told of late complaints."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_complaint_manager_id = fields.Many2one(
        related="company_id.kuaidi_complaint_manager_id", readonly=False
    )
    kuaidi_complaint_director_id = fields.Many2one(
        related="company_id.kuaidi_complaint_director_id", readonly=False
    )
    kuaidi_legal_warning_hours = fields.Integer(
        related="company_id.kuaidi_legal_warning_hours", readonly=False
    )
