from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

# written when a report is made or requested: what is approved is what stands in it
SNAPSHOT_FIELDS = (
    "amount",
    "amount_claimed",
    "amount_rule",
    "explanation",
    "amount_debt",
    "amount_debt_overdue",
)


class KuaidiClaimReport(models.Model):
    """The claim report 《理赔申请报告书》 on which the approvers decide (2.12, D15).

    It holds the figures as they were when it was made. A claim whose amount changes
    afterwards needs a new report, and that one new approvals.
    """

    _name = "kuaidi.claim.report"
    _description = "Claim Report"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.decision.mixin",
        "kuaidi.evidence.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True
    _mail_post_access = "read"

    _approval_group = "kuaidi_claims.group_claims_manager"
    _approval_guarded_fields = (
        *SNAPSHOT_FIELDS,
        "state",
        "claim_id",
        "number",
        "approval_level",
        "requested_by_id",
        "decided_by_id",
        "date_decided",
        "validation_status",
        "review_ids",
    )

    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    account_id = fields.Many2one(related="claim_id.account_id", store=True)
    partner_id = fields.Many2one(related="claim_id.partner_id", string="Client")
    company_id = fields.Many2one(
        related="claim_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="claim_id.currency_id")
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    number = fields.Char(readonly=True, required=True)
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("superseded", "Superseded"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    # what is decided on
    amount = fields.Monetary(
        string="To Be Paid", required=True, readonly=True, aggregator=None
    )
    amount_claimed = fields.Monetary(
        string="Client Demands", readonly=True, aggregator=None
    )
    amount_rule = fields.Monetary(string="By the Rules", readonly=True, aggregator=None)
    explanation = fields.Text(string="How It Is Calculated", readonly=True)
    amount_debt = fields.Monetary(
        string="Client Owes",
        currency_field="company_currency_id",
        readonly=True,
        aggregator=None,
    )
    amount_debt_overdue = fields.Monetary(
        string="Overdue of It",
        currency_field="company_currency_id",
        readonly=True,
        aggregator=None,
    )
    course = fields.Text(
        string="Course of Events", help="What happened, and what the inquiries found."
    )
    reason = fields.Text(
        string="Why This Amount",
        help="Why this is paid, and where it departs from the rules.",
    )
    prevention = fields.Text(
        string="What Is Done Against It",
        help="What the responsible department changes, so that it does not happen"
        " again.",
    )
    # who decides
    approval_level = fields.Integer(
        readonly=True,
        aggregator=None,
        help="1: the claims manager alone; 2: the vice president too; 3: the president"
        " too.",
    )
    vp_id = fields.Many2one(
        related="company_id.kuaidi_claim_vp_id", string="Vice President"
    )
    president_id = fields.Many2one(
        related="company_id.kuaidi_claim_president_id", string="President"
    )
    requested_by_id = fields.Many2one(string="Asked By")

    _live_uniq = models.UniqueIndex(
        "(claim_id) WHERE state IN ('draft', 'to_approve', 'approved')",
        "This claim has a report already.",
    )
    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "A report asks for an amount above zero."
    )

    # === COMPUTE METHODS === #

    @api.depends("number", "claim_id")
    def _compute_display_name(self):
        for report in self:
            report.display_name = report.number

    # === CRUD METHODS === #

    def write(self, vals):
        entered = {"course", "reason", "prevention"}
        if (
            not self.env.su
            and entered & vals.keys()
            and any(report.state != "draft" for report in self)
        ):
            raise UserError(
                self.env._(
                    "What the approvers decide on stays as it is. Take the report back"
                    " first."
                )
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_request_approval(self):
        """Ask the claims manager, and above their limits the others, to approve.

        :raise UserError: when the report is no draft, its amount is not the claim's,
            or a person who has to approve is not named in the settings
        """
        self.check_access("write")
        for report in self:
            claim = report.claim_id
            # sudo: an officer may lock what he asks for
            claim.sudo().lock_for_update()
            claim.invalidate_recordset(["state", "amount_agreed"])
            report._check_amount_is_agreed()
            if not (report.course and report.reason):
                raise UserError(
                    self.env._(
                        "Write down the course of events and why this amount is paid:"
                        " the approvers decide on it."
                    )
                )
            # sudo: level and requester are written by the system
            report_sudo = report.sudo()
            report_sudo.write(
                {
                    "approval_level": report._get_approval_level(),
                    "requested_by_id": self.env.uid,
                }
            )
            report_sudo._check_approvers_are_named()
        res = super().action_request_approval()
        # sudo: the claim follows its report, which the officer may request
        self.claim_id.sudo()._move("to_approve")
        return res

    def action_take_back(self):
        """Take a report back that waits for approval, to change it.

        :raise UserError: when it does not wait
        """
        self.check_access("write")
        # sudo: reviews and state are guarded; the right was checked above
        reports_sudo = self.sudo()
        reports_sudo.lock_for_update()
        reports_sudo.invalidate_recordset(["state"])
        for report in reports_sudo:
            if report.state != "to_approve":
                raise UserError(
                    self.env._(
                        "%(report)s does not wait for approval (any more).",
                        report=report.display_name,
                    )
                )
        reports_sudo.review_ids.unlink()
        reports_sudo.write({"state": "draft"})
        reports_sudo.claim_id._move("report")

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._("Reports stay on file. Take one back to change it.")

    def _check_amount_is_agreed(self):
        """Check that the report asks for what was agreed with the client.

        :raise UserError: when the claim's amount has changed since
        """
        self.ensure_one()
        claim = self.claim_id
        if claim.currency_id.compare_amounts(self.amount, claim.amount_agreed):
            raise UserError(
                self.env._(
                    "%(report)s asks for %(amount)s, but %(agreed)s was agreed since."
                    " Make a new report: what changed has to be approved.",
                    report=self.display_name,
                    amount=self._format_amount(self.amount),
                    agreed=self._format_amount(claim.amount_agreed),
                )
            )

    def _get_approval_level(self):
        """Return who has to approve: 1, 2 or 3 (2.12).

        The strict chain of the sources asks all three for every claim; else the
        amounts of the settings, in yuan of the company, decide.
        """
        self.ensure_one()
        company = self.company_id.sudo()  # sudo: limits are settings
        if company.kuaidi_claim_is_strict:
            return 3
        amount = self.currency_id._convert(
            self.amount,
            company.currency_id,
            company,
            self.env["kuaidi.deadline"]._get_today(company),
        )
        compare = company.currency_id.compare_amounts
        if compare(amount, company.kuaidi_claim_limit_vp) > 0:
            return 3
        if compare(amount, company.kuaidi_claim_limit_manager) > 0:
            return 2
        return 1

    def _check_approvers_are_named(self):
        """Check that the settings name whoever has to approve.

        :raise UserError: naming who is missing
        """
        for report in self:
            if report.approval_level > 1 and not report.vp_id:
                raise UserError(
                    self.env._(
                        "Above %(amount)s the vice president approves: name one in the"
                        " settings first.",
                        amount=self._format_limit("kuaidi_claim_limit_manager"),
                    )
                )
            if report.approval_level > 2 and not report.president_id:
                raise UserError(
                    self.env._(
                        "Above %(amount)s the president approves: name one in the"
                        " settings first.",
                        amount=self._format_limit("kuaidi_claim_limit_vp"),
                    )
                )

    def _on_approved(self):
        """Give the claim its approved amount, if that is still what was agreed."""
        for report in self:
            report.claim_id.lock_for_update()
            report.claim_id.invalidate_recordset(["state", "amount_agreed"])
            report._check_amount_is_agreed()
        res = super()._on_approved()
        for report in self:
            report.claim_id._on_report_approved(report)
        return res

    def _on_refused(self):
        comments = {
            report.id: " ".join(filter(None, report.review_ids.mapped("comment")))
            for report in self
        }
        res = super()._on_refused()
        for report in self:
            report.claim_id._on_report_refused(report, comments[report.id])
        return res

    def _supersede(self):
        """Give reports up: the claim is negotiated again; called in superuser mode.

        What was decided stays as proof; nobody is asked any more.
        """
        self.review_ids.filtered(
            lambda review: review.status in ("waiting", "pending")
        ).unlink()
        self.write({"state": "superseded"})

    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _format_limit(self, name):
        company = self.company_id[:1]
        return formatLang(self.env, company[name], currency_obj=company.currency_id)
