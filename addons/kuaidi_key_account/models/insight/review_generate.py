from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

BATCH_SIZE = 1000
# the analyses of a month are made on this working day of the next one (D21)
GENERATION_WORKDAY = 3
ACTIVITY_TYPE = "kuaidi_key_account.mail_activity_type_review"


class KuaidiClientReview(models.Model):
    """Counts the figures of many clients' months in a fixed number of statements."""

    _name = "kuaidi.client.review"
    _inherit = ["kuaidi.client.review"]

    # === BUSINESS METHODS === #

    @api.model
    def _cron_generate(self, batch_size=BATCH_SIZE):
        """Make the analyses of the month before, from the third working day on (D21).

        What is there is left alone, but for drafts whose figures came or were corrected
        since. A run that was missed or killed is made up for by the next: a client
        without an analysis is found again, and has one only (unique index).

        :param batch_size: clients between two commits
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        months = {
            company: self._get_latest_month(company)
            for company in self.env["res.company"].search([])
        }
        commit_progress(
            remaining=sum(
                len(self._get_pending_ids(company, month))
                for company, month in months.items()
            )
        )
        accounts = self.env["kuaidi.key.account"]
        for company, month in months.items():
            last_id = 0
            while account_ids := self._get_pending_ids(
                company, month, last_id, batch_size
            ):
                last_id = account_ids[-1]
                # whoever else generates them just now does so; the rest is ours
                pending = accounts.browse(account_ids).try_lock_for_update(
                    allow_referencing=True
                )
                self._generate(pending, month)
                if not commit_progress(len(account_ids)):
                    return

    @api.model
    def _get_latest_month(self, company):
        """Return the last month whose third working day after it has come.

        Before that day it is the month before: whom the last run has left out gets the
        analysis now.
        """
        today = self.env["kuaidi.deadline"]._get_today(company)
        first = today.replace(day=1)
        month = first - relativedelta(months=1)
        if today < self._get_workday_after(month, GENERATION_WORKDAY, company):
            month -= relativedelta(months=1)
        return month

    @api.model
    def _get_workday_after(self, month, number, company):
        """Return that working day of the month which follows, by the company's time."""
        service = self.env["kuaidi.deadline"]
        last_day = month + relativedelta(months=1, days=-1)
        due = service._get_due(last_day, number, "workday", company)
        return service._get_local_date(due, company)

    @api.model
    def _get_pending_ids(self, company, month, last_id=0, limit=None):
        """Return the clients whose analysis is missing, or a draft of former figures.

        Formal clients that shipped something, or were counted at all, within thirteen
        months: of others there is nothing to say.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.id
                  FROM kuaidi_key_account account
                  LEFT JOIN kuaidi_client_review review
                    ON review.account_id = account.id AND review.month = %(month)s
                 WHERE account.company_id = %(company_id)s
                   AND account.state = 'formal'
                   AND account.active
                   AND account.id > %(last_id)s
                   AND (
                           review.id IS NULL AND EXISTS (
                               SELECT FROM kuaidi_monthly_figure figure
                                WHERE figure.account_id = account.id
                                  AND figure.month BETWEEN %(last_year)s AND %(month)s
                           )
                        OR review.state = 'draft' AND EXISTS (
                               SELECT FROM kuaidi_monthly_figure figure
                                WHERE figure.account_id = account.id
                                  AND figure.month = ANY(%(compared)s)
                                  AND figure.write_date > review.date_snapshot
                           )
                       )
                 ORDER BY account.id
                 LIMIT %(limit)s
                """,
                company_id=company.id,
                last_id=last_id,
                limit=limit,
                **self._get_months(month),
            )
        )
        return [account_id for (account_id,) in rows]

    @api.model
    def _get_months(self, month):
        """Return the month and those that it is compared with."""
        last_month = month - relativedelta(months=1)
        last_year = month - relativedelta(years=1)
        return {
            "month": month,
            "last_month": last_month,
            "last_year": last_year,
            "compared": [month, last_month, last_year],
        }

    @api.model
    def _generate(self, accounts, month):
        """Make or refresh the analyses of one month, whatever is there already.

        Drafts are counted anew; what is completed or sent stays. Clients without any
        figure in the thirteen months up to the month get none; a month without figures
        after months with some makes an analysis that says so. The number of statements
        does not depend on the number of clients, apart from the activities of those
        that are new. Nothing is written where nothing has changed.

        :param accounts: `kuaidi.key.account` records of any companies, formal ones
            count; the caller has checked the right to them
        :param month: first day of a month that is over
        :return: the analyses made or changed, in superuser mode
        :raise UserError: while the month is not over
        """
        # sudo: every visit and receivable counts, whoever asks; nobody writes figures
        # of an analysis by hand
        reviews_sudo = self.sudo().browse()
        for company, of_company in accounts.grouped("company_id").items():
            self._check_month_over(month, company)
            reviews_sudo |= reviews_sudo._generate_company(of_company, month, company)
        return reviews_sudo

    @api.model
    def _check_month_over(self, month, company):
        today = self.env["kuaidi.deadline"]._get_today(company)
        if month.day != 1 or month >= today.replace(day=1):
            raise UserError(
                self.env._(
                    "%(month)s is not over: a month is analysed once it has passed.",
                    month=self._format_month(month),
                )
            )

    def _generate_company(self, accounts, month, company):
        """Count, foretell and propose for the clients of one company."""
        self.env.flush_all()
        today = self.env["kuaidi.deadline"]._get_today(company)
        amounts = accounts._get_open_amounts(today)
        rows = self.env.execute_query(
            self._get_snapshot_statement(accounts, month, company, amounts)
        )
        self.invalidate_model(flush=False)
        changed_ids = {review_id for review_id, _is_new in rows}
        changed_ids |= set(self._foretell(accounts, month, company))
        new = self.browse(review_id for review_id, is_new in rows if is_new)
        new._open_activities()
        return self.browse(changed_ids)

    def _open_activities(self):
        """Give the account managers, or deputies, one activity for each analysis.

        One statement for all: Odoo would name them one by one, and subscribe user by
        user. Whoever completes an analysis follows it from then on.
        """
        if not self:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH asked AS (
                    SELECT review.id, review.month, review.date_due,
                           client.name AS client, worker.id AS user_id, person.tz
                      FROM kuaidi_client_review review
                      JOIN kuaidi_key_account account
                        ON account.id = review.account_id
                      JOIN res_partner client ON client.id = account.partner_id
                      JOIN LATERAL (
                               SELECT id, partner_id
                                 FROM res_users
                                WHERE id IN (account.manager_id, account.deputy_id)
                                  AND active
                                ORDER BY id = account.manager_id DESC
                                LIMIT 1
                           ) worker ON TRUE
                      JOIN res_partner person ON person.id = worker.partner_id
                     WHERE review.id = ANY(%(review_ids)s)
                )
                INSERT INTO mail_activity (
                    res_model_id, res_model, res_id, res_name, activity_type_id,
                    user_id, user_tz, date_deadline, automated, active,
                    create_uid, create_date, write_uid, write_date
                )
                SELECT %(model_id)s, %(model)s, id,
                       client || ', ' || to_char(month, 'YYYY-MM'), %(type_id)s,
                       user_id, tz, date_due, TRUE, TRUE,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM asked
                 ORDER BY id
                """,
                review_ids=self.ids,
                model_id=self.env["ir.model"]._get_id(self._name),
                model=self._name,
                type_id=self.env.ref(ACTIVITY_TYPE).id,
                uid=self.env.uid,
                now=SQL("now() AT TIME ZONE 'UTC'"),
            )
        )
        self.env["mail.activity"].invalidate_model(flush=False)
        self.invalidate_recordset(flush=False)

    def _close_activities(self):
        """Complete the activities that asked for these analyses."""
        # sudo: the activity is the system's, whoever completes the analysis
        self.sudo().activity_feedback([ACTIVITY_TYPE])
