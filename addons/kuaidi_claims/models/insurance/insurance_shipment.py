from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools.insurance import Facts
from .conditions_mixin import CLAUSES


class KuaidiInsuranceShipment(models.Model):
    """One shipment as it was declared to the insurer of a policy (IN-2)."""

    _name = "kuaidi.insurance.shipment"
    _description = "Declared Shipment"
    _order = "date_shipped desc, id desc"
    _rec_name = "waybill_number"
    _check_company_auto = True

    policy_id = fields.Many2one(
        comodel_name="kuaidi.insurance.policy",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('state', '=', 'running')]",
    )
    company_id = fields.Many2one(
        related="policy_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="policy_id.currency_id")
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    waybill_number = fields.Char(required=True)
    date_shipped = fields.Date(string="Shipped On", required=True)
    # empty texts and zeros are kept as such: a file with an empty cell changes nothing
    goods = fields.Char(default="")
    goods_kind = fields.Selection(selection="_selection_goods_kind")
    origin = fields.Char(string="Shipped From", default="")
    destination = fields.Char(string="Shipped To", default="")
    is_used = fields.Boolean(string="Used Goods", default=False)
    packing = fields.Selection(selection="_selection_packing")
    is_declared_specially = fields.Boolean(
        string="Declared Specially",
        default=False,
        help="The insurer was told of what is above the limit of a piece, or covered"
        " only when declared.",
    )
    pieces = fields.Integer(default=1)
    amount_value = fields.Monetary(string="Value of the Goods", default=0.0)
    sum_insured = fields.Monetary(required=True)
    amount_premium = fields.Monetary(string="Premium Booked", default=0.0)
    # what follows from the policy
    clause = fields.Selection(
        selection=CLAUSES,
        compute="_compute_terms",
        store=True,
        precompute=True,
        help="Empty: the policy does not cover the goods.",
    )
    amount_premium_due = fields.Monetary(
        string="Premium by the Rate",
        compute="_compute_terms",
        store=True,
        precompute=True,
        help="Rate of the policy, or of a special term of it, x the sum insured.",
    )
    amount_premium_gap = fields.Monetary(
        string="Booked above the Rate",
        compute="_compute_amount_premium_gap",
        store=True,
        precompute=True,
        help="Below zero: less was booked than the rate gives.",
    )
    is_narrowed = fields.Boolean(
        string="Covered Less than Agreed",
        compute="_compute_is_narrowed",
        search="_search_is_narrowed",
    )
    clause_reason = fields.Text(
        string="Why This Clause", compute="_compute_clause_reason"
    )

    _policy_waybill_uniq = models.UniqueIndex(
        "(policy_id, waybill_number)",
        "This waybill was declared under the policy already. Change that entry.",
    )
    _waybill_idx = models.Index("(waybill_number, company_id)")
    _date_idx = models.Index("(company_id, date_shipped DESC, id DESC)")
    _sum_positive = models.Constraint(
        "CHECK(sum_insured > 0)", "A declared shipment has a sum insured above zero."
    )
    _not_negative = models.Constraint(
        "CHECK(COALESCE(pieces, 1) > 0 AND COALESCE(amount_value, 0) >= 0"
        " AND COALESCE(amount_premium, 0) >= 0)",
        "A shipment has a piece at least, and no amount below zero.",
    )
    _within_value = models.Constraint(
        "CHECK(COALESCE(amount_value, 0) = 0 OR sum_insured <= amount_value)",
        "The sum insured is above the value of the goods; the excess would be void"
        " (Insurance Act, article 55).",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _selection_goods_kind(self):
        """Return the kinds of goods that waybills name."""
        claims = self.env["kuaidi.claim"]
        return claims._fields["goods_kind"]._description_selection(self.env)

    @api.model
    def _selection_packing(self):
        """Return the kinds of packing that waybills name."""
        claims = self.env["kuaidi.claim"]
        return claims._fields["packing"]._description_selection(self.env)

    @api.depends(
        "policy_id",
        "goods",
        "goods_kind",
        "origin",
        "destination",
        "is_used",
        "packing",
        "is_declared_specially",
        "pieces",
        "amount_value",
        "sum_insured",
    )
    def _compute_terms(self):
        """Apply the policy; its conditions stand once it is running."""
        for shipment in self:
            policy = shipment.policy_id
            facts = shipment._get_facts()
            if not policy:
                shipment.clause = False
                shipment.amount_premium_due = 0
                continue
            shipment.clause = policy._decide_clause(facts)["clause"] or False
            shipment.amount_premium_due = policy._get_premium(
                shipment.sum_insured, facts
            )

    @api.depends("amount_premium", "amount_premium_due")
    def _compute_amount_premium_gap(self):
        for shipment in self:
            shipment.amount_premium_gap = (
                shipment.amount_premium - shipment.amount_premium_due
            )

    @api.depends("clause", "policy_id.clause")
    def _compute_is_narrowed(self):
        for shipment in self:
            shipment.is_narrowed = bool(
                shipment.policy_id and shipment.clause != shipment.policy_id.clause
            )

    @api.model
    def _search_is_narrowed(self, operator, value):
        if operator != "in":
            return NotImplemented
        groups = self.env["kuaidi.insurance.policy"]._read_group(
            [("state", "!=", "draft")], ["clause"], ["id:array_agg"]
        )
        # a clause that is empty is another one too
        domain = Domain.OR(
            Domain("policy_id", "in", policy_ids)
            & (Domain("clause", "!=", clause) | Domain("clause", "=", False))
            for clause, policy_ids in groups
        )
        return domain if True in value else ~domain

    @api.depends("clause", "policy_id")
    @api.depends_context("lang")
    def _compute_clause_reason(self):
        for shipment in self:
            policy = shipment.policy_id
            reasons = []
            if policy:
                decision = policy._decide_clause(shipment._get_facts())
                reasons = decision["reasons"]
            shipment.clause_reason = "\n".join(reasons)

    # === CONSTRAINT METHODS === #

    @api.constrains("policy_id", "date_shipped", "account_id")
    def _check_policy(self):
        for shipment in self:
            policy = shipment.policy_id
            if not policy._covers(shipment.date_shipped):
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s is not in force on %(day)s, when waybill"
                        " %(waybill)s is shipped. Declare it under another one.",
                        policy=policy.number,
                        day=fields.Date.to_string(shipment.date_shipped),
                        waybill=shipment.waybill_number,
                    )
                )
            if policy.account_id and policy.account_id != shipment.account_id:
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s is for the shipments of %(account)s alone."
                        " Enter its client for waybill %(waybill)s.",
                        policy=policy.number,
                        account=policy.account_id.display_name,
                        waybill=shipment.waybill_number,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._normalize(vals)
        shipments = super().create(vals_list)
        shipments._check_no_claim()
        return shipments

    def write(self, vals):
        self._check_no_claim()
        self._normalize(vals)
        res = super().write(vals)
        if {"waybill_number", "policy_id"} & vals.keys():
            self._check_no_claim()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_claimed(self):
        self._check_no_claim()

    # === BUSINESS METHODS === #

    @api.model
    def _normalize(self, vals):
        """Keep waybills as they are searched, and texts that are not there as empty."""
        if vals.get("waybill_number"):
            vals["waybill_number"] = "".join(vals["waybill_number"].split()).upper()
        for name in ("goods", "origin", "destination"):
            if name in vals:
                vals[name] = vals[name] or ""

    def _get_facts(self):
        """Return the `Facts` that decide on clause and premium."""
        self.ensure_one()
        return Facts(
            goods_kind=self.goods_kind or "",
            goods=self.goods or "",
            route=f"{self.origin or ''} {self.destination or ''}",
            is_used=self.is_used,
            packing=self.packing or "",
            amount_per_piece=get_per_piece(
                Decimal(str(self.amount_value or self.sum_insured or 0)), self.pieces
            ),
            is_declared_specially=self.is_declared_specially,
        )

    def _check_no_claim(self):
        """Refuse to change what was declared once the loss is known.

        :raise UserError: naming the first waybill that a claim was raised on
        """
        if self.env.su:
            return
        claimed = self._get_claimed(self.mapped("waybill_number"), self.company_id)
        for shipment in self:
            if (shipment.company_id.id, shipment.waybill_number) in claimed:
                raise UserError(
                    self.env._(
                        "A claim was raised on waybill %(waybill)s: what was declared"
                        " to the insurer before stands.",
                        waybill=shipment.waybill_number,
                    )
                )

    @api.model
    def _get_claimed(self, numbers, companies):
        """Return (company id, waybill) of the waybills that claims were raised on."""
        # sudo: whether there is a claim counts, whoever may read it
        return {
            (company.id, number)
            for company, number in self.env["kuaidi.claim"]
            .sudo()
            ._read_group(
                [
                    ("waybill_number", "in", list(numbers)),
                    ("company_id", "in", companies.ids),
                    ("state", "!=", "withdrawn"),
                ],
                ["company_id", "waybill_number"],
            )
        }


def get_per_piece(value, pieces):
    """Return the value of one piece, as a decimal."""
    return value / max(pieces or 1, 1)
