"""Finds queries that read a whole table, from the plans of PostgreSQL."""

import contextlib
from unittest import mock

from odoo.sql_db import Cursor


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


def find_scans(env, action, tables):
    """Run ``action`` and return which of the tables a query reads from end to end.

    :return: pairs (table, query)
    """
    env.invalidate_all()
    with recorded(env.cr) as statements:
        action(env)
    found = []
    for statement in statements:
        if not statement.lstrip("( \n").upper().startswith(("SELECT", "WITH")):
            continue
        env.cr.execute(b"EXPLAIN (FORMAT JSON) " + statement.encode())
        [[[plan]]] = env.cr.fetchall()
        for node in _walk(plan["Plan"]):
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in tables:
                found.append((node["Relation Name"], statement))
    return found


def _walk(node):
    yield node
    for child in node.get("Plans", ()):
        yield from _walk(child)
