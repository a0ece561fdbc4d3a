import csv
import io

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.table_error import translate_reason

# what the table of every import has
COLUMNS = {
    "import_id": SQL("integer NOT NULL"),
    "number": SQL("integer NOT NULL"),
    "code": SQL("text"),
    "account_id": SQL("integer"),
    "bad_column": SQL("text"),
    "bad_value": SQL("text"),
    "reason": SQL("text"),
}
# a code that is longer is no code
MAX_CODE = 100
NO_PROBLEM = (None, None, None)
# takes the place of a number until that is known
MARK = "<number>"
# an addon that imports repeats them in its own field, like the states of an import
ROW_STATUSES = [
    ("new", "New"),
    ("changed", "Changed"),
    ("same", "Unchanged"),
    ("bad", "Bad"),
]


class KuaidiFileImportRowMixin(models.AbstractModel):
    """One row of a file, read and judged, and not imported yet.

    The table is made and written by SQL alone: 100,000 rows come at once, and looking
    up their users and clients for foreign keys would take longer than all the rest.

    An adopter is a model with ``_auto = False`` that names its import in `import_id`,
    its columns in `_row_columns`, and in `_row_key` those by which two rows are for the
    same; it joins what is there already as ``known``.
    """

    _name = "kuaidi.file.import.row.mixin"
    _description = "File Import Row Mixin"
    _order = "number, id"

    # SQL types by name of the column
    _row_columns = {}
    _row_key = ()
    # columns whose empty text is a value
    _row_texts = ()

    import_id = fields.Many2one(comodel_name="kuaidi.file.import.mixin", readonly=True)
    number = fields.Integer(string="Row", aggregator=None)
    code = fields.Char(string="Client Code")
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account"
    )
    bad_column = fields.Char(string="Column")
    bad_value = fields.Char(string="Value")
    reason = fields.Text(string="What to Correct")
    status = fields.Selection(selection=ROW_STATUSES, compute="_compute_status")

    # === COMPUTE METHODS === #

    @api.depends("reason")
    def _compute_status(self):
        for wizard, rows in self.grouped("import_id").items():
            statuses = dict(
                self.env.execute_query(
                    SQL(
                        "SELECT row.id, %s FROM %s WHERE row.id = ANY(%s)",
                        self._get_status_sql(wizard),
                        self._get_known_sql(),
                        rows.ids,
                    )
                )
            )
            for row in rows:
                row.status = statuses.get(row.id)

    # === CRUD METHODS === #

    def init(self):
        """Make the table anew, out of the write-ahead log: rows live for an hour."""
        if self._abstract:
            return
        self.env.cr.execute(
            SQL(
                """
                DROP TABLE IF EXISTS %(table)s;
                CREATE UNLOGGED TABLE %(table)s (id serial PRIMARY KEY, %(columns)s);
                CREATE INDEX ON %(table)s (import_id)
                """,
                table=SQL.identifier(self._table),
                columns=SQL(", ").join(
                    SQL("%s %s", SQL.identifier(name), sql_type)
                    for name, sql_type in (COLUMNS | self._row_columns).items()
                ),
            )
        )

    @api.autovacuum
    def _gc_rows(self):
        """Delete the rows of imports that Odoo has cleaned up."""
        if self._abstract:
            return
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM %s AS row
                 WHERE NOT EXISTS (SELECT FROM %s WHERE id = row.import_id)
                """,
                SQL.identifier(self._table),
                SQL.identifier(self.env[self._fields["import_id"].comodel_name]._table),
            )
        )

    # === BUSINESS METHODS === #

    def _get_key(self):
        """Return what a bad row is known by. Hook."""
        return self.code

    @api.model
    def _stage(self, wizard, rows):
        """Put parsed rows into the table, past the ORM: there are 100,000 of them.

        :param rows: list of `TableRow`
        """
        lang = self.env.lang
        get_values = self._get_staged_values
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            problems = row.problems
            bad = NO_PROBLEM
            if problems:
                bad = (
                    ", ".join(problem.column for problem in problems),
                    " | ".join(problem.value for problem in problems),
                    " ".join(
                        translate_reason(problem.reason, lang) for problem in problems
                    ),
                )
            writer.writerow(
                (
                    wizard.id,
                    row.number,
                    row.code[:MAX_CODE],
                    row.account_id,
                    *bad,
                    *get_values(row),
                )
            )
        file.seek(0)
        names = [*COLUMNS, *self._row_columns]
        self.env.cr.copy_expert(
            SQL(
                "COPY %s (%s) FROM STDIN WITH (FORMAT csv%s)",
                SQL.identifier(self._table),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(
                    ", FORCE_NOT_NULL (%s)",
                    SQL(", ").join(map(SQL.identifier, self._row_texts)),
                )
                if self._row_texts
                else SQL(),
            ).code,
            file,
        )
        self.invalidate_model()

    @api.model
    def _get_staged_values(self, row):
        """Return the values of `_row_columns`, in their order. Hook.

        :param TableRow row: that was parsed
        """
        raise NotImplementedError

    @api.model
    def _mark_repeated(self, wizard):
        """Find rows for the same; each of them is bad, and names the first other."""
        keys = [SQL.identifier(name) for name in self._row_key]
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s AS row
                   SET bad_column = concat_ws(', ', row.bad_column, %(column)s),
                       bad_value = concat_ws(' | ', row.bad_value, %(value)s),
                       reason = concat_ws(
                           ' ',
                           row.reason,
                           replace(
                               %(reason)s,
                               %(mark)s,
                               CASE WHEN row.number = same.numbers[1]
                                    THEN same.numbers[2]
                                    ELSE same.numbers[1]
                                END::text
                           )
                       )
                  FROM (
                       SELECT unnest(array_agg(id)) AS id,
                              array_agg(number ORDER BY number) AS numbers
                         FROM %(table)s
                        WHERE import_id = %(import_id)s
                          AND num_nulls(%(keys)s) = 0
                        GROUP BY %(keys)s
                       HAVING count(*) > 1
                  ) AS same
                 WHERE row.id = same.id
                """,
                table=SQL.identifier(self._table),
                column=self._get_key_column(wizard),
                value=self._get_key_sql(),
                reason=self._get_repeated_reason(MARK),
                mark=MARK,
                keys=SQL(", ").join(keys),
                import_id=wizard.id,
            )
        )
        self.invalidate_model()

    @api.model
    def _get_key_column(self, wizard):
        """Return what the file calls the column that a row is known by. Hook."""
        raise NotImplementedError

    @api.model
    def _get_key_sql(self):
        """Return SQL for what a ``row`` is known by. Hook."""
        raise NotImplementedError

    @api.model
    def _get_repeated_reason(self, number):
        """Return why a row is bad that is for the same as that row. Hook."""
        raise NotImplementedError

    @api.model
    def _mark_conflicts(self, wizard):
        """Find good rows that do not go with the records that are there. Hook.

        :return: whether there are any
        """
        return False

    @api.model
    def _recheck(self, wizard):
        """Mark good rows that have become bad since they were read. Hook.

        :return: whether there are any
        """
        return self._mark_conflicts(wizard)

    @api.model
    def _mark(self, wizard, condition, column, value, reason):
        """Say of good rows why they are bad.

        :param SQL condition: on ``row``
        :param column: what the file calls the column
        :param SQL value: what is bad in it
        :return: whether there are any
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s AS row
                   SET bad_column = %(column)s,
                       bad_value = %(value)s,
                       reason = %(reason)s
                 WHERE row.import_id = %(import_id)s
                   AND row.reason IS NULL
                   AND %(condition)s
                """,
                table=SQL.identifier(self._table),
                column=column,
                value=value,
                reason=reason,
                import_id=wizard.id,
                condition=condition,
            )
        )
        self.invalidate_model()
        return bool(self.env.cr.rowcount)

    @api.model
    def _mark_closed(self, wizard, account_ids, column, value, reason):
        """Say of good rows that their client was closed, or left the company.

        :param account_ids: of the good rows
        :param column, value, reason: as of `_mark`
        :return: whether there are any
        """
        open_ids = self.env["kuaidi.key.account"]._search(
            [
                ("id", "in", list(account_ids)),
                ("company_id", "=", wizard.company_id.id),
                ("state", "!=", "closed"),
            ]
        )
        gone = set(account_ids) - set(open_ids)
        if not gone:
            return False
        condition = SQL("row.account_id = ANY(%s)", list(gone))
        return self._mark(wizard, condition, column, value, reason)

    @api.model
    def _get_count(self, wizard):
        """Return how many rows of the file there are; none after a crash."""
        [[count]] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM %s WHERE import_id = %s",
                SQL.identifier(self._table),
                wizard.id,
            )
        )
        return count

    @api.model
    def _count(self, wizard):
        """Return how many rows are new, changed, the same and bad, as values."""
        self.env[wizard._target_model].flush_model()
        counts = dict(
            self.env.execute_query(
                SQL(
                    "SELECT %s, count(*) FROM %s WHERE row.import_id = %s GROUP BY 1",
                    self._get_status_sql(wizard),
                    self._get_known_sql(),
                    wizard.id,
                )
            )
        )
        return {
            f"{status}_count": counts.get(status, 0)
            for status in ("new", "changed", "same", "bad")
        }

    @api.model
    def _get_known_sql(self):
        """Return the rows as ``row``, joined with the records there as ``known``."""
        return SQL("%s AS row %s", SQL.identifier(self._table), self._get_join_sql())

    @api.model
    def _get_join_sql(self):
        """Return SQL that joins the records there to ``row`` as ``known``. Hook."""
        raise NotImplementedError

    @api.model
    def _get_compared_names(self, wizard):
        """Return the names of the columns in which a row may differ. Hook."""
        raise NotImplementedError

    @api.model
    def _get_status_sql(self, wizard):
        """Return what a ``row`` would do to the records that are there."""
        names = self._get_compared_names(wizard)
        return SQL(
            """
            CASE WHEN row.reason IS NOT NULL THEN 'bad'
                 WHEN known.id IS NULL THEN 'new'
                 WHEN (%s) IS DISTINCT FROM (%s) THEN 'changed'
                 ELSE 'same'
             END
            """,
            SQL(", ").join(SQL.identifier("known", name) for name in names),
            SQL(", ").join(SQL.identifier("row", name) for name in names),
        )

    @api.model
    def _get_good_sql(self, wizard):
        """Return the good rows, as whoever merges them takes them."""
        return SQL(
            "(SELECT * FROM %s WHERE import_id = %s AND reason IS NULL)",
            SQL.identifier(self._table),
            wizard.id,
        )

    @api.model
    def _delete_good(self, wizard):
        """Delete what has become records; the bad rows can still be downloaded."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE import_id = %s AND reason IS NULL",
                SQL.identifier(self._table),
                wizard.id,
            )
        )
        self.invalidate_model()
