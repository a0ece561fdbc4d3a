from odoo import fields, models


class ResCompany(models.Model):
    """What VIP service takes in a company, and who is told of it."""

    _inherit = "res.company"

    kuaidi_vip_amount_min = fields.Monetary(
        string="VIP Volume per Month",
        default=50000.0,
        help="Invoiced revenue, without taxes and less credit notes, that a VIP client"
        " brings in each month. Set the requirement of your company: the default is"
        " only a proposal.",
    )
    kuaidi_vip_months = fields.Integer(
        string="Months Below the VIP Volume",
        default=2,
        help="After so many full months below the volume, one after the other, the"
        " business department is asked to re-evaluate. VIP service is never cancelled"
        " by itself.",
    )
    kuaidi_vip_notify_user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="kuaidi_vip_notify_company_user_rel",
        column1="company_id",
        column2="user_id",
        string="Told of VIP Service",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Users of the departments (customer service, operations, settlement) who"
        " are told when VIP service begins or ends.",
    )

    _kuaidi_vip_amount_min_not_negative = models.Constraint(
        "CHECK(kuaidi_vip_amount_min >= 0)",
        "The monthly VIP volume cannot be below zero.",
    )
    _kuaidi_vip_months_positive = models.Constraint(
        "CHECK(kuaidi_vip_months > 0)",
        "Count at least one month below the VIP volume before asking.",
    )


class ResConfigSettings(models.TransientModel):
    """Shows the company's VIP settings on Odoo's own page."""

    _inherit = "res.config.settings"

    kuaidi_vip_amount_min = fields.Monetary(
        related="company_id.kuaidi_vip_amount_min",
        currency_field="currency_id",
        readonly=False,
    )
    kuaidi_vip_months = fields.Integer(
        related="company_id.kuaidi_vip_months", readonly=False
    )
    kuaidi_vip_notify_user_ids = fields.Many2many(
        related="company_id.kuaidi_vip_notify_user_ids", readonly=False
    )
