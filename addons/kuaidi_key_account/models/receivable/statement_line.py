from odoo import fields, models
from odoo.exceptions import UserError

FROZEN_STATES = ("confirmed", "superseded")


class KuaidiStatementLine(models.Model):
    """One entry of a statement as it stood when the statement was made."""

    _name = "kuaidi.statement.line"
    _description = "Account Statement Line"
    _order = "statement_id, date, id"
    _rec_name = "reference"

    statement_id = fields.Many2one(
        comodel_name="kuaidi.statement", required=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one(related="statement_id.account_id")
    company_id = fields.Many2one(related="statement_id.company_id")
    currency_id = fields.Many2one(related="statement_id.currency_id")
    move_line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Journal Item",
        index="btree_not_null",
        ondelete="set null",
    )
    kind = fields.Selection(
        selection=[
            ("invoice", "Invoice"),
            ("credit", "Credit Note"),
            ("payment", "Payment"),
            ("entry", "Other Entry"),
        ],
        string="Kind of Item",
        required=True,
    )
    reference = fields.Char()
    date = fields.Date(string="Entered On", required=True)
    date_due = fields.Date(string="Due On")
    amount = fields.Monetary()
    amount_open = fields.Monetary(
        string="Open at the End", help="What was left of it at the end of the period."
    )
    is_in_period = fields.Boolean(
        string="Of the Period",
        help="Entered within the period. Others stand here because they were open.",
    )
    is_disputed = fields.Boolean(string="Disputed")
    dispute_reason = fields.Char()

    _statement_move_line_uniq = models.UniqueIndex(
        "(statement_id, move_line_id)", "An item stands in a statement once."
    )
    _dispute_has_reason = models.Constraint(
        "CHECK(NOT is_disputed OR dispute_reason <> '')",
        "Say why the line is disputed.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        if any(state in FROZEN_STATES for state in self.statement_id.mapped("state")):
            raise UserError(
                self.env._(
                    "A statement that was confirmed or corrected stays as it was."
                    " Correct it instead."
                )
            )
        return super().write(vals)
