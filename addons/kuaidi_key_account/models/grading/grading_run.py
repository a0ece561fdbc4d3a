from psycopg2 import DataError, IntegrityError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from ...tools.star_arithmetic import get_quarter, get_service_year

BATCH_SIZE = 1000


class KuaidiGradingRun(models.Model):
    """One grading of all accounts of a company, worked off in committed batches.

    A run only proposes. It goes through the accounts by id and remembers the last
    one, so that a killed run is taken up where its last batch ended.
    """

    _name = "kuaidi.grading.run"
    _description = "Grading of All Accounts"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    date = fields.Date(
        required=True,
        readonly=True,
        help="The service year is the twelve full months before the month of this day.",
    )
    date_from = fields.Date(string="Service Year From", compute="_compute_dates")
    date_to = fields.Date(string="Service Year To", compute="_compute_dates")
    quarter = fields.Char(
        readonly=True,
        help="Calendar quarter of a grading that was started by the schedule.",
    )
    requested_by_id = fields.Many2one(comodel_name="res.users", readonly=True)
    state = fields.Selection(
        selection=[
            ("queued", "Queued"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        required=True,
        default="queued",
        readonly=True,
        index=True,
    )
    # progress
    last_account_id = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Id of the last account that was graded; the next batch begins after it.",
    )
    total_count = fields.Integer(string="Accounts", readonly=True)
    done_count = fields.Integer(string="Accounts Graded", readonly=True)
    progress = fields.Float(compute="_compute_progress")
    error_message = fields.Text(readonly=True)
    # result
    star_rating_ids = fields.One2many(
        comodel_name="kuaidi.star.rating", inverse_name="run_id", string="Proposals"
    )
    proposal_count = fields.Integer(compute="_compute_proposal_count")
    up_count = fields.Integer(string="Up", compute="_compute_proposal_count")
    down_count = fields.Integer(string="Down", compute="_compute_proposal_count")
    new_count = fields.Integer(string="New", compute="_compute_proposal_count")
    to_approve_count = fields.Integer(
        string="To Approve", compute="_compute_proposal_count"
    )

    _quarter_uniq = models.UniqueIndex(
        "(company_id, quarter) WHERE quarter IS NOT NULL",
        "The accounts of this company were graded for this quarter already.",
    )
    _open_uniq = models.UniqueIndex(
        "(company_id) WHERE state IN ('queued', 'running')",
        "A grading of this company's accounts is under way. Wait until it is done.",
    )

    # === COMPUTE METHODS === #

    @api.depends("date")
    def _compute_dates(self):
        for run in self:
            run.date_from, run.date_to = (
                get_service_year(run.date) if run.date else (False, False)
            )

    @api.depends("total_count", "done_count", "state")
    def _compute_progress(self):
        for run in self:
            if run.state == "done":
                run.progress = 100.0
            else:
                run.progress = 100.0 * run.done_count / (run.total_count or 1)

    @api.depends("star_rating_ids.direction", "star_rating_ids.state")
    def _compute_proposal_count(self):
        counts = {}
        for run, direction, state, count in self.env["kuaidi.star.rating"]._read_group(
            domain=[("run_id", "in", self.ids)],
            groupby=["run_id", "direction", "state"],
            aggregates=["__count"],
        ):
            for key in ("all", direction, state):
                counts[run.id, key] = counts.get((run.id, key), 0) + count
        for run in self:
            run.proposal_count = counts.get((run.id, "all"), 0)
            run.up_count = counts.get((run.id, "up"), 0)
            run.down_count = counts.get((run.id, "down"), 0)
            run.new_count = counts.get((run.id, "new"), 0)
            run.to_approve_count = counts.get((run.id, "to_approve"), 0)

    @api.depends("company_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "Grading of %(company)s on %(date)s",
                company=run.company_id.name,
                date=format_date(self.env, run.date),
            )

    # === ACTION METHODS === #

    def action_view_proposals(self):
        """Open the run's proposals; the context's `direction` keeps one direction."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_star_rating_action"
        )
        domain = [("run_id", "=", self.id)]
        direction = self.env.context.get("direction")
        if direction:
            domain.append(("direction", "=", direction))
        return dict(action, domain=domain, context={})

    def action_retry(self):
        """Queue a failed run again; it goes on after the last account graded.

        :raise UserError: when the run has not failed
        """
        self.check_access("read")
        if any(run.state != "failed" for run in self):
            raise UserError(self.env._("Only a failed grading can be tried again."))
        if not self.env.user.has_group("kuaidi_key_account.group_crm_centre"):
            raise UserError(self.env._("Gradings are run by the CRM centre."))
        # sudo: runs are moved by the system alone, the group was checked above
        self.sudo().write({"state": "queued", "error_message": False})
        self._trigger_cron()

    # === BUSINESS METHODS === #

    def _trigger_cron(self):
        # sudo: waking the cron is no right of its own
        self.env.ref("kuaidi_key_account.cron_process_grading_runs").sudo()._trigger()

    @api.model
    def _cron_quarterly(self):
        """Queue one grading per company and quarter, however often this is called.

        The service year ends with the quarter before, whatever day the schedule gets
        round to it.
        """
        now = fields.Datetime.now()
        for company in self.env["res.company"].search([]):
            today = self.env["kuaidi.deadline"]._get_local_date(now, company)
            quarter, date = get_quarter(today)
            if self.search_count(
                [
                    ("company_id", "=", company.id),
                    "|",
                    ("quarter", "=", quarter),
                    ("state", "in", ["queued", "running"]),
                ],
                limit=1,
            ):
                continue
            self.create({"company_id": company.id, "date": date, "quarter": quarter})
            self._trigger_cron()

    @api.model
    def _cron_process_runs(self, batch_size=BATCH_SIZE):
        """Work off the queued gradings; every batch is committed with its progress.

        Two workers never grade the same run: the second skips what the first holds.

        :param batch_size: accounts graded between two commits
        """
        domain = [("state", "in", ["queued", "running"])]
        commit_progress = self.env["ir.cron"]._commit_progress
        runs = self.search(domain, order="id")
        commit_progress(remaining=runs._get_remaining_count())
        for run in runs:
            while run.try_lock_for_update().filtered_domain(domain):
                graded_count = run._process_batch(batch_size)
                remaining = self.search(domain)._get_remaining_count()
                if not commit_progress(graded_count, remaining=remaining):
                    return

    def _get_remaining_count(self):
        """Return how many accounts these runs have to grade yet, at least one each."""
        return sum(
            max(
                1,
                run.total_count - run.done_count
                if run.total_count
                else self.env["kuaidi.key.account"].search_count(
                    run._get_accounts_domain()
                ),
            )
            for run in self
        )

    def _process_batch(self, batch_size):
        """Grade the next accounts of this run, and finish it after the last.

        :return: how many accounts were looked at
        """
        self.ensure_one()
        if self.state == "queued" and not self._start():
            return 0
        accounts = self.env["kuaidi.key.account"].search(
            [*self._get_accounts_domain(), ("id", ">", self.last_account_id)],
            order="id",
            limit=batch_size,
        )
        self._grade_batch(accounts)
        self.done_count += len(accounts)
        if accounts:
            self.last_account_id = accounts[-1].id
        if len(accounts) < batch_size:
            self._finish()
        return len(accounts)

    def _get_accounts_domain(self):
        self.ensure_one()
        return [("company_id", "=", self.company_id.id), ("state", "!=", "closed")]

    def _start(self):
        """Count what there is to do; a company without a ladder cannot be graded."""
        if not self.env["kuaidi.star.level"].search_count(
            [("company_id", "=", self.company_id.id)], limit=1
        ):
            self.write(
                {
                    "state": "failed",
                    "error_message": self.env._(
                        "%(company)s has no star levels, so nothing can be graded.",
                        company=self.company_id.name,
                    ),
                }
            )
            return False
        if not self.last_account_id:
            self.total_count = self.env["kuaidi.key.account"].search_count(
                self._get_accounts_domain()
            )
        self.state = "running"
        return True

    def _grade_batch(self, accounts):
        """Grade a batch; where it fails, grade its accounts one by one.

        An account that cannot be graded is named on the run, the others are graded.
        """
        ratings = self.env["kuaidi.star.rating"]
        try:
            with self.env.cr.savepoint():
                ratings._grade_accounts(accounts, self.date, run=self)
        except (UserError, ValueError, DataError, IntegrityError) as error:
            if len(accounts) == 1:
                self._add_error(accounts, error)
                return
            for account in accounts:
                self._grade_batch(account)

    def _add_error(self, account, error):
        line = self.env._(
            "%(account)s: %(error)s", account=account.display_name, error=error
        )
        self.error_message = "\n".join(filter(None, [self.error_message, line]))

    def _finish(self):
        """Close the run and ask the CRM centre to decide on what it proposes."""
        self.state = "done"
        user = self.requested_by_id or self.company_id._get_kuaidi_escalation_user()
        if not user or not self.to_approve_count:
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            summary=self.env._(
                "%(count)s star proposals wait for approval",
                count=self.to_approve_count,
            ),
        )


class KuaidiStarRating(models.Model):
    """Names the grading that proposed a rating."""

    _name = "kuaidi.star.rating"
    _inherit = ["kuaidi.star.rating"]

    run_id = fields.Many2one(
        comodel_name="kuaidi.grading.run",
        string="Grading",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
