from odoo import fields, models
from odoo.tools import SQL


class KuaidiCollectedPayment(models.Model):
    """Money that came in from a client, by the day on which it was entered (回款).

    Money is what reduces the receivable beside invoices and credit notes. Differences
    of exchange, set-offs and write-offs are none, and neither is what was reversed.
    """

    _name = "kuaidi.collected.payment"
    _description = "Collected Payment"
    _inherit = ["kuaidi.account.mixin"]
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "reference"
    _depends = {
        "account.account": ["account_type"],
        "account.move": ["move_type", "name", "reversed_entry_id", "state"],
        "account.move.line": [
            "account_id",
            "amount_residual",
            "balance",
            "company_id",
            "date",
            "move_id",
            "parent_state",
            "partner_id",
        ],
        "account.partial.reconcile": ["exchange_move_id"],
        "kuaidi.key.account": ["company_id", "manager_id", "partner_id", "star_id"],
        "kuaidi.setoff": ["move_id"],
        "kuaidi.writeoff": ["move_id"],
        "res.partner": ["commercial_partner_id"],
    }

    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Account Manager", readonly=True
    )
    level_id = fields.Many2one(
        comodel_name="kuaidi.star.level", string="Star", readonly=True
    )
    date = fields.Date(string="Came In On", readonly=True)
    reference = fields.Char(string="Number", readonly=True)
    amount = fields.Monetary(string="Collected", readonly=True)
    amount_applied = fields.Monetary(
        string="Applied", readonly=True, help="What of it settles debts."
    )
    amount_waiting = fields.Monetary(
        string="Not Applied Yet", readonly=True, help="What of it settles nothing yet."
    )

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        return self._get_collected_query()

    def _get_collected_query(self):
        """Return the statement of the money of all clients, a row for each item."""
        return SQL(
            """
            SELECT line.id, line.date, move.name AS reference,
                   account.id AS account_id, account.company_id,
                   account.manager_id, account.star_id AS level_id,
                   -line.balance AS amount,
                   line.amount_residual - line.balance AS amount_applied,
                   -line.amount_residual AS amount_waiting
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN res_partner partner ON partner.id = line.partner_id
              JOIN kuaidi_key_account account
                ON account.partner_id = partner.commercial_partner_id
               AND account.company_id = line.company_id
             WHERE line.account_id = ANY(ARRAY(
                       SELECT id FROM account_account
                        WHERE account_type = 'asset_receivable'
                   ))
               AND line.parent_state = 'posted'
               AND line.balance < 0
               AND move.move_type = 'entry'
               AND move.reversed_entry_id IS NULL
               AND NOT EXISTS (
                       SELECT 1 FROM account_move reversal
                        WHERE reversal.reversed_entry_id = move.id
                          AND reversal.state = 'posted'
                   )
               AND NOT EXISTS (
                       SELECT 1 FROM account_partial_reconcile difference
                        WHERE difference.exchange_move_id = move.id
                   )
               AND NOT EXISTS (SELECT 1 FROM kuaidi_setoff WHERE move_id = move.id)
               AND NOT EXISTS (SELECT 1 FROM kuaidi_writeoff WHERE move_id = move.id)
            """
        )
