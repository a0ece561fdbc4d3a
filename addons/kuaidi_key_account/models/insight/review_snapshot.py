from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .client_review import PROGRESS


class KuaidiClientReview(models.Model):
    """The statement that counts, and the one that tells what has changed since."""

    _name = "kuaidi.client.review"
    _inherit = ["kuaidi.client.review"]

    # === BUSINESS METHODS === #

    def _get_snapshot_statement(self, accounts, month, company, amounts):
        """Return the one statement that writes the figures of all these analyses.

        :param amounts: receivables as `_get_open_amounts` returns them
        """
        columns = self._get_snapshot_columns()
        fixed = self._get_fixed_columns(month, company)
        names = [*fixed, *columns]
        counted = SQL(", ").join(SQL.identifier(name) for name in columns)
        return SQL(
            """
            WITH %(snapshot)s
            INSERT INTO kuaidi_client_review AS review (%(names)s)
            SELECT %(values)s
              FROM snapshot
             ORDER BY account_id
            ON CONFLICT (account_id, month) DO UPDATE SET
                   %(updates)s,
                   date_snapshot = EXCLUDED.date_snapshot,
                   write_uid = EXCLUDED.write_uid,
                   write_date = EXCLUDED.write_date
             WHERE review.state = 'draft'
               AND (%(present)s) IS DISTINCT FROM (%(excluded)s)
            RETURNING id, xmax = 0
            """,
            snapshot=self._get_snapshot_query(accounts, month, company, amounts),
            names=SQL(", ").join(map(SQL.identifier, names)),
            values=SQL("%s, %s", SQL(", ").join(fixed.values()), counted),
            updates=SQL(", ").join(
                SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                for name in columns
            ),
            present=SQL(", ").join(SQL.identifier("review", name) for name in columns),
            excluded=SQL(", ").join(
                SQL.identifier("excluded", name) for name in columns
            ),
        )

    def _get_fixed_columns(self, month, company):
        """Return what an analysis begins with, beside its figures."""
        number = company.kuaidi_review_workdays
        due = self._get_workday_after(month, number, company)
        today = self.env["kuaidi.deadline"]._get_today(company)
        now = SQL("now() AT TIME ZONE 'UTC'")
        return {
            "account_id": SQL("account_id"),
            "company_id": SQL("%s", company.id),
            "month": SQL("%s::date", month),
            "state": SQL("'draft'"),
            "progress": SQL("%s", PROGRESS["draft"]),
            "version": SQL("1"),
            # an analysis that is made late is not due yesterday
            "date_due": SQL("%s::date", max(due, today)),
            "forecast_method": SQL("'none'"),
            "date_snapshot": now,
            "create_uid": SQL("%s", self.env.uid),
            "create_date": now,
            "write_uid": SQL("%s", self.env.uid),
            "write_date": now,
        }

    def _get_snapshot_columns(self):
        """Return the columns of an analysis that are counted."""
        return (
            "has_figure",
            "has_last_month",
            "has_last_year",
            "pieces",
            "pieces_last_month",
            "pieces_last_year",
            "change_month_percent",
            "change_year_percent",
            "weight_kg",
            "amount_revenue",
            "late_count",
            "damaged_count",
            "lost_count",
            "accident_count",
            "late_percent",
            "damaged_percent",
            "lost_percent",
            "accident_percent",
            "complaint_count",
            "claim_count",
            "visit_count",
            "line_done_count",
            "line_missed_count",
            "amount_receivable",
            "amount_overdue",
        )

    def _get_snapshot_query(self, accounts, month, company, amounts):
        """Return the common table expressions that end in `snapshot`.

        A change or a rate without a base is NULL, not 0. What is summed is counted once
        (MATERIALIZED), whatever the planner knows of the tables.
        """
        date_to = month + relativedelta(months=1, days=-1)
        start, stop = self._get_span(month, company)
        owing = [
            (partner_id, *values)
            for (partner_id, company_id), values in amounts.items()
            if company_id == company.id
        ]
        partner_ids, receivables, overdues = (
            zip(*owing, strict=True) if owing else 3 * ((),)
        )
        return SQL(
            """
            client AS (
                SELECT account.id AS account_id, account.partner_id
                  FROM kuaidi_key_account account
                 WHERE account.id = ANY(%(account_ids)s)
                   AND (
                           account.state = 'formal' AND account.active AND EXISTS (
                               SELECT FROM kuaidi_monthly_figure figure
                                WHERE figure.account_id = account.id
                                  AND figure.month BETWEEN %(last_year)s AND %(month)s
                           )
                        OR EXISTS (
                               SELECT FROM kuaidi_client_review review
                                WHERE review.account_id = account.id
                                  AND review.month = %(month)s
                           )
                       )
            ), visited AS MATERIALIZED (
                SELECT account_id, count(*) AS visit_count
                  FROM kuaidi_visit
                 WHERE account_id = ANY(%(account_ids)s)
                   AND date >= %(start)s AND date < %(stop)s
                 GROUP BY account_id
            ), served AS MATERIALIZED (
                SELECT line.account_id,
                       count(*) FILTER (
                           WHERE line.state = 'done'
                             AND line.date_done BETWEEN %(month)s AND %(date_to)s
                       ) AS done_count,
                       count(*) FILTER (
                           WHERE line.state IN ('missed', 'planned')
                             AND line.date_finish BETWEEN %(month)s AND %(date_to)s
                       ) AS missed_count
                  FROM kuaidi_service_plan_line line
                  JOIN kuaidi_service_plan plan
                    ON plan.id = line.plan_id AND plan.state IN ('published', 'done')
                 WHERE line.account_id = ANY(%(account_ids)s)
                   AND (line.date_finish BETWEEN %(month)s AND %(date_to)s
                        OR line.date_done BETWEEN %(month)s AND %(date_to)s)
                 GROUP BY line.account_id
            ), owed AS MATERIALIZED (
                SELECT *
                  FROM unnest(
                           %(partner_ids)s::int[],
                           %(receivables)s::numeric[],
                           %(overdues)s::numeric[]
                       ) AS owing (partner_id, receivable, overdue)
            ), claimed AS MATERIALIZED (
                %(claimed)s
            ), snapshot AS (
                SELECT client.account_id,
                       figure.id IS NOT NULL AS has_figure,
                       before.id IS NOT NULL AS has_last_month,
                       year.id IS NOT NULL AS has_last_year,
                       coalesce(figure.pieces, 0) AS pieces,
                       before.pieces AS pieces_last_month,
                       year.pieces AS pieces_last_year,
                       100.0 * (figure.pieces - before.pieces)
                           / nullif(before.pieces, 0) AS change_month_percent,
                       100.0 * (figure.pieces - year.pieces)
                           / nullif(year.pieces, 0) AS change_year_percent,
                       coalesce(figure.weight_kg, 0) AS weight_kg,
                       coalesce(figure.amount_revenue, 0) AS amount_revenue,
                       coalesce(figure.late_count, 0) AS late_count,
                       coalesce(figure.damaged_count, 0) AS damaged_count,
                       coalesce(figure.lost_count, 0) AS lost_count,
                       coalesce(figure.accident_count, 0) AS accident_count,
                       100.0 * figure.late_count
                           / nullif(figure.pieces, 0) AS late_percent,
                       100.0 * figure.damaged_count
                           / nullif(figure.pieces, 0) AS damaged_percent,
                       100.0 * figure.lost_count
                           / nullif(figure.pieces, 0) AS lost_percent,
                       100.0 * figure.accident_count
                           / nullif(figure.pieces, 0) AS accident_percent,
                       coalesce(claimed.complaint_count, 0) AS complaint_count,
                       coalesce(claimed.claim_count, 0) AS claim_count,
                       coalesce(visited.visit_count, 0) AS visit_count,
                       coalesce(served.done_count, 0) AS line_done_count,
                       coalesce(served.missed_count, 0) AS line_missed_count,
                       coalesce(owed.receivable, 0) AS amount_receivable,
                       coalesce(owed.overdue, 0) AS amount_overdue
                  FROM client
                  LEFT JOIN kuaidi_monthly_figure figure
                    ON figure.account_id = client.account_id
                   AND figure.month = %(month)s
                  LEFT JOIN kuaidi_monthly_figure before
                    ON before.account_id = client.account_id
                   AND before.month = %(last_month)s
                  LEFT JOIN kuaidi_monthly_figure year
                    ON year.account_id = client.account_id
                   AND year.month = %(last_year)s
                  LEFT JOIN visited ON visited.account_id = client.account_id
                  LEFT JOIN served ON served.account_id = client.account_id
                  LEFT JOIN claimed ON claimed.account_id = client.account_id
                  LEFT JOIN owed ON owed.partner_id = client.partner_id
            )
            """,
            account_ids=accounts.ids,
            date_to=date_to,
            start=start,
            stop=stop,
            partner_ids=list(partner_ids),
            receivables=list(receivables),
            overdues=list(overdues),
            claimed=self._get_claim_counts(accounts.ids, start, stop),
            **self._get_months(month),
        )

    @api.model
    def _get_claim_counts(self, account_ids, start, stop):
        """Hook: return the query of complaints and claims by client; none here.

        :param start: first moment of the month in naive UTC
        :param stop: first moment of the month after
        :return: SQL of rows `account_id`, `complaint_count`, `claim_count`, one for
            each client at most
        """
        return SQL(
            """
            SELECT NULL::int AS account_id, 0 AS complaint_count, 0 AS claim_count
             WHERE FALSE
            """
        )

    @api.model
    def _get_span(self, month, company):
        """Return first moment of a month and of the next, naive UTC of company days."""
        zone = self.env["kuaidi.deadline"]._get_timezone(company)
        to_utc = self.env["resource.calendar"]._to_utc
        midnight = fields.Datetime.to_datetime(month).time()
        following = month + relativedelta(months=1)
        return to_utc(month, midnight, zone), to_utc(following, midnight, zone)

    def _get_outdated(self):
        """Return those whose figures differ from what operations give now.

        The figures' rows stay locked until the end of the transaction, so that nobody
        corrects them while the analysis is completed or sent.
        """
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                SELECT figure.id
                  FROM kuaidi_client_review review
                  JOIN kuaidi_monthly_figure figure
                    ON figure.account_id = review.account_id
                   AND figure.month = review.month
                 WHERE review.id = ANY(%s)
                   FOR SHARE OF figure
                """,
                self.ids,
            )
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT review.id
                  FROM kuaidi_client_review review
                  LEFT JOIN kuaidi_monthly_figure figure
                    ON figure.account_id = review.account_id
                   AND figure.month = review.month
                  LEFT JOIN kuaidi_monthly_figure before
                    ON before.account_id = review.account_id
                   AND before.month = (review.month - interval '1 month')::date
                  LEFT JOIN kuaidi_monthly_figure year
                    ON year.account_id = review.account_id
                   AND year.month = (review.month - interval '1 year')::date
                 WHERE review.id = ANY(%s)
                   AND (coalesce(figure.pieces, 0), coalesce(figure.weight_kg, 0),
                        coalesce(figure.amount_revenue, 0),
                        coalesce(figure.late_count, 0),
                        coalesce(figure.damaged_count, 0),
                        coalesce(figure.lost_count, 0),
                        coalesce(figure.accident_count, 0),
                        before.pieces, year.pieces)
                       IS DISTINCT FROM
                       (review.pieces, review.weight_kg, review.amount_revenue,
                        review.late_count, review.damaged_count, review.lost_count,
                        review.accident_count, review.pieces_last_month,
                        review.pieces_last_year)
                 ORDER BY review.id
                """,
                self.ids,
            )
        )
        return self.browse(review_id for (review_id,) in rows)
