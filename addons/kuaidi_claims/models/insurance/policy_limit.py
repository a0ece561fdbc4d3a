from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_payment import LIVE_STATES


class KuaidiInsurancePolicy(models.Model):
    """Counts what its insurer agreed to against the limit of the whole policy."""

    _name = "kuaidi.insurance.policy"
    _inherit = ["kuaidi.insurance.policy"]

    case_ids = fields.One2many(
        comodel_name="kuaidi.insurance.case",
        inverse_name="policy_id",
        string="Insurance Cases",
        readonly=True,
    )
    # stored: two agreements at once write the same row, and one of them starts anew
    amount_agreed = fields.Monetary(
        string="Insurer Agreed To", compute="_compute_amount_agreed", store=True
    )

    _agreed_within_limit = models.Constraint(
        "CHECK(COALESCE(sum_insured, 0) = 0"
        " OR COALESCE(amount_agreed, 0) <= sum_insured)",
        "A policy pays no more than its limit.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "case_ids.amount_agreed",
        "case_ids.payment_ids.amount",
        "case_ids.payment_ids.kind",
        "case_ids.payment_ids.state",
    )
    def _compute_amount_agreed(self):
        """Sum up all cases; an undisputed part counts until the rest is agreed to."""
        agreed = dict(
            self.env["kuaidi.insurance.case"]._read_group(
                [("policy_id", "in", self.ids)], ["policy_id"], ["amount_agreed:sum"]
            )
        )
        undisputed = self.env["kuaidi.insurance.payment"].search(
            [
                ("case_id.policy_id", "in", self.ids),
                ("kind", "=", "undisputed"),
                ("state", "in", LIVE_STATES),
            ]
        )
        undisputed = undisputed.filtered(
            lambda payment: not payment.case_id.amount_agreed
        )
        by_policy = undisputed.grouped(lambda payment: payment.case_id.policy_id)
        for policy in self:
            parts = by_policy.get(policy._origin, undisputed.browse())
            policy.amount_agreed = agreed.get(policy._origin, 0) + sum(
                parts.mapped("amount")
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"amount_agreed", "case_ids"}


class KuaidiInsuranceCase(models.Model):
    """Agrees to no more than the limit of the policy leaves."""

    _name = "kuaidi.insurance.case"
    _inherit = ["kuaidi.insurance.case"]

    # === BUSINESS METHODS === #

    def _check_agreed_amount(self, amount):
        res = super()._check_agreed_amount(amount)
        self._check_policy_limit(amount, self._get_live_amount())
        return res

    def _check_bookable(self, kind, amount, owed):
        res = super()._check_bookable(kind, amount, owed)
        if kind == "undisputed":
            self._check_policy_limit(amount, 0)
        return res

    def _check_policy_limit(self, amount, counted):
        """Check that the limit of the whole policy leaves an amount.

        :param amount: that is agreed to, in the currency of the case
        :param counted: what of it the policy counts already
        :raise UserError: when it does not
        """
        self.ensure_one()
        # sudo: what a policy has left is a fact, whoever may read it
        policy_sudo = self.policy_id.sudo()
        if not policy_sudo.sum_insured:
            return
        left = policy_sudo.sum_insured - policy_sudo.amount_agreed + counted
        if self.currency_id.compare_amounts(amount, left) > 0:
            raise UserError(
                self.env._(
                    "Policy %(policy)s pays %(limit)s in its whole time, of which"
                    " %(left)s is left: the insurer owes no more.",
                    policy=policy_sudo.display_name,
                    limit=self._format_amount(policy_sudo.sum_insured),
                    left=self._format_amount(left),
                )
            )
