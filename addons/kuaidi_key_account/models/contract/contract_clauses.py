from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KuaidiContract(models.Model):
    """The clauses that other rooms count with, as data (CO-6, CO-7, ON-9)."""

    _name = "kuaidi.contract"
    _inherit = ["kuaidi.contract"]

    # compensation
    compensation_rule = fields.Selection(
        selection=[
            ("market", "Market Value"),
            ("freight", "Multiple of the Freight"),
            ("weight", "Amount per Kilogram"),
            ("piece", "Amount per Parcel"),
        ],
        string="Undeclared Goods Are Compensated By",
        required=True,
        default="market",
        help="Rule for goods without a declared value. No law caps it at three times"
        " the freight: what counts is the contract.",
    )
    compensation_factor = fields.Float(
        string="Multiple or Amount",
        aggregator=None,
        help="Times the freight, yuan per kilogram, or yuan per parcel, by the rule.",
    )
    compensation_max = fields.Monetary(
        string="Most per Parcel",
        aggregator=None,
        help="Most that one parcel without a declared value is compensated with."
        " 0: no limit was agreed.",
    )
    is_standard_term = fields.Boolean(
        string="Standard Terms",
        default=True,
        help="The clause is one of ours, drawn up for many clients: it holds only where"
        " the client was told of it clearly (Civil Code, article 496).",
    )
    standard_term_proof = fields.Char(
        string="Proof of Notice",
        help="How the client was told of the clauses that limit our liability: bold"
        " print, signature beside the clause, recorded explanation.",
    )
    # delay
    late_rule = fields.Selection(
        selection=[
            ("none", "No Reduction"),
            ("percent_day", "Percent of the Freight per Day"),
            ("amount_day", "Amount per Parcel and Day"),
            ("free", "Freight Waived"),
        ],
        string="Late Delivery Reduction",
        required=True,
        default="none",
    )
    late_factor = fields.Float(string="Percent or Amount per Day", aggregator=None)
    late_max_percent = fields.Float(
        string="Most of the Freight (%)", default=100, aggregator=None
    )
    late_grace_hours = fields.Integer(string="Grace (hours)", aggregator=None)
    # proof of delivery
    pod_rule = fields.Selection(
        selection=[
            ("none", "Not Returned"),
            ("electronic", "Electronic Copy"),
            ("original", "Signed Original"),
        ],
        string="POD Return",
        required=True,
        default="none",
    )
    pod_days = fields.Integer(
        string="POD Return Within (days)",
        aggregator=None,
        help="Calendar days after delivery.",
    )
    # settlement
    settlement_cycle = fields.Selection(
        selection=[
            ("shipment", "Each Shipment"),
            ("half_month", "Half-Monthly"),
            ("month", "Monthly"),
            ("quarter", "Quarterly"),
        ],
        required=True,
        default="month",
    )
    settlement_day = fields.Integer(
        string="Statement Day",
        default=1,
        aggregator=None,
        help="Day of the month on which the statement of the period before goes out.",
    )
    # insurance
    insurance_by = fields.Selection(
        selection=[
            ("none", "Not Insured"),
            ("client", "The Client"),
            ("company", "Us"),
        ],
        string="Cargo Insured By",
        required=True,
        default="none",
    )
    insurance_rate = fields.Float(
        string="Premium (per mille)",
        digits=(6, 3),
        aggregator=None,
        help="Of the declared value, where we insure.",
    )
    is_recourse_waived = fields.Boolean(
        string="Recourse Waived",
        help="The insurer has waived recourse against us where the client insures.",
    )
    # disputes
    dispute_forum = fields.Selection(
        selection=[("court", "Court"), ("arbitration", "Arbitration")],
        string="Disputes Go To",
        required=True,
        default="court",
    )
    dispute_body = fields.Char(
        string="Court or Arbitration Commission",
        help="By name: an arbitration clause that names no commission does not hold"
        " (Arbitration Law).",
    )
    clause_note = fields.Text(string="Other Clauses")

    _settlement_day_range = models.Constraint(
        "CHECK(settlement_day BETWEEN 1 AND 28)",
        "The statement day lies between the 1st and the 28th.",
    )
    _clauses_positive = models.Constraint(
        "CHECK(COALESCE(compensation_factor, 0) >= 0"
        " AND COALESCE(compensation_max, 0) >= 0 AND COALESCE(late_factor, 0) >= 0"
        " AND COALESCE(late_grace_hours, 0) >= 0 AND COALESCE(pod_days, 0) >= 0"
        " AND COALESCE(insurance_rate, 0) >= 0)",
        "Amounts, percentages and days of a clause cannot be negative.",
    )
    _late_max_range = models.Constraint(
        "CHECK(COALESCE(late_max_percent, 0) BETWEEN 0 AND 100)",
        "A reduction lies between 0 and 100 % of the freight.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("compensation_rule", "compensation_factor")
    def _check_clause_amounts(self):
        for contract in self:
            if contract.compensation_rule != "market" and (
                contract.compensation_factor <= 0
            ):
                raise ValidationError(
                    self.env._(
                        "Say how much is compensated for goods without a declared"
                        " value: the multiple or the amount is missing."
                    )
                )

    @api.constrains("late_rule", "late_factor")
    def _check_late_amount(self):
        for contract in self:
            if (
                contract.late_rule in ("percent_day", "amount_day")
                and contract.late_factor <= 0
            ):
                raise ValidationError(
                    self.env._(
                        "Say by how much the freight is reduced for each day of delay."
                    )
                )
            if contract.late_rule == "percent_day" and contract.late_factor > 100:
                raise ValidationError(
                    self.env._(
                        "A reduction above 100 % of the freight a day cannot be meant."
                    )
                )
