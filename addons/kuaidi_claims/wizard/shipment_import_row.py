import csv
import io

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.insurance.shipment_merge import COLUMNS as VALUES

TEXTS = ("code", "waybill_number", "bad_column", "bad_value", "reason")
COLUMNS = ("import_id", "number", *TEXTS, *VALUES)
NO_PROBLEM = (None, None, None)


class KuaidiInsuranceImportRow(models.Model):
    """One row of a list of declared shipments, read and judged, not imported yet.

    The table is made and written by SQL alone: 100,000 rows come at once.
    """

    _name = "kuaidi.insurance.import.row"
    _description = "Row of Declared Shipments"
    _auto = False
    _order = "number, id"
    _rec_name = "waybill_number"

    import_id = fields.Many2one(comodel_name="kuaidi.insurance.import", readonly=True)
    currency_id = fields.Many2one(related="import_id.currency_id")
    number = fields.Integer(string="Row", aggregator=None)
    code = fields.Char(string="Client Code")
    waybill_number = fields.Char()
    date_shipped = fields.Date(string="Shipped On")
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account"
    )
    goods = fields.Char()
    sum_insured = fields.Monetary()
    amount_premium = fields.Monetary(string="Premium Booked")
    amount_premium_due = fields.Monetary(string="Premium by the Rate")
    clause = fields.Selection(
        selection=lambda self: self._get_clauses(), string="Clause That Holds"
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

    @api.model
    def _get_clauses(self):
        policies = self.env["kuaidi.insurance.policy"]
        return policies._fields["clause"]._description_selection(self.env)

    @api.depends("reason")
    def _compute_status(self):
        statuses = dict(
            self.env.execute_query(
                SQL(
                    "SELECT row.id, %s %s WHERE row.id = ANY(%s)",
                    self._get_status_sql(),
                    self._get_comparison_sql(),
                    self.ids,
                )
            )
        )
        for row in self:
            row.status = statuses.get(row.id)

    # === CRUD METHODS === #

    def init(self):
        """Make the table anew, out of the write-ahead log: rows live for an hour."""
        self.env.cr.execute(
            """
            DROP TABLE IF EXISTS kuaidi_insurance_import_row;
            CREATE UNLOGGED TABLE kuaidi_insurance_import_row (
                id serial PRIMARY KEY,
                import_id integer NOT NULL,
                number integer NOT NULL,
                code text,
                waybill_number text,
                bad_column text,
                bad_value text,
                reason text,
                account_id integer,
                date_shipped date,
                goods text,
                goods_kind text,
                origin text,
                destination text,
                pieces integer,
                is_used boolean,
                packing text,
                is_declared_specially boolean,
                amount_value numeric,
                sum_insured numeric,
                amount_premium numeric,
                clause text,
                amount_premium_due numeric
            );
            CREATE INDEX ON kuaidi_insurance_import_row (import_id)
            """
        )

    @api.autovacuum
    def _gc_rows(self):
        """Delete the rows of imports that Odoo has cleaned up."""
        self.env.cr.execute(
            """
            DELETE FROM kuaidi_insurance_import_row AS row
             WHERE NOT EXISTS (
                   SELECT FROM kuaidi_insurance_import WHERE id = row.import_id
             )
            """
        )

    # === BUSINESS METHODS === #

    @api.model
    def _stage(self, wizard, rows):
        """Put parsed rows into the table, past the ORM: there are 100,000 of them.

        :param rows: list of `ShipmentRow`
        """
        translate_reason = self.env["kuaidi.monthly.figure"]._translate_reason
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            problems = row.problems
            bad = NO_PROBLEM
            if problems:
                bad = (
                    ", ".join(problem.column for problem in problems),
                    " | ".join(problem.value for problem in problems),
                    " ".join(translate_reason(problem.reason) for problem in problems),
                )
            values = row.values | {
                "account_id": row.account_id,
                "date_shipped": row.date_shipped,
                "sum_insured": row.sum_insured,
                "clause": row.clause,
                "amount_premium_due": row.amount_premium_due,
            }
            writer.writerow(
                (
                    wizard.id,
                    row.number,
                    row.code,
                    row.waybill_number,
                    *bad,
                    *map(values.get, VALUES),
                )
            )
        file.seek(0)
        # an empty text of the file is one, and NULL where there is no value
        self.env.cr.copy_expert(
            SQL(
                "COPY %s (%s) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (%s))",
                SQL.identifier(self._table),
                SQL(", ").join(map(SQL.identifier, COLUMNS)),
                SQL(", ").join(map(SQL.identifier, ("goods", "origin", "destination"))),
            ).code,
            file,
        )
        self.invalidate_model()

    @api.model
    def _mark_repeated(self, wizard):
        """Find rows for the same waybill; each of them is bad."""
        # the number takes the place of the mark
        mark = "<number>"
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_insurance_import_row AS row
                   SET bad_column = concat_ws(', ', row.bad_column, %(column)s),
                       bad_value = concat_ws(' | ', row.bad_value, row.waybill_number),
                       reason = concat_ws(
                           ' ', row.reason, replace(%(reason)s, %(mark)s, other.number)
                       )
                  FROM (
                       SELECT id,
                              (CASE WHEN number = min(number) OVER same
                                    THEN nth_value(number, 2) OVER same
                                    ELSE min(number) OVER same
                                END)::text AS number
                         FROM kuaidi_insurance_import_row
                        WHERE import_id = %(import_id)s AND waybill_number <> ''
                       WINDOW same AS (
                              PARTITION BY waybill_number ORDER BY number, id
                              ROWS BETWEEN UNBOUNDED PRECEDING
                                       AND UNBOUNDED FOLLOWING
                       )
                  ) AS other
                 WHERE row.id = other.id AND other.number IS NOT NULL
                   AND other.number <> row.number::text
                """,
                import_id=wizard.id,
                column=wizard.columns["labels"]["waybill_number"],
                reason=self.env._(
                    "Row %(number)s is for the same waybill. Keep one of them.",
                    number=mark,
                ),
                mark=mark,
            )
        )
        self.invalidate_model()

    @api.model
    def _mark_claimed(self, wizard):
        """Find rows that would change what was declared before a loss.

        :return: whether there are any
        """
        self._flush_compared()
        self.env["kuaidi.claim"].flush_model(["waybill_number", "company_id", "state"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_insurance_import_row AS bad
                   SET bad_column = %(column)s,
                       bad_value = bad.waybill_number,
                       reason = %(reason)s
                  FROM (
                       SELECT row.id, %(status)s AS status %(comparison)s
                        WHERE row.import_id = %(import_id)s AND row.reason IS NULL
                          AND EXISTS (
                              SELECT FROM kuaidi_claim AS claim
                               WHERE claim.company_id = %(company_id)s
                                 AND claim.waybill_number = row.waybill_number
                                 AND claim.state <> 'withdrawn'
                          )
                  ) AS found
                 WHERE bad.id = found.id AND found.status IN ('new', 'changed')
                """,
                import_id=wizard.id,
                company_id=wizard.company_id.id,
                status=self._get_status_sql(),
                comparison=self._get_comparison_sql(),
                column=wizard.columns["labels"]["waybill_number"],
                reason=self.env._(
                    "A claim was raised on this waybill: what was declared to the"
                    " insurer before stands."
                ),
            )
        )
        self.invalidate_model()
        return bool(self.env.cr.rowcount)

    @api.model
    def _mark_closed(self, wizard):
        """Find good rows whose client was closed or left since they were read.

        :return: whether there are any
        """
        ids = [
            account_id
            for [account_id] in self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT account_id FROM kuaidi_insurance_import_row
                     WHERE import_id = %s AND reason IS NULL
                       AND account_id IS NOT NULL
                    """,
                    wizard.id,
                )
            )
        ]
        open_ids = self.env["kuaidi.key.account"]._search(
            [
                ("id", "in", ids),
                ("company_id", "=", wizard.company_id.id),
                ("state", "!=", "closed"),
            ]
        )
        gone = set(ids) - set(open_ids)
        if not gone:
            return False
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_insurance_import_row
                   SET bad_column = %s, bad_value = code, reason = %s
                 WHERE import_id = %s AND reason IS NULL AND account_id = ANY(%s)
                """,
                wizard.columns["labels"].get("code", ""),
                self.env["kuaidi.monthly.figure"]._get_closed_reason(),
                wizard.id,
                list(gone),
            )
        )
        self.invalidate_model()
        return True

    @api.model
    def _count(self, wizard):
        """Return how many rows are new, changed, the same and bad, as values."""
        self._flush_compared()
        counts = dict(
            self.env.execute_query(
                SQL(
                    "SELECT %s, count(*) %s WHERE row.import_id = %s GROUP BY 1",
                    self._get_status_sql(),
                    self._get_comparison_sql(),
                    wizard.id,
                )
            )
        )
        return {
            f"{status}_count": counts.get(status, 0)
            for status in ("new", "changed", "same", "bad")
        }

    def _flush_compared(self):
        self.env["kuaidi.insurance.shipment"].flush_model()
        self.env["kuaidi.insurance.import"].flush_model(["policy_id"])

    def _get_comparison_sql(self):
        return SQL(
            """
            FROM kuaidi_insurance_import_row AS row
            JOIN kuaidi_insurance_import AS import ON import.id = row.import_id
            LEFT JOIN kuaidi_insurance_shipment AS shipment
                   ON shipment.policy_id = import.policy_id
                  AND shipment.waybill_number = row.waybill_number
            """
        )

    def _get_status_sql(self):
        """Return what a row would do to the shipments that are there."""
        return SQL(
            """
            CASE WHEN row.reason IS NOT NULL THEN 'bad'
                 WHEN shipment.id IS NULL THEN 'new'
                 WHEN (%s) IS DISTINCT FROM (%s) THEN 'changed'
                 ELSE 'same'
             END
            """,
            SQL(", ").join(SQL.identifier("shipment", name) for name in VALUES),
            SQL(", ").join(SQL.identifier("row", name) for name in VALUES),
        )

    @api.model
    def _delete_good(self, wizard):
        """Delete what has become shipments; bad rows can still be downloaded."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM kuaidi_insurance_import_row
                 WHERE import_id = %s AND reason IS NULL
                """,
                wizard.id,
            )
        )
        self.invalidate_model()
