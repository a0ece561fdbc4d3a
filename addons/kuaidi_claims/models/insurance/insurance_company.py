from odoo import fields, models


class ResCompany(models.Model):
    """How long insurers and we have (2.13), and where their money is booked."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_insurance_notice_hours = fields.Integer(
        groups="base.group_user",
        string="Insurer Notified Within (hours)",
        default=24,
        required=True,
        help="Hours round the clock from the day on which the loss was known: 24, by"
        " some policies 48.",
    )
    kuaidi_insurance_inspection_days = fields.Integer(
        groups="base.group_user",
        string="Joint Inspection Within (days)",
        default=10,
        required=True,
        help="Calendar days from the day on which the loss was known.",
    )
    kuaidi_insurance_decision_days = fields.Integer(
        groups="base.group_user",
        string="Insurer Decides Within (days)",
        default=30,
        required=True,
        help="Calendar days after the papers are complete (Insurance Act, article 23).",
    )
    kuaidi_insurance_payment_days = fields.Integer(
        groups="base.group_user",
        string="Insurer Pays Within (days)",
        default=10,
        required=True,
        help="Calendar days after it agreed (Insurance Act, article 23).",
    )
    kuaidi_insurance_refusal_days = fields.Integer(
        groups="base.group_user",
        string="Insurer Gives Its Reasons Within (days)",
        default=3,
        required=True,
        help="Calendar days after it refused (Insurance Act, article 24).",
    )
    kuaidi_insurance_undisputed_days = fields.Integer(
        groups="base.group_user",
        string="Insurer Pays the Undisputed Part Within (days)",
        default=60,
        required=True,
        help="Calendar days after the papers are complete (Insurance Act, article 25).",
    )
    kuaidi_insurance_limitation_months = fields.Integer(
        groups="base.group_user",
        string="Limitation against Insurers (months)",
        default=24,
        required=True,
        help="Calendar months from the day on which the loss was known (Insurance Act,"
        " article 26). The warning comes 90 days before.",
    )
    kuaidi_insurance_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Account of Insurance Payments",
        domain="[('account_type', 'in', ['income', 'income_other', 'expense',"
        " 'expense_other', 'expense_direct_cost']), ('active', '=', True)]",
        check_company=True,
        groups="base.group_user",
    )

    _kuaidi_insurance_days_range = models.Constraint(
        "CHECK(kuaidi_insurance_notice_hours BETWEEN 1 AND 240"
        " AND kuaidi_insurance_inspection_days BETWEEN 1 AND 365"
        " AND kuaidi_insurance_decision_days BETWEEN 1 AND 365"
        " AND kuaidi_insurance_payment_days BETWEEN 1 AND 365"
        " AND kuaidi_insurance_refusal_days BETWEEN 1 AND 365"
        " AND kuaidi_insurance_undisputed_days BETWEEN 1 AND 365"
        " AND kuaidi_insurance_limitation_months BETWEEN 1 AND 120)",
        "Deadlines of insurance take at least one hour, day or month, and at most 240"
        " hours, 365 days or 120 months.",
    )


class ResConfigSettings(models.TransientModel):
    """Shows the deadlines of insurance on Odoo's own page."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_insurance_notice_hours = fields.Integer(
        related="company_id.kuaidi_insurance_notice_hours", readonly=False
    )
    kuaidi_insurance_inspection_days = fields.Integer(
        related="company_id.kuaidi_insurance_inspection_days", readonly=False
    )
    kuaidi_insurance_decision_days = fields.Integer(
        related="company_id.kuaidi_insurance_decision_days", readonly=False
    )
    kuaidi_insurance_payment_days = fields.Integer(
        related="company_id.kuaidi_insurance_payment_days", readonly=False
    )
    kuaidi_insurance_refusal_days = fields.Integer(
        related="company_id.kuaidi_insurance_refusal_days", readonly=False
    )
    kuaidi_insurance_undisputed_days = fields.Integer(
        related="company_id.kuaidi_insurance_undisputed_days", readonly=False
    )
    kuaidi_insurance_limitation_months = fields.Integer(
        related="company_id.kuaidi_insurance_limitation_months", readonly=False
    )
    kuaidi_insurance_account_id = fields.Many2one(
        related="company_id.kuaidi_insurance_account_id", readonly=False
    )
