from odoo import api, fields, models


class KuaidiPriceLadder(models.Model):
    """So many parcels a month, so much off for all of them (2.9 c)."""

    _name = "kuaidi.price.ladder"
    _description = "Volume Rebate"
    _inherit = ["kuaidi.price.part"]
    _order = "agreement_id, pieces_from, id"

    _copied_fields = ("pieces_from", "pieces_to", "discount_percent")

    pieces_from = fields.Integer(
        string="Parcels a Month From", required=True, default=0, aggregator=None
    )
    pieces_to = fields.Integer(
        string="Parcels a Month To", aggregator=None, help="0: and more."
    )
    discount_percent = fields.Float(
        string="Rebate (%)",
        digits=(5, 2),
        required=True,
        default=0.0,
        aggregator=None,
        help="Percent off, after the composite discount.",
    )

    _range_order = models.Constraint(
        "CHECK(pieces_from >= 0"
        " AND (COALESCE(pieces_to, 0) = 0 OR pieces_from <= pieces_to))",
        "A rung of the rebate ends above where it begins.",
    )
    _percent_range = models.Constraint(
        "CHECK(discount_percent BETWEEN 0 AND 100)",
        "A rebate lies between 0 and 100 %.",
    )

    # === COMPUTE METHODS === #

    @api.depends("pieces_from", "discount_percent")
    def _compute_display_name(self):
        for rung in self:
            rung.display_name = f"{rung.pieces_from}+: {rung.discount_percent:g} %"


class KuaidiPriceExcess(models.Model):
    """What each parcel of a day costs, the first so many and those beyond (2.9 b).

    The amount takes the place of the first amount of a zone's lightest band; heavier
    parcels pay on top what they cost more. Remote zones keep their own first amount.
    """

    _name = "kuaidi.price.excess"
    _description = "Progressive Excess Price"
    _inherit = ["kuaidi.price.part"]
    _order = "agreement_id, pieces_from, id"

    _copied_fields = ("pieces_from", "pieces_to", "amount_piece")

    pieces_from = fields.Integer(
        string="Parcels a Day From", required=True, default=1, aggregator=None
    )
    pieces_to = fields.Integer(
        string="Parcels a Day To", aggregator=None, help="0: and more."
    )
    amount_piece = fields.Monetary(
        string="Amount per Parcel", required=True, default=0.0, aggregator=None
    )

    _range_order = models.Constraint(
        "CHECK(pieces_from >= 0"
        " AND (COALESCE(pieces_to, 0) = 0 OR pieces_from <= pieces_to))",
        "A rung of parcels a day ends above where it begins.",
    )
    _amount_positive = models.Constraint(
        "CHECK(amount_piece >= 0)", "A price per parcel cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("pieces_from", "amount_piece")
    def _compute_display_name(self):
        for rung in self:
            rung.display_name = f"{rung.pieces_from}+: {rung.amount_piece:.2f}"


class KuaidiPriceSurcharge(models.Model):
    """What comes on top of the freight, and when (2.9)."""

    _name = "kuaidi.price.surcharge"
    _description = "Surcharge"
    _inherit = ["kuaidi.price.part"]
    _order = "agreement_id, sequence, id"

    _copied_fields = (
        "sequence",
        "name",
        "kind",
        "condition",
        "threshold",
        "date_from",
        "date_to",
        "amount",
    )

    sequence = fields.Integer(default=10, aggregator=None)
    name = fields.Char(string="Surcharge", required=True)
    kind = fields.Selection(
        selection=[
            ("piece", "Yuan per Parcel"),
            ("percent", "Percent of Freight"),
            ("weight", "Yuan per Kilogram"),
        ],
        string="Charged As",
        required=True,
        default="piece",
    )
    condition = fields.Selection(
        selection=[
            ("always", "Every Parcel"),
            ("remote", "To Remote Zones"),
            ("oversize", "Longest Side Above (cm)"),
            ("overweight", "Weight Above (kg)"),
            ("peak", "In the Peak Season"),
            ("demand", "On Demand"),
        ],
        string="Charged When",
        required=True,
        default="always",
    )
    threshold = fields.Float(string="Limit (cm or kg)", digits=(16, 3), aggregator=None)
    date_from = fields.Date(string="First Day")
    date_to = fields.Date(string="Last Day")
    amount = fields.Float(
        string="Yuan or Percent", digits=(16, 2), required=True, aggregator=None
    )

    _amount_positive = models.Constraint(
        "CHECK(amount >= 0 AND COALESCE(threshold, 0) >= 0)",
        "A surcharge and its limit cannot be negative. What lowers the price is a"
        " discount.",
    )
    _peak_known = models.Constraint(
        "CHECK(condition <> 'peak' OR COALESCE(date_from <= date_to, FALSE))",
        "A surcharge of the peak season needs its first and its last day, in this"
        " order.",
    )
    _name_uniq = models.UniqueIndex(
        "(agreement_id, name)",
        "This agreement has a surcharge of that name already.",
    )
