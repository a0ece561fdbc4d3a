from odoo import api, fields, models
from odoo.tools import SQL, format_list

MONTHS = 12


class KuaidiPotential(models.Model):
    """What one client could ship with us beyond what it does, as far as known (AR-5).

    The client's parcels in all were entered, or follow from our parcels and the shares
    of the other carriers. Of a client who has left, all of it could be won back: if
    nothing was entered, what it shipped with us in its last twelve months.
    """

    _name = "kuaidi.potential"
    _description = "Client Potential"
    _inherit = ["kuaidi.account.mixin", "kuaidi.ratio.mixin"]
    _auto = False
    _order = "amount_gap desc, id"
    _rec_name = "account_id"
    _ratios = {"share_percent": ("parcels_own", "parcels_total", 100.0)}
    _capped_ratios = frozenset({"share_percent"})
    _depends = {
        "kuaidi.key.account": [
            "active",
            "company_id",
            "currency_id",
            "date_closed",
            "manager_id",
            "offered_service_ids",
            "parcels_total",
            "star_id",
            "state",
        ],
        "kuaidi.account.competitor": ["account_id", "is_current", "share_percent"],
        "kuaidi.monthly.figure": ["account_id", "amount_revenue", "month", "pieces"],
        "kuaidi.offered.service": ["active"],
        "crm.lead": ["kuaidi_account_id", "won_status"],
    }

    account_id = fields.Many2one(comodel_name="kuaidi.key.account", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Account Manager", readonly=True
    )
    level_id = fields.Many2one(
        comodel_name="kuaidi.star.level", string="Star", readonly=True
    )
    state = fields.Selection(
        selection=[
            ("candidate", "Candidate"),
            ("formal", "Formal"),
            ("closed", "Closed"),
        ],
        readonly=True,
    )
    parcels_own = fields.Integer(
        string="Our Parcels per Month",
        readonly=True,
        help="Mean of the past twelve full months that have figures.",
    )
    parcels_total = fields.Integer(
        string="Parcels per Month in All",
        readonly=True,
        help="As entered, or from our parcels and the shares of the other carriers.",
    )
    share_percent = fields.Float(
        string="Our Share (%)", digits=(5, 1), readonly=True, aggregator="avg"
    )
    competitor_percent = fields.Float(
        string="Other Carriers (%)",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="Shares of the carriers that serve the client now, as far as known.",
    )
    gap_parcels = fields.Integer(string="Gap (parcels per month)", readonly=True)
    price_piece = fields.Float(
        string="Revenue per Piece",
        digits=(12, 2),
        readonly=True,
        aggregator="avg",
        help="Ours with the client in the past twelve months; without a piece, that of"
        " all clients of the company.",
    )
    amount_gap = fields.Monetary(
        string="Worth of the Gap",
        readonly=True,
        help="Revenue of a year that the gap would bring.",
    )
    used_count = fields.Integer(string="Services Used", readonly=True)
    missing_count = fields.Integer(string="Services Not Used", readonly=True)
    missing_services = fields.Char(
        string="Could Use", compute="_compute_missing_services"
    )
    has_lead = fields.Boolean(string="Opportunity Open", readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("account_id")
    @api.depends_context("lang")
    def _compute_missing_services(self):
        services = self.env["kuaidi.offered.service"].search([])
        for row in self:
            row.missing_services = format_list(
                self.env, (services - row.account_id.offered_service_ids).mapped("name")
            )

    # === ACTION METHODS === #

    def action_create_opportunity(self):
        """Make an opportunity of the potential, or open the one there is."""
        self.ensure_one()
        return self.account_id.action_create_opportunity()

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        """Begin with the clients of whom something is known, or who have left."""
        first = self.env["kuaidi.deadline"]._get_today(self.env.company).replace(day=1)
        return SQL(
            """
            WITH known AS MATERIALIZED (
                SELECT account.id,
                       least(%(first)s::date,
                             date_trunc('month', account.date_closed)::date) AS month,
                       rivals.percent
                  FROM kuaidi_key_account account
                  LEFT JOIN (
                       SELECT account_id,
                              least(sum(share_percent), 100)::numeric AS percent
                         FROM kuaidi_account_competitor
                        WHERE is_current AND share_percent > 0
                        GROUP BY account_id
                       ) rivals ON rivals.account_id = account.id
                 WHERE account.active
                   AND (account.parcels_total > 0
                        OR rivals.percent > 0
                        OR account.state = 'closed')
            ),
            average AS MATERIALIZED (
                SELECT company_id, sum(amount_revenue) / sum(pieces) AS price
                  FROM kuaidi_monthly_figure
                 WHERE month >= %(first)s::date - %(months)s * interval '1 month'
                   AND month < %(first)s
                 GROUP BY company_id
                HAVING sum(pieces) > 0
            ),
            offered AS (
                SELECT id FROM kuaidi_offered_service WHERE active
            )
            SELECT account.id,
                   account.id AS account_id,
                   account.company_id,
                   account.currency_id,
                   account.manager_id,
                   account.star_id AS level_id,
                   account.state,
                   volume.own AS parcels_own,
                   volume.total AS parcels_total,
                   CASE WHEN volume.total > 0
                        THEN round(100.0 * least(volume.own, volume.total)
                                   / volume.total, 1)
                        END AS share_percent,
                   known.percent AS competitor_percent,
                   gap.parcels AS gap_parcels,
                   round(price.amount, 2) AS price_piece,
                   round(12 * gap.parcels * price.amount, 2) AS amount_gap,
                   used.count AS used_count,
                   (SELECT count(*) FROM offered) - used.count AS missing_count,
                   EXISTS (
                       SELECT
                         FROM crm_lead lead
                        WHERE lead.kuaidi_account_id = account.id
                          AND lead.won_status = 'pending'
                   ) AS has_lead
              FROM known
              JOIN kuaidi_key_account account ON account.id = known.id
             CROSS JOIN LATERAL (
                   SELECT coalesce(sum(pieces), 0) AS pieces,
                          coalesce(round(avg(pieces)), 0) AS monthly,
                          coalesce(sum(amount_revenue), 0) AS amount
                     FROM kuaidi_monthly_figure figure
                    WHERE figure.account_id = account.id
                      AND figure.month >= known.month - %(months)s * interval '1 month'
                      AND figure.month < known.month
                   ) past
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN account.state = 'closed' THEN 0
                               ELSE past.monthly END AS own,
                          CASE WHEN account.parcels_total > 0
                               THEN account.parcels_total
                               WHEN account.state = 'closed' THEN past.monthly
                               WHEN known.percent < 100
                               THEN round(past.monthly / (1 - known.percent / 100))
                               ELSE 0 END AS total
                   ) volume
             CROSS JOIN LATERAL (
                   SELECT greatest(volume.total - volume.own, 0) AS parcels
                   ) gap
             CROSS JOIN LATERAL (
                   -- the price of all clients is looked up where it is needed alone
                   SELECT CASE WHEN past.pieces > 0 THEN past.amount / past.pieces
                               ELSE coalesce((
                                   SELECT average.price
                                     FROM average
                                    WHERE average.company_id = account.company_id
                               ), 0) END AS amount
                   ) price
             CROSS JOIN LATERAL (
                   SELECT count(*) AS count
                     FROM kuaidi_account_offered_service_rel rel
                     JOIN offered ON offered.id = rel.service_id
                    WHERE rel.account_id = account.id
                   ) used
            """,
            first=first,
            months=MONTHS,
        )
