from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from .recovery import HIRED_TARGETS

OFFICER = "kuaidi_claims.group_claims_officer"


class KuaidiRecovery(models.Model):
    """Leads a recovery from the demand to its result: lock, check, write (2.14)."""

    _name = "kuaidi.recovery"
    _inherit = ["kuaidi.recovery"]

    # === ACTION METHODS === #

    def action_demand(self):
        """Note that the demand went out: the debtor's time to answer runs.

        :raise UserError: without a contract with who was hired, or when something is
            missing
        """
        recoveries = self._lock_in_state("draft")
        for recovery in recoveries:
            reasons = recovery._get_demand_obstacles()
            if reasons:
                raise UserError("\n".join(reasons))
        recoveries._demand()
        return True

    def action_pass_on(self):
        """Charge the branch that hired a carrier or agent without a contract with all.

        Nothing can be recovered from who was hired without one (2.12, case 2; RC-2).

        :return: action that opens the recovery from the branch
        """
        self.ensure_one()
        recovery = self._lock_in_state("draft")
        if recovery.target not in HIRED_TARGETS or recovery.basis != "none":
            raise UserError(
                self.env._(
                    "The hiring branch pays only where a carrier or agent was hired"
                    " without a contract."
                )
            )
        if not recovery.department_id:
            raise UserError(self.env._("Say which branch hired it."))
        recovery._check_amount(recovery.amount_demanded)
        recovery.write({"state": "passed", "date_done": fields.Datetime.now()})
        charged = recovery.create(
            {
                "claim_id": recovery.claim_id.id,
                "target": "outlet",
                "department_id": recovery.department_id.id,
                "basis": "rules",
                "cause": recovery.env._(
                    "%(hired)s was hired without a contract; %(cause)s",
                    hired=recovery.debtor_id.name or recovery.number,
                    cause=recovery.cause or "",
                ),
                "amount_demanded": recovery.amount_demanded,
                "date_known": recovery.date_known,
                "user_id": recovery.user_id.id,
                "origin_id": recovery.id,
            }
        )
        return charged.with_env(self.env)._get_records_action()

    def action_agree(self):
        """Note what the debtor owes: agreed, ruled or sentenced.

        :raise UserError: without amount or result, or when the insurer has to consent
        """
        recoveries = self._lock_in_state("demanded")
        for recovery in recoveries:
            if not recovery.amount_agreed:
                raise UserError(self.env._("Enter what the debtor owes."))
            if not (recovery.result or "").strip():
                raise UserError(
                    self.env._("Write down how it came to this result first.")
                )
            if recovery.currency_id.compare_amounts(
                recovery.amount_agreed, recovery.amount_demanded
            ):
                recovery._check_release()
        recoveries.write({"state": "agreed"})
        recoveries._withdraw_escalation(recoveries)
        return True

    def action_give_up(self):
        """Give up what was not booked, with its reason.

        :raise UserError: without a reason, or when the insurer has to consent
        """
        recoveries = self._lock_in_state("draft", "demanded", "agreed")
        for recovery in recoveries:
            if not (recovery.result or recovery.note or "").strip():
                raise UserError(
                    self.env._("Write down why it is given up, as result or note.")
                )
            if recovery.state != "draft":
                recovery._check_release()
        recoveries.write({"state": "failed", "date_done": fields.Datetime.now()})
        recoveries._withdraw_escalation(recoveries)
        return True

    def action_reopen(self):
        """Take up again what was given up and never booked.

        :raise UserError: when it was written off in the books
        """
        recoveries = self._lock_in_state("failed")
        for recovery in recoveries:
            if recovery._has_entry():
                raise UserError(
                    self.env._(
                        "%(recovery)s was booked and written off. Enter another one.",
                        recovery=recovery.display_name,
                    )
                )
        recoveries.write(
            {
                "state": "draft",
                "date_done": False,
                "date_demanded": False,
                "date_deadline": False,
                "date_escalated": False,
                "amount_agreed": 0,
            }
        )
        return True

    # === BUSINESS METHODS === #

    def _get_demand_obstacles(self):
        """Return what keeps this recovery from being demanded, as sentences."""
        self.ensure_one()
        reasons = []
        if self.target in HIRED_TARGETS and self.basis == "none":
            reasons.append(
                self.env._(
                    "Without a contract nothing is recovered from who was hired: charge"
                    " the branch that hired it."
                )
            )
        if self.basis == "contract" and not (self.contract_reference or "").strip():
            reasons.append(self.env._("Enter the contract with the debtor."))
        if not self.debtor_id:
            reasons.append(
                self.env._(
                    "Say who pays; for an outlet, with whom it is settled is entered on"
                    " its page."
                )
            )
        if not (self.cause or "").strip():
            reasons.append(self.env._("Write down why the debtor answers for it."))
        if (
            self.route == "commission"
            and not (self.arbitration_agreement or "").strip()
        ):
            reasons.append(
                self.env._(
                    "An arbitration commission needs a written agreement that names the"
                    " matter and the commission."
                )
            )
        today = self.env["kuaidi.deadline"]._get_today(self.company_id)
        if self.date_limitation and self.date_limitation < today:
            reasons.append(self.env._("It is barred by limitation since it is known."))
        return reasons or self._get_amount_obstacles(self.amount_demanded)

    def _get_amount_obstacles(self, amount):
        """Return why an amount cannot be demanded for the claim, as sentences."""
        self.ensure_one()
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            return [self.env._("Enter how much is demanded.")]
        limit = self._get_demand_limit()
        if limit is not None and self.currency_id.compare_amounts(amount, limit) > 0:
            return [
                self.env._(
                    "%(claim)s is about %(limit)s: no more can be recovered for it.",
                    claim=self.claim_id.number,
                    limit=self.currency_id.format(limit),
                )
            ]
        return []

    def _check_amount(self, amount):
        reasons = self._get_amount_obstacles(amount)
        if reasons:
            raise UserError("\n".join(reasons))

    def _get_demand_limit(self):
        """Return the most that may be demanded, in the currency of the claim.

        Once the client is paid that is what it got; before, what is at stake. None
        where nothing limits it.
        """
        self.ensure_one()
        claim = self.claim_id
        if self.subject == "fee":
            return None
        if self.subject == "freight":
            return claim.amount_freight
        return claim.amount_paid or max(
            claim.amount_claimed,
            claim.amount_assessed,
            claim.amount_agreed,
            claim.amount_approved,
        )

    def _demand(self):
        service = self.env["kuaidi.deadline"]
        now = fields.Datetime.now()
        for company, recoveries in self.grouped("company_id").items():
            due = service._get_due(now, company.kuaidi_recovery_days, "day", company)
            recoveries.write(
                {"state": "demanded", "date_demanded": now, "date_deadline": due}
            )

    def _check_release(self):
        """Hook: check that a debtor may be released of a part of what it owes.

        :raise UserError: when an insurer has to consent first (Insurance Law, 61)
        """
        self.ensure_one()

    def _has_entry(self):
        """Hook: tell whether an entry in the books, not cancelled, is for this one."""
        self.ensure_one()
        return False

    def _lock_in_state(self, *states, group=OFFICER):
        """Lock recoveries and check who acts, and their states.

        :return: the recoveries in superuser mode
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "This step of a recovery is for others. Ask one of: %(group)s.",
                    # sudo: the name of a group, for the message
                    group=self.env.ref(group).sudo().name,
                )
            )
        # sudo: the state is guarded, who may act was checked above
        recoveries_sudo = self.sudo()
        recoveries_sudo.lock_for_update()
        recoveries_sudo.invalidate_recordset()
        labels = dict(self._fields["state"]._description_selection(self.env))
        for recovery_sudo in recoveries_sudo:
            if recovery_sudo.state not in states:
                raise UserError(
                    self.env._(
                        "%(recovery)s is not in state %(states)s by now. Reload the"
                        " page.",
                        recovery=recovery_sudo.number,
                        states=format_list(
                            self.env, [labels[state] for state in states], style="or"
                        ),
                    )
                )
        return recoveries_sudo

    def _get_escalation_user(self):
        return self[:1].company_id._get_kuaidi_claim_escalation_user()

    def _get_escalation_summary(self):
        return self.env._("A debtor does not answer")

    def _get_escalation_line(self):
        self.ensure_one()
        return self.env._(
            "%(recovery)s from %(debtor)s, with %(officer)s",
            recovery=self.number,
            debtor=self.debtor_id.name,
            officer=self.user_id.name,
        )
