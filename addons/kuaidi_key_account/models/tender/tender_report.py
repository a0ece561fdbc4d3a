from odoo import fields, models
from odoo.tools import SQL

from .tender import FORMS

CLIENT_TYPES = [
    ("government", "Government"),
    ("star_5", "5 Stars"),
    ("star_4", "4 Stars"),
    ("star_3", "3 Stars"),
    ("star_2", "2 Stars"),
    ("star_1", "1 Star"),
    ("other", "No Key Account"),
]


class KuaidiTenderReport(models.Model):
    """What became of tenders, and what they took: one row each (2.8, issue F)."""

    _name = "kuaidi.tender.report"
    _description = "Tender Report"
    _inherit = ["kuaidi.list.export", "kuaidi.ratio.mixin"]
    _ratios = {
        "win_percent": ("won_count", "decided_count", 100.0),
        "bid_percent": ("bid_count", "tender_count", 100.0),
    }
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "tender_id"
    _list_report = "kuaidi_key_account.tender_list_report"
    _depends = {
        "kuaidi.tender": [
            "account_id",
            "amount_award",
            "amount_bid",
            "amount_budget",
            "bidder_count",
            "company_id",
            "date_deadline",
            "decision",
            "form",
            "is_government",
            "lost_reason_id",
            "partner_id",
            "price_rank",
            "rank",
            "rejection_id",
            "score",
            "stars",
            "state",
            "user_id",
        ],
        "kuaidi.tender.member": ["hours", "tender_id"],
        "kuaidi.tender.cost": ["amount", "hours", "tender_id"],
    }

    # which tender
    tender_id = fields.Many2one(comodel_name="kuaidi.tender", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Issuer", readonly=True
    )
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account", readonly=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Bid Manager", readonly=True
    )
    form = fields.Selection(selection=FORMS, string="Form of Tender", readonly=True)
    client_type = fields.Selection(
        selection=CLIENT_TYPES,
        string="Type of Client",
        readonly=True,
        groups="kuaidi_key_account.group_crm_centre,kuaidi_key_account.group_finance",
        help="Its star stands in its file, which not all who bid may see.",
    )
    date = fields.Date(
        string="Day of the Deadline",
        readonly=True,
        help="Where no deadline is known: the day on which the tender was entered.",
    )
    # what became of it
    result = fields.Selection(
        selection=[
            ("open", "Under Way"),
            ("won", "Tender Won"),
            ("lost", "Tender Lost"),
            ("rejected", "Bid Rejected"),
            ("no_bid", "Not Bid For"),
            ("cancelled", "Tender Cancelled"),
        ],
        string="Outcome",
        readonly=True,
    )
    lost_reason_id = fields.Many2one(
        comodel_name="crm.lost.reason",
        string="Why the Tender Was Lost",
        readonly=True,
    )
    rejection_id = fields.Many2one(
        comodel_name="kuaidi.tender.reason",
        string="Why Our Bid Was Rejected",
        readonly=True,
    )
    price_rank = fields.Integer(
        string="Rank of Our Price", readonly=True, aggregator=None
    )
    rank = fields.Integer(string="Our Rank", readonly=True, aggregator=None)
    score = fields.Float(
        string="Our Score", readonly=True, digits=(16, 2), aggregator="avg"
    )
    bidder_count = fields.Integer(string="Bidders", readonly=True, aggregator="avg")
    tender_count = fields.Integer(string="Tenders Seen", readonly=True)
    bid_count = fields.Integer(string="Bids Made", readonly=True)
    decided_count = fields.Integer(
        string="Bids Decided On", readonly=True, help="Won, lost or rejected."
    )
    won_count = fields.Integer(string="Number Won", readonly=True)
    rejected_count = fields.Integer(string="Number Rejected", readonly=True)
    win_percent = fields.Float(
        string="Win Rate (%)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Won of those that were decided on: won, lost or rejected.",
    )
    bid_percent = fields.Float(
        string="Bid Rate (%)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Bids made of the tenders seen.",
    )
    # money and effort
    amount_budget = fields.Monetary(string="Budget", readonly=True)
    amount_bid = fields.Monetary(string="Our Price", readonly=True)
    amount_award = fields.Monetary(string="Award Amount", readonly=True)
    hours = fields.Float(
        string="Hours Spent",
        readonly=True,
        help="Of the whole team on the bid: as entered with the team or among the cost"
        " of bidding, whichever is more.",
    )
    amount_effort = fields.Monetary(
        string="Cost of the Bid", readonly=True, help="What it cost us to take part."
    )

    @property
    def _table_query(self):
        """Return one row per tender, in one statement."""
        return SQL(
            """
            SELECT row.*,
                   CASE WHEN decided_count > 0 THEN 100.0 * won_count END
                       AS win_percent,
                   100.0 * bid_count AS bid_percent
              FROM (
                   SELECT tender.id, tender.id AS tender_id, tender.company_id,
                          tender.partner_id, tender.account_id, tender.user_id,
                          tender.form,
                          CASE WHEN tender.is_government THEN 'government'
                               WHEN tender.stars BETWEEN 1 AND 5
                               THEN 'star_' || tender.stars
                               ELSE 'other' END AS client_type,
                          coalesce(tender.date_deadline, tender.create_date)::date
                              AS date,
                          outcome.result, tender.lost_reason_id, tender.rejection_id,
                          tender.price_rank, tender.rank, tender.score,
                          tender.bidder_count,
                          1 AS tender_count,
                          (tender.state IN ('submitted', 'opened', 'won', 'lost'))::int
                              AS bid_count,
                          (tender.state IN ('won', 'lost'))::int AS decided_count,
                          (tender.state = 'won')::int AS won_count,
                          (outcome.result = 'rejected')::int AS rejected_count,
                          tender.amount_budget, tender.amount_bid,
                          tender.amount_award,
                          greatest(effort.hours, cost.hours, 0) AS hours,
                          coalesce(cost.amount, 0) AS amount_effort
                     FROM kuaidi_tender tender
                    CROSS JOIN LATERAL (
                          SELECT CASE
                              WHEN tender.state = 'lost'
                                   AND tender.rejection_id IS NOT NULL
                              THEN 'rejected'
                              WHEN tender.state IN (
                                  'won', 'lost', 'no_bid', 'cancelled')
                              THEN tender.state
                              ELSE 'open' END AS result
                          ) outcome
                     LEFT JOIN (
                          SELECT tender_id, sum(hours) AS hours
                            FROM kuaidi_tender_member
                           GROUP BY tender_id
                          ) effort ON effort.tender_id = tender.id
                     LEFT JOIN (
                          SELECT tender_id, sum(hours) AS hours, sum(amount) AS amount
                            FROM kuaidi_tender_cost
                           GROUP BY tender_id
                          ) cost ON cost.tender_id = tender.id
                   ) row
            """
        )

    # === ACTION METHODS === #

    def action_view_tender(self):
        """Open the tender behind a row."""
        self.ensure_one()
        return self.env["kuaidi.tender"].browse(self.id)._get_records_action()
