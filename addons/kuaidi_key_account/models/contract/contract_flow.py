from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from ...tools.contract_dates import ONE_DAY
from .contract import FOUNDING_KINDS


class KuaidiContract(models.Model):
    """The way of a contract from draft to signature, and to its end."""

    _name = "kuaidi.contract"
    _inherit = ["kuaidi.contract"]

    # === ACTION METHODS === #

    def action_request_approval(self):
        """Ask for approval once the review checklist is answered (2.7).

        :raise UserError: when a contract is no draft, or something is missing
        """
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        for contract in self:
            contract._check_is("draft")
            contract._check_requestable()
        # sudo: who asks is written by the system alone
        self.sudo().requested_by_id = self.env.user
        return super().action_request_approval()

    def action_back_to_draft(self):
        """Take contracts back that were requested or approved, to change them.

        Whatever was approved has to be approved again.

        :raise UserError: when a contract is signed already, or is a draft
        """
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        for contract in self:
            if contract.state not in ("to_approve", "approved"):
                raise UserError(
                    self.env._(
                        "%(contract)s waits neither for approval nor for signature:"
                        " there is nothing to take back.",
                        contract=contract.display_name,
                    )
                )
        # sudo: reviews and state are guarded, the right was checked above
        contracts_sudo = self.sudo()
        contracts_sudo.review_ids.unlink()
        contracts_sudo.write({"state": "draft"})
        for contract in contracts_sudo:
            contract._message_log(
                body=self.env._(
                    "%(user)s took the contract back to change it.",
                    user=self.env.user.name,
                )
            )

    def action_sign(self):
        """Open the form on which the signature is registered.

        :raise UserError: when the contract does not wait for its signature
        """
        self.ensure_one()
        self.check_access("write")
        self._check_is("approved")
        return self._open_wizard("kuaidi_contract_sign_action")

    def action_terminate(self):
        """Open the form on which notice is registered, or an earlier end.

        :raise UserError: when the contract is not in force
        """
        self.ensure_one()
        self.check_access("write")
        self._check_is("running")
        return self._open_wizard("kuaidi_contract_terminate_action")

    # === BUSINESS METHODS === #

    def _open_wizard(self, action):
        return dict(
            self.env["ir.actions.act_window"]._for_xml_id(
                f"kuaidi_key_account.{action}"
            ),
            context={"default_contract_id": self.id},
        )

    def _check_is(self, state):
        """Check that this one contract is a draft, to be signed, or in force.

        :raise UserError: when its state is another
        """
        if self.state == state:
            return
        name = self.display_name
        messages = {
            "draft": self.env._(
                "%(contract)s is not a draft (any more).", contract=name
            ),
            "approved": self.env._(
                "%(contract)s does not wait for its signature (any more).",
                contract=name,
            ),
            "running": self.env._(
                "%(contract)s is not in force (any more).", contract=name
            ),
        }
        raise UserError(messages[state])

    def _check_requestable(self):
        """Hook: check what a contract needs before anybody is asked to approve it.

        :raise UserError: saying what is missing
        """
        self.ensure_one()
        # sudo: what counts is how things are, whoever may read them
        contract_sudo = self.sudo()
        if contract_sudo.account_id.state == "closed":
            raise UserError(
                self.env._(
                    "The account of %(client)s is closed. Reopen it before you make a"
                    " contract.",
                    client=self.account_id.display_name,
                )
            )
        contract_sudo._check_takes_place()

    def _check_takes_place(self):
        """Check that the contract can follow what it amends or renews.

        :raise UserError: when the former one is not in force any more, when it has
            gone on since, or another master contract covers the time
        """
        self.ensure_one()
        former = self.previous_id
        if former:
            if former.state != "running":
                raise UserError(
                    self.env._(
                        "%(former)s is not in force any more, so nothing can take its"
                        " place. Draw up a new contract.",
                        former=former.display_name,
                    )
                )
            if self.date_to and self.date_to < former.date_term_from:
                raise UserError(
                    self.env._(
                        "%(former)s has gone on for another term since, until"
                        " %(date)s. Give the new version an end after that term began.",
                        former=former.display_name,
                        date=format_date(self.env, former.date_to),
                    )
                )
        predecessor = self.predecessor_id
        if predecessor.state == "running" and predecessor.date_from >= self.date_from:
            raise UserError(
                self.env._(
                    "%(contract)s renews %(former)s and cannot begin before it.",
                    contract=self.display_name,
                    former=predecessor.display_name,
                )
            )
        if self.kind == "master":
            others = self._get_clashing_masters() - former - predecessor
            if others:
                raise UserError(
                    self.env._(
                        "%(other)s is in force for part of that time already. Amend or"
                        " renew that one, or begin after it ends.",
                        other=others[0].display_name,
                    )
                )

    def _get_clashing_masters(self):
        """Return the client's other running master contracts of the same time."""
        self.ensure_one()
        domain = [
            ("account_id", "=", self.account_id.id),
            ("kind", "=", "master"),
            ("state", "=", "running"),
            ("id", "!=", self.id),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", self.date_from),
        ]
        if self.date_to:
            domain.append(("date_from", "<=", self.date_to))
        return self.search(domain)

    def _on_refused(self):
        """Give the contract back as a draft; the chatter keeps who refused it, why."""
        comments = {
            contract.id: " ".join(filter(None, contract.review_ids.mapped("comment")))
            for contract in self
        }
        res = super()._on_refused()
        # reviews of a draft would keep it from being requested again
        self.review_ids.unlink()
        for contract in self:
            contract._message_log(
                body=self.env._(
                    "%(user)s refused the contract. %(comment)s",
                    user=self.env.user.name,
                    comment=comments[contract.id],
                )
            )
        return res

    def _sign(self, date_signed):
        """Bring the contract into force (ON-1).

        It takes the place of the version that it amends, and the contract that it
        renews ends on the day before it begins.

        :param date_signed: the day on which the last party signed
        :raise UserError: when it does not wait for its signature, no signed copy is
            attached, the day is missing or in the future
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state", "attachment_ids"])
        self._check_is("approved")
        if not date_signed or date_signed > self._get_today():
            raise UserError(
                self.env._(
                    "Enter the day on which the last party signed: today or earlier."
                )
            )
        if not self.attachment_ids:
            raise UserError(
                self.env._(
                    "Attach the signed copy of %(contract)s first: without it nobody"
                    " can show what was agreed.",
                    contract=self.display_name,
                )
            )
        # sudo: state, terms and papers are written by the system; the right to sign
        # was checked above
        contract_sudo = self.sudo()
        # one contract of a client is signed at a time: the next one meets its terms
        contract_sudo.account_id.lock_for_update(allow_referencing=True)
        (contract_sudo.previous_id | contract_sudo.predecessor_id).lock_for_update()
        (contract_sudo.previous_id | contract_sudo.predecessor_id).invalidate_recordset(
            ["state", "date_to", "term"]
        )
        contract_sudo._check_takes_place()
        if self.date_to and date_signed > self.date_to:
            raise UserError(
                self.env._(
                    "%(contract)s was to end on %(date)s, before it was signed. Take"
                    " it back to draft and correct its dates.",
                    contract=self.display_name,
                    date=format_date(self.env, self.date_to),
                )
            )
        contract_sudo._put_in_force(date_signed)

    def _put_in_force(self, date_signed):
        """Write what signing brings about; called in superuser mode."""
        former = self.previous_id
        values = {"state": "running", "date_signed": date_signed}
        if former:
            values |= {
                "changes_signed": self._describe_changes(),
                "term": former.term,
                "date_term_from": former.date_term_from,
            }
            former.write({"state": "superseded", "date_ended": date_signed})
        if self.predecessor_id.state == "running":
            self.predecessor_id._end_on(self.date_from - ONE_DAY)
        # the former one leaves the time before this one takes it
        self.env.flush_all()
        self.write(values)
        if former:
            former._pass_on_to(self)
        self._start_terms()
        self._register_papers()
        account = self.account_id
        if account.state == "candidate" and not account.date_entrusted:
            if self.kind in FOUNDING_KINDS:
                account.date_entrusted = date_signed
        self._on_signed()

    def _end_on(self, last_day):
        """Let running contracts end on a day, since another one follows on it.

        Called in superuser mode.
        """
        today = self._get_today()
        for contract in self:
            if contract.date_to and contract.date_to <= last_day:
                continue
            contract.write(
                {
                    "is_open_ended": False,
                    "is_termination_given": True,
                    "date_to": last_day,
                }
            )
            contract.term_ids[:1].date_to = last_day
        self._update_papers()
        over = self.filtered(lambda c: c.date_to and c.date_to < today)
        for contract in over:
            contract.write({"state": "expired", "date_ended": contract.date_to})

    def _terminate(self, by, date_given, last_day, reason):
        """Register that one side does not go on, and when the contract ends.

        A last day in the future leaves the contract in force until then; the cron ends
        it.

        :param by: a value of `termination_by`
        :raise UserError: when the contract is not in force, or the day lies outside it
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state", "date_to"])
        self._check_is("running")
        if last_day < self.date_from or (self.date_to and last_day > self.date_to):
            raise UserError(
                self.env._(
                    "%(contract)s ends between %(start)s and %(end)s: choose a day in"
                    " that time.",
                    contract=self.display_name,
                    start=format_date(self.env, self.date_from),
                    end=format_date(self.env, self.date_to) if self.date_to else "…",
                )
            )
        # sudo: how a contract ends is written by its buttons; the right was checked
        contract_sudo = self.sudo()
        is_early = last_day != contract_sudo.date_to
        contract_sudo.write(
            {
                "is_termination_given": True,
                "termination_by": by,
                "date_termination_given": date_given,
                "date_termination": last_day if is_early else False,
                "is_open_ended": False,
                "date_to": last_day,
                "end_reason": reason,
            }
        )
        contract_sudo.term_ids[:1].date_to = last_day
        contract_sudo._update_papers()
        contract_sudo._message_log(
            body=self.env._(
                "%(user)s registered the notice of %(given)s: the contract ends on"
                " %(end)s. %(reason)s",
                user=self.env.user.name,
                given=format_date(self.env, date_given),
                end=format_date(self.env, last_day),
                reason=reason,
            )
        )
        if last_day < contract_sudo._get_today():
            contract_sudo._expire()
        self._on_termination_given()

    def _start_terms(self):
        """Write the first term of contracts that are in force for the first time."""
        first = self.filtered(lambda contract: not contract.term_ids)
        self.env["kuaidi.contract.term"].create(
            [
                {
                    "contract_id": contract.id,
                    "number": contract.term,
                    "kind": "first",
                    "date_from": contract.date_term_from or contract.date_from,
                    "date_to": contract.date_to,
                }
                for contract in first
            ]
        )
        for contract in self - first:
            row = contract.term_ids[:1]
            if row.date_to == contract.date_to:
                continue
            values = {"date_to": contract.date_to}
            if row.date_to and (not contract.date_to or contract.date_to > row.date_to):
                values["kind"] = "extended"
            row.write(values)

    def _on_signed(self):
        """Hook: this contract has come into force; called in superuser mode."""

    def _on_termination_given(self):
        """Hook: one side has said that this contract does not go on."""
