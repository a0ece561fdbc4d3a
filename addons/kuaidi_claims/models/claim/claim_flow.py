from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from .claim import CLOSED_STATES, STATES

OFFICER = "kuaidi_claims.group_claims_officer"
FINANCE = "kuaidi_key_account.group_finance"
OPEN_STATES = tuple(state for state, _label in STATES if state not in CLOSED_STATES)
# while the client and we have not agreed
UNDECIDED_STATES = (
    "received",
    "evidence",
    "inquiry",
    "assessment",
    "negotiation",
    "lawyer",
)
# who does not answer for what happened may refuse; another answer compensates
REFUSABLE = ("sender", "nature", "force_majeure")


class Transition(NamedTuple):
    """One way from some states to another one, and who may go it."""

    sources: tuple
    target: str
    button: str
    group: str


# The whole flow of 2.12. What has to be there before is told by
# `_get_transition_obstacles`.
TRANSITIONS = (
    Transition(("received",), "evidence", "action_ask_evidence", OFFICER),
    Transition(("evidence",), "inquiry", "action_inquire", OFFICER),
    Transition(("evidence", "inquiry"), "assessment", "action_assess", OFFICER),
    Transition(("assessment",), "negotiation", "action_negotiate", OFFICER),
    Transition(("negotiation", "lawyer"), "consensus", "action_agree", OFFICER),
    Transition(("consensus",), "report", "action_report", OFFICER),
    Transition(("report",), "to_approve", "action_request_approval", OFFICER),
    Transition(("to_approve",), "approved", "action_approve", OFFICER),
    Transition(("to_approve", "approved"), "negotiation", "action_refuse", OFFICER),
    Transition(("approved",), "paid", "action_pay", FINANCE),
    Transition(("paid",), "filed", "action_file", OFFICER),
    # off the way, each with its reason
    Transition(UNDECIDED_STATES, "refused", "action_open_refuse", OFFICER),
    Transition(
        (*UNDECIDED_STATES, "consensus", "report"),
        "withdrawn",
        "action_open_withdraw",
        OFFICER,
    ),
    Transition(("negotiation", "refused"), "lawyer", "action_open_lawyer", OFFICER),
    Transition(
        ("consensus", "report", "refused", "lawyer", "withdrawn"),
        "negotiation",
        "action_open_reopen",
        OFFICER,
    ),
)
# the way of a claim without trouble
NEXT_STATES = {
    "received": "evidence",
    "evidence": "inquiry",
    "inquiry": "assessment",
    "assessment": "negotiation",
    "negotiation": "consensus",
    "consensus": "report",
    "report": "to_approve",
    "to_approve": "approved",
    "approved": "paid",
    "paid": "filed",
    "lawyer": "consensus",
}


class KuaidiClaim(models.Model):
    """Moves a claim from state to state: lock, check, write, in this order (2.12)."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    no_inquiry_reason = fields.Char(
        string="Why Nobody Is Asked",
        copy=False,
        help="Needed to assess a claim without an answered inquiry, such as small"
        " amounts that are paid on the spot.",
    )
    next_step = fields.Char(compute="_compute_missing")
    missing = fields.Text(
        string="Missing for the Next Step",
        compute="_compute_missing",
        help="What has to be there before the claim moves on.",
    )

    # === COMPUTE METHODS === #

    @api.depends(lambda self: self._get_missing_depends())
    @api.depends_context("lang", "uid")
    def _compute_missing(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        for claim in self:
            target = claim._get_next_state()
            claim.next_step = states.get(target)
            claim.missing = target and "\n".join(
                claim._get_transition_obstacles(target)
            )

    # === ACTION METHODS === #

    def action_ask_evidence(self):
        """Ask the client for the application form and evidence within 3 days (D11)."""
        return self._move("evidence")

    def action_inquire(self):
        """Begin to ask the units of operation what happened (D12)."""
        return self._move("inquiry")

    def action_assess(self):
        """End the inquiries: say who answers for it, and what is owed."""
        return self._move("assessment")

    def action_negotiate(self):
        """Begin to talk about the amount; after two weeks finance is told (D14)."""
        return self._move("negotiation")

    def action_file(self):
        """Put the settled claim on file."""
        return self._move("filed")

    def action_open_refuse(self):
        """Ask why the claim is refused, and refuse it."""
        return self._open_close("refused")

    def action_open_withdraw(self):
        """Ask why the client takes the claim back, and withdraw it."""
        return self._open_close("withdrawn")

    def action_open_lawyer(self):
        """Ask why the claim goes to the lawyer, and give it to them."""
        return self._open_close("lawyer")

    def action_open_reopen(self):
        """Ask why the claim is taken up again, and go back to negotiation."""
        return self._open_close("negotiation")

    # === BUSINESS METHODS === #

    @api.model
    def _get_transitions(self):
        """Hook: return the table of the flow, as `Transition`.

        A later room adds or replaces rows; the first that fits is taken.
        """
        return TRANSITIONS

    def _get_next_state(self):
        """Hook: return the state that comes next where nothing is amiss."""
        self.ensure_one()
        if self.state == "evidence" and self.no_inquiry_reason:
            return "assessment"
        return NEXT_STATES.get(self.state)

    @api.model
    def _get_missing_depends(self):
        """Hook: return the fields that the obstacles follow from."""
        return [
            "state",
            "waybill_number",
            "repeat_reason",
            "amount_claimed",
            "amount_assessed",
            "no_inquiry_reason",
            "liability",
            "liability_note",
        ]

    def _get_transition_obstacles(self, target):
        """Hook: return what keeps this claim from a state, as sentences to users.

        :param str target: a state; who may go there and from where is checked apart
        :return: list of texts, empty when the claim may move on
        """
        self.ensure_one()
        reasons = []
        if (
            target not in CLOSED_STATES
            and self.earlier_claim_ids
            and not (self.repeat_reason or "").strip()
        ):
            reasons.append(self._get_repeat_message())
        if target == "assessment" and not self.amount_claimed:
            reasons.append(self.env._("Enter what the client claims, in yuan."))
        if target == "negotiation" and self.state == "assessment":
            reasons += self._get_assessment_obstacles()
        if target == "refused":
            reasons += self._get_refusal_obstacles()
        return reasons

    def _get_assessment_obstacles(self):
        reasons = []
        if not self.liability:
            reasons.append(self.env._("Say who answers for what happened."))
        if not (self.liability_note or "").strip():
            reasons.append(self.env._("Explain why, and what proves it."))
        if not self.amount_assessed:
            reasons.append(self.env._("Enter the assessed amount."))
        return reasons

    def _get_refusal_obstacles(self):
        """Return why we may not refuse the client.

        What an insurer, a carrier or an agent decides is between them and us: it is no
        reason to refuse the client (case 3 of 2.12).
        """
        if self.liability in REFUSABLE:
            return []
        if self.liability:
            return [
                self.env._(
                    "We answer to the client for ourselves, our carriers and agents,"
                    " whatever an insurer decided. A claim is refused only where the"
                    " sender, the nature of the goods or force majeure is the cause."
                )
            ]
        return [
            self.env._("Say first who answers for what happened: it decides on this.")
        ]

    def _get_transition(self, target):
        """Return the row of the table that leads from the state to another, if any."""
        self.ensure_one()
        return next(
            (
                transition
                for transition in self._get_transitions()
                if transition.target == target and self.state in transition.sources
            ),
            None,
        )

    def _check_may_move(self, target):
        """Check that somebody of the right group moves the claims.

        :raise AccessError: for others
        """
        self.check_access("read")
        if self.env.su:
            return
        groups = {
            transition.group
            for transition in self._get_transitions()
            if transition.target == target
        }
        if not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(
                self.env._(
                    "This step of a claim is for others. Ask one of: %(groups)s.",
                    groups=format_list(
                        self.env,
                        [self.env.ref(group).sudo().name for group in sorted(groups)],
                    ),
                )
            )

    def _move(self, target, **values):
        """Move claims to a state: lock, check, write, in this order.

        Clocks start and stop with it, then `_on_state_<target>` is called where a
        room defines it.

        :param str target: one of the states
        :param values: other fields that are written along
        :return: True
        :raise AccessError: for somebody who may not do this step
        :raise UserError: when it does not lead there (any more), or something is
            missing for it
        """
        self._check_may_move(target)
        # sudo: the state is guarded; who may move it was checked above
        claims_sudo = self.sudo()
        claims_sudo.lock_for_update()
        claims_sudo.invalidate_recordset()
        for claim_sudo in claims_sudo:
            claim_sudo._check_transition(target)
        claims_sudo.write({"state": target, **values})
        # before another claim on the same waybill is written
        claims_sudo.flush_recordset(["state"])
        claims_sudo._run_state_hooks(target)
        return True

    def _check_transition(self, target):
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        if not self._get_transition(target):
            raise UserError(
                self.env._(
                    "%(claim)s is in state “%(state)s”, from which no step leads to"
                    " “%(target)s”. Reload the page to see what became of it.",
                    claim=self.display_name,
                    state=states[self.state],
                    target=states[target],
                )
            )
        reasons = self._get_transition_obstacles(target)
        if reasons:
            raise UserError(
                self.env._(
                    "%(claim)s cannot go to “%(target)s” yet:\n%(reasons)s",
                    claim=self.display_name,
                    target=states[target],
                    reasons="\n".join(reasons),
                )
            )

    def _run_state_hooks(self, target):
        """Call `_on_state_<target>` in superuser mode, where a room defines it."""
        hook = getattr(self, f"_on_state_{target}", None)
        if hook:
            hook()

    def _on_state_refused(self):
        self.date_done = fields.Datetime.now()

    def _on_state_withdrawn(self):
        self.date_done = fields.Datetime.now()

    def _on_state_filed(self):
        self.date_done = fields.Datetime.now()

    def _on_state_negotiation(self):
        self.date_done = False

    def _on_state_lawyer(self):
        self.date_done = False

    def _note_insurer_refusal(self, reason):
        """Hook: an insurer refused; the client's claim goes on as it is (2.12, case 3).

        The officer is asked to look at the cause again: reclassified, the insurer may
        pay after all.

        :param str reason: what the insurer says
        """
        for claim in self:
            officer = claim.user_id
            translated = claim.with_context(lang=officer.lang or self.env.lang)
            # sudo: the system tells the officer, whoever entered the insurer's letter
            translated.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=translated.env._(
                    "The insurer refused: look at the cause again, the client's claim"
                    " goes on"
                ),
                note=reason,
                user_id=officer.id,
                date_deadline=self.env["kuaidi.deadline"]._get_today(claim.company_id),
            )

    def _open_close(self, target):
        self.ensure_one()
        self._check_may_move(target)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_claims.kuaidi_claim_close_action"
        )
        return dict(
            action, context={"default_claim_id": self.id, "default_target": target}
        )
