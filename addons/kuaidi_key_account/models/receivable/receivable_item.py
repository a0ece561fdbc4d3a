from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL

# the id of a row holds the journal item, and in so many lower bits the day: what is
# cached for one day is not shown for another
DAY_BITS = 16
FIRST_DAY = date(1970, 1, 1)


class KuaidiReceivableItem(models.Model):
    """One receivable item of a client that is open on a day, by its due date (2.10).

    The day stands in the context as `kuaidi_date`, as YYYY-MM-DD; without it the items
    are those open now. An instalment is an item of its own. Credit notes and payments
    that are applied to nothing yet stand beside what is aged, with their minus.
    """

    _name = "kuaidi.receivable.item"
    _description = "Open Receivable"
    _inherit = ["kuaidi.account.mixin"]
    _auto = False
    _order = "date_due, id"
    _rec_name = "move_line_id"
    _depends = {
        "account.account": ["account_type"],
        "account.move": ["move_type"],
        "account.move.line": [
            "account_id",
            "amount_residual",
            "amount_residual_currency",
            "company_id",
            "currency_id",
            "date",
            "date_maturity",
            "move_id",
            "parent_state",
            "partner_id",
            "reconciled",
        ],
        "account.partial.reconcile": [
            "amount",
            "credit_amount_currency",
            "credit_move_id",
            "debit_amount_currency",
            "debit_move_id",
            "max_date",
        ],
        "kuaidi.collection.action": [
            "account_id",
            "date",
            "date_delivered",
            "restarts_limitation",
        ],
        "kuaidi.key.account": ["company_id", "manager_id", "partner_id", "star_id"],
        "res.company": [
            "kuaidi_ageing_days_1",
            "kuaidi_ageing_days_2",
            "kuaidi_ageing_days_3",
        ],
        "res.partner": ["commercial_partner_id"],
    }

    # client
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Account Manager", readonly=True
    )
    level_id = fields.Many2one(
        comodel_name="kuaidi.star.level", string="Star", readonly=True
    )
    # item
    move_line_id = fields.Many2one(
        comodel_name="account.move.line", string="Journal Item", readonly=True
    )
    move_id = fields.Many2one(
        comodel_name="account.move", string="Invoice or Entry", readonly=True
    )
    kind = fields.Selection(
        selection=[
            ("invoice", "Invoice"),
            ("credit", "Credit Note"),
            ("payment", "Payment Not Applied"),
            ("entry", "Other Entry"),
        ],
        string="Kind of Item",
        readonly=True,
    )
    date = fields.Date(string="Entered On", readonly=True)
    date_due = fields.Date(string="Due On", readonly=True)
    days_overdue = fields.Integer(
        readonly=True,
        aggregator="max",
        help="Calendar days since the due date, 0 until it has passed.",
    )
    bucket = fields.Selection(
        selection="_selection_bucket", string="Overdue By", readonly=True
    )
    date_limitation = fields.Date(
        string="Time-Barred After",
        readonly=True,
        help="Three years after the due date, or after the last demand or"
        " acknowledgement in the collection log that can be proved, as long as each"
        " came within three years of the one before (Civil Code, articles 188, 195).",
    )
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    amount_residual = fields.Monetary(
        string="Open Amount",
        currency_field="company_currency_id",
        readonly=True,
        help="What is left to pay, in the currency of the company.",
    )
    amount_residual_currency = fields.Monetary(
        string="Open in Currency",
        readonly=True,
        help="What is left to pay, in the currency of the item.",
    )

    # === SELECTION METHODS === #

    @api.model
    def _selection_bucket(self):
        """Return the buckets, with the days that the company has set."""
        # sudo: whoever is shown a bucket is shown its days
        company = self.env.company.sudo()
        ends = [company[f"kuaidi_ageing_days_{number}"] for number in (1, 2, 3)]
        starts = [1, *(end + 1 for end in ends)]
        ranges = [
            self.env._("%(start)s to %(end)s days", start=start, end=end)
            for start, end in zip(starts, ends, strict=False)
        ]
        return [
            ("0", self.env._("Not due")),
            ("1", ranges[0]),
            ("2", ranges[1]),
            ("3", ranges[2]),
            ("4", self.env._("Over %(days)s days", days=ends[-1])),
            ("credit", self.env._("Not applied")),
        ]

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        """Return the items open now, or on the day of the context.

        What was open on a past day is what is open now and what was reconciled after
        that day: the partial reconciliations of a few weeks are read, not of all years.
        """
        as_of = fields.Date.to_date(self.env.context.get("kuaidi_date"))
        today = as_of or self.env["kuaidi.deadline"]._get_today(self.env.company)
        return SQL(
            """
            SELECT (line.id::bigint << %(day_bits)s) + %(day_number)s AS id,
                   line.id AS move_line_id,
                   line.move_id,
                   account.id AS account_id,
                   account.company_id,
                   account.manager_id,
                   account.star_id AS level_id,
                   line.currency_id,
                   line.date,
                   line.due AS date_due,
                   CASE WHEN move.move_type IN ('out_invoice', 'out_receipt')
                        THEN 'invoice'
                        WHEN move.move_type = 'out_refund' THEN 'credit'
                        WHEN line.residual < 0 THEN 'payment'
                        ELSE 'entry'
                   END AS kind,
                   GREATEST(%(today)s::date - line.due, 0) AS days_overdue,
                   CASE WHEN line.residual < 0 THEN 'credit'
                        WHEN line.due >= %(today)s THEN '0'
                        WHEN %(today)s - line.due <= company.kuaidi_ageing_days_1
                        THEN '1'
                        WHEN %(today)s - line.due <= company.kuaidi_ageing_days_2
                        THEN '2'
                        WHEN %(today)s - line.due <= company.kuaidi_ageing_days_3
                        THEN '3'
                        ELSE '4'
                   END AS bucket,
                   CASE WHEN line.residual > 0 THEN (%(limitation)s) END
                       AS date_limitation,
                   line.residual AS amount_residual,
                   line.residual_currency AS amount_residual_currency
              FROM (%(lines)s) line
              JOIN account_move move ON move.id = line.move_id
              JOIN res_partner partner ON partner.id = line.partner_id
              JOIN kuaidi_key_account account
                ON account.partner_id = partner.commercial_partner_id
               AND account.company_id = line.company_id
              JOIN res_company company ON company.id = line.company_id
             WHERE line.residual <> 0 OR line.residual_currency <> 0
            """,
            today=today,
            limitation=self._get_limitation_query(today),
            day_bits=DAY_BITS,
            day_number=(as_of - FIRST_DAY).days % (1 << DAY_BITS) if as_of else 0,
            lines=self._get_lines_query(as_of),
        )

    @api.model
    def _get_lines_query(self, as_of):
        """Return the statement of the receivable items and what is left of them.

        :param as_of: date; None for what is open now
        """
        # the array of accounts lets Odoo's index of open items lead to these alone
        receivable = SQL(
            """
            line.account_id = ANY(ARRAY(
                SELECT id FROM account_account
                 WHERE account_type = 'asset_receivable'
            ))
            AND line.parent_state = 'posted'
            """
        )
        if not as_of:
            return SQL(
                """
                SELECT line.id, line.move_id, line.partner_id, line.company_id,
                       line.currency_id, line.date,
                       COALESCE(line.date_maturity, line.date) AS due,
                       line.amount_residual AS residual,
                       line.amount_residual_currency AS residual_currency
                  FROM account_move_line line
                 WHERE %(receivable)s AND line.reconciled IS NOT TRUE
                """,
                receivable=receivable,
            )
        return SQL(
            """
            SELECT line.id, line.move_id, line.partner_id, line.company_id,
                   line.currency_id, line.date,
                   COALESCE(line.date_maturity, line.date) AS due,
                   line.amount_residual + COALESCE(later.amount, 0) AS residual,
                   line.amount_residual_currency
                       + COALESCE(later.amount_currency, 0) AS residual_currency
              FROM account_move_line line
              LEFT JOIN (
                       SELECT line_id, sum(amount) AS amount,
                              sum(amount_currency) AS amount_currency
                         FROM (
                                  SELECT debit_move_id AS line_id, amount,
                                         debit_amount_currency AS amount_currency
                                    FROM account_partial_reconcile
                                   WHERE max_date > %(as_of)s
                                  UNION ALL
                                  SELECT credit_move_id, -amount,
                                         -credit_amount_currency
                                    FROM account_partial_reconcile
                                   WHERE max_date > %(as_of)s
                              ) part
                        GROUP BY line_id
                   ) later ON later.line_id = line.id
             WHERE %(receivable)s
               AND line.date <= %(as_of)s
               AND (line.reconciled IS NOT TRUE OR later.line_id IS NOT NULL)
            """,
            as_of=as_of,
            receivable=receivable,
        )

    @api.model
    def _get_limitation_query(self, today):
        """Return the day after which an item is time-barred; read where asked for.

        It stands in a query with a `line`, of which it reads `due`, and an `account`.

        A demand restarts the three years as long as they have not run out, and for what
        is due already; one for a part counts for the rest (Provisions on Limitation,
        article 9).
        """
        return SQL(
            """
            SELECT (
                       coalesce(max(day) FILTER (WHERE is_running), line.due)
                       + interval '3 years'
                   )::date
              FROM (
                       SELECT day,
                              bool_and(day <= former + interval '3 years')
                                  OVER (ORDER BY day) AS is_running
                         FROM (
                                  SELECT day,
                                         lag(day, 1, line.due)
                                             OVER (ORDER BY day) AS former
                                    FROM (
                                             SELECT coalesce(
                                                        action.date_delivered,
                                                        action.date::date
                                                    ) AS day
                                               FROM kuaidi_collection_action action
                                              WHERE action.account_id = account.id
                                                AND action.restarts_limitation
                                         ) demand
                                   WHERE day BETWEEN line.due AND %(today)s
                              ) chain
                   ) judged
            """,
            today=today,
        )
