from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

# until this day of a month the figures of the last one may still be on their way
LAST_DAY_OF_ARRIVAL = 10
PLAN_DAYS = 30


class KuaidiAlertRule(models.Model):
    """The statements behind the kinds of rules, for all clients asked for at once."""

    _name = "kuaidi.alert.rule"
    _inherit = ["kuaidi.alert.rule"]

    # === BUSINESS METHODS === #

    @api.model
    def _get_measure_query(self, kind, day):
        """Hook: return the query that measures a kind: rows (account_id, measure).

        For a kind with a floor the rows have a third column `base`: pieces or yuan of
        the month that is compared with.

        It joins the table expression `asked`, the clients to be judged, with their id,
        company_id, partner_id, stars, state, date_formal, date_last_contact,
        date_last_visit and visit_gap_days; and those of `_get_measure_tables`. A
        client without a row is unknown, or has nothing where the kind counts.

        :param str kind: value of `kind`
        :param date day: the clients are judged as of this day
        :rtype: SQL
        """
        queries = {
            "volume_yoy": self._get_fall_query("pieces", "pieces_year"),
            "volume_mom": self._get_fall_query("pieces", "pieces_before"),
            "volume_mom_two": SQL(
                """
                SELECT account_id, least(%s, %s) AS measure, pieces_earlier AS base
                  FROM volume
                 WHERE pieces IS NOT NULL AND pieces_before > 0 AND pieces_earlier > 0
                """,
                self._get_fall("pieces", "pieces_before"),
                self._get_fall("pieces_before", "pieces_earlier"),
            ),
            "revenue_yoy": self._get_fall_query("revenue", "revenue_year"),
            "overdue_days": SQL(
                "SELECT account_id, days AS measure FROM owed WHERE days > 0"
            ),
            "pay_delay_percent": SQL(
                "SELECT account_id, percent AS measure FROM owed WHERE percent > 0"
            ),
            "plan_missed": SQL(
                """
                SELECT line.account_id, count(*) AS measure
                  FROM kuaidi_service_plan_line line
                  JOIN asked ON asked.id = line.account_id
                 WHERE line.is_in_force
                   AND line.state IN ('planned', 'missed')
                   AND line.date_finish >= %(day)s::date - %(days)s
                   AND line.date_finish < %(day)s
                 GROUP BY line.account_id
                """,
                day=day,
                days=PLAN_DAYS,
            ),
            "contact_lost_days": self._get_silence_query("date_last_contact", day),
            "visit_late_days": self._get_silence_query("date_last_visit", day),
        }
        return queries[kind]

    @api.model
    def _get_measure_tables(self, kinds, day):
        """Hook: return the table expressions that the measures of kinds share.

        :rtype: dict[str, SQL]
        """
        tables = {}
        if {"volume_yoy", "volume_mom", "volume_mom_two", "revenue_yoy"} & set(kinds):
            tables["volume"] = self._get_volume_table(day)
        if {"overdue_days", "pay_delay_percent"} & set(kinds):
            tables["owed"] = self._get_owed_table(day)
        return tables

    @api.model
    def _get_fall(self, now, before):
        """Return by how many percent the one column lies below the other."""
        now, before = SQL.identifier(now), SQL.identifier(before)
        return SQL("100.0 * (%s - %s) / %s", before, now, before)

    @api.model
    def _get_fall_query(self, now, before):
        return SQL(
            """
            SELECT account_id, %(fall)s AS measure, %(before)s AS base
              FROM volume
             WHERE %(now)s IS NOT NULL AND %(before)s > 0
            """,
            fall=self._get_fall(now, before),
            now=SQL.identifier(now),
            before=SQL.identifier(before),
        )

    @api.model
    def _get_volume_table(self, day):
        """Return the last full month of each client beside those it is compared with.

        Until its figures are in, or the 10th of a month has passed, the month before
        it is taken as the last one.
        """
        first = day.replace(day=1)
        is_late = day.day > LAST_DAY_OF_ARRIVAL
        back = {number: first - relativedelta(months=number) for number in range(1, 15)}
        # columns by months back; where the last month is missing, by one more
        columns = {
            "pieces": ("pieces", 1),
            "pieces_before": ("pieces", 2),
            "pieces_earlier": ("pieces", 3),
            "pieces_year": ("pieces", 13),
            "revenue": ("amount_revenue", 1),
            "revenue_year": ("amount_revenue", 13),
        }

        def get_value(source, number):
            return SQL(
                "max(figure.%s) FILTER (WHERE figure.month = %s)",
                SQL.identifier(source),
                back[number],
            )

        is_in = SQL("bool_or(figure.month = %s)", back[1])
        values = []
        for name, (source, number) in columns.items():
            value = get_value(source, number)
            if not is_late:
                value = SQL(
                    "CASE WHEN %s THEN %s ELSE %s END",
                    is_in,
                    value,
                    get_value(source, number + 1),
                )
            values.append(SQL("%s AS %s", value, SQL.identifier(name)))
        numbers = {number for _source, number in columns.values()}
        if not is_late:
            numbers |= {number + 1 for number in numbers}
        return SQL(
            """
            SELECT figure.account_id, %(values)s
              FROM kuaidi_monthly_figure figure
              JOIN asked ON asked.id = figure.account_id
             WHERE figure.month = ANY(%(months)s::date[])
             GROUP BY figure.account_id
            """,
            values=SQL(", ").join(values),
            months=sorted(back[number] for number in numbers),
        )

    @api.model
    def _get_owed_table(self, day):
        """Return what is overdue: days and percent of the term of the oldest item.

        What is overdue counts as far as credits and payments that are not applied yet
        leave something of it.
        """
        # the array of accounts lets Odoo's index of open items lead to these alone
        return SQL(
            """
            SELECT asked.id AS account_id,
                   max(%(day)s::date - line.date_maturity)
                       FILTER (WHERE line.amount_residual > 0) AS days,
                   (array_agg(
                       100.0 * (%(day)s::date - line.date_maturity)
                       / (line.date_maturity - line.invoice_date)
                       ORDER BY line.date_maturity, line.id
                   ) FILTER (
                       WHERE line.amount_residual > 0
                         AND line.date_maturity < %(day)s
                         AND line.date_maturity > line.invoice_date
                   ))[1] AS percent
              FROM account_move_line line
              JOIN asked
                ON asked.partner_id = line.partner_id
               AND asked.company_id = line.company_id
             WHERE line.account_id = ANY(ARRAY(
                       SELECT id
                         FROM account_account
                        WHERE account_type = 'asset_receivable'
                   ))
               AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
               AND (line.date_maturity < %(day)s OR line.amount_residual < 0)
             GROUP BY asked.id
            HAVING sum(line.amount_residual) > 0
            """,
            day=day,
        )

    @api.model
    def _get_silence_query(self, column, day):
        """Return for how long formal clients wait beyond what their star allows."""
        return SQL(
            """
            SELECT id AS account_id, %(day)s::date - due AS measure
              FROM (
                   SELECT id,
                          coalesce(%(column)s, date_formal) + visit_gap_days AS due
                     FROM asked
                    WHERE state = 'formal'
                   ) waiting
             WHERE due < %(day)s
            """,
            column=SQL.identifier(column),
            day=day,
        )


class KuaidiServicePlanLine(models.Model):
    """Keeps at hand which lines were due and have not been delivered."""

    _name = "kuaidi.service.plan.line"
    _inherit = ["kuaidi.service.plan.line"]

    _undelivered_idx = models.Index(
        "(date_finish, account_id) WHERE is_in_force AND state IN ('planned', 'missed')"
    )
