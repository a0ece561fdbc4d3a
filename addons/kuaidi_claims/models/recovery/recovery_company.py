from odoo import fields, models


class ResCompany(models.Model):
    """Where recovered money is booked, and how long debtors and outlets have."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_recovery_journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Journal of Recoveries",
        domain="[('type', '=', 'general')]",
        check_company=True,
        groups="base.group_user",
    )
    kuaidi_recovery_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Account of Recovered Compensations",
        domain="[('active', '=', True)]",
        check_company=True,
        groups="base.group_user",
        help="Empty: the account of compensations, which recoveries lower.",
    )
    kuaidi_recovery_freight_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Account of Freight Collected",
        domain="[('active', '=', True)]",
        check_company=True,
        groups="base.group_user",
        help="Freight to be paid by the consignee (到付) and fees for false reports are"
        " booked here: they are no compensation.",
    )
    kuaidi_recovery_days = fields.Integer(
        string="Debtors Answer Within (days)",
        default=15,
        required=True,
        groups="base.group_user",
        help="Calendar days from the day on which the demand went out.",
    )
    kuaidi_arbitration_hours = fields.Integer(
        string="Reports to Arbitration Within (hours)",
        default=24,
        required=True,
        groups="base.group_user",
        help="Hours from the arrival scan (D19).",
    )
    kuaidi_arbitration_fee_percent = fields.Float(
        string="Fee for False Reports (%)",
        default=50,
        required=True,
        groups="base.group_user",
        help="Of the amount ruled, charged to the outlet that reported (RC-5).",
    )

    _kuaidi_recovery_range = models.Constraint(
        "CHECK(kuaidi_recovery_days BETWEEN 1 AND 365"
        " AND kuaidi_arbitration_hours BETWEEN 1 AND 720"
        " AND kuaidi_arbitration_fee_percent BETWEEN 0 AND 100)",
        "Debtors have 1 to 365 days, reports 1 to 720 hours, fees are 0 to 100 %.",
    )


class ResConfigSettings(models.TransientModel):
    """Shows the settings of recoveries."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_recovery_journal_id = fields.Many2one(
        related="company_id.kuaidi_recovery_journal_id", readonly=False
    )
    kuaidi_recovery_account_id = fields.Many2one(
        related="company_id.kuaidi_recovery_account_id", readonly=False
    )
    kuaidi_recovery_freight_account_id = fields.Many2one(
        related="company_id.kuaidi_recovery_freight_account_id", readonly=False
    )
    kuaidi_recovery_days = fields.Integer(
        related="company_id.kuaidi_recovery_days", readonly=False
    )
    kuaidi_arbitration_hours = fields.Integer(
        related="company_id.kuaidi_arbitration_hours", readonly=False
    )
    kuaidi_arbitration_fee_percent = fields.Float(
        related="company_id.kuaidi_arbitration_fee_percent", readonly=False
    )
