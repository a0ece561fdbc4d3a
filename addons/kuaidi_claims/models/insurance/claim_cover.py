from decimal import Decimal

from odoo import api, fields, models

from ...tools.insurance import NAMED_CAUSES, Facts
from .claim_insurance import INTERNAL
from .conditions_mixin import CLAUSES


class KuaidiClaim(models.Model):
    """What the policy of a claim covers, and what its insurer owes (2.13)."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    insurance_clause = fields.Selection(
        selection=CLAUSES,
        string="Clause That Holds",
        compute="_compute_insurance",
        groups=INTERNAL,
    )
    is_covered = fields.Selection(
        selection=[("yes", "Covered"), ("no", "Not Covered"), ("open", "Not Clear")],
        string="Cover",
        compute="_compute_insurance",
        groups=INTERNAL,
    )
    amount_insurer = fields.Monetary(
        string="Payable by the Insurer",
        compute="_compute_insurance",
        groups=INTERNAL,
        help="By what is proven now, and as long as the clause pays for the cause.",
    )
    insurance_explanation = fields.Text(
        string="What the Insurer Owes and Why",
        compute="_compute_insurance",
        groups=INTERNAL,
    )

    # === COMPUTE METHODS === #

    @api.depends(lambda self: self._get_insurance_depends())
    @api.depends_context("lang")
    def _compute_insurance(self):
        for claim in self:
            result = claim._get_insurance()
            claim.insurance_clause = result["clause"]
            claim.is_covered = result["cover"]
            claim.amount_insurer = result["amount"]
            claim.insurance_explanation = "\n".join(result["steps"])

    # === BUSINESS METHODS === #

    @api.model
    def _get_insurance_depends(self):
        """Return the fields that cover and payment are decided by."""
        return (
            "policy_id",
            "sum_insured",
            "loss_cause",
            "is_declared_specially",
            "is_packing_unfit",
            "booking_warning",
            "amount_mitigation",
            "goods",
            "goods_kind",
            "origin",
            "destination",
            "is_used",
            "packing",
            "amount_per_piece",
            "pieces",
            "amount_loss",
            "amount_value",
            "is_total_loss",
        )

    def _get_insurance_facts(self):
        """Return the `Facts` that decide on the clause."""
        self.ensure_one()
        per_piece = self.amount_per_piece
        if not per_piece and self.pieces:
            per_piece = self.amount_value / self.pieces
        return Facts(
            goods_kind=self.goods_kind or "",
            goods=self.goods or "",
            route=f"{self.origin or ''} {self.destination or ''}",
            is_used=self.is_used,
            packing=self.packing or "",
            amount_per_piece=Decimal(str(per_piece or 0)),
            is_declared_specially=self.is_declared_specially,
            is_packing_unfit=self.is_packing_unfit,
            is_warned=bool((self.booking_warning or "").strip()),
            cause=self.loss_cause or "",
        )

    def _get_insured_loss(self):
        """Return what the loss is by what is proven, in yuan."""
        self.ensure_one()
        if self.amount_loss or not self.is_total_loss:
            return self.amount_loss
        return self.amount_value

    def _get_insurance(self):
        """Return what the policy covers and pays by what is proven now (2.13).

        :return: dict of ``clause`` (False for none), ``cover`` (yes, no, open, or
            False without a policy), ``amount`` (yuan), ``steps`` (sentences)
        """
        self.ensure_one()
        # sudo: whoever reads a claim sees what its policy gives, not the policy
        policy_sudo = self.policy_id.sudo()
        if not policy_sudo:
            return {"clause": False, "cover": False, "amount": 0, "steps": []}
        facts = self._get_insurance_facts()
        decision = policy_sudo._decide_clause(facts)
        steps = list(decision["reasons"])
        amount = 0
        loss = self._get_insured_loss()
        if decision["is_covered"] is not False:
            if loss or self.amount_mitigation:
                payable = policy_sudo._get_payable(
                    loss,
                    self.amount_value,
                    self.sum_insured,
                    self.amount_mitigation,
                    facts=facts,
                )
                amount = payable["amount"]
                steps += payable["steps"]
            else:
                steps.append(
                    self.env._("The loss is not proven yet: enter what it comes to.")
                )
        # named clauses pay once the cause is known, wide ones for all the rest
        is_open = decision["is_covered"] is None and decision["clause"] in NAMED_CAUSES
        if is_open:
            cover = "open"
        else:
            cover = "no" if decision["is_covered"] is False else "yes"
        return {
            "clause": decision["clause"] or False,
            "cover": cover,
            "amount": amount,
            "steps": steps,
        }
