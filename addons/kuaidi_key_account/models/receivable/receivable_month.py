from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL

# what is shown, and how many months of invoices the days of sales are counted of
MONTHS, DSO_MONTHS = 24, 3


class KuaidiReceivableMonth(models.Model):
    """One client in one month: invoiced, due, collected, owed at the end (2.10).

    Days sales outstanding are what is owed over what was invoiced in three months, in
    days. Of several clients or months both are summed up before one is divided by the
    other.
    """

    _name = "kuaidi.receivable.month"
    _description = "Receivables by Month"
    _inherit = ["kuaidi.ratio.mixin"]
    _auto = False
    _order = "month desc, account_id"
    _rec_name = "account_id"
    _ratios = {
        "dso": ("amount_days", "amount_sales", 1.0),
        "collection_percent": ("amount_collected", "amount_due", 100.0),
    }
    _depends = {
        "account.account": ["account_type"],
        "account.journal": ["type"],
        "account.move": ["journal_id", "move_type"],
        "account.move.line": [
            "account_id",
            "balance",
            "company_id",
            "date",
            "date_maturity",
            "move_id",
            "parent_state",
            "partner_id",
        ],
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
    month = fields.Date(readonly=True)
    amount_balance = fields.Monetary(
        string="Owed at Month End",
        readonly=True,
        help="In the currency of the company. Group by month: of several months it is"
        " the sum.",
    )
    amount_invoiced = fields.Monetary(
        string="Invoiced", readonly=True, help="Less credit notes."
    )
    amount_due = fields.Monetary(
        string="Falling Due",
        readonly=True,
        help="Invoices less credit notes by their due dates.",
    )
    amount_collected = fields.Monetary(
        string="Collected",
        readonly=True,
        help="What came in by bank and cash journals, less what was paid back.",
    )
    collection_percent = fields.Float(
        string="Collected of Due (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="回款率: collected in the month over what fell due in it.",
    )
    dso = fields.Float(
        string="Days Sales Outstanding",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Owed at the end of the month, over what was invoiced in it and the two"
        " months before, times their days.",
    )
    # what the days of sales are divided from
    amount_days = fields.Float(readonly=True, aggregator="sum")
    amount_sales = fields.Float(readonly=True, aggregator="sum")

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        first = today.replace(day=1) - relativedelta(months=MONTHS - 1)
        return SQL(
            """
            SELECT (account.id::bigint << 16)
                       + extract(year FROM month)::int * 12
                       + extract(month FROM month)::int AS id,
                   account.id AS account_id, account.company_id, account.manager_id,
                   account.star_id AS level_id, month,
                   amount_balance, amount_invoiced, amount_due, amount_collected,
                   100 * amount_collected / nullif(amount_due, 0)
                       AS collection_percent,
                   amount_balance * days / nullif(amount_sales, 0) AS dso,
                   amount_balance * days AS amount_days, amount_sales
              FROM (
                       SELECT account_id, month,
                              sum(moved) OVER until_now AS amount_balance,
                              invoiced AS amount_invoiced,
                              due AS amount_due,
                              collected AS amount_collected,
                              sum(invoiced) OVER recent AS amount_sales,
                              least(%(today)s, (month + interval '1 month')::date - 1)
                                  - (month - interval '2 months')::date + 1 AS days
                         FROM (%(months)s) summed
                       WINDOW until_now AS (PARTITION BY account_id ORDER BY month),
                              recent AS (
                                  PARTITION BY account_id ORDER BY month
                                  ROWS 2 PRECEDING
                              )
                   ) owed
              JOIN kuaidi_key_account account ON account.id = owed.account_id
             WHERE month >= %(first)s
               AND (amount_balance <> 0 OR amount_sales <> 0 OR amount_due <> 0
                    OR amount_collected <> 0)
            """,
            today=today,
            first=first,
            months=self._get_months_query(
                first - relativedelta(months=DSO_MONTHS), today
            ),
        )

    def _get_months_query(self, start, today):
        """Return the sums of each client and month; what was before is in the first."""
        return SQL(
            """
            SELECT account_id, month,
                   coalesce(sum(moved), 0) AS moved,
                   coalesce(sum(invoiced), 0) AS invoiced,
                   coalesce(sum(due), 0) AS due,
                   coalesce(sum(collected), 0) AS collected
              FROM (
                       %(flows)s
                       UNION ALL
                       SELECT account.id, day::date, 0, 0, 0, 0
                         FROM kuaidi_key_account account
                        CROSS JOIN generate_series(
                                  %(start)s::date, date_trunc('month', %(today)s::date),
                                  interval '1 month'
                              ) day
                   ) event
             GROUP BY account_id, month
            """,
            flows=self._get_flows_query(start, today),
            start=start,
            today=today,
        )

    def _get_flows_query(self, start, today):
        """Return what moved in each month, and what fell due in it."""
        items = SQL(
            """
            SELECT account.id AS account_id, line.balance, line.date,
                   coalesce(line.date_maturity, line.date) AS due,
                   move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
                       AS is_invoice,
                   journal.type IN ('bank', 'cash', 'credit') AS is_money
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_journal journal ON journal.id = move.journal_id
              JOIN res_partner partner ON partner.id = line.partner_id
              JOIN kuaidi_key_account account
                ON account.partner_id = partner.commercial_partner_id
               AND account.company_id = line.company_id
             WHERE line.account_id = ANY(ARRAY(
                       SELECT id FROM account_account
                        WHERE account_type = 'asset_receivable'
                   ))
               AND line.parent_state = 'posted'
            """
        )
        return SQL(
            """
            SELECT account_id,
                   greatest(date_trunc('month', date)::date, %(start)s) AS month,
                   sum(balance) AS moved,
                   sum(balance) FILTER (WHERE is_invoice AND date >= %(start)s)
                       AS invoiced,
                   0 AS due,
                   -sum(balance) FILTER (
                       WHERE is_money AND NOT is_invoice AND date >= %(start)s
                   ) AS collected
              FROM (%(items)s) item
             WHERE date <= %(today)s
             GROUP BY 1, 2
            UNION ALL
            SELECT account_id, date_trunc('month', due)::date, 0, 0, sum(balance), 0
              FROM (%(items)s) item
             WHERE is_invoice AND date <= %(today)s
               AND due >= %(start)s
               AND due < date_trunc('month', %(today)s::date) + interval '1 month'
             GROUP BY 1, 2
            """,
            items=items,
            start=start,
            today=today,
        )
