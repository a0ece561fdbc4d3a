from odoo import fields, models
from odoo.tools import SQL

NET_COLUMNS = ("amount_insured", "amount_recovered", "amount_net")


class KuaidiClaimAnalysis(models.Model):
    """Adds what came back, and the net loss, to the counts of claims (2.17)."""

    _name = "kuaidi.claim.analysis"
    _inherit = ["kuaidi.claim.analysis"]
    _depends = {"kuaidi.claim": NET_COLUMNS}

    amount_insured = fields.Monetary(string="Paid by the Insurer", readonly=True)
    amount_recovered = fields.Monetary(string="Recovered", readonly=True)
    amount_net = fields.Monetary(string="Net Loss", readonly=True)

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT counted.*, coalesce(net.amount_insured, 0) AS amount_insured,
                   coalesce(net.amount_recovered, 0) AS amount_recovered,
                   coalesce(net.amount_net, 0) AS amount_net
              FROM (%s) counted
              JOIN kuaidi_claim net ON net.id = counted.id
            """,
            super()._table_query,
        )


class KuaidiClaimLoss(models.Model):
    """Adds what came back, and the net loss ratio, to clients and months (2.17)."""

    _name = "kuaidi.claim.loss"
    _inherit = ["kuaidi.claim.loss"]
    _ratios = {
        "loss_percent": ("amount_paid", "amount_revenue", 100.0),
        "net_percent": ("amount_net", "amount_revenue", 100.0),
    }
    _depends = {"kuaidi.claim": NET_COLUMNS}

    amount_insured = fields.Monetary(string="Paid by the Insurer", readonly=True)
    amount_recovered = fields.Monetary(string="Recovered", readonly=True)
    amount_net = fields.Monetary(
        string="Net Loss",
        readonly=True,
        help="Paid out, less what the insurer paid and what was recovered.",
    )
    net_percent = fields.Float(
        string="Net Loss Ratio (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="Net loss over revenue.",
    )

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT ratio.*,
                   (100 * amount_net / nullif(amount_revenue, 0))::float AS net_percent
              FROM (%s) ratio
            """,
            super()._table_query,
        )

    def _get_claim_columns(self):
        return super()._get_claim_columns() + NET_COLUMNS
