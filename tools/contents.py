"""What a database holds: its structure and every row, read without Odoo.

Used to tell what an uninstallation leaves behind, what an upgrade changes, and
whether a night with faults ended as one without.
"""

import contextlib

import psycopg2
from psycopg2 import sql

# What Odoo itself writes at every start, and what only points at rows elsewhere.
VOLATILE = frozenset(
    {
        "bus_bus",
        "bus_presence",
        "ir_cron_progress",
        "ir_cron_trigger",
        "ir_logging",
        "ir_profile",
        "mail_presence",
        "orm_signaling_assets",
        "orm_signaling_default",
        "orm_signaling_groups",
        "orm_signaling_registry",
        "orm_signaling_routing",
        "orm_signaling_stable",
        "orm_signaling_templates",
        "res_device_log",
    }
)
STAMPS = ("create_date", "create_uid", "write_date", "write_uid")


@contextlib.contextmanager
def connected(name):
    """Yield a cursor in ``name``, in autocommit, found by the PG* variables."""
    connection = psycopg2.connect(dbname=name)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def structure(cursor):
    """Return every column, constraint, index, sequence, function and trigger."""
    cursor.execute(
        """
        SELECT format('column %s.%s %s%s', table_name, column_name, udt_name,
                      CASE is_nullable WHEN 'NO' THEN ' required' ELSE '' END)
          FROM information_schema.columns WHERE table_schema = 'public'
         UNION ALL
        SELECT format('constraint %s %s %s', conrelid::regclass, conname,
                      pg_get_constraintdef(oid))
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
         UNION ALL
        SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
         UNION ALL
        SELECT format('%s %s', CASE relkind WHEN 'S' THEN 'sequence' ELSE 'view' END,
                      relname)
          FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('S', 'v', 'm')
           -- these are numbered, and the numbers count up
           AND relname !~ '^ir_sequence_[0-9]+(_[0-9]+)?$'
         UNION ALL
        SELECT format('function %s', proname) FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace
         UNION ALL
        SELECT format('trigger %s %s', tgrelid::regclass, tgname)
          FROM pg_trigger WHERE NOT tgisinternal
        """
    )
    return {row[0] for row in cursor.fetchall()}


def tables(cursor):
    """Return the names of all tables, in alphabetical order."""
    cursor.execute(
        """
        SELECT relname FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
         ORDER BY relname
        """
    )
    return [row[0] for row in cursor.fetchall()]


def rows(cursor, table, ignored=STAMPS):
    """Return the rows of a table by their id, or by themselves where there is none.

    :param ignored: columns that are left out
    """
    cursor.execute(
        sql.SQL("SELECT to_jsonb(t) - %s::text[] FROM {} t").format(
            sql.Identifier(table)
        ),
        [list(ignored)],
    )
    found = [row[0] for row in cursor.fetchall()]
    return {
        row["id"] if "id" in row else str(sorted(row.items())): row for row in found
    }


def read(cursor, ignored=STAMPS):
    """Return the rows of every table that is not volatile."""
    return {
        table: rows(cursor, table, ignored)
        for table in tables(cursor)
        if table not in VOLATILE
    }


def versions(cursor, prefix):
    """Return which transaction last wrote each row of the tables with this prefix."""
    found = {}
    for table in tables(cursor):
        if table.startswith(prefix):
            cursor.execute(
                sql.SQL("SELECT t.xmin::text, md5(t::text) FROM {} t").format(
                    sql.Identifier(table)
                )
            )
            found[table] = sorted(cursor.fetchall())
    return found


def differences(before, after):
    """Return what came, went and changed between two readings, by table.

    A column that exists in one reading alone is not a change of a row.

    :return: {table: {"added": [row], "lost": [row], "changed": [(old, new)]}}
    """
    found = {}
    for table in sorted({*before, *after}):
        old, new = before.get(table, {}), after.get(table, {})
        changes = {
            "added": [row for key, row in new.items() if key not in old],
            "lost": [row for key, row in old.items() if key not in new],
            "changed": [
                (row, new[key])
                for key, row in old.items()
                if key in new
                and any(row[name] != new[key][name] for name in row if name in new[key])
            ],
        }
        if any(changes.values()):
            found[table] = changes
    return found
