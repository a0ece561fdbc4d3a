from odoo import fields, models
from odoo.tools import SQL


class KuaidiClaimLoss(models.Model):
    """What a client brought in and what its claims cost, by month (2.17).

    Of several months or clients both are summed up before one is divided by the other.
    """

    _name = "kuaidi.claim.loss"
    _description = "Loss Ratio"
    _inherit = ["kuaidi.list.export", "kuaidi.month.mixin", "kuaidi.ratio.mixin"]
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
        return SQL(
            """
            SELECT (account.id::bigint << 16)
                       + extract(year FROM month)::int * 12
                       + extract(month FROM month)::int AS id,
                   account.id AS account_id, account.company_id, account.manager_id,
                   account.star_id AS level_id, month,
                   pieces, claim_count, amount_revenue, amount_claimed, amount_paid,
                   (100 * amount_paid / nullif(amount_revenue, 0))::float
                       AS loss_percent
              FROM (
                       SELECT account_id, month,
                              sum(pieces)::int AS pieces,
                              sum(claims)::int AS claim_count,
                              sum(revenue) AS amount_revenue,
                              sum(claimed) AS amount_claimed,
                              sum(paid) AS amount_paid
                         FROM (
                                  SELECT account_id, month, pieces, 0 AS claims,
                                         amount_revenue AS revenue, 0 AS claimed,
                                         0 AS paid
                                    FROM kuaidi_monthly_figure
                                   UNION ALL
                                  SELECT account_id,
                                         date_trunc(
                                             'month',
                                             date_called AT TIME ZONE 'UTC'
                                                 AT TIME ZONE %(zone)s
                                         )::date,
                                         0, 1, 0, coalesce(amount_claimed, 0),
                                         coalesce(amount_paid, 0)
                                    FROM kuaidi_claim
                                   WHERE account_id IS NOT NULL
                              ) flow
                        GROUP BY account_id, month
                   ) summed
              JOIN kuaidi_key_account account ON account.id = summed.account_id
            """,
            zone=str(self.env["kuaidi.deadline"]._get_timezone(self.env.company)),
        )
