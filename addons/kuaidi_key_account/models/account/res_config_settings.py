from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Shows the company's key-account settings on Odoo's own page."""

    _inherit = "res.config.settings"

    kuaidi_require_safety_agreement = fields.Boolean(
        related="company_id.kuaidi_require_safety_agreement", readonly=False
    )
    kuaidi_escalation_user_id = fields.Many2one(
        related="company_id.kuaidi_escalation_user_id", readonly=False
    )
    kuaidi_upload_limit_mb = fields.Integer(
        related="company_id.kuaidi_upload_limit_mb", readonly=False
    )
