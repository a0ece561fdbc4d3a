from odoo import api, fields, models
from odoo.tools import format_list

from .claim import CLOSED_STATES

TOLD_TYPE = "kuaidi_claims.mail_activity_type_claim_told"


class KuaidiClaim(models.Model):
    """Asks the units what happened, and tells business and finance (2.12)."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    inquiry_ids = fields.One2many(
        comodel_name="kuaidi.claim.inquiry",
        inverse_name="claim_id",
        string="Inquiries",
    )
    date_told = fields.Datetime(
        string="Business and Finance Told On", readonly=True, copy=False
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"date_told"}

    @api.model
    def _get_missing_depends(self):
        return [*super()._get_missing_depends(), "inquiry_ids.state"]

    def _get_transition_obstacles(self, target):
        reasons = super()._get_transition_obstacles(target)
        if target == "inquiry" and not self.inquiry_ids:
            reasons.append(
                self.env._(
                    "Write down which unit is asked what, or why nobody is asked."
                )
            )
        if target == "assessment":
            reasons += self._get_inquiry_obstacles()
        return reasons

    def _get_inquiry_obstacles(self):
        waiting = self.inquiry_ids.filtered(
            lambda inquiry: inquiry.state in ("draft", "asked")
        )
        if waiting:
            return [
                self.env._(
                    "These units have not answered: %(units)s. Wait, enter what they"
                    " say, or drop the inquiry.",
                    units=format_list(self.env, waiting.department_id.mapped("name")),
                )
            ]
        if not (self.no_inquiry_reason or "").strip() and not any(
            inquiry.state == "answered" for inquiry in self.inquiry_ids
        ):
            return [
                self.env._("No unit has answered. Ask one, or say why nobody is asked.")
            ]
        return []

    def _on_state_inquiry(self):
        drafts = self.inquiry_ids.filtered(lambda inquiry: inquiry.state == "draft")
        drafts._send()

    def _on_state_assessment(self):
        self._tell_business_and_finance()

    def _run_state_hooks(self, target):
        if target in CLOSED_STATES:
            waiting = self.inquiry_ids.filtered(lambda one: one.state == "asked")
            waiting._close("dropped", is_void=True)
        return super()._run_state_hooks(target)

    def _tell_business_and_finance(self):
        """Ask the account manager and finance once for what they know (2.12, step 2).

        Business tells what was shipped, finance how the client pays and what it owes.
        """
        for claim in self.filtered(lambda claim: not claim.date_told):
            claim.date_told = fields.Datetime.now()
            finance = claim.company_id._get_kuaidi_claim_finance()
            today = self.env["kuaidi.deadline"]._get_today(claim.company_id)
            for user in (claim.account_id.sudo().manager_id | finance).filtered(
                "active"
            ):
                told = claim.with_context(lang=user.lang or self.env.lang)
                told.sudo().activity_schedule(
                    TOLD_TYPE,
                    summary=told.env._(
                        "%(claim)s: look at shipments, settlement and debts",
                        claim=claim.number,
                    ),
                    user_id=user.id,
                    date_deadline=today,
                    automated=True,
                )
