from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import formatLang

from ...tools.compensation import Facts, Rules, compensate

# a version that was followed by another one held until that one was signed
HELD_STATES = ("running", "superseded", "expired", "terminated")


class KuaidiClaim(models.Model):
    """What a claim comes to by declared value, contract or law (2.12)."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    contract_id = fields.Many2one(
        comodel_name="kuaidi.contract",
        compute="_compute_contract_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('account_id', '=', account_id)]",
        help="The contract whose clauses held on the day of shipping.",
    )
    is_total_loss = fields.Boolean(
        string="Nothing Is Left",
        tracking=True,
        help="All of the goods of the waybill are gone or worthless.",
    )
    pieces_hit = fields.Integer(
        string="Parcels Concerned",
        compute="_compute_pieces_hit",
        store=True,
        readonly=False,
        aggregator=None,
        help="Parcels that were lost, damaged, short or late.",
    )
    weight_hit_kg = fields.Float(
        string="Their Weight (kg)",
        digits=(12, 3),
        aggregator=None,
        help="Weight of the parcels concerned, in kilograms.",
    )
    amount_value = fields.Monetary(
        string="Proven Value of All Goods",
        aggregator=None,
        tracking=True,
        help="What all goods of the waybill are worth at the destination, by invoice or"
        " valuation (Civil Code, article 833). 0 while nothing is proven.",
    )
    amount_loss = fields.Monetary(
        string="Proven Loss",
        aggregator=None,
        tracking=True,
        help="Value of what is gone, or cost of its repair, by proof. Only loss that"
        " could be foreseen counts (Civil Code, article 584). 0 while nothing is"
        " proven.",
    )
    hours_late = fields.Float(
        string="Late by (hours)",
        aggregator=None,
        help="Hours after the promised time of delivery.",
    )
    # result
    amount_rule = fields.Monetary(
        string="By the Rules",
        compute="_compute_compensation",
        help="What declared value, contract or law give for what is proven.",
    )
    amount_cap = fields.Monetary(
        string="At Most",
        compute="_compute_compensation",
        help="Most that declared value or contract allow; 0 where nothing limits it.",
    )
    compensation_explanation = fields.Text(
        string="How It Is Calculated", compute="_compute_compensation"
    )
    is_notice_needed = fields.Boolean(
        string="Proof of Notice Needed",
        compute="_compute_compensation",
        help="The amount rests on a standard term of ours. It holds only where we can"
        " prove that the client was told of it clearly (Civil Code, articles 496 and"
        " 497).",
    )

    _assessment_positive = models.Constraint(
        "CHECK(COALESCE(pieces_hit, 0) >= 0 AND COALESCE(weight_hit_kg, 0) >= 0"
        " AND COALESCE(amount_value, 0) >= 0 AND COALESCE(amount_loss, 0) >= 0"
        " AND COALESCE(hours_late, 0) >= 0)",
        "Parcels, weights, amounts and hours cannot be negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("account_id", "date_shipped", "date_called")
    def _compute_contract_id(self):
        """Take the master contract that was in force on the day of shipping."""
        # sudo: which contract held is a fact, whoever may read it
        contracts_sudo = self.env["kuaidi.contract"].sudo()
        by_account = dict(
            contracts_sudo._read_group(
                [
                    ("account_id", "in", self.account_id.ids),
                    ("kind", "=", "master"),
                    ("state", "in", HELD_STATES),
                ],
                ["account_id"],
                ["id:recordset"],
            )
        )
        for claim in self:
            day = claim._get_shipping_day()
            held = by_account.get(claim.account_id, contracts_sudo).filtered(
                lambda contract, day=day: (
                    contract.date_from <= day
                    and (contract.date_ended or contract.date_to or day) >= day
                )
            )
            claim.contract_id = held.sorted(
                lambda contract: (contract.date_from, contract.id)
            )[-1:]

    @api.depends("pieces", "pieces_sent", "pieces_received")
    def _compute_pieces_hit(self):
        for claim in self:
            missing = claim.pieces_sent - claim.pieces_received
            claim.pieces_hit = missing if missing > 0 else claim.pieces or 1

    @api.depends(lambda self: self._get_compensation_depends())
    @api.depends_context("lang")
    def _compute_compensation(self):
        for claim in self:
            result = claim._get_compensation()
            claim.amount_rule = result["amount"]
            claim.amount_cap = result["cap"] or 0
            claim.compensation_explanation = "\n".join(result["steps"])
            claim.is_notice_needed = result["needs_notice"]

    # === CONSTRAINT METHODS === #

    @api.constrains("amount_value", "amount_loss")
    def _check_loss(self):
        for claim in self:
            if (
                claim.amount_value
                and claim.currency_id.compare_amounts(
                    claim.amount_loss, claim.amount_value
                )
                > 0
            ):
                raise ValidationError(
                    self.env._(
                        "The proven loss of %(claim)s is above the value of all its"
                        " goods. Correct one of the two.",
                        claim=claim.display_name,
                    )
                )

    @api.constrains("pieces_hit", "pieces")
    def _check_pieces_hit(self):
        for claim in self:
            if claim.pieces and claim.pieces_hit > claim.pieces:
                raise ValidationError(
                    self.env._(
                        "%(claim)s counts %(pieces)s parcels, so no more than these"
                        " can be concerned.",
                        claim=claim.display_name,
                        pieces=claim.pieces,
                    )
                )

    # === BUSINESS METHODS === #

    def _get_shipping_day(self):
        """Return the day whose contract counts, in the company's time zone."""
        self.ensure_one()
        return self.date_shipped or self.env["kuaidi.deadline"]._get_local_date(
            self.date_called or fields.Datetime.now(), self.company_id
        )

    @api.model
    def _get_compensation_depends(self):
        """Return the fields that the compensation is calculated from."""
        return (
            "type",
            "is_total_loss",
            "amount_loss",
            "amount_value",
            "amount_declared",
            "pieces_hit",
            "weight_hit_kg",
            "amount_freight",
            "hours_late",
            "liability",
            "contract_id",
            "currency_id",
        )

    def _get_compensation(self):
        """Return what the rules give for what is proven of this claim (2.12).

        Declared goods follow their declared value, whole or in proportion (Provisional
        Regulations on Express Delivery, article 28); others the contract, else the
        market value at the destination (Civil Code, article 833); a delay the
        contract's reduction of the freight. No law caps it at three times the freight.

        :return: dict of ``amount`` (yuan), ``cap`` (yuan, None where nothing limits
            it), ``steps`` (list of sentences), ``needs_notice`` (whether the amount
            rests on a standard term whose notice to the client is not proven),
            ``amount_without_term`` (yuan owed if that term does not hold, or None),
            ``is_open`` (whether the loss is not proven yet)
        """
        self.ensure_one()
        result = compensate(self._get_compensation_facts(), self._get_clauses())
        amount_without = result.amount_without_term
        return {
            "amount": float(result.amount),
            "cap": None if result.cap is None else float(result.cap),
            "steps": [
                *self._describe_clauses(),
                *(self._describe_step(step) for step in result.steps),
            ],
            "needs_notice": result.needs_notice,
            "amount_without_term": (
                None if amount_without is None else float(amount_without)
            ),
            "is_open": result.is_open,
        }

    def _get_compensation_facts(self):
        """Return the facts of this claim as plain numbers."""
        return Facts(
            kind=self.type,
            is_total=self.is_total_loss,
            loss=_to_decimal(self.amount_loss) or None,
            value=_to_decimal(self.amount_value) or None,
            declared=_to_decimal(self.amount_declared),
            pieces=self.pieces_hit or 1,
            weight=_to_decimal(self.weight_hit_kg),
            freight=_to_decimal(self.amount_freight),
            hours_late=_to_decimal(self.hours_late),
            liability=self.liability or "ours",
        )

    def _get_clauses(self):
        """Return the clauses that count for this claim as plain numbers."""
        # sudo: whoever works on a claim sees what its clauses say, not the contract
        contract_sudo = self.contract_id.sudo()
        if not contract_sudo:
            return Rules()
        return Rules(
            rule=contract_sudo.compensation_rule,
            factor=_to_decimal(contract_sudo.compensation_factor),
            most_per_piece=_to_decimal(contract_sudo.compensation_max),
            is_standard_term=contract_sudo.is_standard_term,
            has_notice_proof=bool(contract_sudo.standard_term_proof),
            late_rule=contract_sudo.late_rule,
            late_factor=_to_decimal(contract_sudo.late_factor),
            late_most_percent=_to_decimal(contract_sudo.late_max_percent),
            late_grace=_to_decimal(contract_sudo.late_grace_hours),
        )

    def _describe_clauses(self):
        """Say which clauses were applied."""
        if self.contract_id:
            return [
                self.env._(
                    "Clauses of %(contract)s.",
                    contract=self.contract_id.sudo().display_name,
                )
            ]
        return [
            self.env._(
                "No contract of the client was in force: the Civil Code applies."
            )
        ]

    def _describe_step(self, step):
        """Say what a step of the calculation did, with its figures."""
        amount = self._format_amount(step.amount or 0)
        values = step.values
        match step.code:
            case "no_liability":
                return self._describe_no_liability(values["cause"])
            case "declared_total":
                return self.env._(
                    "All goods are gone: the declared value is paid, %(amount)s.",
                    amount=amount,
                )
            case "declared_part":
                return self.env._(
                    "Declared for less than they are worth: loss %(loss)s × declared"
                    " value %(declared)s ÷ value %(value)s = %(amount)s.",
                    loss=self._format_amount(values["loss"]),
                    declared=self._format_amount(values["declared"]),
                    value=self._format_amount(values["value"]),
                    amount=amount,
                )
            case "declared_loss":
                return self.env._(
                    "The loss lies within what was declared: %(amount)s.",
                    amount=amount,
                )
            case "declared_cap":
                return self.env._(
                    "No more than the declared value is paid: %(amount)s.",
                    amount=amount,
                )
            case "market":
                return self.env._(
                    "Nothing was declared or agreed: the market value at the"
                    " destination is paid, %(amount)s (Civil Code, article 833).",
                    amount=amount,
                )
            case "clause_freight":
                return self.env._(
                    "Clause: freight %(base)s × %(factor)s = %(amount)s.",
                    base=self._format_amount(values["base"]),
                    factor=self._format_number(values["factor"]),
                    amount=amount,
                )
            case "clause_weight":
                return self.env._(
                    "Clause: %(base)s kg × %(factor)s = %(amount)s.",
                    base=self._format_number(values["base"]),
                    factor=self._format_amount(values["factor"]),
                    amount=amount,
                )
            case "clause_piece":
                return self.env._(
                    "Clause: %(base)s parcels × %(factor)s = %(amount)s.",
                    base=self._format_number(values["base"]),
                    factor=self._format_amount(values["factor"]),
                    amount=amount,
                )
            case "clause_loss":
                return self.env._(
                    "The proven loss is %(loss)s; the smaller of the two is paid:"
                    " %(amount)s.",
                    loss=self._format_amount(values["loss"]),
                    amount=amount,
                )
            case "piece_cap":
                return self.env._(
                    "At most %(most)s a parcel for %(pieces)s parcels: %(amount)s.",
                    most=self._format_amount(values["most"]),
                    pieces=values["pieces"],
                    amount=amount,
                )
        return self._describe_late_step(step, amount) or self._describe_doubt(
            step, amount
        )

    def _describe_late_step(self, step, amount):
        """Say how a delay was counted; None for another step."""
        values = step.values
        match step.code:
            case "late_no_rule":
                return self.env._(
                    "The contract reduces nothing for a delay. Only a loss that is"
                    " proven and could be foreseen counts (Civil Code, article 584)."
                )
            case "late_in_time":
                return self.env._("The delay lies within the agreed grace.")
            case "late_free":
                return self.env._(
                    "Late by %(days)s days: the freight is waived, %(amount)s.",
                    days=values["days"],
                    amount=amount,
                )
            case "late_percent":
                return self.env._(
                    "Late by %(days)s days × %(factor)s %% of the freight of"
                    " %(freight)s = %(amount)s.",
                    days=values["days"],
                    factor=self._format_number(values["factor"]),
                    freight=self._format_amount(values["freight"]),
                    amount=amount,
                )
            case "late_amount":
                return self.env._(
                    "Late by %(days)s days × %(pieces)s parcels × %(factor)s ="
                    " %(amount)s.",
                    days=values["days"],
                    pieces=values["pieces"],
                    factor=self._format_amount(values["factor"]),
                    amount=amount,
                )
            case "late_cap":
                return self.env._(
                    "No more than %(percent)s %% of the freight: %(amount)s.",
                    percent=self._format_number(values["percent"]),
                    amount=amount,
                )
        return None

    def _describe_doubt(self, step, amount):
        """Say what is not sure about the amount."""
        match step.code:
            case "notice_needed":
                return self.env._(
                    "This is a standard term: evidence of notice is needed. Without it"
                    " the term does not hold, and the loss of %(amount)s is owed (Civil"
                    " Code, articles 496 and 497).",
                    amount=amount,
                )
            case "notice_proven":
                return self.env._(
                    "This is a standard term; the contract names the proof that the"
                    " client was told of it."
                )
            case _:
                return self.env._(
                    "The loss is not proven yet: enter its value from invoice,"
                    " valuation or repair bill."
                )

    def _describe_no_liability(self, cause):
        if cause == "sender":
            return self.env._(
                "The sender or the consignee caused it: nothing is owed (Civil Code,"
                " article 832)."
            )
        if cause == "nature":
            return self.env._(
                "The goods' own nature or normal wear caused it: nothing is owed"
                " (Civil Code, article 832)."
            )
        return self.env._(
            "A higher force caused it: nothing is owed (Civil Code, article 832)."
        )

    def _format_amount(self, amount):
        return formatLang(self.env, float(amount), currency_obj=self.currency_id)

    def _format_number(self, number):
        """Format a number without the zeros behind it."""
        return format(Decimal(number).normalize(), "f")


def _to_decimal(number):
    """Return a float of Odoo as the decimal that it shows."""
    return Decimal(str(number or 0))
