"""Finds queries that read too many rows, from what PostgreSQL says of its plans."""

import contextlib
from unittest import mock

from odoo.sql_db import Cursor

# the biggest client has 3,600 invoices with two entries each
MOST_ROWS = 20_000


@contextlib.contextmanager
def recorded(cr):
    """Yield a list that gets every statement of the cursor, with its parameters."""
    statements = []
    execute = Cursor.execute

    def record(cursor, query, params=None, log_exceptions=True):
        result = execute(cursor, query, params, log_exceptions)
        if cursor is cr:
            statements.append(cursor._obj.query.decode())
        return result

    with mock.patch.object(Cursor, "execute", record):
        yield statements


def find_long_reads(env, action):
    """Run ``action`` and return the queries that read more than a page needs.

    :return: pairs (table or index, query)
    """
    env.invalidate_all()
    with recorded(env.cr) as statements:
        action(env)
    found = []
    for statement in statements:
        if not statement.lstrip("( \n").upper().startswith(("SELECT", "WITH")):
            continue
        env.cr.execute(
            b"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + statement.encode()
        )
        [[[plan]]] = env.cr.fetchall()
        for node in _walk(plan["Plan"]):
            name = node.get("Index Name") or node.get("Relation Name")
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            if name and rows * node["Actual Loops"] > MOST_ROWS:
                found.append((name, statement))
    return found


def _walk(node):
    yield node
    for child in node.get("Plans", ()):
        yield from _walk(child)
