from odoo import fields, models
from odoo.exceptions import AccessError, UserError

OFFICER = "kuaidi_claims.group_claims_officer"
# state: from which it is reached (2.13)
SOURCES = {
    "notified": ("draft",),
    "inspection": ("notified",),
    "papers": ("notified", "inspection"),
    "decision": ("papers", "reopened"),
    # money that comes back opens what was paid
    "agreed": ("decision", "paid"),
    "paid": ("agreed",),
    "refused": ("notified", "inspection", "papers", "decision", "reopened"),
    "reopened": ("refused",),
    "closed": ("draft", "notified", "paid", "refused"),
}


class KuaidiInsuranceCase(models.Model):
    """Moves an insurance case: lock, check, write, in this order (2.13)."""

    _name = "kuaidi.insurance.case"
    _inherit = ["kuaidi.insurance.case"]

    # === ACTION METHODS === #

    def action_notify(self):
        """Note that the insurer was notified, within 24 to 48 hours (Act, 21)."""
        return self._move("notified", date_notified=fields.Datetime.now())

    def action_inspect(self):
        """Note that the joint inspection was asked for, within 10 days (2.13)."""
        return self._move("inspection", date_inspected=fields.Datetime.now())

    def action_submit_papers(self):
        """Note that the insurer has every paper: its 30 and 60 days run (23, 25)."""
        return self._move("decision", date_papers_sent=fields.Datetime.now())

    def action_announce_refusal(self):
        """Note that the insurer refuses; its reasons come in 3 days (Act, 24).

        :raise UserError: when the insurer does not have the case
        """
        self._check_may_work()
        cases_sudo = self._lock_sudo()
        for case_sudo in cases_sudo:
            if case_sudo.state != "decision":
                raise UserError(case_sudo._get_no_way_message("refused"))
        now = fields.Datetime.now()
        cases_sudo.write({"date_decided": now})
        cases_sudo._stop_clock("case_decision")
        cases_sudo._start_clock("case_refusal")
        return True

    def action_open_papers(self):
        """Ask which papers the insurer wants to have."""
        return self._open_answer("papers")

    def action_open_agree(self):
        """Ask what the insurer agrees to pay."""
        return self._open_answer("agreed")

    def action_open_refuse(self):
        """Ask for the reasons of the insurer's refusal."""
        return self._open_answer("refused")

    def action_open_reopen(self):
        """Ask for the reclassified cause, and take the refusal up again."""
        return self._open_answer("reopened")

    def action_open_close(self):
        """Ask why the case is closed, and close it."""
        return self._open_answer("closed")

    # === BUSINESS METHODS === #

    def _ask_papers(self, papers):
        """Note what the insurer asks for: it may do so once (Act, 22; D13).

        :param str papers: which papers are missing
        :raise UserError: when it asked before
        """
        self.ensure_one()
        if self.date_papers_asked:
            raise UserError(
                self.env._(
                    "The insurer asked for papers on %(day)s already. It has to name"
                    " all that is missing at once (Insurance Act, article 22): hold it"
                    " to that.",
                    day=self.env["kuaidi.deadline"]._get_local_date(
                        self.date_papers_asked, self.company_id
                    ),
                )
            )
        if not (papers or "").strip():
            raise UserError(self.env._("Write down which papers the insurer asks for."))
        return self._move(
            "papers", papers_asked=papers, date_papers_asked=fields.Datetime.now()
        )

    def _agree(self, amount):
        """Note what the insurer agrees to pay; its 10 days run (Act, 23).

        :param amount: in the currency of the case
        :raise UserError: when it is nothing, or more than the policy pays
        """
        self.ensure_one()
        if self.state == "decision":
            self._check_agreed_amount(amount)
        elif self.state == "paid":
            raise UserError(self._get_no_way_message("agreed"))
        self._move("agreed", amount_agreed=amount, date_decided=fields.Datetime.now())
        # sudo: what was paid as undisputed may be all that was agreed to
        self.sudo()._follow_payments()
        return True

    def _check_agreed_amount(self, amount):
        compare = self.currency_id.compare_amounts
        if compare(amount, 0) <= 0:
            raise UserError(self.env._("Enter what the insurer agrees to pay."))
        if compare(amount, self.amount_payable) > 0:
            raise UserError(
                self.env._(
                    "By the policy %(payable)s is payable, not %(amount)s. What the"
                    " insurer pays beyond it is a goodwill payment, with an approval of"
                    " its own.",
                    payable=self._format_amount(self.amount_payable),
                    amount=self._format_amount(amount),
                )
            )
        paid = self._get_live_amount()
        if compare(amount, paid) < 0:
            raise UserError(
                self.env._(
                    "The insurer has paid %(paid)s as undisputed already: it cannot"
                    " agree to less.",
                    paid=self._format_amount(paid),
                )
            )

    def _refuse(self, reason, date_decided=None):
        """Note the insurer's refusal with its reasons; the client's claim goes on.

        :param str reason: what the insurer writes
        :param date_decided: naive UTC datetime on which it decided; its reasons are
            due 3 days later (Act, 24)
        :raise UserError: without a reason, or when the case is not with the insurer
        """
        self.ensure_one()
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Write down the insurer's reasons: it owes them in writing"
                    " (Insurance Act, article 24)."
                )
            )
        now = fields.Datetime.now()
        decided = min(date_decided or self.date_decided or now, now)
        self._check_may_work()
        # sudo: clocks are the system's; who works on the case was checked
        self._lock_sudo()._check_transition("refused")
        self.sudo()._start_clock("case_refusal", decided)
        self._move("refused", refusal_reason=reason, date_decided=decided)
        # sudo: the claim's officer is told, whoever entered the letter
        self.claim_id.sudo()._note_insurer_refusal(reason)
        return True

    def _reopen(self, cause, reason):
        """Take a refusal up again, once, with a reclassified cause (2.12, case 3).

        :param str cause: what is found to be the cause now
        :param str reason: what proves it
        :raise UserError: when it was reopened before, or the cause is the same
        """
        self.ensure_one()
        self._check_may_work()
        case_sudo = self._lock_sudo()
        if case_sudo.reopen_count:
            raise UserError(
                self.env._(
                    "%(case)s was reopened once already. A refusal that stands after"
                    " that is a matter for the court, within two years.",
                    case=self.display_name,
                )
            )
        if not cause or cause == case_sudo.cause:
            raise UserError(
                self.env._(
                    "Reclassify the cause: the insurer refused the one it was told."
                )
            )
        if not (reason or "").strip():
            raise UserError(
                self.env._("Write down what proves the reclassified cause.")
            )
        # sudo: the claim's cause is what is found to be true now
        self.claim_id.sudo().loss_cause = cause
        return self._move(
            "reopened",
            first_cause=case_sudo.cause,
            cause=cause,
            reopen_reason=reason,
            reopen_count=1,
            date_decided=False,
        )

    def _close(self, reason):
        """Put the case aside: paid, finally refused, or never a case.

        :param str reason: why nothing more is to come from the insurer
        :raise UserError: without a reason
        """
        self.ensure_one()
        if not (reason or "").strip():
            raise UserError(self.env._("Write down why the case is closed."))
        if self.is_recourse_open and self.state == "paid":
            # sudo: the log takes what the button did
            self.sudo()._message_log(body=self.recourse_warning)
        return self._move(
            "closed", close_reason=reason, date_done=fields.Datetime.now()
        )

    def _check_may_work(self):
        """Check that a claims officer works on the cases.

        :raise AccessError: for others
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(OFFICER):
            raise AccessError(self.env._("Claims officers lead insurance cases."))

    def _lock_sudo(self):
        """Lock the cases, and return them in superuser mode as they are now."""
        # sudo: states and dates are guarded; every caller checks who may do this
        cases_sudo = self.sudo()
        cases_sudo.lock_for_update()
        cases_sudo.invalidate_recordset()
        return cases_sudo

    def _move(self, target, **values):
        """Move cases to a state: lock, check, write, in this order.

        :param str target: one of the states
        :param values: other fields that are written along
        :return: True
        :raise AccessError: for somebody who is no claims officer
        :raise UserError: when it does not lead there (any more), or something is
            missing for it
        """
        self._check_may_work()
        cases_sudo = self._lock_sudo()
        for case_sudo in cases_sudo:
            case_sudo._check_transition(target)
        cases_sudo.write({"state": target, **values})
        # before another case of the same claim is opened
        cases_sudo.flush_recordset(["state"])
        cases_sudo._run_clocks(target)
        return True

    def _check_transition(self, target):
        self.ensure_one()
        if self.state not in SOURCES[target]:
            raise UserError(self._get_no_way_message(target))
        reasons = self._get_transition_obstacles(target)
        if reasons:
            raise UserError("\n".join(reasons))

    def _get_no_way_message(self, target):
        states = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(case)s is in state “%(state)s”, from which no step leads to"
            " “%(target)s”. Reload the page to see what became of it.",
            case=self.display_name,
            state=states[self.state],
            target=states[target],
        )

    def _get_transition_obstacles(self, target):
        """Hook: return what keeps this case from a state, as sentences to users."""
        self.ensure_one()
        reasons = []
        if target == "notified":
            reasons += self._get_policy_obstacles() + self._get_notice_obstacles()
        if target == "refused" and self._get_live_amount():
            reasons.append(
                self.env._(
                    "The insurer has paid a part already: note what it agreed to"
                    " instead."
                )
            )
        if target == "paid" and not self._is_settled():
            reasons.append(self.env._("Finance books what the insurer pays first."))
        return reasons

    def _get_notice_obstacles(self):
        """Return what an insurer cannot be told without."""
        reasons = []
        if not self.amount_loss:
            reasons.append(self.env._("Enter the loss."))
        if not self.amount_insured:
            reasons.append(
                self.env._(
                    "The sum insured is 0: nothing is insured. Enter the sum of the"
                    " declared shipment."
                )
            )
        if (
            self.amount_loss
            and self.currency_id.compare_amounts(
                self.amount_loss + self.amount_mitigation, self.policy_id.amount_min
            )
            < 0
        ):
            reasons.append(
                self.env._(
                    "The loss is below %(amount)s, the least that the policy takes:"
                    " settle it with the client by our own standard.",
                    amount=self._format_amount(self.policy_id.amount_min),
                )
            )
        return reasons

    def _open_answer(self, target):
        self.ensure_one()
        self._check_may_work()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_claims.kuaidi_insurance_answer_action"
        )
        return dict(
            action,
            context={
                "default_case_id": self.id,
                "default_target": target,
            },
        )
