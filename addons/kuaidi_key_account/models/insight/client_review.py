from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

# what the account manager writes; all else is counted, or moved by buttons
NOTES = ("note_accident", "note_need", "note_cause", "note_action")
RATES = {
    "late_percent": "late_count",
    "damaged_percent": "damaged_count",
    "lost_percent": "lost_count",
    "accident_percent": "accident_count",
}
NOTHING = "–"
# percent; the statement that makes analyses knows that of a draft
PROGRESS = {"draft": 0, "done": 50, "sent": 100}


class KuaidiClientReview(models.Model):
    """What one month of one client was like, and what is done about it (AN-1 to AN-6).

    The figures are a snapshot: `_generate` writes them by the batch and refreshes them
    as long as the analysis is a draft. Only the notes are entered. What cannot be
    compared, for want of a month or of parcels, is empty in the database and a dash on
    the page.
    """

    _name = "kuaidi.client.review"
    _description = "Monthly Client Analysis"
    _inherit = ["mail.thread", "mail.activity.mixin", "kuaidi.month.mixin"]
    _order = "month desc, account_id, id"
    _rec_names_search = ["account_id"]
    _check_company_auto = True
    _mail_post_access = "read"

    # client and month
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    manager_id = fields.Many2one(related="account_id.manager_id", store=False)
    month = fields.Date(
        required=True, readonly=True, help="First day of the month that is analysed."
    )
    state = fields.Selection(
        selection=[("draft", "Draft"), ("done", "Completed"), ("sent", "Sent")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        group_expand=True,
    )
    progress = fields.Integer(
        string="Progress (%)",
        compute="_compute_progress",
        store=True,
        aggregator="avg",
        help="Half way when completed, all of it when sent; of a group, the mean.",
    )
    version = fields.Integer(
        default=1,
        readonly=True,
        aggregator=None,
        help="Grows when an analysis that was sent is reopened.",
    )
    date_due = fields.Date(
        string="Due",
        readonly=True,
        help="The account manager completes the analysis by the end of this day.",
    )
    is_late = fields.Boolean(
        string="Late Analysis", compute="_compute_is_late", search="_search_is_late"
    )
    date_snapshot = fields.Datetime(
        string="Figures As Of",
        readonly=True,
        help="Receivables are those of this moment, all else is counted for the month.",
    )
    # volume (AN-3)
    has_figure = fields.Boolean(
        string="Has Figures",
        readonly=True,
        help="Operations gave figures for this month.",
    )
    has_last_month = fields.Boolean(readonly=True)
    has_last_year = fields.Boolean(readonly=True)
    pieces = fields.Integer(string="Parcels", readonly=True)
    pieces_last_month = fields.Integer(string="Parcels Last Month", readonly=True)
    pieces_last_year = fields.Integer(string="Parcels Last Year", readonly=True)
    change_month_percent = fields.Float(
        string="On Last Month (%)", readonly=True, aggregator="avg", digits=(16, 1)
    )
    change_year_percent = fields.Float(
        string="On Last Year (%)", readonly=True, aggregator="avg", digits=(16, 1)
    )
    weight_kg = fields.Float(string="Weight (kg)", readonly=True, digits=(16, 2))
    amount_revenue = fields.Monetary(string="Revenue", readonly=True)
    # quality (AN-4, AN-5); the denominator is the parcels of the month
    late_count = fields.Integer(string="Late Parcels", readonly=True)
    damaged_count = fields.Integer(string="Damaged", readonly=True)
    lost_count = fields.Integer(string="Lost", readonly=True)
    accident_count = fields.Integer(string="Accidents", readonly=True)
    late_percent = fields.Float(
        string="Late (%)", readonly=True, aggregator="avg", digits=(16, 3)
    )
    damaged_percent = fields.Float(
        string="Damaged (%)", readonly=True, aggregator="avg", digits=(16, 3)
    )
    lost_percent = fields.Float(
        string="Lost (%)", readonly=True, aggregator="avg", digits=(16, 3)
    )
    accident_percent = fields.Float(
        string="Accidents (%)", readonly=True, aggregator="avg", digits=(16, 3)
    )
    complaint_count = fields.Integer(string="Complaints", readonly=True)
    claim_count = fields.Integer(string="Claims", readonly=True)
    # service
    visit_count = fields.Integer(
        string="Visits and Contacts",
        readonly=True,
        help="Logged for days of this month.",
    )
    line_done_count = fields.Integer(
        string="Services Delivered",
        readonly=True,
        help="Lines of the service plan that were done in this month.",
    )
    line_missed_count = fields.Integer(
        string="Services Missed",
        readonly=True,
        help="Lines of the service plan that were due in this month and were not"
        " delivered.",
    )
    open_problem_ids = fields.Many2many(
        comodel_name="kuaidi.problem",
        string="Open Problems",
        compute="_compute_open_problem_ids",
        help="Raised by the client and not solved yet.",
    )
    # money
    amount_receivable = fields.Monetary(string="Receivable", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True)
    # forecast (AN-6)
    forecast_method = fields.Selection(
        selection=[
            ("seasonal", "Same month of last year, times the trend of three months"),
            ("mean", "Mean of the last three months"),
            ("last", "As in the last month"),
            ("none", "None: the last month is not known"),
        ],
        default="none",
        readonly=True,
    )
    forecast_pieces = fields.Integer(
        string="Forecast (Parcels)", readonly=True, help="Of the month that follows."
    )
    has_forecast_error = fields.Boolean(readonly=True)
    forecast_error_percent = fields.Float(
        string="Past Error of the Forecast (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="By how much the same method was wrong in six past months, on average.",
    )
    # texts
    note_accident = fields.Text(
        string="Accidents and Quality",
        help="The month's major accidents: with a loss, or without one but with a"
        " lasting effect (AN-4).",
    )
    note_need = fields.Text(string="Change of Needs")
    note_cause = fields.Text(
        string="Main Cause of the Change",
        help="Needed when the volume has changed by more than the settings allow.",
    )
    note_action = fields.Text(
        string="Next Actions", help="What is done next, by whom, until when."
    )
    # what was proposed: a note that still says so follows the figures
    proposal_accident = fields.Text(readonly=True)
    proposal_need = fields.Text(readonly=True)
    is_cause_needed = fields.Boolean(compute="_compute_is_cause_needed")

    _account_month_uniq = models.UniqueIndex(
        "(account_id, month)", "This client has an analysis of that month already."
    )
    _month_idx = models.Index("(month DESC, account_id)")
    _draft_due_idx = models.Index("(date_due) WHERE state = 'draft'")
    _month_first_day = models.Constraint(
        "CHECK(extract(day FROM month) = 1)", "A month is given by its first day."
    )

    # === COMPUTE METHODS === #

    @api.depends("account_id", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for review in self:
            review.display_name = self.env._(
                "%(client)s, %(month)s",
                # sudo: as for every linked record, the name of the client is shown
                client=review.account_id.sudo().display_name or NOTHING,
                month=review._format_month(review.month),
            )

    @api.depends("state")
    def _compute_progress(self):
        for review in self:
            review.progress = PROGRESS[review.state]

    @api.depends("date_due", "state")
    def _compute_is_late(self):
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        for review in self:
            review.is_late = (
                review.state == "draft"
                and bool(review.date_due)
                and review.date_due < today
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented  # the ORM retries with the opposite operator
        late = Domain("state", "=", "draft") & Domain(
            "date_due", "<", self.env["kuaidi.deadline"]._get_today(self.env.company)
        )
        found = Domain.FALSE
        if True in value:
            found |= late
        if False in value:
            found |= ~late
        return found

    @api.depends("account_id")
    def _compute_open_problem_ids(self):
        problems = self.env["kuaidi.problem"].search(
            [("account_id", "in", self.account_id.ids), ("state", "=", "open")]
        )
        by_account = problems.grouped("account_id")
        for review in self:
            review.open_problem_ids = by_account.get(review.account_id, False)

    @api.depends("change_month_percent", "change_year_percent", "company_id")
    def _compute_is_cause_needed(self):
        for review in self:
            # an empty change reads as zero: nothing to explain
            limit = review.company_id.kuaidi_review_change_percent
            review.is_cause_needed = (
                max(abs(review.change_month_percent), abs(review.change_year_percent))
                > limit
            )

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su:
            self.check_access("write")
            self._check_typed(vals)
        return super().write(vals)

    # === ACTION METHODS === #

    def action_complete(self):
        """Complete analyses: the account manager has said what comes next (AN-6).

        :raise UserError: when next actions are missing, a change of volume has no
            cause, or the figures were corrected since
        """
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        for review in self:
            review._check_completable()
        outdated = self._get_outdated()
        if outdated:
            raise UserError(outdated[0]._get_outdated_message())
        # sudo: the state is guarded, the right to complete was checked above
        self.sudo().state = "done"
        # what the audiences answer reaches whoever they have the analysis from
        self.message_subscribe(partner_ids=self.env.user.partner_id.ids)
        self._close_activities()

    def action_back_to_draft(self):
        """Take completed analyses back, as long as they are not sent."""
        self.check_access("write")
        if any(review.state != "done" for review in self):
            raise UserError(
                self.env._("Only an analysis that is completed is taken back to draft.")
            )
        # sudo: the state is guarded, the right to change was checked above
        self.sudo().state = "draft"

    def action_refresh(self):
        """Count the figures of drafts anew; notes that were changed stay."""
        self.check_access("write")
        if any(review.state != "draft" for review in self):
            raise UserError(
                self.env._("Only a draft follows the figures. Take it back to draft.")
            )
        for month, reviews in self.grouped("month").items():
            self._generate(reviews.account_id, month)

    def action_view_figures(self):
        """Show the figures of this client up to the month, the last ones first."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Figures of %(client)s", client=self.account_id.name),
            "res_model": "kuaidi.monthly.figure",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("account_id", "=", self.account_id.id),
                ("month", "<=", self.month),
            ],
        }

    # === BUSINESS METHODS === #

    def _check_typed(self, vals):
        """Refuse what is counted or moved by buttons, and notes of what is completed.

        :raise AccessError: for a guarded field
        :raise UserError: for a note of an analysis that is no draft
        """
        typed = {
            name
            for name in vals
            if not name.startswith(("message_", "activity_", "my_activity_"))
        }
        if typed - set(NOTES):
            raise AccessError(
                self.env._(
                    "The figures of an analysis are counted, its state changes by its"
                    " buttons. Only the texts are entered."
                )
            )
        if typed and any(review.state != "draft" for review in self):
            raise UserError(
                self.env._(
                    "The analysis is completed. Take it back to draft to change its"
                    " texts, or have it reopened once it was sent."
                )
            )

    def _check_completable(self):
        self.ensure_one()
        if self.state != "draft":
            raise UserError(
                self.env._("%(review)s is completed already.", review=self.display_name)
            )
        if not (self.note_action or "").strip():
            raise UserError(
                self.env._(
                    "Enter the next actions of %(review)s: what is done, by whom, until"
                    " when.",
                    review=self.display_name,
                )
            )
        if self.is_cause_needed and not (self.note_cause or "").strip():
            raise UserError(
                self.env._(
                    "The volume of %(review)s has changed by %(month)s on last month"
                    " and %(year)s on last year. Enter the main cause.",
                    review=self.display_name,
                    month=self.change_month_label,
                    year=self.change_year_label,
                )
            )

    def _get_outdated_message(self):
        return self.env._(
            "The figures of %(review)s were corrected since they were counted. Take the"
            " analysis back to draft if need be, and refresh its figures.",
            review=self.display_name,
        )
