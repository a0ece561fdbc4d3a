from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.tender_ranks import get_rank


class KuaidiTenderCompetitor(models.Model):
    """What another bidder offered in one tender, as read out or published (TE-5)."""

    _name = "kuaidi.tender.competitor"
    _description = "Competing Bid"
    _inherit = ["kuaidi.tender.part"]
    _order = "tender_id, lot_id, rank, amount, id"

    _tender_live = True

    name = fields.Char(string="Bidder", required=True)
    lot_id = fields.Many2one(
        comodel_name="kuaidi.tender.lot",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('tender_id', '=', tender_id)]",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(string="Price Offered", help="0: not known.")
    score = fields.Float(string="Their Score", digits=(16, 2), aggregator="avg")
    rank = fields.Integer(string="Their Rank", aggregator=None, help="0: not known.")
    is_winner = fields.Boolean(string="Won It")
    rejection_id = fields.Many2one(
        comodel_name="kuaidi.tender.reason",
        string="Rejected For",
        domain="[('kind', '=', 'rejected')]",
        ondelete="restrict",
    )
    note = fields.Char(string="What They Offered")

    _numbers_positive = models.Constraint(
        "CHECK(COALESCE(amount, 0) >= 0 AND COALESCE(rank, 0) >= 0)",
        "Price and rank of a bidder cannot be negative.",
    )
    _winner_uniq = models.UniqueIndex(
        "(tender_id, COALESCE(lot_id, 0)) WHERE is_winner",
        "One bidder wins a lot: another one is marked as its winner already.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("lot_id", "tender_id")
    def _check_lot_of_tender(self):
        for bid in self:
            if bid.lot_id:
                bid.tender_id._check_own_lot(bid.lot_id)


class KuaidiTender(models.Model):
    """Ranks our price among those of the other bidders."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    competitor_ids = fields.One2many(
        comodel_name="kuaidi.tender.competitor",
        inverse_name="tender_id",
        string="Competing Bids",
    )
    bidder_count = fields.Integer(
        string="Bidders",
        aggregator="avg",
        copy=False,
        help="How many bids were handed in, ours among them. Fewer than three in a"
        " public or invited tender are not opened (Tendering and Bidding Law, article"
        " 28; Implementation Regulations, article 44).",
    )
    price_rank = fields.Integer(
        string="Rank of Our Price",
        compute="_compute_price_rank",
        store=True,
        aggregator=None,
        help="1: the lowest price of those known; in lots, our best one. 0: no other"
        " price is known.",
    )

    _bidder_count_positive = models.Constraint(
        "CHECK(COALESCE(bidder_count, 0) >= 0)",
        "The number of bidders cannot be negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "amount_bid",
        "lot_ids.amount_bid",
        "competitor_ids.amount",
        "competitor_ids.lot_id",
        "competitor_ids.rejection_id",
    )
    def _compute_price_rank(self):
        for tender in self:
            ranks = []
            known = tender.competitor_ids.filtered(
                lambda bid: bid.amount and not bid.rejection_id
            )
            for lot, bids in known.grouped("lot_id").items():
                ours = lot.amount_bid if lot else tender.amount_bid
                ranks.append(get_rank(ours, bids.mapped("amount")))
            tender.price_rank = min(filter(None, ranks), default=0)

    # === BUSINESS METHODS === #

    @api.model
    def _get_live_fields(self):
        return super()._get_live_fields() | {"competitor_ids", "bidder_count"}

    def _check_own_lot(self, lot):
        """Refuse the lot of another tender.

        :raise ValidationError: naming the lot
        """
        self.ensure_one()
        if lot.tender_id != self:
            raise ValidationError(
                self.env._(
                    "%(lot)s is no lot of %(tender)s. Choose one of its own.",
                    lot=lot.display_name,
                    tender=self.display_name,
                )
            )
