from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.kuaidi_key_account.models.account.file_import_row_mixin import (
    ROW_STATUSES,
)

from ..models.insurance.shipment_merge import COLUMNS as VALUES

TYPES = {
    "account_id": SQL("integer"),
    "date_shipped": SQL("date"),
    "pieces": SQL("integer"),
    "is_used": SQL("boolean"),
    "is_declared_specially": SQL("boolean"),
    "amount_value": SQL("numeric"),
    "sum_insured": SQL("numeric"),
    "amount_premium": SQL("numeric"),
    "amount_premium_due": SQL("numeric"),
}
STAGED = [name for name in VALUES if name != "account_id"]


class KuaidiInsuranceImportRow(models.Model):
    """One row of a list of declared shipments, read and judged, not imported yet."""

    _name = "kuaidi.insurance.import.row"
    _inherit = ["kuaidi.file.import.row.mixin"]
    _description = "Row of Declared Shipments"
    _auto = False
    _rec_name = "waybill_number"

    _row_columns = {
        "waybill_number": SQL("text"),
        **{name: TYPES.get(name, SQL("text")) for name in STAGED},
    }
    _row_key = ("waybill_number",)
    _row_texts = ("goods", "origin", "destination")

    status = fields.Selection(selection=ROW_STATUSES)
    import_id = fields.Many2one(comodel_name="kuaidi.insurance.import")
    currency_id = fields.Many2one(related="import_id.currency_id")
    waybill_number = fields.Char()
    date_shipped = fields.Date(string="Shipped On")
    goods = fields.Char()
    sum_insured = fields.Monetary()
    amount_premium = fields.Monetary(string="Premium Booked")
    amount_premium_due = fields.Monetary(string="Premium by the Rate")
    clause = fields.Selection(
        selection=lambda self: self._get_clauses(), string="Clause That Holds"
    )

    # === COMPUTE METHODS === #

    @api.model
    def _get_clauses(self):
        policies = self.env["kuaidi.insurance.policy"]
        return policies._fields["clause"]._description_selection(self.env)

    # === BUSINESS METHODS === #

    def _get_key(self):
        return self.waybill_number

    @api.model
    def _get_key_sql(self):
        return SQL("row.waybill_number")

    @api.model
    def _get_key_column(self, wizard):
        return wizard.columns["labels"]["waybill_number"]

    @api.model
    def _get_repeated_reason(self, number):
        return self.env._(
            "Row %(number)s is for the same waybill. Keep one of them.", number=number
        )

    @api.model
    def _get_staged_values(self, row):
        values = row.values | {
            "date_shipped": row.date_shipped,
            "sum_insured": row.sum_insured,
            "clause": row.clause,
            "amount_premium_due": row.amount_premium_due,
        }
        return row.waybill_number, *map(values.get, STAGED)

    @api.model
    def _get_join_sql(self):
        return SQL(
            """
            JOIN kuaidi_insurance_import AS import ON import.id = row.import_id
            LEFT JOIN kuaidi_insurance_shipment AS known
                   ON known.policy_id = import.policy_id
                  AND known.waybill_number = row.waybill_number
            """
        )

    @api.model
    def _get_compared_names(self, wizard):
        return VALUES

    @api.model
    def _mark_conflicts(self, wizard):
        """Find rows that would change what was declared before a loss."""
        wizard.flush_model(["policy_id"])
        self.env["kuaidi.insurance.shipment"].flush_model()
        self.env["kuaidi.claim"].flush_model(["waybill_number", "company_id", "state"])
        condition = SQL(
            """
            row.id IN (
                SELECT row.id FROM %(known)s
                 WHERE row.import_id = %(import_id)s
                   AND %(status)s IN ('new', 'changed')
                   AND EXISTS (
                       SELECT FROM kuaidi_claim AS claim
                        WHERE claim.company_id = %(company_id)s
                          AND claim.waybill_number = row.waybill_number
                          AND claim.state <> 'withdrawn'
                   )
            )
            """,
            known=self._get_known_sql(),
            import_id=wizard.id,
            status=self._get_status_sql(wizard),
            company_id=wizard.company_id.id,
        )
        return self._mark(
            wizard,
            condition,
            self._get_key_column(wizard),
            self._get_key_sql(),
            self.env._(
                "A claim was raised on this waybill: what was declared to the"
                " insurer before stands."
            ),
        )

    @api.model
    def _recheck(self, wizard):
        """Mark good rows with a claim, or whose client was closed, meanwhile."""
        is_claimed = super()._recheck(wizard)
        account_ids = [
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
        is_closed = self._mark_closed(
            wizard,
            account_ids,
            wizard.columns["labels"].get("code", ""),
            SQL("row.code"),
            self.env["kuaidi.monthly.figure"]._get_closed_reason(),
        )
        return is_claimed or is_closed
