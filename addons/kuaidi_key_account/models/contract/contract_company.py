from odoo import fields, models


class ResCompany(models.Model):
    """With what a new contract of a company starts."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_contract_notice_days = fields.Integer(
        groups="base.group_user",
        string="Notice Period of New Contracts (days)",
        default=30,
    )
    kuaidi_contract_renewal_months = fields.Integer(
        groups="base.group_user",
        string="Further Term of New Contracts (months)",
        default=12,
    )

    _kuaidi_contract_notice_range = models.Constraint(
        "CHECK(kuaidi_contract_notice_days BETWEEN 0 AND 364)",
        "The notice period of new contracts lies between 0 and 364 days.",
    )
    _kuaidi_contract_renewal_positive = models.Constraint(
        "CHECK(kuaidi_contract_renewal_months BETWEEN 1 AND 120)",
        "A further term takes between 1 and 120 months.",
    )
