from odoo import fields, models


class ResCompany(models.Model):
    """Who approves claims, from which amount on, and where they are booked."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_claim_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Account of Compensations",
        domain="[('account_type', 'in', ['expense', 'expense_other',"
        " 'expense_direct_cost']), ('active', '=', True)]",
        check_company=True,
        groups="base.group_user",
    )
    kuaidi_claim_vp_id = fields.Many2one(
        comodel_name="res.users",
        string="Vice President Who Approves",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        groups="base.group_user",
    )
    kuaidi_claim_president_id = fields.Many2one(
        comodel_name="res.users",
        string="President Who Approves",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        groups="base.group_user",
        help="The president, or who was authorised to approve claims for them.",
    )
    kuaidi_claim_is_strict = fields.Boolean(
        string="Full Chain for Every Claim",
        groups="base.group_user",
        help="Every claim is approved by the claims manager, the vice president and the"
        " president, whatever its amount.",
    )
    kuaidi_claim_limit_manager = fields.Monetary(
        string="Claims Manager Approves up to",
        currency_field="currency_id",
        default=1000,
        groups="base.group_user",
        help="Above it the vice president approves too. Default of 2.12: 1,000 yuan.",
    )
    kuaidi_claim_limit_vp = fields.Monetary(
        string="Vice President Approves up to",
        currency_field="currency_id",
        default=10000,
        groups="base.group_user",
        help="Above it the president approves too. Default of 2.12: 10,000 yuan.",
    )

    _kuaidi_claim_limits_order = models.Constraint(
        "CHECK(COALESCE(kuaidi_claim_limit_manager, 0) >= 0"
        " AND COALESCE(kuaidi_claim_limit_manager, 0)"
        " <= COALESCE(kuaidi_claim_limit_vp, 0))",
        "The vice president approves no less than the claims manager.",
    )


class ResConfigSettings(models.TransientModel):
    """Shows the settings of claims."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_claim_account_id = fields.Many2one(
        related="company_id.kuaidi_claim_account_id", readonly=False
    )
    kuaidi_claim_vp_id = fields.Many2one(
        related="company_id.kuaidi_claim_vp_id", readonly=False
    )
    kuaidi_claim_president_id = fields.Many2one(
        related="company_id.kuaidi_claim_president_id", readonly=False
    )
    kuaidi_claim_is_strict = fields.Boolean(
        related="company_id.kuaidi_claim_is_strict", readonly=False
    )
    kuaidi_claim_limit_manager = fields.Monetary(
        related="company_id.kuaidi_claim_limit_manager",
        readonly=False,
        currency_field="currency_id",
    )
    kuaidi_claim_limit_vp = fields.Monetary(
        related="company_id.kuaidi_claim_limit_vp",
        readonly=False,
        currency_field="currency_id",
    )
