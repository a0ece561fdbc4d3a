"""The sweep over the clocks of all open complaints."""

from measure import Mark
from sweeps import BATCH, CASES, Sweep, compare

from odoo import fields
from odoo.tools import SQL

WRITTEN = ("kuaidi_complaint", "kuaidi_complaint_alarm")


def run_complaints(bench):
    """Compare the sweep with plain SQL that raises the same alarms."""
    yield from compare(
        bench,
        Sweep(
            group="complaints",
            cases="complaints",
            written=WRITTEN,
            prepare=_prepare,
            product=_sweep,
            tell=_raise_by_sql,
            find=_find_by_sql,
            check=_check,
            mark_queries=lambda queries, batches: Mark(
                "queries beyond one per batch", queries - batches, 10
            ),
            most_quiet_queries=11,
        ),
    )


def _prepare(env, due_percent):
    """Lay open complaints in, within the transaction that is rolled back."""
    now = fields.Datetime.now()
    env.cr.execute(
        SQL(
            """
            INSERT INTO kuaidi_complaint (
                company_id, number, type_id, channel, severity, team, state,
                date_received, date_warn, date_deadline, date_legal_warn, date_legal,
                date_alarm, date_next, stars
            )
            SELECT %(company)s, 'B' || number, %(type)s, 'hotline', 'complex',
                   'hotline', 'in_work', received, received + interval '20 hours',
                   received + interval '24 hours', received + interval '5 days',
                   received + interval '7 days', received + interval '20 hours',
                   received + interval '24 hours', 0
              FROM generate_series(1, %(cases)s) number
             CROSS JOIN LATERAL (
                SELECT %(now)s::timestamp - CASE
                           WHEN number %% 100 >= %(percent)s THEN interval '2 hours'
                           WHEN number %% 2 = 0 THEN interval '21 hours'
                           ELSE interval '25 hours'
                       END AS received
             ) AS clock
            """,
            company=env.company.id,
            type=env.ref("kuaidi_claims.complaint_type_loss").id,
            cases=env["kuaidi.key.account"].search_count([]) * CASES,
            now=now,
            percent=due_percent,
        )
    )
    env.cr.execute("ANALYZE kuaidi_complaint")
    return now


def _sweep(env, now):
    """Sweep as the cron does, but in one transaction."""
    complaints = env["kuaidi.complaint"]
    due = 0
    told = complaints._get_alarm_users(env.company)
    while count := complaints._sweep_batch(env.company, told, now, BATCH):
        due += count
    return due


def _raise_by_sql(env, now):
    """Raise the same alarms of all complaints, without locks and without batches."""
    user = env.company._get_kuaidi_complaint_manager().id or None
    values = {"now": now, "company": env.company.id, "user": user}
    env.cr.execute(
        SQL(
            """
            INSERT INTO kuaidi_complaint_alarm (
                complaint_id, company_id, kind, user_id, date_due, date_raised, state
            )
            SELECT id, company_id, 'warn', %(user)s::int, date_deadline, %(now)s,
                   CASE WHEN date_deadline <= %(now)s THEN 'passed_over'
                        ELSE 'waiting' END
              FROM kuaidi_complaint
             WHERE company_id = %(company)s AND date_alarm <= %(now)s
             UNION ALL
            SELECT id, company_id, 'breach', %(user)s::int, date_deadline,
                   %(now)s, 'waiting'
              FROM kuaidi_complaint
             WHERE company_id = %(company)s AND date_alarm <= %(now)s
               AND date_deadline <= %(now)s
            """,
            **values,
        )
    )
    env.cr.execute(
        SQL(
            """
            UPDATE kuaidi_complaint
               SET is_breached = date_deadline <= %(now)s,
                   date_alarm = CASE WHEN date_deadline <= %(now)s
                                     THEN date_legal_warn ELSE date_deadline END
             WHERE company_id = %(company)s AND date_alarm <= %(now)s
            """,
            **values,
        )
    )
    return env.cr.rowcount


def _find_by_sql(env, now):
    env.cr.execute(
        SQL(
            "SELECT id FROM kuaidi_complaint"
            " WHERE company_id = %s AND date_alarm <= %s LIMIT %s",
            env.company.id,
            now,
            BATCH,
        )
    )
    return len(env.cr.fetchall())


def _check(env, due):
    env.cr.execute(
        """
        SELECT count(*), count(*) FILTER (WHERE state = 'waiting')
          FROM kuaidi_complaint_alarm
        """
    )
    alarms, waiting = env.cr.fetchone()
    env.cr.execute(
        SQL(
            """
            SELECT count(*) FILTER (WHERE is_breached),
                   count(*) FILTER (WHERE date_alarm <= %s),
                   sum(extract(epoch FROM date_alarm - date_received))::bigint
              FROM kuaidi_complaint WHERE number LIKE 'B%%'
            """,
            fields.Datetime.now(),
        )
    )
    breached, left, alarm_sum = env.cr.fetchone()
    return {
        "due": due,
        "alarms": alarms,
        "waiting": waiting,
        "breached": breached,
        "left": left,
        "alarm sum": alarm_sum,
    }
