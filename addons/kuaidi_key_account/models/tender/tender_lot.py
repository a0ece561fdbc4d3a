from odoo import fields, models

LOT_RESULTS = [
    ("open", "Not Decided Yet"),
    ("won", "Lot Won"),
    ("lost", "Lot Lost"),
    ("rejected", "Bid Rejected"),
    ("failed", "Put out Again"),
]


class KuaidiTenderLot(models.Model):
    """One lot (标段, 包) of a tender that we bid for."""

    _name = "kuaidi.tender.lot"
    _description = "Tender Lot"
    _inherit = ["kuaidi.tender.part"]
    _order = "tender_id, number, id"
    _rec_names_search = ["number", "name"]

    _live_fields = frozenset(("result",))

    number = fields.Char(string="Lot No.", required=True)
    name = fields.Char(string="Content", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_budget = fields.Monetary(string="Lot Budget")
    amount_ceiling = fields.Monetary(
        string="Lot Ceiling", help="0: no ceiling was announced."
    )
    amount_bid = fields.Monetary(string="Our Lot Price")
    result = fields.Selection(
        selection=LOT_RESULTS, string="Lot Result", required=True, default="open"
    )

    _number_uniq = models.UniqueIndex(
        "(tender_id, upper(btrim(number)))",
        "We bid for a lot once: this lot stands in the tender already.",
    )
    _amounts_positive = models.Constraint(
        "CHECK(COALESCE(amount_budget, 0) >= 0 AND COALESCE(amount_ceiling, 0) >= 0"
        " AND COALESCE(amount_bid, 0) >= 0)",
        "Budget, ceiling and price of a lot cannot be negative.",
    )

    # === COMPUTE METHODS === #

    def _compute_display_name(self):
        for lot in self:
            lot.display_name = " ".join(filter(None, (lot.number, lot.name)))
