from psycopg2 import DataError, IntegrityError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date

# a statement for many clients costs little more than for few; a batch is what is lost
BATCH_SIZE = 20000
TELL_SIZE = 200


class KuaidiAlertRun(models.Model):
    """One night's judgement of all clients of a company, in committed batches.

    It remembers the rules as they were when it began, and the last client judged: a
    killed run goes on from there by the same rules. A run that was not finished gives
    way to that of the next day, which sees all that it would have seen.
    """

    _name = "kuaidi.alert.run"
    _description = "Nightly Evaluation of Alerts"
    _order = "date desc, id desc"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    date = fields.Date(required=True, readonly=True)
    rules = fields.Json(readonly=True)
    state = fields.Selection(
        selection=[
            ("running", "Running"),
            ("done", "Done"),
            ("superseded", "Taken Over by the Next Day"),
        ],
        required=True,
        readonly=True,
        default="running",
    )
    last_account_id = fields.Integer(readonly=True, aggregator=None)
    done_count = fields.Integer(string="Clients Judged", readonly=True)
    opened_count = fields.Integer(string="Raised", readonly=True)
    changed_count = fields.Integer(string="Changed", readonly=True)
    closed_count = fields.Integer(string="Closed", readonly=True)
    error_message = fields.Text(readonly=True)

    _company_date_uniq = models.UniqueIndex(
        "(company_id, date)", "The clients of this company were judged on that day."
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "%(company)s, %(date)s",
                company=run.company_id.name,
                date=format_date(self.env, run.date),
            )

    # === ACTION METHODS === #

    @api.model
    def action_evaluate_now(self):
        """Judge all clients of the company now, which is for the CRM centre.

        :raise AccessError: for anybody else
        """
        if not self.env.user.has_group("kuaidi_key_account.group_crm_centre"):
            raise AccessError(
                self.env._("Clients are judged every night, or by the CRM centre.")
            )
        counts = (
            self.env["kuaidi.alert"]
            # sudo: alerts are raised by the system; who may was checked above
            .sudo()
            ._evaluate(companies=self.env.company)
        )
        self.env.ref("kuaidi_key_account.cron_evaluate_alerts")._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(opened)s alerts raised, %(changed)s changed, %(closed)s closed.",
                    **counts,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === BUSINESS METHODS === #

    @api.model
    def _cron_evaluate(self, batch_size=BATCH_SIZE):
        """Judge the clients of all companies once a day, and tell the owners.

        Every batch is committed; nothing is done twice, however often this is called.
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        runs = self._get_runs_of_today()
        commit_progress(remaining=runs._get_remaining_count())
        for run in runs:
            while run.try_lock_for_update().filtered_domain(
                [("state", "=", "running")]
            ):
                count = run._process_batch(batch_size)
                if not commit_progress(count, remaining=runs._get_remaining_count()):
                    return
        self._tell_owners_in_steps()

    @api.model
    def _get_runs_of_today(self):
        """Return today's runs that are not finished, begun where there is none."""
        service = self.env["kuaidi.deadline"]
        rules = self.env["kuaidi.alert.rule"]
        now = fields.Datetime.now()
        runs = self.browse()
        for company in self.env["res.company"].search([]):
            today = service._get_local_date(now, company)
            former = self.search(
                [
                    ("company_id", "=", company.id),
                    "|",
                    ("date", "=", today),
                    ("state", "=", "running"),
                ]
            )
            run = former.filtered(lambda run, today=today: run.date == today)
            (former - run).filtered(lambda run: run.state == "running").write(
                {"state": "superseded"}
            )
            runs |= run or self.create(
                {
                    "company_id": company.id,
                    "date": today,
                    "rules": rules._get_snapshot(company),
                }
            )
        return runs.filtered(lambda run: run.state == "running")

    def _get_accounts_domain(self):
        self.ensure_one()
        return [
            ("company_id", "=", self.company_id.id),
            ("state", "!=", "closed"),
            ("id", ">", self.last_account_id),
        ]

    def _get_remaining_count(self):
        """Return how many clients these runs have yet to judge, at least one each."""
        accounts = self.env["kuaidi.key.account"]
        return sum(
            max(1, accounts.search_count(run._get_accounts_domain()))
            for run in self
            if run.state == "running"
        )

    def _process_batch(self, batch_size):
        """Judge the next clients of this run, and finish it after the last.

        :return: how many clients were judged
        """
        self.ensure_one()
        accounts = self.env["kuaidi.key.account"].search(
            self._get_accounts_domain(), order="id", limit=batch_size
        )
        values = {"done_count": self.done_count + len(accounts)}
        try:
            with self.env.cr.savepoint():
                counts = self.env["kuaidi.alert"]._evaluate(
                    accounts, date=self.date, rules=self.rules or []
                )
            for name, count in counts.items():
                values[f"{name}_count"] = self[f"{name}_count"] + count
        except (UserError, ValueError, DataError, IntegrityError) as error:
            values["error_message"] = "\n".join(
                filter(None, [self.error_message, str(error)])
            )
        if accounts:
            values["last_account_id"] = accounts[-1].id
        if len(accounts) < batch_size:
            values["state"] = "done"
        self.write(values)
        return len(accounts)

    @api.model
    def _tell_owners_in_steps(self):
        """Make the activities of alerts whose owner has none yet."""
        alerts = self.env["kuaidi.alert"]
        commit_progress = self.env["ir.cron"]._commit_progress
        domain = alerts._get_untold_domain()
        commit_progress(remaining=alerts.search_count(domain))
        last_id = 0
        while True:
            found = alerts.search(
                [*domain, ("id", ">", last_id)], order="id", limit=TELL_SIZE
            )
            if not found:
                break
            last_id = found[-1].id
            found.try_lock_for_update()._tell_owners()
            if not commit_progress(len(found)):
                break
