"""The sweep over the clocks of all open claims."""

import dataclasses
from datetime import datetime
from typing import Any

from measure import Mark
from sweeps import BATCH, CASES, Sweep, compare

from odoo import fields
from odoo.tools import SQL

WRITTEN = ("kuaidi_claim_clock", "mail_activity")
# what a sweep asks once, and for each batch
START_QUERIES = 8
BATCH_QUERIES = 6
FIRST = (datetime(1970, 1, 1), 0)


@dataclasses.dataclass
class Task:
    """What every way is told before the clock starts."""

    now: datetime
    manager: Any
    officer: Any


def run_claim_clocks(bench):
    """Compare the sweep with plain SQL that gives the same activities."""
    yield from compare(
        bench,
        Sweep(
            group="claim_clocks",
            cases="claims",
            written=WRITTEN,
            prepare=_prepare,
            product=_sweep,
            tell=_tell_by_sql,
            find=_find_by_sql,
            check=_check,
            mark_queries=lambda queries, batches: Mark(
                "queries", queries, START_QUERIES + BATCH_QUERIES * batches
            ),
            most_quiet_queries=5,
        ),
    )


def _prepare(env, due_percent):
    """Lay open claims in, within the transaction that is rolled back.

    Of those that are due, half are near their deadline and half behind it.
    """
    now = fields.Datetime.now()
    env.cr.execute("UPDATE kuaidi_claim_clock SET date_alarm = NULL")
    env.cr.execute(
        SQL(
            """
            WITH claim AS (
                INSERT INTO kuaidi_claim (
                    company_id, number, partner_id, user_id, type, state,
                    waybill_number, date_called
                )
                SELECT %(company)s, 'B' || number, %(partner)s, %(user)s, 'damage',
                       'received', 'B' || number, called
                  FROM generate_series(1, %(cases)s) number
                 CROSS JOIN LATERAL (
                    SELECT %(now)s::timestamp - CASE
                               WHEN number %% 100 >= %(percent)s THEN interval '2 days'
                               WHEN number %% 2 = 0 THEN interval '29 days 12 hours'
                               ELSE interval '31 days'
                           END AS called
                 ) AS clock
                RETURNING id, company_id, date_called
            )
            INSERT INTO kuaidi_claim_clock (
                claim_id, company_id, kind, date_start, date_deadline, date_alarm
            )
            SELECT id, company_id, 'master', date_called,
                   date_called + interval '30 days',
                   date_called + interval '29 days'
              FROM claim
            """,
            company=env.company.id,
            partner=env.company.partner_id.id,
            user=env.uid,
            cases=env["kuaidi.key.account"].search_count([]) * CASES,
            now=now,
            percent=due_percent,
        )
    )
    env.cr.execute("ANALYZE kuaidi_claim")
    env.cr.execute("ANALYZE kuaidi_claim_clock")
    manager = env.company._get_kuaidi_claim_escalation_user() or env.user
    return Task(now, manager, env.user)


def _sweep(env, task):
    """Sweep as the cron does, but in one transaction."""
    clocks = env["kuaidi.claim.clock"]
    last, due, people = FIRST, 0, {}
    while last:
        last, count = clocks._sweep(last, BATCH, people)
        due += count
    return due


def _tell_by_sql(env, task):
    """Give the same activities of all clocks, without locks and without batches."""
    types = [
        env.ref(f"kuaidi_claims.mail_activity_type_clock_{name}").id
        for name in ("due", "late")
    ]
    env.cr.execute(
        SQL(
            """
            INSERT INTO mail_activity (
                   kuaidi_clock_id, user_id, user_tz, res_model, res_model_id, res_id,
                   res_name, activity_type_id, summary, date_deadline, automated, active
            )
            SELECT clock.id,
                   CASE WHEN clock.date_deadline <= %(now)s THEN %(manager)s
                        ELSE claim.user_id END,
                   %(zone)s, 'kuaidi.claim', %(model)s, claim.id, claim.number,
                   CASE WHEN clock.date_deadline <= %(now)s THEN %(late)s
                        ELSE %(due)s END,
                   claim.number || ': the whole claim is due on '
                   || to_char(clock.date_deadline, 'YYYY-MM-DD'),
                   clock.date_deadline::date, TRUE, TRUE
              FROM kuaidi_claim_clock clock
              JOIN kuaidi_claim claim ON claim.id = clock.claim_id
             WHERE clock.date_alarm <= %(now)s
            """,
            now=task.now,
            manager=task.manager.id,
            zone=task.officer.tz or None,
            model=env["ir.model"]._get_id("kuaidi.claim"),
            due=types[0],
            late=types[1],
        )
    )
    env.cr.execute(
        SQL(
            """
            UPDATE kuaidi_claim_clock
               SET date_alarm = CASE WHEN date_deadline > %(now)s
                                     THEN date_deadline END,
                   date_reminded = CASE WHEN date_deadline > %(now)s
                                        THEN %(now)s END,
                   date_escalated = CASE WHEN date_deadline <= %(now)s
                                         THEN %(now)s END
             WHERE date_alarm <= %(now)s
            """,
            now=task.now,
        )
    )
    return env.cr.rowcount


def _find_by_sql(env, task):
    env.cr.execute(
        SQL(
            "SELECT id FROM kuaidi_claim_clock WHERE date_alarm <= %s LIMIT %s",
            task.now,
            BATCH,
        )
    )
    return len(env.cr.fetchall())


def _check(env, due):
    env.cr.execute(
        """
        SELECT count(*) FILTER (WHERE clock.date_reminded IS NOT NULL),
               count(*) FILTER (WHERE clock.date_escalated IS NOT NULL),
               sum(extract(epoch FROM clock.date_alarm - claim.date_called))::bigint
          FROM kuaidi_claim_clock clock
          JOIN kuaidi_claim claim ON claim.id = clock.claim_id
         WHERE claim.number LIKE 'B%%'
        """
    )
    reminded, escalated, alarm_sum = env.cr.fetchone()
    env.cr.execute(
        """
        SELECT count(*), sum(user_id)
          FROM mail_activity WHERE kuaidi_clock_id IS NOT NULL
        """
    )
    told, users = env.cr.fetchone()
    return {
        "due": due,
        "reminded": reminded,
        "escalated": escalated,
        "alarm sum": alarm_sum,
        "told": told,
        "users": users,
    }
