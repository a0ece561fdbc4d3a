from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_list

from .claim_flow import UNDECIDED_STATES


class KuaidiClaim(models.Model):
    """Knows which papers are asked for, and how complete they are (2.12)."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    evidence_ids = fields.One2many(
        comodel_name="kuaidi.claim.evidence",
        inverse_name="claim_id",
    )
    evidence_percent = fields.Integer(
        string="Evidence (%)",
        compute="_compute_evidence_percent",
        store=True,
        aggregator="avg",
        help="Share of the needed papers that were received or waived.",
    )

    # === COMPUTE METHODS === #

    @api.depends("evidence_ids.state", "evidence_ids.is_required")
    def _compute_evidence_percent(self):
        for claim in self:
            needed = claim.evidence_ids.filtered("is_required")
            settled = needed.filtered(lambda line: line.state != "asked")
            claim.evidence_percent = (
                100 * len(settled) // len(needed) if needed else 100
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        claims = super().create(vals_list)
        # sudo: the rules are the company's
        claims.sudo()._update_evidence()
        return claims

    def write(self, vals):
        res = super().write(vals)
        if {"type", "amount_claimed", "amount_declared"} & vals.keys():
            # sudo: the rules are the company's
            self.sudo()._update_evidence()
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _get_missing_depends(self):
        return [
            *super()._get_missing_depends(),
            "evidence_ids.state",
            "evidence_ids.is_required",
        ]

    def _get_transition_obstacles(self, target):
        reasons = super()._get_transition_obstacles(target)
        if target == "assessment":
            missing = self._get_missing_evidence()
            if missing:
                reasons.append(
                    self.env._(
                        "Evidence is missing: %(papers)s. Receive it, or waive it with"
                        " a reason.",
                        papers=format_list(self.env, missing.mapped("name")),
                    )
                )
        return reasons

    def _get_missing_evidence(self):
        """Return the needed papers that are still waited for."""
        return self.evidence_ids.filtered(
            lambda line: line.is_required and line.state == "asked"
        )

    def _update_evidence(self):
        """Bring the list of papers up to the rules; what came or was waived stays."""
        undecided = self.filtered(lambda claim: claim.state in UNDECIDED_STATES)
        if not undecided:
            return
        rules = self.env["kuaidi.claim.evidence.rule"].search(
            Domain("company_id", "in", [False, *undecided.company_id.ids])
        )
        now = fields.Datetime.now()
        vals_list, gone = [], self.env["kuaidi.claim.evidence"]
        for claim in undecided:
            wanted = rules._filter_for(claim)
            known = claim.evidence_ids.rule_id
            vals_list += [
                {
                    "claim_id": claim.id,
                    "rule_id": rule.id,
                    "sequence": rule.sequence,
                    "is_required": rule.is_required,
                    "date_asked": claim.state != "received" and now,
                }
                for rule in wanted - known
            ]
            gone |= claim.evidence_ids.filtered(
                lambda line, wanted=wanted: (
                    line.rule_id
                    and line.rule_id not in wanted
                    and line.state == "asked"
                )
            )
        gone.unlink()
        self.env["kuaidi.claim.evidence"].create(vals_list)

    def _on_evidence_changed(self):
        """Stop the client's clock where nothing is waited for any more (D11)."""
        self.filtered(lambda claim: not claim._get_missing_evidence())._stop_clock(
            "evidence"
        )
