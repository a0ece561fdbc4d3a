from odoo import fields, models

KINDS = [
    ("cargo", "Cargo"),
    ("liability", "Liability"),
    ("warehouse", "Warehouse"),
]
CLAUSES = [
    ("a", "Clause A (All Risks)"),
    ("b", "Clause B (Collision, Robbery or Theft, Water)"),
    ("basic", "Basic Cover"),
    ("comprehensive", "Comprehensive Cover"),
]
# what is agreed in a product, and copied into a policy of it
CONDITIONS = (
    "kind",
    "clause",
    "currency_id",
    "deductible",
    "deductible_rule",
    "amount_min",
    "used_goods_limit",
    "limit_per_piece",
    "rate",
)


class KuaidiInsuranceConditions(models.AbstractModel):
    """What an insurance covers and pays, as products offer and policies agree it."""

    _name = "kuaidi.insurance.conditions.mixin"
    _description = "Insurance Conditions"

    kind = fields.Selection(
        selection=KINDS,
        string="Kind of Cover",
        required=True,
        index=True,
        help="Cargo follows the shipments; liability is what we answer for;"
        " warehouse is what lies with us.",
    )
    clause = fields.Selection(
        selection=CLAUSES,
        required=True,
        help="A and comprehensive pay for whatever is not excluded; B and basic for the"
        " causes they name alone.",
    )
    currency_id = fields.Many2one(comodel_name="res.currency", required=True)
    deductible = fields.Monetary(
        help="What of each loss is not paid (免赔额), in yuan; the source names 300."
    )
    deductible_rule = fields.Selection(
        selection=[
            ("always", "From Every Loss"),
            ("under_insured", "Only Where Less than the Value Is Insured"),
        ],
        string="Deductible Applies",
        required=True,
    )
    amount_min = fields.Monetary(
        string="Least Claim",
        help="Losses below it are not claimed from the insurer (最低理赔金额); we"
        " settle them with the client by our own standard.",
    )
    used_goods_limit = fields.Monetary(
        string="Used Goods up to (a Piece)",
        help="Used goods above it fall to clause B unless they are in the packing of"
        " their factory (IN-7); 0 for no such rule.",
    )
    limit_per_piece = fields.Monetary(
        string="Limit per Piece",
        help="What is worth more a piece is covered only where it was declared"
        " specially; 0 for no limit.",
    )
    rate = fields.Float(
        string="Rate (‰)",
        digits=(12, 4),
        aggregator=None,
        help="Premium per mille of the sum insured.",
    )

    _conditions_not_negative = models.Constraint(
        "CHECK(COALESCE(deductible, 0) >= 0 AND COALESCE(amount_min, 0) >= 0"
        " AND COALESCE(used_goods_limit, 0) >= 0 AND COALESCE(limit_per_piece, 0) >= 0"
        " AND COALESCE(rate, 0) >= 0)",
        "Deductible, limits and rates cannot be below zero.",
    )
    _rate_per_mille = models.Constraint(
        "CHECK(COALESCE(rate, 0) <= 1000)",
        "A premium is no more than the sum insured. The rate is given per mille.",
    )
