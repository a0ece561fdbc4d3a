from odoo import Command, fields, models
from odoo.exceptions import UserError, ValidationError


class KuaidiWriteoff(models.Model):
    """Debts given up as lost, with approval, evidence and an entry in the books (C)."""

    _name = "kuaidi.writeoff"
    _description = "Write-Off"
    _inherit = ["kuaidi.receivable.decision"]

    _line_fields = ("line_ids",)

    case_id = fields.Many2one(
        comodel_name="kuaidi.collection.case",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('account_id', '=', account_id)]",
    )
    line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="kuaidi_writeoff_line_rel",
        column1="writeoff_id",
        column2="line_id",
        string="Lost Debts",
        domain="[('partner_id', 'child_of', partner_id),"
        " ('company_id', '=', company_id),"
        " ('account_type', '=', 'asset_receivable'),"
        " ('parent_state', '=', 'posted'), ('amount_residual', '>', 0)]",
    )
    attachment_ids = fields.Many2many(
        relation="kuaidi_writeoff_attachment_rel",
        column1="writeoff_id",
        column2="attachment_id",
    )

    # === BUSINESS METHODS === #

    def _check_lines(self):
        res = super()._check_lines()
        if any(
            line.account_type != "asset_receivable" or line.amount_residual <= 0
            for line in self.line_ids
        ):
            raise ValidationError(
                self.env._("Only what a client owes can be written off.")
            )
        return res

    def _get_amount(self):
        return sum(self.line_ids.mapped("amount_residual"))

    def _book(self):
        """Move the debts to the account of losses, and reconcile them with it."""
        company = self.company_id
        journal = company.kuaidi_setoff_journal_id
        expense = company.kuaidi_writeoff_account_id
        if not journal or not expense:
            raise UserError(
                self.env._(
                    "Choose the journal and the account of write-offs in the settings"
                    " first."
                )
            )
        lines = self.line_ids
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": self.env["kuaidi.deadline"]._get_today(company),
                "ref": self.env._("Write-off: %(reason)s", reason=self.reason),
                "line_ids": [
                    *(
                        Command.create(
                            {
                                "account_id": line.account_id.id,
                                "partner_id": line.partner_id.id,
                                "currency_id": line.currency_id.id,
                                "balance": -line.amount_residual,
                                "amount_currency": -line.amount_residual_currency,
                            }
                        )
                        for line in lines
                    ),
                    Command.create(
                        {
                            "account_id": expense.id,
                            "partner_id": self.partner_id.id,
                            "balance": self.amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        for line, counterpart in zip(
            lines, entry.line_ids.sorted("id")[: len(lines)], strict=True
        ):
            (line + counterpart).reconcile()
        return entry
