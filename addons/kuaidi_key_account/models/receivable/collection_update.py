from odoo import api, fields, models
from odoo.tools import SQL

# each star adds a fifth to what a yuan weighs in the call list, each broken promise
# a half
STAR_WEIGHT = 0.2
BROKEN_WEIGHT = 0.5


class KuaidiCollectionCase(models.Model):
    """Opens, refreshes and closes the cases of any number of clients at once."""

    _name = "kuaidi.collection.case"
    _inherit = ["kuaidi.collection.case"]

    # === BUSINESS METHODS === #

    @api.model
    def _update_cases(self, accounts=None, date=None):
        """Bring the cases in line with what is overdue (2.10).

        A client has an open case while something is overdue that it does not contest,
        less credit notes and payments that settle nothing yet. A case whose debts are
        all contested stays open until that is settled. The number of queries does not
        depend on the number of clients, and nothing is written where nothing changed.

        :param accounts: of which clients; default all
        :param date: as of that day; default today, in each company's time zone
        :return: dict of the numbers of cases ``opened``, ``changed``, ``closed``
        """
        notices = self.env["kuaidi.dunning.notice"]
        self._flush_sources()
        counts = {"opened": 0, "changed": 0, "closed": 0}
        for day, companies in notices._get_days(accounts, date).items():
            debts = self._get_debts_query(companies, accounts, day)
            counts["changed"] += len(self._refresh_cases(debts))
            counts["opened"] += len(self._open_cases(debts, companies, day))
            counts["closed"] += len(self._close_cases(debts, companies, accounts, day))
        self.env["kuaidi.collection.case"].invalidate_model()
        return counts

    @api.model
    def _flush_sources(self):
        self.env["kuaidi.dunning.notice"]._flush_sources()

    @api.model
    def _get_debts_query(self, companies, accounts, date):
        """Return the statement of each client's debts, and of the days that follow."""
        chased = self.env["kuaidi.dunning.notice"]._get_chased_query(
            companies, accounts, date
        )
        return SQL(
            """
            SELECT debt.*, (%(limitation)s) AS limitation, account.stars
              FROM (
                       SELECT account_id, company_id,
                              max(amount_overdue) AS overdue, max(amount_open) AS open,
                              min(due) FILTER (
                                  WHERE amount > 0 AND due < %(date)s
                              ) AS oldest,
                              bool_or(is_disputed AND due < %(date)s) AS is_disputed
                         FROM (%(chased)s) chased
                        GROUP BY account_id, company_id
                   ) debt
              JOIN kuaidi_key_account account ON account.id = debt.account_id
             CROSS JOIN LATERAL (SELECT debt.oldest AS due) line
            """,
            chased=chased,
            date=date,
            # what is due first is time-barred first
            limitation=self.env["kuaidi.receivable.item"]._get_limitation_query(date),
        )

    @api.model
    def _get_score(self, overdue, stars, broken):
        """Return the weight of a case in the call list: money, star, broken promises.

        :param overdue: SQL of the overdue amount in yuan
        :param stars: SQL of the client's stars
        :param broken: SQL of the number of broken promises
        """
        return SQL(
            "round(%s * (1 + %s * COALESCE(%s, 0)) * (1 + %s * COALESCE(%s, 0)), 2)",
            overdue,
            STAR_WEIGHT,
            stars,
            BROKEN_WEIGHT,
            broken,
        )

    @api.model
    def _refresh_cases(self, debts):
        """Write what has changed into open cases; return their ids."""
        score = self._get_score(
            SQL("debt.overdue"), SQL("debt.stars"), SQL("former.broken_promise_count")
        )
        return self.env.execute_query(
            SQL(
                """
                UPDATE kuaidi_collection_case former
                   SET amount_open = debt.open, amount_overdue = debt.overdue,
                       date_oldest_due = debt.oldest,
                       date_limitation = debt.limitation, call_score = %(score)s,
                       write_uid = %(uid)s, write_date = %(now)s
                  FROM (%(debts)s) debt
                 WHERE debt.account_id = former.account_id AND former.state <> 'closed'
                   AND (debt.overdue > 0 OR debt.is_disputed)
                   AND (former.amount_open, former.amount_overdue,
                        former.date_oldest_due, former.date_limitation,
                        former.call_score)
                       IS DISTINCT FROM (
                           debt.open, debt.overdue, debt.oldest, debt.limitation,
                           %(score)s
                       )
                RETURNING former.id
                """,
                debts=debts,
                score=score,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )

    @api.model
    def _open_cases(self, debts, companies, date):
        """Open a case for each client with debts and without one; return their ids."""
        collectors = {
            # sudo: who collects is the same for everybody
            company.id: company.sudo()._get_kuaidi_collector().id
            for company in companies
        }
        return self.env.execute_query(
            SQL(
                """
                INSERT INTO kuaidi_collection_case (
                       account_id, company_id, state, collector_id, amount_open,
                       amount_overdue, date_oldest_due, date_limitation, call_score,
                       broken_promise_count, date_opened,
                       create_uid, create_date, write_uid, write_date
                )
                SELECT debt.account_id, debt.company_id, 'open', collector.user_id,
                       debt.open, debt.overdue, debt.oldest, debt.limitation, %(score)s,
                       0, %(date)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (%(debts)s) debt
                  JOIN unnest(%(company_ids)s::int[], %(user_ids)s::int[])
                           AS collector (company_id, user_id)
                    ON collector.company_id = debt.company_id
                 WHERE debt.overdue > 0
                   AND NOT EXISTS (
                           SELECT 1 FROM kuaidi_collection_case former
                            WHERE former.account_id = debt.account_id
                              AND former.state <> 'closed'
                       )
                ON CONFLICT DO NOTHING
                RETURNING id
                """,
                debts=debts,
                score=self._get_score(SQL("debt.overdue"), SQL("debt.stars"), SQL("0")),
                company_ids=list(collectors),
                user_ids=list(collectors.values()),
                date=date,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )

    @api.model
    def _close_cases(self, debts, companies, accounts, date):
        """Close the cases of clients that owe nothing any more; return their ids.

        What was to be done about them is taken back: activities made by the run, and
        steps that wait for finance.
        """
        asked = SQL("TRUE")
        if accounts is not None:
            asked = SQL("former.account_id = ANY(%s)", accounts.ids)
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE kuaidi_collection_case former
                   SET state = 'closed', date_closed = %(date)s, amount_overdue = 0,
                       amount_open = 0, call_score = 0, is_cash_only = FALSE,
                       date_hold_until = NULL, hold_reason = NULL,
                       date_next_action = NULL, next_step_id = NULL,
                       next_channel = NULL, next_action = NULL,
                       next_promise_id = NULL,
                       write_uid = %(uid)s, write_date = %(now)s
                 WHERE former.state <> 'closed'
                   AND former.company_id = ANY(%(company_ids)s)
                   AND %(asked)s
                   AND NOT EXISTS (
                           SELECT 1 FROM (%(debts)s) debt
                            WHERE debt.account_id = former.account_id
                              AND (debt.overdue > 0 OR debt.is_disputed)
                       )
                RETURNING former.id
                """,
                debts=debts,
                date=date,
                company_ids=companies.ids,
                asked=asked,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        cases = self.browse(row[0] for row in rows)
        if cases:
            cases.invalidate_recordset()
            cases._take_back_plans()
        return rows

    def _take_back_plans(self):
        """Remove what the run planned for these cases and nobody has begun."""
        # sudo: activities and notices of the run belong to the system
        self.env["mail.activity"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("automated", "=", True),
            ]
        ).unlink()
        self.env["kuaidi.dunning.notice"].sudo().search(
            [
                ("case_id", "in", self.ids),
                ("state", "in", ("to_approve", "waiting", "assigned")),
            ]
        ).write({"state": "dropped", "error": self.env._("Nothing is overdue now.")})
