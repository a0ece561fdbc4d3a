from odoo import fields, models
from odoo.tools import SQL


class KuaidiPaymentBehaviour(models.Model):
    """One payment of one invoice: how many days after the due date it came (2.10).

    Of several payments the days are weighted by the amounts. What is not paid yet does
    not stand here, but in the ageing.
    """

    _name = "kuaidi.payment.behaviour"
    _description = "Payment Behaviour"
    _inherit = ["kuaidi.ratio.mixin"]
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "move_id"
    _ratios = {"days_late": ("amount_days", "amount", 1.0)}
    _depends = {
        "account.account": ["account_type"],
        "account.journal": ["type"],
        "account.move": ["journal_id", "move_type"],
        "account.move.line": [
            "account_id",
            "company_id",
            "date",
            "date_maturity",
            "move_id",
            "parent_state",
            "partner_id",
        ],
        "account.partial.reconcile": ["amount", "credit_move_id", "debit_move_id"],
        "kuaidi.key.account": ["company_id", "manager_id", "partner_id", "star_id"],
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
    move_id = fields.Many2one(
        comodel_name="account.move", string="Invoice", readonly=True
    )
    date = fields.Date(string="Paid On", readonly=True)
    date_due = fields.Date(string="Due On", readonly=True)
    amount = fields.Monetary(string="Amount Paid", readonly=True)
    days_late = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Calendar days from the due date to the payment, negative when it came"
        " before; weighted by the amounts.",
    )
    # what the days of several payments are divided from
    amount_days = fields.Float(readonly=True)

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT part.id, account.id AS account_id, account.company_id,
                   account.manager_id, account.star_id AS level_id, debit.move_id,
                   credit.date, coalesce(debit.date_maturity, debit.date) AS date_due,
                   part.amount,
                   (credit.date - coalesce(debit.date_maturity, debit.date))::float
                       AS days_late,
                   part.amount
                       * (credit.date - coalesce(debit.date_maturity, debit.date))
                       AS amount_days
              FROM account_partial_reconcile part
              JOIN account_move_line debit ON debit.id = part.debit_move_id
              JOIN account_move_line credit ON credit.id = part.credit_move_id
              JOIN account_move invoice ON invoice.id = debit.move_id
              JOIN account_move payment ON payment.id = credit.move_id
              JOIN account_journal journal ON journal.id = payment.journal_id
              JOIN res_partner partner ON partner.id = debit.partner_id
              JOIN kuaidi_key_account account
                ON account.partner_id = partner.commercial_partner_id
               AND account.company_id = debit.company_id
             WHERE invoice.move_type IN ('out_invoice', 'out_receipt')
               AND journal.type IN ('bank', 'cash', 'credit')
               AND debit.account_id = ANY(ARRAY(
                       SELECT id FROM account_account
                        WHERE account_type = 'asset_receivable'
                   ))
            """
        )
