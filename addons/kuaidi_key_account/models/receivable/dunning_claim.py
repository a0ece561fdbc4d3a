from odoo import api, fields, models
from odoo.tools import SQL


class KuaidiDunningNotice(models.Model):
    """Claims what is due for reminding, for any number of clients in one statement."""

    _name = "kuaidi.dunning.notice"
    _inherit = ["kuaidi.dunning.notice"]

    # === BUSINESS METHODS === #

    @api.model
    def _claim(self, accounts=None, date=None):
        """Write down the items that have reached a step, before anything is sent.

        An item is claimed at the highest step that it has reached, once; a client by
        the hardest of its steps, once a day, and not before the grace of that step has
        passed since it was reminded last. On hold, contested, promised or covered
        items and those below the least amount are left out, and on days that are not
        worked nothing is claimed. Nothing is claimed twice, by two at once either.
        The number of queries does not depend on the number of items.

        :param accounts: of which clients; default all
        :param date: as of that day; default today, in each company's time zone
        :return: the new notices, in superuser mode
        """
        self._flush_sources()
        ids = []
        service = self.env["kuaidi.deadline"]
        for day, companies in self._get_days(accounts, date).items():
            working = companies.filtered(
                lambda company, day=day: service._is_working_day(day, company)
            )
            if working:
                self._outdate(working, accounts)
                ids += self._insert(working, accounts, day)
        self.invalidate_model()
        # sudo: the system alone makes notices; the caller checked who may run it
        return self.sudo().browse(ids)

    @api.model
    def _get_days(self, accounts, date):
        """Return the companies to look at, by the day that it is there."""
        date = fields.Date.to_date(date)
        if accounts is None:
            # sudo: all companies at work, whoever runs it
            companies = self.env["res.company"].sudo().search([])
        else:
            companies = accounts.sudo().company_id
        if date:
            return {date: companies} if companies else {}
        return companies.grouped(self.env["kuaidi.deadline"]._get_today)

    @api.model
    def _outdate(self, companies, accounts):
        """Let the steps of items begin anew whose due date was moved behind them.

        A notice counts as long as the step could have been taken by the due date as it
        is now.
        """
        asked = SQL("TRUE")
        if accounts is not None:
            asked = SQL("notice.account_id = ANY(%s)", accounts.ids)
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_dunning_notice notice
                   SET is_outdated = TRUE
                  FROM account_move_line line, kuaidi_dunning_step step
                 WHERE line.id = notice.move_line_id AND step.id = notice.step_id
                   AND notice.company_id = ANY(%(company_ids)s) AND %(asked)s
                   AND notice.is_outdated IS NOT TRUE AND notice.state <> 'dropped'
                   AND line.reconciled IS NOT TRUE
                   AND notice.date_due <> COALESCE(line.date_maturity, line.date)
                   AND notice.date
                       < COALESCE(line.date_maturity, line.date) + step.days
                """,
                company_ids=companies.ids,
                asked=asked,
            )
        )

    @api.model
    def _insert(self, companies, accounts, date):
        """Insert the notices of a day; return their ids."""
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO kuaidi_dunning_notice (
                       move_line_id, step_id, channel, account_id, company_id, case_id,
                       currency_id, amount, amount_company, date, date_due, state,
                       create_uid, create_date, write_uid, write_date
                )
                SELECT due.id, due.step_id, due.channel, due.account_id,
                       due.company_id, cases.id, due.currency_id, due.amount_currency,
                       due.amount, %(date)s, due.due,
                       CASE WHEN due.needs_approval THEN 'to_approve'
                            ELSE 'waiting' END,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (%(candidates)s) due
                  LEFT JOIN kuaidi_collection_case cases
                    ON cases.account_id = due.account_id AND cases.state <> 'closed'
                 WHERE due.reason = ''
                 ORDER BY due.account_id, due.due, due.id
                ON CONFLICT DO NOTHING
                RETURNING id
                """,
                candidates=self._get_candidates_query(companies, accounts, date),
                date=date,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _get_preview(self, accounts, date):
        """Return what a run would do for clients on a day, and what it leaves out.

        :param accounts: recordset of key accounts
        :param date: as of which day
        :return: list of (account id, step id, reason, number of items, yuan); the
            reason is empty for what would be done
        """
        self._flush_sources()
        service = self.env["kuaidi.deadline"]
        rows = []
        for company in accounts.company_id:
            rows += self.env.execute_query(
                SQL(
                    """
                    SELECT account_id, step_id,
                           CASE WHEN %(is_worked)s THEN reason ELSE 'day_off' END,
                           count(*), sum(amount)
                      FROM (%(candidates)s) due
                     GROUP BY 1, 2, 3
                     ORDER BY sum(amount) DESC, account_id, step_id
                    """,
                    is_worked=service._is_working_day(date, company),
                    candidates=self._get_candidates_query(company, accounts, date),
                )
            )
        return rows
