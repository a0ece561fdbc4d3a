from odoo import api, fields, models
from odoo.tools import SQL


class KuaidiComplaint(models.Model):
    """Finds the clocks that have run out, in whole batches, and tells of them once."""

    _name = "kuaidi.complaint"
    _inherit = ["kuaidi.complaint"]

    # === BUSINESS METHODS === #

    @api.model
    def _cron_sweep(self, batch_size=1000):
        """Raise the alarms of all complaints that are due, in committed steps.

        One statement for each batch, whatever it finds. A sweep that was killed goes on
        where it stopped; a second one at the same time leaves the company to the first.
        After days without a sweep each complaint tells its hardest alarm alone.
        """
        alarms = self.env["kuaidi.complaint.alarm"].sudo()
        commit_progress = self.env["ir.cron"]._commit_progress
        now = fields.Datetime.now()
        companies = self.env["res.company"].search([("active", "=", True)])
        commit_progress(remaining=self._count_due(companies, now))
        for company in companies:
            with self._hold_company(company) as is_held:
                if not is_held:
                    continue
                told = self._get_alarm_users(company)
                while count := self._sweep_batch(company, told, now, batch_size):
                    if not commit_progress(count):
                        return
                alarms._tell(company)
                commit_progress(0)

    @api.model
    def _count_due(self, companies, now):
        # sudo: the sweep serves every company
        return self.sudo().search_count(
            [("company_id", "in", companies.ids), ("date_alarm", "<=", now)]
        )

    @api.model
    def _get_alarm_users(self, company):
        """Return the ids of who is told of late answers, and of the legal limit."""
        return (
            company._get_kuaidi_complaint_manager().id or None,
            company._get_kuaidi_complaint_director().id or None,
        )

    @api.model
    def _sweep_batch(self, company, told, now, batch_size):
        """Raise the alarms of one batch of a company in one statement.

        Each passed moment is noted; of one complaint only the hardest is told, the
        others were passed over in the meantime.

        :param told: ids of manager and director, as of `_get_alarm_users`
        :param now: naive UTC datetime up to which clocks have run out
        :return: how many complaints were due, at most `batch_size`
        """
        self.env.flush_all()
        manager, director = told
        rows = self.env.execute_query(
            SQL(
                """
                WITH due AS MATERIALIZED (
                    SELECT id FROM kuaidi_complaint
                     WHERE company_id = %(company)s AND date_alarm <= %(now)s
                     ORDER BY date_alarm LIMIT %(size)s
                       FOR UPDATE SKIP LOCKED
                ), moment AS MATERIALIZED (
                    SELECT row.id, kind.kind, kind.rank, kind.moment, kind.due,
                           kind.user_id
                      FROM due JOIN kuaidi_complaint row ON row.id = due.id
                     CROSS JOIN LATERAL (VALUES
                        ('warn', 1, row.date_warn, row.date_deadline,
                         coalesce(row.user_id, %(manager)s::int),
                         row.date_done IS NULL),
                        ('step', 2, row.date_step_due, row.date_step_due,
                         %(manager)s::int, TRUE),
                        ('breach', 3, row.date_deadline, row.date_deadline,
                         %(manager)s::int, row.date_done IS NULL),
                        ('legal_warn', 4, row.date_legal_warn, row.date_legal,
                         %(director)s::int, row.date_answered IS NULL),
                        ('legal', 5, row.date_legal, row.date_legal,
                         %(director)s::int, row.date_answered IS NULL)
                     ) AS kind (kind, rank, moment, due, user_id, runs)
                     WHERE kind.runs AND kind.moment IS NOT NULL
                ), fresh AS MATERIALIZED (
                    SELECT moment.*,
                           rank = max(rank) OVER (PARTITION BY id) AS is_hardest
                      FROM moment
                     WHERE moment.moment <= %(now)s AND NOT EXISTS (
                        SELECT 1 FROM kuaidi_complaint_alarm told
                         WHERE told.complaint_id = moment.id
                           AND told.kind = moment.kind AND told.date_due = moment.due
                     )
                ), raised AS (
                    INSERT INTO kuaidi_complaint_alarm (
                        complaint_id, company_id, kind, user_id, date_due, date_raised,
                        state, create_uid, create_date, write_uid, write_date
                    )
                    SELECT id, %(company)s, kind, user_id, due, %(now)s,
                           CASE WHEN is_hardest THEN 'waiting' ELSE 'passed_over' END,
                           %(uid)s, %(now)s, %(uid)s, %(now)s
                      FROM fresh
                    ON CONFLICT DO NOTHING
                ), next AS (
                    SELECT due.id, min(moment) FILTER (WHERE moment > %(now)s) AS alarm,
                           bool_or(kind = 'breach' AND moment <= %(now)s) AS breach,
                           bool_or(kind = 'legal' AND moment <= %(now)s) AS legal
                      FROM due LEFT JOIN moment ON moment.id = due.id
                     GROUP BY due.id
                )
                UPDATE kuaidi_complaint row
                   SET date_alarm = next.alarm,
                       is_breached = coalesce(row.is_breached, FALSE)
                           OR coalesce(next.breach, FALSE),
                       is_legal_breached = coalesce(row.is_legal_breached, FALSE)
                           OR coalesce(next.legal, FALSE)
                  FROM next
                 WHERE row.id = next.id
                RETURNING row.id
                """,
                company=company.id,
                now=now,
                size=batch_size,
                manager=manager,
                director=director,
                uid=self.env.uid,
            )
        )
        self.invalidate_model(["date_alarm", "is_breached", "is_legal_breached"])
        return len(rows)
