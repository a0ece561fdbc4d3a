"""Clones rows by SQL, many at a time, without what slows down an insert."""

import contextlib

from odoo.tools import SQL


class Cloner:
    """Clones rows of any table of the database that a cursor is connected to."""

    def __init__(self, cr):
        self.execute = cr.execute
        self._cr = cr

    @contextlib.contextmanager
    def without_indexes(self, *tables):
        """Take secondary indexes and foreign keys off the tables for a while.

        An ordinary role may not switch constraints off, but it may drop and restore
        what it owns. It all happens in one transaction, so an error restores them too.
        """
        names = list(tables)
        self.execute("SET LOCAL maintenance_work_mem = '512MB'")
        keys = self._fetch(
            SQL(
                """
                SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I',
                              conrelid::regclass, conname),
                       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
                              conrelid::regclass, conname, pg_get_constraintdef(oid))
                  FROM pg_constraint
                 WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
                """,
                names,
            )
        )
        indexes = self._fetch(
            SQL(
                """
                SELECT format('DROP INDEX %%s', indexrelid::regclass),
                       -- Odoo renews an index only if its comment is there
                       format('%%s; COMMENT ON INDEX %%s IS %%L',
                              pg_get_indexdef(indexrelid), indexrelid::regclass,
                              obj_description(indexrelid, 'pg_class'))
                  FROM pg_index
                 WHERE indrelid = ANY(%s::regclass[])
                   AND NOT EXISTS (
                       SELECT FROM pg_constraint WHERE conindid = indexrelid
                   )
                """,
                names,
            )
        )
        for statement, _restore in keys + indexes:
            self.execute(statement)
        yield
        for _drop, statement in indexes:
            self.execute(statement)
        for table in names:
            self.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        for _drop, statement in keys:
            self.execute(statement)

    def clone(self, table, template_ids, source, values, condition=None):
        """Insert a copy of every template for every row of ``source``.

        :param template_ids: ids of rows of the table, ``template`` in the expressions
        :param SQL source: what ``FROM`` takes, with the alias ``clones``
        :param dict values: expressions for the columns that differ from the template
        :param SQL condition: which template goes with which clone; default all
        """
        columns = [
            name
            for (name,) in self._fetch(
                SQL(
                    """
                    SELECT attname
                      FROM pg_attribute
                     WHERE attrelid = %s::regclass
                       AND attnum > 0
                       AND NOT attisdropped
                       AND attgenerated = ''
                     ORDER BY attnum
                    """,
                    table,
                )
            )
        ]
        unknown = values.keys() - set(columns)
        if unknown:
            raise ValueError(f"{table} has no column {', '.join(sorted(unknown))}")
        new_id = SQL("nextval(pg_get_serial_sequence(%s, 'id'))", table)
        values = {"id": new_id} | values
        self.execute(
            SQL(
                """
                INSERT INTO %(table)s (%(columns)s)
                SELECT %(values)s
                  FROM %(source)s
                  JOIN %(table)s template
                    ON template.id = ANY(%(template_ids)s) AND %(condition)s
                """,
                table=SQL.identifier(table),
                columns=SQL(", ").join(map(SQL.identifier, columns)),
                values=SQL(", ").join(
                    values.get(name) or SQL.identifier("template", name)
                    for name in columns
                ),
                source=source,
                template_ids=list(template_ids),
                condition=condition or SQL("TRUE"),
            )
        )

    def _fetch(self, query):
        self.execute(query)
        return self._cr.fetchall()
