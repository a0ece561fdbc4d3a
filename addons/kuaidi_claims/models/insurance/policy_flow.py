from odoo import models
from odoo.exceptions import UserError


class KuaidiInsurancePolicy(models.Model):
    """Starts and ends policies."""

    _name = "kuaidi.insurance.policy"
    _inherit = ["kuaidi.insurance.policy"]

    # === ACTION METHODS === #

    def action_start(self):
        """Put the policies in force: their conditions stand from now on.

        :raise UserError: when one is in force already
        """
        self.check_access("write")
        self.lock_for_update()
        for policy in self:
            if policy.state != "draft":
                raise UserError(
                    self.env._(
                        "Policy %(policy)s was started already.", policy=policy.number
                    )
                )
        # sudo: the state is written by buttons alone
        self.sudo().state = "running"

    def action_end(self):
        """End the policies today; what was shipped until today stays covered.

        :raise UserError: without a reason, or when one is not running
        """
        self.check_access("write")
        self.lock_for_update()
        for policy in self:
            if policy.state != "running":
                raise UserError(
                    self.env._(
                        "Policy %(policy)s is not running, so it cannot be ended.",
                        policy=policy.number,
                    )
                )
            if not (policy.end_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say why policy %(policy)s ends: fill in the reason first.",
                        policy=policy.number,
                    )
                )
        service = self.env["kuaidi.deadline"]
        # sudo: as in `action_start`
        for policy in self.sudo():
            today = service._get_today(policy.company_id)
            policy.write({"state": "ended", "date_ended": today})

    def action_back_to_draft(self):
        """Open a policy that covers nothing yet for corrections.

        :raise UserError: when shipments or claims rest on it
        """
        self.check_access("write")
        self.lock_for_update()
        for policy in self:
            if policy.state != "running" or policy._is_used():
                raise UserError(
                    self.env._(
                        "Shipments or claims rest on policy %(policy)s, or it is not"
                        " running. End it, and enter the corrected one.",
                        policy=policy.number,
                    )
                )
        # sudo: as in `action_start`
        self.sudo().state = "draft"

    # === BUSINESS METHODS === #

    def _is_used(self):
        """Hook: return whether records rest on the policy, whoever may read them."""
        self.ensure_one()
        # sudo: whether there are any counts, not which
        return any(
            self.env[model].sudo().search_count([("policy_id", "=", self.id)], limit=1)
            for model in ("kuaidi.insurance.shipment", "kuaidi.claim")
        )
