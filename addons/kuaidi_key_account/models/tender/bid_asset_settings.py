from odoo import fields, models


class ResCompany(models.Model):
    """How early a company renews the papers of its bids."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_asset_lead_days = fields.Integer(
        groups="base.group_user",
        string="Renew Papers Ahead (days)",
        default=60,
    )

    _kuaidi_asset_lead_range = models.Constraint(
        "CHECK(kuaidi_asset_lead_days BETWEEN 1 AND 730)",
        "Papers of the library are renewed 1 to 730 days ahead.",
    )


class ResConfigSettings(models.TransientModel):
    """Shows the settings of the library on Odoo's own page."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_asset_lead_days = fields.Integer(
        related="company_id.kuaidi_asset_lead_days", readonly=False
    )
