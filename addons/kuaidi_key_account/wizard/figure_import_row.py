import csv
import io

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.insight.monthly_figure import MEASURES
from ..tools.figure_columns import PARTS

TEXTS = ("code", "name", "bad_column", "bad_value", "reason")
COLUMNS = ("import_id", "number", "month", "account_id", *TEXTS, *MEASURES)
# a code or name that is longer is no code or name
MAX_TEXT = 100
NO_PROBLEM = (None, None, None)


class KuaidiFigureImportRow(models.Model):
    """One row of a file of figures, read and judged, and not imported yet.

    The table is made and written by SQL alone: 100,000 rows come at once, and looking
    up their users and clients for foreign keys would take longer than all the rest.
    """

    _name = "kuaidi.figure.import.row"
    _description = "Row of Imported Figures"
    _auto = False
    _order = "number, id"
    _rec_name = "number"

    import_id = fields.Many2one(comodel_name="kuaidi.figure.import", readonly=True)
    currency_id = fields.Many2one(related="import_id.currency_id")
    number = fields.Integer(string="Row", aggregator=None)
    code = fields.Char(string="Client Code")
    name = fields.Char(string="Client Name")
    month = fields.Date()
    pieces = fields.Integer()
    weight_kg = fields.Float(string="Weight (kg)", digits=(16, 2))
    amount_revenue = fields.Monetary(string="Revenue")
    late_count = fields.Integer(string="Late Parcels")
    damaged_count = fields.Integer(string="Damaged")
    lost_count = fields.Integer(string="Lost")
    accident_count = fields.Integer(string="Accidents")
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account"
    )
    bad_column = fields.Char(string="Column")
    bad_value = fields.Char(string="Value")
    reason = fields.Text(string="What to Correct")
    status = fields.Selection(
        selection=[
            ("new", "New"),
            ("changed", "Changed"),
            ("same", "Unchanged"),
            ("bad", "Bad"),
        ],
        compute="_compute_status",
    )

    # === COMPUTE METHODS === #

    @api.depends("reason")
    def _compute_status(self):
        for wizard, rows in self.grouped("import_id").items():
            statuses = dict(
                self.env.execute_query(
                    SQL(
                        "SELECT row.id, %s %s WHERE row.id = ANY(%s)",
                        self._get_status_sql(wizard.columns["indexes"]),
                        self._get_comparison_sql(),
                        rows.ids,
                    )
                )
            )
            for row in rows:
                row.status = statuses.get(row.id)

    # === CRUD METHODS === #

    def init(self):
        """Make the table anew, out of the write-ahead log: rows live for an hour."""
        self.env.cr.execute(
            SQL(
                """
                DROP TABLE IF EXISTS kuaidi_figure_import_row;
                CREATE UNLOGGED TABLE kuaidi_figure_import_row (
                    id serial PRIMARY KEY,
                    import_id integer NOT NULL,
                    number integer NOT NULL,
                    month date,
                    account_id integer,
                    %s,
                    %s
                );
                CREATE INDEX ON kuaidi_figure_import_row (import_id)
                """,
                SQL(", ").join(SQL("%s text", SQL.identifier(name)) for name in TEXTS),
                SQL(", ").join(
                    SQL("%s numeric", SQL.identifier(name)) for name in MEASURES
                ),
            )
        )

    @api.autovacuum
    def _gc_rows(self):
        """Delete the rows of imports that Odoo has cleaned up."""
        self.env.cr.execute(
            """
            DELETE FROM kuaidi_figure_import_row AS row
             WHERE NOT EXISTS (
                   SELECT FROM kuaidi_figure_import WHERE id = row.import_id
             )
            """
        )

    # === BUSINESS METHODS === #

    @api.model
    def _stage(self, wizard, rows):
        """Put parsed rows into the table, past the ORM: there are 100,000 of them.

        :param rows: list of `FigureRow`
        """
        translate = self.env["kuaidi.monthly.figure"]._translate_reason
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            problems = row.problems
            writer.writerow(
                (
                    wizard.id,
                    row.number,
                    row.month,
                    row.account_id,
                    row.code[:MAX_TEXT],
                    row.name[:MAX_TEXT],
                    *(
                        (
                            ", ".join(problem.column for problem in problems),
                            " | ".join(problem.value for problem in problems),
                            " ".join(translate(problem.reason) for problem in problems),
                        )
                        if problems
                        else NO_PROBLEM
                    ),
                    *map(row.values.get, MEASURES),
                )
            )
        file.seek(0)
        self.env.cr.copy_expert(
            SQL(
                "COPY %s (%s) FROM STDIN WITH (FORMAT csv)",
                SQL.identifier(self._table),
                SQL(", ").join(map(SQL.identifier, COLUMNS)),
            ).code,
            file,
        )
        self.invalidate_model()

    @api.model
    def _mark_repeated(self, wizard, column):
        """Find rows for the same client and month; each of them is bad.

        :param column: what the file calls the column of the client
        """
        repeated = self.env.execute_query(
            SQL(
                """
                SELECT array_agg(id ORDER BY number), array_agg(number ORDER BY number)
                  FROM kuaidi_figure_import_row
                 WHERE import_id = %s
                   AND account_id IS NOT NULL
                   AND month IS NOT NULL
                 GROUP BY account_id, month
                HAVING count(*) > 1
                """,
                wizard.id,
            )
        )
        # each names the first of the others
        marks = [
            (row_id, numbers[1] if index == 0 else numbers[0])
            for row_ids, numbers in repeated
            for index, row_id in enumerate(row_ids)
        ]
        if not marks:
            return
        row_ids, numbers = zip(*marks, strict=True)
        # the number takes the place of the mark
        mark = "<number>"
        reason = self.env["kuaidi.monthly.figure"]._get_repeated_reason(mark)
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_figure_import_row AS row
                   SET bad_column = concat_ws(', ', row.bad_column, %(column)s),
                       bad_value = concat_ws(
                           ' | ', row.bad_value, coalesce(row.code, row.name)
                       ),
                       reason = concat_ws(
                           ' ',
                           row.reason,
                           replace(%(reason)s, %(mark)s, other.number::text)
                       )
                  FROM unnest(%(row_ids)s::int[], %(numbers)s::int[])
                       AS other(row_id, number)
                 WHERE row.id = other.row_id
                """,
                column=column,
                reason=reason,
                mark=mark,
                row_ids=list(row_ids),
                numbers=list(numbers),
            )
        )
        self.invalidate_model()

    @api.model
    def _mark_too_few(self, wizard):
        """Find rows with fewer pieces than were late, damaged or lost before.

        They are bad where the file leaves those columns out, so that they stay.
        """
        kept = [name for name in PARTS if name not in wizard.columns["indexes"]]
        if not kept:
            return
        self.env["kuaidi.monthly.figure"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_figure_import_row AS row
                   SET bad_column = %(column)s,
                       bad_value = row.pieces::text,
                       reason = %(reason)s
                  FROM kuaidi_monthly_figure AS figure
                 WHERE row.import_id = %(import_id)s
                   AND row.reason IS NULL
                   AND figure.account_id = row.account_id
                   AND figure.month = row.month
                   AND greatest(%(kept)s) > row.pieces
                """,
                import_id=wizard.id,
                column=wizard.columns["labels"]["pieces"],
                reason=self.env._(
                    "More parcels late, damaged or lost are kept from before. Add those"
                    " columns to the file."
                ),
                kept=SQL(", ").join(SQL.identifier("figure", name) for name in kept),
            )
        )
        self.invalidate_model()

    @api.model
    def _recheck(self, wizard):
        """Mark good rows that have become bad since they were read.

        :return: whether there are any
        """
        figures = self.env["kuaidi.monthly.figure"]
        pairs = self.env.execute_query(
            SQL(
                """
                SELECT account_id, month
                  FROM kuaidi_figure_import_row
                 WHERE import_id = %s AND reason IS NULL
                """,
                wizard.id,
            )
        )
        account_ids = list({account_id for account_id, _month in pairs})
        open_ids = set(
            self.env["kuaidi.key.account"]._search(
                [
                    ("id", "in", account_ids),
                    ("company_id", "=", wizard.company_id.id),
                    ("state", "!=", "closed"),
                ]
            )
        )
        closed = [pair for pair in pairs if pair[0] not in open_ids]
        locked = figures._get_locked(set(pairs))
        labels = wizard.columns["labels"]
        self._mark(
            wizard,
            closed,
            labels.get("code") or labels["name"],
            figures._get_closed_reason(),
        )
        self._mark(wizard, locked, labels["month"], figures._get_locked_reason())
        return bool(closed or locked)

    def _mark(self, wizard, pairs, column, reason):
        """Say of the rows of these (account id, month) pairs why they are bad."""
        if not pairs:
            return
        account_ids, months = zip(*pairs, strict=True)
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_figure_import_row AS row
                   SET bad_column = %(column)s,
                       bad_value = coalesce(row.code, row.name),
                       reason = %(reason)s
                  FROM unnest(%(account_ids)s::int[], %(months)s::date[])
                       AS pair(account_id, month)
                 WHERE row.import_id = %(import_id)s
                   AND row.reason IS NULL
                   AND row.account_id = pair.account_id
                   AND row.month = pair.month
                """,
                import_id=wizard.id,
                column=column,
                reason=reason,
                account_ids=list(account_ids),
                months=list(months),
            )
        )
        self.invalidate_model()

    @api.model
    def _count(self, wizard):
        """Return how many rows are new, changed, the same and bad, as values."""
        self.env["kuaidi.monthly.figure"].flush_model()
        counts = dict(
            self.env.execute_query(
                SQL(
                    "SELECT %s, count(*) %s WHERE row.import_id = %s GROUP BY 1",
                    self._get_status_sql(wizard.columns["indexes"]),
                    self._get_comparison_sql(),
                    wizard.id,
                )
            )
        )
        return {
            f"{status}_count": counts.get(status, 0)
            for status in ("new", "changed", "same", "bad")
        }

    def _get_comparison_sql(self):
        return SQL(
            """
            FROM kuaidi_figure_import_row AS row
            LEFT JOIN kuaidi_monthly_figure AS figure
                   ON figure.account_id = row.account_id
                  AND figure.month = row.month
            """
        )

    def _get_status_sql(self, names):
        """Return what a row would do to the figures that are there.

        :param names: of the fields that the file has
        """
        names = [name for name in MEASURES if name in names]
        return SQL(
            """
            CASE WHEN row.reason IS NOT NULL THEN 'bad'
                 WHEN figure.id IS NULL THEN 'new'
                 WHEN (%s) IS DISTINCT FROM (%s) THEN 'changed'
                 ELSE 'same'
             END
            """,
            SQL(", ").join(SQL.identifier("figure", name) for name in names),
            SQL(", ").join(SQL.identifier("row", name) for name in names),
        )

    @api.model
    def _get_good_sql(self, wizard):
        """Return the good rows, as `_merge` takes them."""
        return SQL(
            """
            (SELECT * FROM kuaidi_figure_import_row
              WHERE import_id = %s AND reason IS NULL)
            """,
            wizard.id,
        )

    @api.model
    def _delete_good(self, wizard):
        """Delete what has become figures; the bad rows can still be downloaded."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM kuaidi_figure_import_row
                 WHERE import_id = %s AND reason IS NULL
                """,
                wizard.id,
            )
        )
        self.invalidate_model()
