"""Finding at-risk clients: when nothing changed, and from nothing."""

import dataclasses
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from load import get_load_date
from measure import Comparison, Mark, Path, measure

from odoo import fields
from odoo.tools import SQL

# in fewer rows the constant time of planning a statement is most of the time
LEAST_ACCOUNTS = 10_000
WRITTEN = ("kuaidi_alert", "kuaidi_alert_change")
BATCH = 20_000


@dataclasses.dataclass
class Task:
    """What every way of finding alerts is told before the clock starts."""

    company: Any
    day: date
    accounts: Any = None


def run_alerts(bench):
    """Compare the nightly judgement with plain SQL of the same conditions."""
    yield _compare_unchanged(bench)
    yield _compare_new(bench)


def _compare_unchanged(bench):
    timings = measure(
        bench,
        [
            Path("SQL", _select_by_sql, lambda env, rows: _describe(rows), _prepare),
            Path("product", _evaluate, _check, _prepare),
            Path("in batches", _evaluate_in_batches, _check, _prepare),
        ],
    )
    ours = timings["product"]
    return Comparison(
        "alerts",
        "Alerts when nothing changed",
        timings,
        [
            *_beside_sql(bench, timings),
            Mark("queries", ours.queries, 30),
            Mark("runs that wrote", int(ours.has_written), 0),
        ],
    )


def _compare_new(bench):
    timings = measure(
        bench,
        [
            Path("SQL", _insert_by_sql, _check, _forget),
            Path("product", _evaluate, _check, _forget),
            Path("in batches", _evaluate_in_batches, _check, _forget),
        ],
        vacuum=WRITTEN,
    )
    return Comparison(
        "alerts",
        "Alerts from nothing, with a line of history each",
        timings,
        [
            *_beside_sql(bench, timings),
            Mark("queries", timings["product"].queries, 30),
        ],
        written=WRITTEN,
    )


def _beside_sql(bench, timings):
    if bench.accounts < LEAST_ACCOUNTS:
        return []
    ratio = timings["product"].median / timings["SQL"].median
    return [Mark("time / SQL", ratio, 3)]


def _prepare(env):
    env.cr.execute("SELECT count(*) FROM kuaidi_monthly_figure")
    if not env.cr.fetchone()[0]:
        raise SystemExit("There are no figures. Drop the database to load it anew.")
    accounts = env["kuaidi.key.account"].search([], order="id")
    return Task(env.company, get_load_date(env), accounts)


def _forget(env):
    """Undo all alerts, within the transaction that is rolled back."""
    env.cr.execute("DELETE FROM kuaidi_alert_change")
    env.cr.execute("DELETE FROM kuaidi_alert")
    env.invalidate_all(flush=False)
    return _prepare(env)


def _evaluate(env, task):
    env["kuaidi.alert"]._evaluate(date=task.day, companies=task.company)
    return task


def _evaluate_in_batches(env, task):
    """Judge as the cron does, but in one transaction."""
    for position in range(0, len(task.accounts), BATCH):
        env["kuaidi.alert"]._evaluate(
            task.accounts[position : position + BATCH], date=task.day
        )
    return task


def _get_conditions(task):
    """Return the conditions of a company's own rules, written down by hand."""
    first = task.day.replace(day=1)
    # before the 11th the figures of the last month may not be in
    is_early = task.day.day <= 10
    return SQL(
        """
        WITH last AS (
            SELECT account_id, pieces, month
              FROM kuaidi_monthly_figure
             WHERE month = %(last)s
             UNION ALL
            SELECT account_id, pieces, month
              FROM kuaidi_monthly_figure figure
             WHERE %(is_early)s
               AND month = %(before_last)s
               AND NOT EXISTS (
                   SELECT
                     FROM kuaidi_monthly_figure later
                    WHERE later.account_id = figure.account_id
                      AND later.month = %(last)s
                   )
        ),
        volume AS (
            SELECT last.account_id,
                   round(100.0 * (year.pieces - last.pieces)
                         / nullif(year.pieces, 0), 1) AS yoy,
                   year.pieces AS pieces_year,
                   round(100.0 * (before.pieces - last.pieces)
                         / nullif(before.pieces, 0), 1) AS mom,
                   before.pieces AS pieces_before,
                   round(100.0 * (earlier.pieces - before.pieces)
                         / nullif(earlier.pieces, 0), 1) AS mom_before,
                   earlier.pieces AS pieces_earlier
              FROM last
              LEFT JOIN kuaidi_monthly_figure year
                ON year.account_id = last.account_id
               AND year.month = last.month - interval '12 months'
              LEFT JOIN kuaidi_monthly_figure before
                ON before.account_id = last.account_id
               AND before.month = last.month - interval '1 month'
              LEFT JOIN kuaidi_monthly_figure earlier
                ON earlier.account_id = last.account_id
               AND earlier.month = last.month - interval '2 months'
        ),
        late AS (
            SELECT DISTINCT ON (line.partner_id, line.company_id)
                   line.partner_id,
                   line.company_id,
                   %(day)s::date - line.date_maturity AS days,
                   round(100.0 * (%(day)s::date - line.date_maturity)
                         / nullif(line.date_maturity - line.invoice_date, 0), 1)
                       AS percent
              FROM account_move_line line
             WHERE line.account_id = ANY(ARRAY(
                       SELECT id
                         FROM account_account
                        WHERE account_type = 'asset_receivable'
                   ))
               AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
               AND line.amount_residual > 0
               AND line.date_maturity < %(day)s
             ORDER BY line.partner_id, line.company_id, line.date_maturity, line.id
        ),
        credit AS (
            SELECT partner_id, company_id, sum(amount_residual) AS amount
              FROM account_move_line
             WHERE account_id = ANY(ARRAY(
                       SELECT id
                         FROM account_account
                        WHERE account_type = 'asset_receivable'
                   ))
               AND parent_state = 'posted'
               AND reconciled IS NOT TRUE
               AND (date_maturity < %(day)s OR amount_residual < 0)
             GROUP BY partner_id, company_id
        ),
        missed AS (
            SELECT account_id, count(*) AS lines
              FROM kuaidi_service_plan_line
             WHERE is_in_force
               AND state IN ('planned', 'missed')
               AND date_finish >= %(day)s::date - 30
               AND date_finish < %(day)s
             GROUP BY account_id
        ),
        judged AS (
            SELECT account.id AS account_id,
                   account.company_id,
                   account.manager_id,
                   volume.yoy,
                   CASE WHEN volume.pieces_year < 100 THEN NULL
                        WHEN volume.yoy >= 50 THEN '4'
                        WHEN volume.yoy >= 10 THEN '1' END AS volume_yoy,
                   volume.mom,
                   CASE WHEN volume.mom >= 20 AND volume.pieces_before >= 100
                        THEN '2' END AS volume_mom,
                   least(volume.mom, volume.mom_before) AS mom_two,
                   CASE WHEN least(volume.mom, volume.mom_before) >= 30
                         AND volume.mom_before IS NOT NULL
                         AND volume.mom IS NOT NULL
                         AND volume.pieces_earlier >= 100
                        THEN '3' END AS volume_mom_two,
                   missed.lines,
                   CASE WHEN missed.lines >= 1 THEN '1' END AS plan_missed,
                   late.days,
                   CASE WHEN late.days > 30 THEN '2' END AS overdue_days,
                   late.percent,
                   CASE WHEN late.percent > 50 THEN '3' END AS pay_delay_percent,
                   silence.contact,
                   CASE WHEN silence.contact > 15 THEN '3' END AS contact_lost_days,
                   silence.visit,
                   CASE WHEN silence.visit >= 15 THEN '1' END AS visit_late_days
              FROM kuaidi_key_account account
              LEFT JOIN volume ON volume.account_id = account.id
              LEFT JOIN credit
                ON credit.partner_id = account.partner_id
               AND credit.company_id = account.company_id
              LEFT JOIN late
                ON late.partner_id = account.partner_id
               AND late.company_id = account.company_id
               AND credit.amount > 0
              LEFT JOIN missed ON missed.account_id = account.id
              LEFT JOIN kuaidi_star_level level
                ON level.id = account.star_id AND account.state = 'formal'
             CROSS JOIN LATERAL (
                   SELECT %(day)s::date - level.visit_gap_days
                          - coalesce(account.date_last_contact, account.date_formal)
                          AS contact,
                          %(day)s::date - level.visit_gap_days
                          - coalesce(account.date_last_visit, account.date_formal)
                          AS visit
                   ) silence
             WHERE account.active
               AND account.state <> 'closed'
               AND account.company_id = %(company)s
        ),
        found AS (
            SELECT judged.account_id, judged.company_id, judged.manager_id,
                   sign.kind, sign.measure, sign.level
              FROM judged
             CROSS JOIN LATERAL (
                   VALUES ('volume_yoy', yoy, volume_yoy),
                          ('volume_mom', mom, volume_mom),
                          ('volume_mom_two', mom_two, volume_mom_two),
                          ('plan_missed', lines, plan_missed),
                          ('overdue_days', days, overdue_days),
                          ('pay_delay_percent', percent, pay_delay_percent),
                          ('contact_lost_days', contact, contact_lost_days),
                          ('visit_late_days', visit, visit_late_days)
                   ) sign (kind, measure, level)
             WHERE sign.level IS NOT NULL
        )
        """,
        company=task.company.id,
        day=task.day,
        is_early=is_early,
        last=first - relativedelta(months=1),
        before_last=first - relativedelta(months=2),
    )


def _select_by_sql(env, task):
    return env.execute_query(
        SQL(
            "%s SELECT kind, level, measure FROM found",
            _get_conditions(task),
        )
    )


def _insert_by_sql(env, task):
    """Insert what the product inserts, as a statement that knows no former alert."""
    env.cr.execute(
        SQL(
            """
            %(conditions)s,
            opened AS (
                INSERT INTO kuaidi_alert (
                    account_id, company_id, rule_id, rule_version, level, measure,
                    state, is_recovered, is_crisis, owner_id, date_raised,
                    date_deadline, create_uid, create_date, write_uid, write_date
                )
                SELECT found.account_id, found.company_id, rule.id, rule.version,
                       found.level, found.measure, 'open', FALSE, FALSE,
                       found.manager_id, %(now)s, %(now)s, %(uid)s, %(now)s, %(uid)s,
                       %(now)s
                  FROM found
                  JOIN kuaidi_alert_rule rule
                    ON rule.kind = found.kind
                   AND rule.company_id = found.company_id
                   AND rule.active
                RETURNING id, level, measure, rule_version
            )
            INSERT INTO kuaidi_alert_change (
                alert_id, date, event, level, measure, rule_version,
                create_uid, create_date, write_uid, write_date
            )
            SELECT id, %(now)s, 'raised', level, measure, rule_version,
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM opened
            """,
            conditions=_get_conditions(task),
            now=fields.Datetime.now(),
            uid=env.uid,
        )
    )
    return task


def _describe(rows):
    """Return what all ways have to agree on: rows of kind, level and measure."""
    totals = {}
    for kind, level, amount in rows:
        count, sum_ = totals.get((kind, level), (0, 0))
        # in whole tenths, whose sum does not depend on the order
        totals[kind, level] = (count + 1, sum_ + round(10 * amount))
    return {
        f"{kind} at level {level}": (count, sum_ / 10)
        for (kind, level), (count, sum_) in totals.items()
    } | {"alerts": sum(count for count, _sum in totals.values())}


def _check(env, _task):
    env.cr.execute(
        """
        SELECT rule.kind, alert.level, alert.measure
          FROM kuaidi_alert alert
          JOIN kuaidi_alert_rule rule ON rule.id = alert.rule_id
         WHERE alert.state = 'open'
        """
    )
    return _describe(env.cr.fetchall())
