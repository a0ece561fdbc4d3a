from odoo import fields, models


class ResCompany(models.Model):
    """How long each step of a claim may take (D11 to D18), and who is told."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_claim_evidence_days = fields.Integer(
        groups="base.group_user",
        string="Client Returns the Evidence Within (days)",
        default=3,
        required=True,
        help="Calendar days from the day on which the application form was sent (D11).",
    )
    kuaidi_claim_inquiry_days = fields.Integer(
        groups="base.group_user",
        string="Units Answer Within (days)",
        default=3,
        required=True,
        help="Calendar days from the day on which a unit was asked (D12).",
    )
    kuaidi_claim_insurer_days = fields.Integer(
        groups="base.group_user",
        string="Insurer's Form Filled Within (days)",
        default=1,
        required=True,
        help="Calendar days from the day on which it was asked for (D13).",
    )
    kuaidi_claim_consensus_days = fields.Integer(
        groups="base.group_user",
        string="Agreement Within (days)",
        default=14,
        required=True,
        help="Calendar days of negotiation after which finance is told (D14).",
    )
    kuaidi_claim_report_days = fields.Integer(
        groups="base.group_user",
        string="Claim Report Within (days)",
        default=1,
        required=True,
        help="Calendar days after the agreement (D15).",
    )
    kuaidi_claim_payment_days = fields.Integer(
        groups="base.group_user",
        string="Payment Within (days)",
        default=7,
        required=True,
        help="Calendar days after the approval (D16).",
    )
    kuaidi_claim_months = fields.Integer(
        groups="base.group_user",
        string="Whole Claim Within (months)",
        default=1,
        required=True,
        help="Calendar months from the client's call, goods not insured (D17).",
    )
    kuaidi_claim_insured_months = fields.Integer(
        groups="base.group_user",
        string="Whole Insured Claim Within (months)",
        default=2,
        required=True,
        help="Calendar months from the client's call, goods insured (D18).",
    )
    kuaidi_claim_remind_hours = fields.Integer(
        groups="base.group_user",
        string="Reminder Before a Deadline (hours)",
        default=24,
        required=True,
        help="Hours before a deadline of a claim, at the earliest after half its time.",
    )
    kuaidi_claim_escalation_id = fields.Many2one(
        groups="base.group_user",
        comodel_name="res.users",
        string="Told of Late Claims",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Empty: whoever is told of late complaints.",
    )

    _kuaidi_claim_days_range = models.Constraint(
        "CHECK(kuaidi_claim_evidence_days BETWEEN 1 AND 90"
        " AND kuaidi_claim_inquiry_days BETWEEN 1 AND 90"
        " AND kuaidi_claim_insurer_days BETWEEN 1 AND 90"
        " AND kuaidi_claim_consensus_days BETWEEN 1 AND 90"
        " AND kuaidi_claim_report_days BETWEEN 1 AND 90"
        " AND kuaidi_claim_payment_days BETWEEN 1 AND 90)",
        "The steps of a claim take from 1 to 90 days.",
    )
    _kuaidi_claim_months_range = models.Constraint(
        "CHECK(kuaidi_claim_months BETWEEN 1 AND 24"
        " AND kuaidi_claim_insured_months BETWEEN 1 AND 24)",
        "A whole claim takes from 1 to 24 months.",
    )
    _kuaidi_claim_remind_range = models.Constraint(
        "CHECK(kuaidi_claim_remind_hours BETWEEN 1 AND 720)",
        "Reminders come from 1 to 720 hours before a deadline.",
    )

    # === BUSINESS METHODS === #

    def _get_kuaidi_claim_escalation_user(self):
        """Return who is told of claims that run late."""
        self.ensure_one()
        # sudo: settings of the company are for administrators to read
        user = self.sudo().kuaidi_claim_escalation_id.filtered("active")
        return user or self._get_kuaidi_complaint_manager()

    def _get_kuaidi_claim_finance(self):
        """Return who in finance is told of claims: the collector, else a colleague."""
        self.ensure_one()
        # sudo: settings and groups of colleagues are for administrators to read
        company_sudo = self.sudo()
        return (
            company_sudo.kuaidi_collector_id.filtered("active")
            or company_sudo.env["res.users"].search(
                [
                    (
                        "group_ids",
                        "in",
                        self.env.ref("kuaidi_key_account.group_finance").ids,
                    ),
                    ("company_ids", "in", self.ids),
                ],
                order="id",
                limit=1,
            )
            or company_sudo._get_kuaidi_collector()
        )


class ResConfigSettings(models.TransientModel):
    """Shows the deadlines of claims on Odoo's own page."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_claim_evidence_days = fields.Integer(
        related="company_id.kuaidi_claim_evidence_days", readonly=False
    )
    kuaidi_claim_inquiry_days = fields.Integer(
        related="company_id.kuaidi_claim_inquiry_days", readonly=False
    )
    kuaidi_claim_insurer_days = fields.Integer(
        related="company_id.kuaidi_claim_insurer_days", readonly=False
    )
    kuaidi_claim_consensus_days = fields.Integer(
        related="company_id.kuaidi_claim_consensus_days", readonly=False
    )
    kuaidi_claim_report_days = fields.Integer(
        related="company_id.kuaidi_claim_report_days", readonly=False
    )
    kuaidi_claim_payment_days = fields.Integer(
        related="company_id.kuaidi_claim_payment_days", readonly=False
    )
    kuaidi_claim_months = fields.Integer(
        related="company_id.kuaidi_claim_months", readonly=False
    )
    kuaidi_claim_insured_months = fields.Integer(
        related="company_id.kuaidi_claim_insured_months", readonly=False
    )
    kuaidi_claim_remind_hours = fields.Integer(
        related="company_id.kuaidi_claim_remind_hours", readonly=False
    )
    kuaidi_claim_escalation_id = fields.Many2one(
        related="company_id.kuaidi_claim_escalation_id", readonly=False
    )
