from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class KuaidiDisputeRaise(models.TransientModel):
    """Chooses what a client contests among its open items."""

    _name = "kuaidi.dispute.raise"
    _description = "Raise Dispute"

    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account", required=True
    )
    company_id = fields.Many2one(related="account_id.company_id")
    reason = fields.Selection(
        selection=lambda self: (
            self.env["kuaidi.receivable.dispute"]
            ._fields["reason"]
            ._description_selection(self.env)
        ),
        string="Why Disputed",
        required=True,
    )
    description = fields.Text(string="What the Client Says")
    line_ids = fields.One2many(
        comodel_name="kuaidi.dispute.raise.line",
        inverse_name="wizard_id",
        string="Open Items",
    )

    # === DEFAULT METHODS === #

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        account = self.env["kuaidi.key.account"].browse(
            self.env.context.get("default_account_id")
        )
        if "line_ids" in fields and account:
            items = self.env["kuaidi.receivable.item"].search(
                [("account_id", "=", account.id), ("amount_residual", ">", 0)]
            )
            # sudo: account managers see the numbers of items, not the entries
            values["line_ids"] = [
                Command.create(
                    {
                        "line_ref": item.move_line_id.id,
                        "name": item.move_id.name,
                        "date_due": item.date_due,
                        "currency_id": item.currency_id.id,
                        "amount": item.amount_residual_currency,
                    }
                )
                for item in items.sudo()
            ]
        return values

    # === ACTION METHODS === #

    def action_raise(self):
        """Contest the chosen items and open the dispute.

        :raise UserError: when nothing is chosen, or all of it is contested already
        """
        self.ensure_one()
        chosen = self.line_ids.filtered("is_chosen")
        if not chosen:
            raise UserError(self.env._("Mark the items that the client contests."))
        dispute = self.env["kuaidi.receivable.dispute"]._raise(
            self.account_id,
            self.env["account.move.line"].browse(chosen.mapped("line_ref")),
            self.reason,
            self.description,
        )
        if not dispute:
            raise UserError(self.env._("These items are contested already."))
        return dispute._get_records_action()


class KuaidiDisputeRaiseLine(models.TransientModel):
    """One open item that the client may contest."""

    _name = "kuaidi.dispute.raise.line"
    _description = "Item to Dispute"

    wizard_id = fields.Many2one(
        comodel_name="kuaidi.dispute.raise",
        required=True,
        index=True,
        ondelete="cascade",
    )
    line_ref = fields.Integer(string="Item")
    is_chosen = fields.Boolean(string="Contested")
    name = fields.Char(string="Number")
    date_due = fields.Date(string="Due On")
    currency_id = fields.Many2one(comodel_name="res.currency")
    amount = fields.Monetary(string="Open Amount")
