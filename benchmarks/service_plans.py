"""Drafting plans for many clients beside a plain insert of the same rows."""

import dataclasses
from typing import Any

from measure import Comparison, Mark, Path, measure
from psycopg2 import sql

from odoo.fields import Command
from odoo.tools import SQL

MANY = 1_000
# in fewer clients there is no second batch
LEAST_ACCOUNTS = 10 * MANY
# 60 lines in all: service type and times a year
STANDARD = {
    "phone": 20,
    "site_visit": 8,
    "report": 12,
    "coordination": 4,
    "review": 2,
    "survey": 2,
    "file": 12,
}
LINES = sum(STANDARD.values())
TABLES = {
    "kuaidi_service_plan": "id",
    "kuaidi_plan_entitlement": "plan_id",
    "kuaidi_service_plan_line": "plan_id",
}
# rows in one statement; the fastest of 100, 1,000, 5,000 and 20,000
PAGE_SIZE = 1_000


@dataclasses.dataclass
class Task:
    """The accounts to plan for, and what plain SQL inserts: (table, columns, rows)."""

    accounts: Any
    inserts: list = dataclasses.field(default_factory=list)


def run_plans(bench):
    """Draft a thousand plans of sixty lines, a tenth of them, and all in batches."""
    count = min(MANY, bench.accounts)
    tenth = count // 10

    def prepare(env):
        return _prepare(env, count)

    def prepare_rows(env):
        task = _prepare(env, count)
        return dataclasses.replace(task, inserts=_read_rows(env, task))

    timings = measure(
        bench,
        [
            Path("SQL", _insert, _check, prepare_rows),
            Path("product", _draft, _check, prepare),
            Path(f"{tenth} plans", _draft, _ignore, lambda env: _prepare(env, tenth)),
        ],
        vacuum=(*TABLES, "kuaidi_key_account"),
    )
    ours, fewer = timings["product"], timings[f"{tenth} plans"]
    yield Comparison(
        "plans",
        f"{count} plans of {LINES} lines",
        timings,
        [
            Mark("time / SQL", ours.median / timings["SQL"].median, 5),
            # Odoo inserts and updates a hundred plans by one statement
            Mark(
                "queries for 100 plans more",
                100 * (ours.queries - fewer.queries) / (count - tenth),
                3,
            ),
        ],
        is_growing=False,
        written=tuple(TABLES),
    )
    if bench.accounts >= LEAST_ACCOUNTS:
        yield _measure_batches(bench, prepare, count)


def _measure_batches(bench, prepare, count):
    """Draft plans for ten times as many clients, in batches."""
    timings = measure(
        bench,
        [
            Path("one batch", _draft, _ignore, prepare),
            Path("product", _draft_in_batches, _check, lambda env: _prepare(env, None)),
        ],
        vacuum=(*TABLES, "kuaidi_key_account"),
    )
    one, ours = timings["one batch"], timings["product"]
    times = bench.accounts / count
    return Comparison(
        "plans",
        f"Plans of {LINES} lines for all clients in batches of {count}",
        timings,
        [
            Mark("times of a batch", ours.median / one.median, 1.1 * times),
            Mark("queries of a batch", ours.queries / times, one.queries),
        ],
        floor="one batch",
        is_growing=False,
        written=tuple(TABLES),
    )


def _prepare(env, count):
    """Give every client a star, and every star a standard of sixty lines a year."""
    templates = env["kuaidi.plan.template"].search(
        [("company_id", "=", env.company.id)]
    )
    templates.line_ids.unlink()
    templates.line_ids = [
        Command.create(
            {
                "type_id": env.ref(f"kuaidi_key_account.service_type_{kind}").id,
                "frequency": frequency,
                "amount_cost": 10,
                "lead_workdays": 5,
            }
        )
        for kind, frequency in STANDARD.items()
    ]
    env.flush_all()
    env.cr.execute(
        SQL(
            "UPDATE kuaidi_key_account SET star_id = %s, stars = %s"
            " WHERE star_id IS NULL",
            templates[0].level_id.id,
            templates[0].stars,
        )
    )
    env.invalidate_all(flush=False)
    return Task(env["kuaidi.key.account"].search([], order="id", limit=count))


def _draft(env, task):
    return env["kuaidi.service.plan"]._create_plans(task.accounts)


def _draft_in_batches(env, task):
    plans = env["kuaidi.service.plan"]
    for position in range(0, len(task.accounts), MANY):
        plans += plans._create_plans(task.accounts[position : position + MANY])
    return plans


def _insert(env, task):
    for table, columns, rows in task.inserts:
        env.cr.execute_values(
            sql.SQL("INSERT INTO {} ({}) VALUES %s").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, columns)),
            ),
            rows,
            page_size=PAGE_SIZE,
        )
    [_table, columns, rows] = task.inserts[0]
    position = columns.index("id")
    return env["kuaidi.service.plan"].browse(row[position] for row in rows)


def _read_rows(env, task):
    """Return the rows that the product writes, which are not there afterwards."""
    inserts = []
    savepoint = env.cr.savepoint()
    plans = _draft(env, task)
    env.flush_all()
    for table, key in TABLES.items():
        env.cr.execute(
            SQL(
                "SELECT * FROM %s WHERE %s = ANY(%s) ORDER BY id",
                SQL.identifier(table),
                SQL.identifier(key),
                plans.ids,
            )
        )
        columns = [column.name for column in env.cr.description]
        inserts.append((table, columns, env.cr.fetchall()))
    savepoint.close(rollback=True)
    return inserts


def _check(env, plans):
    """Count and sum what stands in the tables for these plans."""
    env.cr.execute(
        SQL(
            """
            SELECT count(*), sum(date_start - '2000-01-01'),
                   sum(date_finish - '2000-01-01'), sum(amount_cost), count(handler_id)
              FROM kuaidi_service_plan_line
             WHERE plan_id = ANY(%s)
            """,
            plans.ids,
        )
    )
    lines, starts, finishes, cost, handlers = env.cr.fetchone()
    env.cr.execute(
        SQL(
            """
            SELECT count(*), sum(date_from - '2000-01-01'), sum(amount_cost),
                   sum(shortfall_count)
              FROM kuaidi_service_plan
             WHERE id = ANY(%s)
            """,
            plans.ids,
        )
    )
    count, begins, plan_cost, shortfall = env.cr.fetchone()
    env.cr.execute(
        SQL(
            """
            SELECT count(*), sum(entitled_count)
              FROM kuaidi_plan_entitlement
             WHERE plan_id = ANY(%s)
            """,
            plans.ids,
        )
    )
    return {
        "plans": (count, begins, float(plan_cost), shortfall),
        "lines": (lines, starts, finishes, float(cost), handlers),
        "entitlements": env.cr.fetchone(),
    }


def _ignore(env, plans):
    """A sample of another size leads to other values."""
    return {}
