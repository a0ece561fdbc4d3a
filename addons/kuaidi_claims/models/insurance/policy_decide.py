from decimal import Decimal

from odoo import api, models

from ...tools.insurance import (
    Conditions,
    Cover,
    Facts,
    decide_clause,
    find_terms,
    get_payable,
    get_premium,
)
from .insurance_policy import HELD_STATES


class KuaidiInsurancePolicy(models.Model):
    """Decides what a policy covers, and calculates what it pays (IN-1, IN-6, IN-7)."""

    _name = "kuaidi.insurance.policy"
    _inherit = ["kuaidi.insurance.policy"]

    # === BUSINESS METHODS === #

    def _get_cover(self):
        """Return what decides on the clause, as plain numbers."""
        self.ensure_one()
        return Cover(
            clause=self.clause,
            used_limit=_to_decimal(self.used_goods_limit),
            piece_limit=_to_decimal(self.limit_per_piece),
            terms=self.term_ids._get_plain(),
        )

    def _decide_clause(self, facts):
        """Return which clause holds for a shipment, and why (IN-6, IN-7, cases 3, 4).

        Used goods above 10,000 yuan a piece without the packing of their factory fall
        to clause B; goods above the limit of a piece that were not declared specially,
        packing left as it was after a warning, and excluded goods are not covered.

        :param facts: `Facts`, or a dict of its fields
        :return: dict of ``clause`` (a, b, basic, comprehensive, or None where nothing
            is covered), ``is_covered`` (whether the clause pays for the cause, None
            while that is open), ``reasons`` (list of sentences)
        """
        self.ensure_one()
        if isinstance(facts, dict):
            facts = Facts(**facts)
        decision = decide_clause(self._get_cover(), facts)
        return {
            "clause": decision.clause,
            "is_covered": decision.is_covered,
            "reasons": [
                self._describe_decision(decision, step) for step in decision.steps
            ],
        }

    def _get_payable(
        self, loss, insured_value, sum_insured, amount_mitigation=0, facts=None
    ):
        """Return what the insurer owes for a loss that is covered, and why.

        Loss x min(1, sum / value) less the deductible as the policy applies it, never
        below 0 nor above the sum insured; the cost of saving the goods on top
        (Insurance Act, articles 55 and 57).

        :param loss: in the policy's currency
        :param insured_value: real value of all goods, 0 while it is not known
        :param sum_insured: of the shipment
        :param amount_mitigation: necessary cost of saving the goods
        :param facts: `Facts` or dict, where special terms have deductibles of their own
        :return: dict of ``amount``, ``amount_mitigation`` (part of the amount),
            ``is_under_insured``, ``steps`` (list of sentences)
        """
        self.ensure_one()
        if isinstance(facts, dict):
            facts = Facts(**facts)
        conditions = Conditions(
            deductible=self._get_deductible(facts),
            deductible_rule=self.deductible_rule,
            minimum=_to_decimal(self.amount_min),
        )
        payable = get_payable(
            conditions,
            _to_decimal(loss),
            _to_decimal(insured_value),
            _to_decimal(sum_insured),
            _to_decimal(amount_mitigation),
        )
        return {
            "amount": float(payable.amount),
            "amount_mitigation": float(payable.amount_mitigation),
            "is_under_insured": payable.is_under_insured,
            "steps": [self._describe_payable(step) for step in payable.steps],
        }

    def _get_premium(self, sum_insured, facts):
        """Return the premium of one shipment: its rate x the sum insured (IN-5).

        :param facts: `Facts` of the shipment: special terms have rates of their own
        """
        self.ensure_one()
        return float(get_premium(_to_decimal(sum_insured), self._get_rate(facts)))

    def _get_rate(self, facts):
        """Return the rate per mille of a shipment, as a decimal."""
        for term in find_terms(self.term_ids._get_plain(), facts):
            if term.effect == "special" and term.rate is not None:
                return term.rate
        return _to_decimal(self.rate)

    def _get_deductible(self, facts):
        """Return the deductible of a shipment, as a decimal."""
        if facts:
            for term in find_terms(self.term_ids._get_plain(), facts):
                if term.effect == "special" and term.deductible is not None:
                    return term.deductible
        return _to_decimal(self.deductible)

    @api.model
    def _find_for_shipments(self, shipments):
        """Return the cargo policies that cover shipments, the one that counts first.

        What was declared to counts before what covers every shipment; then a client's
        own policy before one for all clients, then the one that began last. Where
        several cover a shipment, each insurer is told of the others: together they
        pay no more than the value (Insurance Act, article 56).

        :param shipments: list of dicts with ``company``, ``account``, ``day``,
            ``waybill``
        :return: list of recordsets, as many as shipments, in superuser mode
        """
        # sudo: which policy covers a shipment is a fact, whoever may read it
        policies_sudo = self.sudo()
        if shipments:
            days = [item["day"] for item in shipments]
            policies_sudo = policies_sudo.search(
                [
                    ("company_id", "in", [item["company"].id for item in shipments]),
                    (
                        "account_id",
                        "in",
                        [False, *(item["account"].id for item in shipments)],
                    ),
                    ("kind", "=", "cargo"),
                    ("state", "in", HELD_STATES),
                    ("date_from", "<=", max(days)),
                    ("date_to", ">=", min(days)),
                ]
            )
        numbers = {item["waybill"] for item in shipments if item["waybill"]}
        declared = set()
        if policies_sudo and numbers:
            declared = {
                (policy.id, waybill)
                for policy, waybill in self.env["kuaidi.insurance.shipment"]
                .sudo()
                ._read_group(
                    [
                        ("policy_id", "in", policies_sudo.ids),
                        ("waybill_number", "in", list(numbers)),
                    ],
                    ["policy_id", "waybill_number"],
                )
            }
        return [
            policies_sudo.filtered(
                lambda policy, item=item: policy._fits(item, declared)
            ).sorted(
                lambda policy, item=item: (
                    (policy.id, item["waybill"]) not in declared,
                    not policy.account_id,
                    -policy.date_from.toordinal(),
                    -policy.id,
                )
            )
            for item in shipments
        ]

    def _fits(self, item, declared):
        """Return whether the policy covers the shipment of `_find_for_shipments`."""
        return (
            self.company_id == item["company"]
            and self.currency_id == item["company"].currency_id
            and self.account_id in (item["account"], self.account_id.browse())
            and self._covers(item["day"])
            and (not self.is_declared_only or (self.id, item["waybill"]) in declared)
        )


def _to_decimal(number):
    """Return a float of Odoo as the decimal that it shows."""
    return Decimal(str(number or 0))
