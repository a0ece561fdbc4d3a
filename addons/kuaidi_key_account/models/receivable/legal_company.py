from odoo import api, fields, models


class ResCompany(models.Model):
    """Settings of promises, disputes, letters and legal steps (2.10)."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_promise_grace_days = fields.Integer(
        groups="base.group_user",
        string="Grace of Promises (working days)",
        default=2,
        help="Working days after the promised day in which the money may still come"
        " in: banks need them.",
    )
    kuaidi_hold_days_max = fields.Integer(
        groups="base.group_user",
        string="Longest Hold Without Approval (days)",
        default=14,
        help="Calendar days for which a collector may leave a client in peace. A"
        " colleague in finance decides on longer ones.",
    )
    kuaidi_dispute_days = fields.Integer(
        groups="base.group_user",
        string="Disputes Settled Within (working days)",
        default=5,
    )
    kuaidi_late_rate = fields.Float(
        groups="base.group_user",
        string="Late Interest (% per day)",
        digits=(8, 4),
        default=0.05,
        help="Where the contract agrees on none. 0.05 % a day is the rate of the"
        " Regulations on Payments to Small and Medium Enterprises, article 17.",
    )
    kuaidi_letter_days = fields.Integer(
        groups="base.group_user",
        string="Time to Pay in Letters (working days)",
        default=10,
        help="A formal dunning letter gives 7 to 15 working days.",
    )
    kuaidi_law_firm_id = fields.Many2one(
        groups="base.group_user",
        comodel_name="res.partner",
        string="Law Firm",
        help="Gets the mandates for lawyer's letters.",
    )
    kuaidi_lawyer_amount_min = fields.Monetary(
        groups="base.group_user",
        string="Least Amount for a Lawyer's Letter",
        default=5000.0,
        help="Below it a lawyer costs more than the debt brings. 0: no limit.",
    )
    kuaidi_setoff_journal_id = fields.Many2one(
        groups="base.group_user",
        comodel_name="account.journal",
        string="Journal of Set-Offs and Write-Offs",
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
    )
    kuaidi_writeoff_account_id = fields.Many2one(
        groups="base.group_user",
        comodel_name="account.account",
        string="Account of Lost Debts",
        domain="[('account_type', 'in', ['expense', 'expense_other',"
        " 'asset_current', 'asset_receivable'])]",
        help="What is written off is booked here, or taken from the allowance here.",
    )
    kuaidi_evidence_limit_mb = fields.Integer(
        groups="base.group_user",
        string="Largest Evidence Pack (MB)",
        default=100,
        help="A pack that would become larger says so in its list of files and leaves"
        " the remaining ones out.",
    )
    kuaidi_collection_target = fields.Monetary(
        groups="base.group_user",
        string="To Be Collected per Month",
        help="What the collector's desk measures a month against. 0: whatever is due"
        " by the end of the month.",
    )

    _kuaidi_letter_days_range = models.Constraint(
        "CHECK(kuaidi_letter_days BETWEEN 7 AND 15)",
        "A letter gives 7 to 15 working days to pay.",
    )
    _kuaidi_late_rate_range = models.Constraint(
        "CHECK(kuaidi_late_rate >= 0 AND kuaidi_late_rate <= 1)",
        "Late interest lies between 0 and 1 % a day.",
    )
    _kuaidi_legal_days_positive = models.Constraint(
        "CHECK(kuaidi_promise_grace_days BETWEEN 0 AND 60"
        " AND kuaidi_hold_days_max BETWEEN 0 AND 365"
        " AND kuaidi_dispute_days BETWEEN 1 AND 60"
        " AND kuaidi_evidence_limit_mb BETWEEN 1 AND 2000)",
        "The days and sizes of collection lie outside what makes sense.",
    )


class ResConfigSettings(models.TransientModel):
    """Shows these settings on Odoo's own page."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_promise_grace_days = fields.Integer(
        related="company_id.kuaidi_promise_grace_days", readonly=False
    )
    kuaidi_hold_days_max = fields.Integer(
        related="company_id.kuaidi_hold_days_max", readonly=False
    )
    kuaidi_dispute_days = fields.Integer(
        related="company_id.kuaidi_dispute_days", readonly=False
    )
    kuaidi_late_rate = fields.Float(
        related="company_id.kuaidi_late_rate", readonly=False
    )
    kuaidi_letter_days = fields.Integer(
        related="company_id.kuaidi_letter_days", readonly=False
    )
    kuaidi_law_firm_id = fields.Many2one(
        related="company_id.kuaidi_law_firm_id", readonly=False
    )
    kuaidi_lawyer_amount_min = fields.Monetary(
        related="company_id.kuaidi_lawyer_amount_min",
        currency_field="currency_id",
        readonly=False,
    )
    kuaidi_setoff_journal_id = fields.Many2one(
        related="company_id.kuaidi_setoff_journal_id", readonly=False
    )
    kuaidi_writeoff_account_id = fields.Many2one(
        related="company_id.kuaidi_writeoff_account_id", readonly=False
    )
    kuaidi_evidence_limit_mb = fields.Integer(
        related="company_id.kuaidi_evidence_limit_mb", readonly=False
    )
    kuaidi_collection_target = fields.Monetary(
        related="company_id.kuaidi_collection_target",
        currency_field="currency_id",
        readonly=False,
    )


class KuaidiContract(models.Model):
    """What a client agreed to pay for being late."""

    _name = "kuaidi.contract"
    _inherit = ["kuaidi.contract"]

    late_rate = fields.Float(
        string="Agreed Late Interest (% per day)",
        digits=(8, 4),
        aggregator=None,
        help="As the contract says. 0: none was agreed, the rate of the settings"
        " applies.",
    )

    _late_rate_range = models.Constraint(
        "CHECK(late_rate IS NULL OR (late_rate >= 0 AND late_rate <= 1))",
        "Late interest lies between 0 and 1 % a day.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_agreed_fields(self):
        """Compare what was agreed for being late as well, after the credit limit."""
        names = super()._get_agreed_fields()
        place = names.index("credit_limit") + 1
        return (*names[:place], "late_rate", *names[place:])
