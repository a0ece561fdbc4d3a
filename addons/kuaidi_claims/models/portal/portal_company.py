from odoo import fields, models


class ResCompany(models.Model):
    """How much clients may send by the portal, and who takes it up."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_portal_officer_id = fields.Many2one(
        comodel_name="res.users",
        string="Takes Claims of the Portal",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        groups="base.group_user",
        help="Where the client's file names no claims officer. Empty: the first one.",
    )
    kuaidi_portal_case_limit = fields.Integer(
        string="New Cases per Hour",
        default=10,
        groups="base.group_user",
        help="Complaints and claims that one person at a client may file by the portal"
        " within an hour.",
    )
    kuaidi_portal_change_limit = fields.Integer(
        string="Other Changes per Hour",
        default=30,
        groups="base.group_user",
        help="Files, answers and ratings that one person at a client may send by the"
        " portal within an hour.",
    )

    _kuaidi_portal_limits_positive = models.Constraint(
        "CHECK(COALESCE(kuaidi_portal_case_limit, 10) > 0"
        " AND COALESCE(kuaidi_portal_change_limit, 30) > 0)",
        "Let clients send at least one case and one change per hour.",
    )


class ResConfigSettings(models.TransientModel):
    """Shows the settings of the client's portal."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_portal_officer_id = fields.Many2one(
        related="company_id.kuaidi_portal_officer_id", readonly=False
    )
    kuaidi_portal_case_limit = fields.Integer(
        related="company_id.kuaidi_portal_case_limit", readonly=False
    )
    kuaidi_portal_change_limit = fields.Integer(
        related="company_id.kuaidi_portal_change_limit", readonly=False
    )
