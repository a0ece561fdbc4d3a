from odoo import api, fields, models
from odoo.tools import SQL

from ..models.insight.monthly_figure import MEASURES
from ..tools.figure_columns import PARTS

# a name that is longer is no name
MAX_NAME = 100


class KuaidiFigureImportRow(models.Model):
    """One row of a file of figures, read and judged, and not imported yet."""

    _name = "kuaidi.figure.import.row"
    _inherit = ["kuaidi.file.import.row.mixin"]
    _description = "Row of Imported Figures"
    _auto = False
    _rec_name = "number"

    _row_columns = {
        "name": SQL("text"),
        "month": SQL("date"),
        **dict.fromkeys(MEASURES, SQL("numeric")),
    }
    _row_key = ("account_id", "month")

    import_id = fields.Many2one(comodel_name="kuaidi.figure.import")
    currency_id = fields.Many2one(related="import_id.currency_id")
    name = fields.Char(string="Client Name")
    month = fields.Date()
    pieces = fields.Integer()
    weight_kg = fields.Float(string="Weight (kg)", digits=(16, 2))
    amount_revenue = fields.Monetary(string="Revenue")
    late_count = fields.Integer(string="Late Parcels")
    damaged_count = fields.Integer(string="Damaged")
    lost_count = fields.Integer(string="Lost")
    accident_count = fields.Integer(string="Accidents")

    # === BUSINESS METHODS === #

    def _get_key(self):
        return self.code or self.name

    @api.model
    def _get_key_sql(self):
        return SQL("coalesce(row.code, row.name)")

    @api.model
    def _get_key_column(self, wizard):
        labels = wizard.columns["labels"]
        return labels.get("code") or labels["name"]

    @api.model
    def _get_repeated_reason(self, number):
        return self.env["kuaidi.monthly.figure"]._get_repeated_reason(number)

    @api.model
    def _get_staged_values(self, row):
        return row.name[:MAX_NAME], row.month, *map(row.values.get, MEASURES)

    @api.model
    def _get_join_sql(self):
        return SQL(
            """
            LEFT JOIN kuaidi_monthly_figure AS known
                   ON known.account_id = row.account_id AND known.month = row.month
            """
        )

    @api.model
    def _get_compared_names(self, wizard):
        return [name for name in MEASURES if name in wizard.columns["indexes"]]

    @api.model
    def _mark_conflicts(self, wizard):
        """Find rows with fewer pieces than were late, damaged or lost before.

        They are bad where the file leaves those columns out, so that they stay.
        """
        kept = [name for name in PARTS if name not in wizard.columns["indexes"]]
        if not kept:
            return False
        self.env["kuaidi.monthly.figure"].flush_model()
        return self._mark(
            wizard,
            SQL(
                """
                EXISTS (
                    SELECT FROM kuaidi_monthly_figure AS figure
                     WHERE figure.account_id = row.account_id
                       AND figure.month = row.month
                       AND greatest(%s) > row.pieces
                )
                """,
                SQL(", ").join(SQL.identifier("figure", name) for name in kept),
            ),
            wizard.columns["labels"]["pieces"],
            SQL("row.pieces::text"),
            self.env._(
                "More parcels late, damaged or lost are kept from before. Add those"
                " columns to the file."
            ),
        )

    @api.model
    def _recheck(self, wizard):
        """Mark good rows whose account was closed, or month locked, meanwhile."""
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
        is_closed = self._mark_closed(
            wizard,
            {account_id for account_id, _month in pairs},
            self._get_key_column(wizard),
            self._get_key_sql(),
            figures._get_closed_reason(),
        )
        locked = figures._get_locked(set(pairs))
        if not locked:
            return is_closed
        account_ids, months = zip(*locked, strict=True)
        self._mark(
            wizard,
            SQL(
                "(row.account_id, row.month)"
                " IN (SELECT * FROM unnest(%s::int[], %s::date[]))",
                list(account_ids),
                list(months),
            ),
            wizard.columns["labels"]["month"],
            self._get_key_sql(),
            figures._get_locked_reason(),
        )
        return True
