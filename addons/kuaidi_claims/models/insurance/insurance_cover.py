from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .conditions_mixin import CLAUSES
from .insurance_case import OPEN_FIGURE_STATES


class KuaidiInsuranceCase(models.Model):
    """What the policy covers of a case and pays for it, as it was reported (2.13)."""

    _name = "kuaidi.insurance.case"
    _inherit = ["kuaidi.insurance.case"]

    clause = fields.Selection(
        selection=[*CLAUSES, ("none", "Not Covered")],
        string="Clause That Applies",
        compute="_compute_clause",
        store=True,
    )
    clause_reasons = fields.Text(
        string="Why This Clause", compute="_compute_clause", store=True
    )
    is_covered = fields.Boolean(
        string="Cause Is Covered", compute="_compute_clause", store=True
    )
    amount_payable = fields.Monetary(
        string="Payable by the Policy", compute="_compute_payable", store=True
    )
    payable_steps = fields.Text(
        string="How It Follows", compute="_compute_payable", store=True
    )

    _agreed_within_payable = models.Constraint(
        "CHECK(COALESCE(amount_agreed, 0) <= COALESCE(amount_payable, 0))",
        "The insurer cannot agree to more than the policy pays.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "policy_id",
        "cause",
        "claim_id.amount_per_piece",
        "claim_id.booking_warning",
        "claim_id.goods",
        "claim_id.goods_kind",
        "claim_id.is_declared_specially",
        "claim_id.is_packing_unfit",
        "claim_id.is_used",
        "claim_id.packing",
    )
    def _compute_clause(self):
        for case in self:
            if case.state not in OPEN_FIGURE_STATES:
                # the insurer decides by what it was told
                for name in ("clause", "clause_reasons", "is_covered"):
                    case[name] = case[name]
                continue
            if not case.policy_id:
                case.clause = case.clause_reasons = case.is_covered = False
                continue
            decision = case.policy_id._decide_clause(case._prepare_clause_facts())
            case.clause = decision["clause"] or "none"
            case.is_covered = (
                bool(decision["clause"]) and decision["is_covered"] is not False
            )
            case.clause_reasons = "\n".join(decision["reasons"])

    @api.depends(
        "policy_id",
        "is_covered",
        "amount_loss",
        "amount_value",
        "amount_insured",
        "amount_mitigation",
    )
    def _compute_payable(self):
        for case in self:
            if case.state not in OPEN_FIGURE_STATES:
                case.amount_payable = case.amount_payable
                case.payable_steps = case.payable_steps
                continue
            if not case.policy_id or not case.is_covered:
                case.amount_payable = 0
                case.payable_steps = case.clause_reasons
                continue
            result = case._get_policy_payable()
            case.amount_payable = result["amount"]
            case.payable_steps = "\n".join(result["steps"])

    # === CONSTRAINT METHODS === #

    @api.constrains("policy_id", "claim_id")
    def _check_policy(self):
        for case in self:
            reasons = case._get_policy_obstacles()
            if reasons:
                raise ValidationError("\n".join(reasons))

    # === BUSINESS METHODS === #

    def _prepare_clause_facts(self):
        """Return what the policy decides on: facts of the claim, cause as reported."""
        self.ensure_one()
        # sudo: facts of the claim count whoever reads the case
        facts = self.claim_id.sudo()._get_insurance_facts()
        return replace(facts, cause=self.cause or "")

    def _get_policy_payable(self):
        """Return amount and steps by the policy, mitigation costs on top."""
        self.ensure_one()
        return self.policy_id._get_payable(
            self.amount_loss,
            self.amount_value,
            self.amount_insured,
            self.amount_mitigation,
            self._prepare_clause_facts(),
        )

    def _get_policy_obstacles(self):
        """Return why the policy does not cover the shipment at all, as sentences."""
        self.ensure_one()
        # sudo: what a policy covers is a fact, whoever may read it
        policy, claim = self.policy_id.sudo(), self.claim_id
        reasons = []
        if policy.currency_id != claim.currency_id:
            reasons.append(
                self.env._(
                    "Policy %(policy)s is in %(currency)s, the claim in %(own)s: choose"
                    " a policy in the currency of the claim.",
                    policy=policy.display_name,
                    currency=policy.currency_id.name,
                    own=claim.currency_id.name,
                )
            )
        if policy.account_id and policy.account_id != claim.account_id:
            reasons.append(
                self.env._(
                    "Policy %(policy)s is for the shipments of another client. Choose"
                    " another one.",
                    policy=policy.display_name,
                )
            )
        if not policy._covers(claim._get_shipping_day()):
            reasons.append(
                self.env._(
                    "Policy %(policy)s was not in force when the goods were shipped."
                    " Choose the one that was.",
                    policy=policy.display_name,
                )
            )
        return reasons


class KuaidiInsurancePolicy(models.Model):
    """Stands as it is once a case rests on it."""

    _name = "kuaidi.insurance.policy"
    _inherit = ["kuaidi.insurance.policy"]

    # === BUSINESS METHODS === #

    def _is_used(self):
        # sudo: whether there are any counts, not which
        cases_sudo = self.env["kuaidi.insurance.case"].sudo()
        return super()._is_used() or bool(
            cases_sudo.search_count([("policy_id", "=", self.id)], limit=1)
        )
