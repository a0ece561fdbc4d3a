from odoo import fields, models
from odoo.tools import SQL


class KuaidiClaimLoss(models.Model):
    """What a client brought in and what its claims cost, by month (2.17).

    Of several months or clients both are summed up before one is divided by the other.
    """

    _name = "kuaidi.claim.loss"
    _description = "Loss Ratio"
    _inherit = [
        "kuaidi.account.mixin",
        "kuaidi.list.export",
        "kuaidi.month.mixin",
        "kuaidi.ratio.mixin",
    ]
    _auto = False
    _list_report = "kuaidi_claims.claim_loss_list_report"
    _order = "month desc, account_id"
    _rec_name = "account_id"
    _ratios = {"loss_percent": ("amount_paid", "amount_revenue", 100.0)}
    _depends = {
        "kuaidi.claim": ["account_id", "amount_claimed", "amount_paid", "date_called"],
        "kuaidi.key.account": ["company_id", "manager_id", "star_id"],
        "kuaidi.monthly.figure": ["account_id", "amount_revenue", "month", "pieces"],
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
    pieces = fields.Integer(readonly=True)
    claim_count = fields.Integer(string="Claims", readonly=True)
    amount_revenue = fields.Monetary(string="Revenue", readonly=True)
    amount_claimed = fields.Monetary(string="Claimed", readonly=True)
    amount_paid = fields.Monetary(
        string="Paid Out",
        readonly=True,
        help="For claims of the month in which the client called.",
    )
    loss_percent = fields.Float(
        string="Loss Ratio (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="Paid out over revenue.",
    )

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        """Sum claims up by client and month, and join the figures of these.

        The figures are one row each: to sum both up together would take twice as long.
        """
        columns = self._get_claim_columns()
        return SQL(
            """
            SELECT (account.id::bigint << 16)
                       + extract(year FROM month)::int * 12
                       + extract(month FROM month)::int AS id,
                   account.id AS account_id, account.company_id, account.manager_id,
                   account.star_id AS level_id, month,
                   coalesce(figure.pieces, 0) AS pieces,
                   coalesce(claim.claim_count, 0) AS claim_count,
                   coalesce(figure.amount_revenue, 0) AS amount_revenue,
                   %(columns)s,
                   (100 * coalesce(claim.amount_paid, 0)
                       / nullif(figure.amount_revenue, 0))::float AS loss_percent
              FROM kuaidi_monthly_figure figure
              FULL JOIN (
                       SELECT account_id,
                              date_trunc(
                                  'month',
                                  date_called AT TIME ZONE 'UTC'
                                      AT TIME ZONE %(zone)s
                              )::date AS month,
                              count(*)::int AS claim_count,
                              %(sums)s
                         FROM kuaidi_claim
                        WHERE account_id IS NOT NULL
                        GROUP BY 1, 2
                   ) claim
             USING (account_id, month)
              JOIN kuaidi_key_account account ON account.id = account_id
            """,
            columns=SQL(", ").join(
                SQL(
                    "coalesce(%s, 0) AS %s",
                    SQL.identifier("claim", name),
                    SQL.identifier(name),
                )
                for name in columns
            ),
            sums=SQL(", ").join(
                SQL("sum(%(name)s) AS %(name)s", name=SQL.identifier(name))
                for name in columns
            ),
            zone=str(self.env["kuaidi.deadline"]._get_timezone(self.env.company)),
        )

    def _get_claim_columns(self):
        """Hook: return the columns of claims that are summed up by client and month."""
        return ("amount_claimed", "amount_paid")
