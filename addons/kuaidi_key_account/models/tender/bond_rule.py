from odoo import api, fields, models

BOND_KINDS = [
    ("bid", "Bid Bond"),
    ("performance", "Performance Bond"),
]


class KuaidiTenderBondRule(models.Model):
    """What the law says of a bond: how high it may be, when it is returned (2.8)."""

    _name = "kuaidi.tender.bond.rule"
    _description = "Bond Rule"
    _order = "kind, is_government, event, id"
    _rec_name = "article"

    kind = fields.Selection(
        selection=BOND_KINDS, string="Kind of Bond", required=True, default="bid"
    )
    is_government = fields.Boolean(
        string="In Government Procurement",
        help="Off: the Bidding Law applies, on: the Government Procurement Law.",
    )
    event = fields.Selection(
        selection=[
            ("limit", "Highest amount"),
            ("withdrawn", "Bid withdrawn before the deadline"),
            ("won", "Tender won"),
            ("lost", "Tender lost"),
        ],
        string="Applies To",
        required=True,
        default="limit",
    )
    percent = fields.Float(
        string="At Most (%)",
        digits=(5, 2),
        aggregator=None,
        help="Of the estimate or budget, or of the contract amount.",
    )
    days = fields.Integer(string="Days to Return", aggregator=None)
    unit = fields.Selection(
        selection=[("day", "Calendar Days"), ("workday", "Working Days")],
        string="Counted In",
        default="day",
    )
    date_field = fields.Selection(
        selection=[
            ("date_withdrawn", "Withdrawal"),
            ("date_signing", "Signing of the contract"),
            ("date_award", "Award notice"),
        ],
        string="Counted From",
    )
    article = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)

    _rule_uniq = models.UniqueIndex(
        "(kind, is_government, event) WHERE active",
        "There is a rule for this already. Change that one.",
    )
    _percent_range = models.Constraint(
        "CHECK(percent BETWEEN 0 AND 100 AND days BETWEEN 0 AND 366)",
        "A bond is 0 to 100 % and returned within 366 days.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_rules(self):
        """Return the rules by what they apply to, read by one query.

        :rtype: dict[tuple[str, bool, str], kuaidi.tender.bond.rule]
        """
        # sudo: the law applies to everybody, whoever may read its articles here
        return {
            (rule.kind, rule.is_government, rule.event): rule
            for rule in self.sudo().search([])
        }
