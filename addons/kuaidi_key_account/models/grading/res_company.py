from odoo import fields, models


class ResCompany(models.Model):
    """Gives every company its ladder of stars, and says what VIP service takes."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_vip_amount_min = fields.Monetary(
        groups="base.group_user",
        string="VIP Volume per Month",
        default=50000.0,
        help="Invoiced revenue, without taxes and less credit notes, that a VIP client"
        " brings in each month. Set the requirement of your company: the default is"
        " only a proposal.",
    )
    kuaidi_vip_months = fields.Integer(
        groups="base.group_user",
        string="Months Below the VIP Volume",
        default=2,
        help="After so many full months below the volume, one after the other, the"
        " business department is asked to re-evaluate. VIP service is never cancelled"
        " by itself.",
    )
    kuaidi_vip_notify_user_ids = fields.Many2many(
        groups="base.group_user",
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

    # === BUSINESS METHODS === #

    def _create_kuaidi_defaults(self):
        res = super()._create_kuaidi_defaults()
        # sudo: whoever opens a company does not need the right to change levels
        levels = self.env["kuaidi.star.level"].sudo()
        equipped = levels.search([("company_id", "in", self.ids)]).company_id
        levels.create(
            [
                dict(vals, company_id=company.id)
                for company in self - equipped
                for vals in levels._get_default_levels()
            ]
        )
        return res
