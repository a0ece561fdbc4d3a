"""Opening renewals: what is due, and when nothing is."""

import dataclasses
from datetime import date, timedelta
from typing import Any

from load import get_load_date
from measure import Comparison, Mark, Path, measure

from odoo.tools import SQL

# in fewer rows the constant time of planning a statement is most of the time
LEAST_ACCOUNTS = 10_000
# the notice dates of the contracts lie within so many days from the day of loading;
# clients are reminded 30 to 90 days before
SPREAD = 180
WRITTEN = ("kuaidi_renewal",)


@dataclasses.dataclass
class Task:
    """What both ways of opening renewals are told before the clock starts."""

    company: Any
    day: date


def run_renewals(bench):
    """Compare the cron's statement with plain SQL that inserts the same rows."""
    yield _compare_new(bench)
    yield _compare_unchanged(bench)


def _compare_new(bench):
    timings = measure(
        bench,
        [
            Path("SQL", _open_by_sql, _check, _prepare),
            Path("product", _open, _check, _prepare),
        ],
        vacuum=WRITTEN,
    )
    return Comparison(
        "renewals",
        "Renewals opened where none was",
        timings,
        [*_beside_sql(bench, timings), Mark("queries", timings["product"].queries, 30)],
        written=WRITTEN,
    )


def _compare_unchanged(bench):
    timings = measure(
        bench,
        [
            Path("SQL", _open_by_sql, _check, _prepare_opened),
            Path("product", _open, _check, _prepare_opened),
        ],
        vacuum=WRITTEN,
    )
    return Comparison(
        "renewals",
        "Renewals when all are open",
        timings,
        [Mark("queries", timings["product"].queries, 30)],
        written=WRITTEN,
    )


def _beside_sql(bench, timings):
    if bench.accounts < LEAST_ACCOUNTS:
        return []
    ratio = timings["product"].median / timings["SQL"].median
    return [Mark("time / SQL", ratio, 3)]


def _prepare(env):
    """Give every client a contract in force, within what is rolled back."""
    task = Task(env.company, get_load_date(env))
    account = env["kuaidi.key.account"].search([], order="id", limit=1)
    first = env["kuaidi.contract"].create(
        {
            "account_id": account.id,
            "state": "running",
            "date_from": task.day - timedelta(days=300),
            "date_to": task.day + timedelta(days=30),
            "notice_days": 30,
        }
    )
    env.flush_all()
    taken = ("id", "account_id", "number", "date_to", "date_notice", "manager_id")
    columns = [
        name
        for name, field in env["kuaidi.contract"]._fields.items()
        if field.store and field.column_type and name not in taken
    ]
    env.cr.execute(
        SQL(
            """
            INSERT INTO kuaidi_contract (
                account_id, number, date_to, date_notice, manager_id, %(columns)s)
            SELECT account.id, 'BENCH-' || account.id,
                   %(day)s::date + 30 + (account.id %% %(spread)s)::int,
                   %(day)s::date + (account.id %% %(spread)s)::int,
                   account.manager_id, %(values)s
              FROM kuaidi_key_account account
             CROSS JOIN kuaidi_contract first
             WHERE first.id = %(first)s AND account.id <> first.account_id
            """,
            columns=SQL(", ").join(map(SQL.identifier, columns)),
            values=SQL(", ").join(SQL.identifier("first", name) for name in columns),
            day=task.day,
            spread=SPREAD,
            first=first.id,
        )
    )
    env.cr.execute("ANALYZE kuaidi_contract")
    env.invalidate_all()
    return task


def _prepare_opened(env):
    task = _prepare(env)
    _open(env, task)
    return task


def _open(env, task):
    env["kuaidi.renewal"]._open_due(date=task.day)
    return task


def _open_by_sql(env, task):
    """Insert what is due in one statement, as one would write it by hand."""
    env.cr.execute(
        SQL(
            """
            WITH due AS (
                SELECT contract.id, contract.term, contract.account_id,
                       contract.company_id, contract.date_notice, contract.date_to,
                       contract.amount_promised, account.partner_id,
                       account.manager_id, account.stars
                  FROM kuaidi_contract contract
                  JOIN kuaidi_key_account account
                    ON account.id = contract.account_id
                   AND account.active AND account.state <> 'closed'
                  LEFT JOIN kuaidi_star_level level ON level.id = account.star_id
                 WHERE contract.state = 'running'
                   AND contract.company_id = %(company)s
                   AND contract.date_notice
                       - coalesce(level.renewal_notice_days, 90) <= %(day)s
                   AND NOT EXISTS (
                           SELECT
                             FROM kuaidi_renewal renewal
                            WHERE renewal.contract_id = contract.id
                              AND renewal.term = contract.term
                       )
            ),
            revenue AS (
                SELECT commercial_partner_id AS partner_id,
                       sum(amount_untaxed_signed) AS amount
                  FROM account_move
                 WHERE company_id = %(company)s
                   AND state = 'posted'
                   AND move_type IN ('out_invoice', 'out_refund')
                   AND invoice_date > %(day)s::date - interval '1 year'
                   AND invoice_date <= %(day)s
                   AND commercial_partner_id IN (SELECT partner_id FROM due)
                 GROUP BY commercial_partner_id
            )
            INSERT INTO kuaidi_renewal (
                contract_id, term, account_id, company_id, manager_id, owner_id, stars,
                date_notice, date_end, date_close, date_opened, stage, date_stage,
                date_deadline, likelihood, amount_revenue, amount_promised,
                amount_expected, amount_forecast, term_months, is_tacit, is_lapsed,
                create_uid, create_date, write_uid, write_date)
            SELECT due.id, due.term, due.account_id, due.company_id, due.manager_id,
                   coalesce(due.manager_id, %(uid)s), due.stars, due.date_notice,
                   due.date_to, due.date_notice, %(day)s, 'upcoming', now(),
                   now() + interval '14 days', 60, coalesce(revenue.amount, 0),
                   coalesce(due.amount_promised, 0),
                   greatest(coalesce(revenue.amount, due.amount_promised), 0),
                   0.6 * greatest(coalesce(revenue.amount, due.amount_promised), 0),
                   12, FALSE, FALSE, %(uid)s, now(), %(uid)s, now()
              FROM due
              LEFT JOIN revenue ON revenue.partner_id = due.partner_id
            """,
            company=task.company.id,
            day=task.day,
            uid=env.uid,
        )
    )
    return task


def _check(env, task):
    env.cr.execute(
        "SELECT count(*), round(sum(amount_revenue)), count(DISTINCT contract_id)"
        "  FROM kuaidi_renewal"
    )
    count, revenue, contracts = env.cr.fetchone()
    return {"renewals": count, "revenue": revenue, "contracts": contracts}
