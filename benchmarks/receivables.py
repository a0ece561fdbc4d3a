"""The ageing of all clients, and their statements of a month."""

import dataclasses
from datetime import date, timedelta
from typing import Any

from load import get_load_date
from measure import Comparison, Mark, Path, measure

from odoo.tools import SQL

# P5: a manager's buckets as one query
TIMES_SQL_AGEING = 1.5
# what a plain statement writes, without lines, overdue amounts and fingerprints
TIMES_SQL_STATEMENTS = 5
# in fewer rows the constant time of planning a statement is most of the time
LEAST_ACCOUNTS = 10_000
WRITTEN = ("kuaidi_statement", "kuaidi_statement_line")


@dataclasses.dataclass
class Period:
    """The last full month before the loading, and whom it is made for."""

    accounts: Any
    first: date
    last: date
    statements: Any = None


def run_receivables(bench):
    """Age all that is open, and make the statements of a month."""
    yield _compare_ageing(bench)
    yield _compare_statements(bench)


def _compare_ageing(bench):
    timings = measure(
        bench,
        [
            Path("SQL", _age_by_sql, _describe_ageing, _prepare_ageing),
            Path("product", _age, _describe_ageing, _prepare_ageing),
        ],
    )
    ours = timings["product"]
    return Comparison(
        "receivables",
        "Ageing by manager and bucket (P5)",
        timings,
        [
            # both read the time zone of the company as well
            Mark("queries beyond SQL", ours.queries - timings["SQL"].queries, 0),
            Mark("time / SQL", ours.median / timings["SQL"].median, TIMES_SQL_AGEING),
        ],
    )


def _prepare_ageing(env):
    items = env["kuaidi.receivable.item"]
    # what every process knows after its first page
    items._read_group([], ["bucket"], [], limit=1)
    return get_load_date(env)


def _age(env, _today):
    rows = env["kuaidi.receivable.item"]._read_group(
        [], ["manager_id", "bucket"], ["amount_residual:sum"]
    )
    return {(manager.id, bucket): amount for manager, bucket, amount in rows if amount}


def _age_by_sql(env, _today):
    """Age by one statement that knows the days of the buckets by heart."""
    today = env["kuaidi.deadline"]._get_today(env.company)
    starts = [
        today,
        *(today - timedelta(days=days) for days in (30, 60, 90)),
    ]
    env.cr.execute(
        SQL(
            """
            SELECT account.manager_id,
                   sum(line.amount_residual) FILTER (
                       WHERE line.amount_residual >= 0
                         AND coalesce(line.date_maturity, line.date) >= %(today)s),
                   sum(line.amount_residual) FILTER (
                       WHERE line.amount_residual >= 0
                         AND coalesce(line.date_maturity, line.date) < %(today)s
                         AND coalesce(line.date_maturity, line.date) >= %(month)s),
                   sum(line.amount_residual) FILTER (
                       WHERE line.amount_residual >= 0
                         AND coalesce(line.date_maturity, line.date) < %(month)s
                         AND coalesce(line.date_maturity, line.date) >= %(two)s),
                   sum(line.amount_residual) FILTER (
                       WHERE line.amount_residual >= 0
                         AND coalesce(line.date_maturity, line.date) < %(two)s
                         AND coalesce(line.date_maturity, line.date) >= %(three)s),
                   sum(line.amount_residual) FILTER (
                       WHERE line.amount_residual >= 0
                         AND coalesce(line.date_maturity, line.date) < %(three)s),
                   sum(line.amount_residual) FILTER (WHERE line.amount_residual < 0)
              FROM account_move_line line
              JOIN account_account ledger ON ledger.id = line.account_id
               AND ledger.account_type = 'asset_receivable'
              JOIN res_partner partner ON partner.id = line.partner_id
              JOIN kuaidi_key_account account
                ON account.partner_id = partner.commercial_partner_id
               AND account.company_id = line.company_id
             WHERE line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
             GROUP BY account.manager_id
            """,
            today=starts[0],
            month=starts[1],
            two=starts[2],
            three=starts[3],
        )
    )
    return {
        (manager_id, bucket): amount
        for manager_id, *amounts in env.cr.fetchall()
        for bucket, amount in zip(
            ("0", "1", "2", "3", "4", "credit"), amounts, strict=True
        )
        if amount
    }


def _describe_ageing(_env, found):
    return {
        "cells": len(found),
        "amount": round(float(sum(found.values())), 2),
        "overdue by more than 90 days": round(
            float(sum(amount for key, amount in found.items() if key[1] == "4")), 2
        ),
    }


def _compare_statements(bench):
    timings = measure(
        bench,
        [
            Path("SQL", _make_by_sql, _describe_statements, _prepare_period),
            Path("product", _make, _describe_statements, _prepare_period),
        ],
        vacuum=WRITTEN,
    )
    ours = timings["product"]
    marks = [Mark("queries", ours.queries, 8)]
    if bench.accounts >= LEAST_ACCOUNTS:
        marks.append(
            Mark(
                "time / SQL", ours.median / timings["SQL"].median, TIMES_SQL_STATEMENTS
            )
        )
    return Comparison(
        "receivables",
        "Statements of a month, with their lines",
        timings,
        marks,
        written=WRITTEN,
    )


def _prepare_period(env):
    last = get_load_date(env).replace(day=1) - timedelta(days=1)
    return Period(env["kuaidi.key.account"].search([]), last.replace(day=1), last)


def _make(env, period):
    period.statements = env["kuaidi.statement"]._generate(
        period.accounts, period.first, period.last
    )
    return period


def _make_by_sql(env, period):
    """Write the balances as one statement, for all companies alike."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO kuaidi_statement (
                   number, account_id, company_id, currency_id, date_from, date_to,
                   revision, state, amount_opening, amount_invoiced, amount_credited,
                   amount_paid, amount_closing, amount_overdue
            )
            SELECT account.code || '-' || to_char(%(last)s::date, 'YYYYMMDD'),
                   account.id, account.company_id, line.currency_id, %(first)s,
                   %(last)s, 1, 'draft',
                   coalesce(sum(line.amount_currency)
                       FILTER (WHERE line.date < %(first)s), 0),
                   coalesce(sum(line.amount_currency) FILTER (
                       WHERE line.date >= %(first)s
                         AND move.move_type = 'out_invoice'), 0),
                   coalesce(sum(line.amount_currency) FILTER (
                       WHERE line.date >= %(first)s
                         AND move.move_type = 'out_refund'), 0),
                   coalesce(sum(line.amount_currency) FILTER (
                       WHERE line.date >= %(first)s AND move.move_type = 'entry'), 0),
                   sum(line.amount_currency), 0
              FROM account_move_line line
              JOIN account_account ledger ON ledger.id = line.account_id
               AND ledger.account_type = 'asset_receivable'
              JOIN account_move move ON move.id = line.move_id
              JOIN res_partner partner ON partner.id = line.partner_id
              JOIN kuaidi_key_account account
                ON account.partner_id = partner.commercial_partner_id
               AND account.company_id = line.company_id
             WHERE line.parent_state = 'posted' AND line.date <= %(last)s
             GROUP BY account.id, line.currency_id
            HAVING count(*) FILTER (WHERE line.date >= %(first)s) > 0
                OR sum(line.amount_currency) FILTER (WHERE line.date < %(first)s) <> 0
            """,
            first=period.first,
            last=period.last,
        )
    )
    return period


def _describe_statements(env, period):
    env.cr.execute(
        SQL(
            """
            SELECT count(*), sum(amount_opening), sum(amount_closing),
                   sum(amount_invoiced)
              FROM kuaidi_statement WHERE date_to = %s
            """,
            period.last,
        )
    )
    names = ("statements", "opening", "closing", "invoiced")
    return {
        name: round(float(value or 0), 2)
        for name, value in zip(names, env.cr.fetchone(), strict=True)
    }
