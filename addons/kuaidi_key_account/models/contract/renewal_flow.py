from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .renewal import OPEN_STAGES

WINBACK_TYPE = "kuaidi_key_account.mail_activity_type_winback"


class KuaidiRenewal(models.Model):
    """The way of a renewal from coming up to renewed or lost."""

    _name = "kuaidi.renewal"
    _inherit = ["kuaidi.renewal"]

    # === ACTION METHODS === #

    def action_evaluate(self):
        """Take the renewal up: what we make of it is written down (2.7).

        The negotiation sheet begins with the usual points, and the opportunity of the
        forecast is made where it was not made yet.

        :raise UserError: without an evaluation, or in another stage
        """
        for renewal in self._lock():
            renewal._check_stage("upcoming")
            if not renewal.evaluation:
                raise UserError(
                    self.env._(
                        "Look through the dossier and write down what you make of"
                        " %(renewal)s: the evaluation is missing.",
                        renewal=renewal.display_name,
                    )
                )
            if not renewal.position_ids:
                renewal.position_ids = renewal._prepare_positions()
        self._move("evaluated")
        self._create_leads()

    def action_negotiate(self):
        """Go to the client with an offer.

        :raise UserError: without an offer, or in another stage
        """
        for renewal in self._lock():
            renewal._check_stage("evaluated")
            if not renewal.proposal:
                raise UserError(
                    self.env._(
                        "Write down what you offer %(renewal)s before you negotiate.",
                        renewal=renewal.display_name,
                    )
                )
        self._move("negotiating")

    def action_back(self):
        """Take an open renewal back by one step."""
        for renewal in self._lock():
            renewal._check_open()
            if renewal.stage == "upcoming":
                raise UserError(
                    self.env._(
                        "%(renewal)s is at its first step.",
                        renewal=renewal.display_name,
                    )
                )
        for renewal in self:
            renewal._move(
                {"retender": "negotiating"}.get(
                    renewal.stage,
                    OPEN_STAGES[OPEN_STAGES.index(renewal.stage) - 1],
                )
            )

    def action_retender(self):
        """Give the renewal over to a tender, and open the tender."""
        self.ensure_one()
        self._lock()
        self._check_open()
        self._retender()
        return self.tender_lead_id._get_records_action()

    def action_renew(self):
        """Make the contract of the next term, and open it; once (2.7).

        A client of public procurement whose extension is beyond what the law allows is
        put out to tender instead.

        :raise UserError: when the contract was terminated or the renewal has ended
        """
        self.ensure_one()
        self._lock()
        if self.stage in OPEN_STAGES and self._needs_tender():
            self._retender()
            return self.tender_lead_id._get_records_action()
        return self._renew()._get_records_action()

    def action_open_lose(self):
        """Open the form on which it is entered why a renewal was lost."""
        self.ensure_one()
        self.check_access("write")
        self._check_open()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_renewal_lose_action"
        )
        return dict(action, context={"default_renewal_id": self.id})

    def action_reopen(self):
        """Negotiate with a client again whose renewal was lost."""
        for renewal in self._lock():
            if renewal.stage != "lost":
                raise UserError(
                    self.env._(
                        "Only what was lost can be taken up again. %(renewal)s was"
                        " not.",
                        renewal=renewal.display_name,
                    )
                )
        for renewal in self:
            renewal._reopen()

    def action_view_contract(self):
        """Open the contract that ends."""
        self.ensure_one()
        return self.contract_id._get_records_action()

    def action_view_successor(self):
        """Open the contract of the next term."""
        self.ensure_one()
        return self.successor_id._get_records_action()

    # === BUSINESS METHODS === #

    def _lock(self):
        """Lock the renewals, and see them as they are now.

        :raise AccessError: for the clients of somebody else
        :raise LockError: while somebody else moves one of them
        """
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["stage", "successor_id"])
        return self

    def _check_stage(self, stage):
        self._check_open()
        if self.stage != stage:
            raise UserError(
                self.env._(
                    "%(renewal)s has moved on since. Reload the page to see its step.",
                    renewal=self.display_name,
                )
            )

    def _move(self, stage, **values):
        """Bring renewals to a stage; what is over withdraws what waits on it."""
        # sudo: the stage is guarded, who may move it was checked by the caller
        self.sudo().write(
            {"stage": stage, "date_stage": fields.Datetime.now(), **values}
        )
        self._withdraw_ended()

    def _prepare_positions(self):
        """Return the points that are usually negotiated (CO-5, CO-6)."""
        points = (
            self.env._("Prices and discount"),
            self.env._("Volume promised"),
            self.env._("Payment term and settlement"),
            self.env._("Transit time and late delivery"),
            self.env._("Compensation and insurance"),
            self.env._("Service and contact persons"),
        )
        return [
            Command.create({"name": name, "sequence": 10 * number})
            for number, name in enumerate(points, start=1)
        ]

    def _renew(self):
        """Make the successor contract in one transaction; once per renewal.

        The former contract ends on its own day, when the new one is signed.

        :return: the contract of the next term, a draft to be approved and signed
        :raise UserError: when it cannot be renewed
        """
        self.ensure_one()
        self._lock()
        if self.stage == "renewed" and self.successor_id:
            return self.successor_id
        self._check_open()
        self._check_renewable()
        # sudo: the new contract and what hangs on it are written by the system; the
        # right to renew was checked above
        renewal_sudo = self.sudo()
        contract_sudo = renewal_sudo.contract_id
        successor_sudo = contract_sudo.copy(renewal_sudo._prepare_successor())
        renewal_sudo._copy_prices(successor_sudo)
        self._move(
            "renewed",
            successor_id=successor_sudo.id,
            amount_renewed=renewal_sudo.amount_expected,
            likelihood=100,
            date_done=fields.Datetime.now(),
        )
        self._close_leads()
        contract_sudo._message_log(
            body=self.env._(
                "%(user)s renewed the contract as %(successor)s.",
                user=self.env.user.name,
                successor=successor_sudo.display_name,
            )
        )
        return successor_sudo.with_env(self.env)

    def _check_renewable(self):
        """Check that the contract can be followed by another one.

        :raise UserError: when it was terminated, is not signed, or needs a tender
        """
        self.ensure_one()
        contract = self.contract_id.sudo()
        if contract.state == "terminated":
            raise UserError(
                self.env._(
                    "%(contract)s was terminated and cannot be renewed. Draw up a new"
                    " contract with the client.",
                    contract=contract.display_name,
                )
            )
        if contract.state not in ("running", "expired"):
            raise UserError(
                self.env._(
                    "%(contract)s is not in force (any more), there is nothing to"
                    " renew.",
                    contract=contract.display_name,
                )
            )
        if self._needs_tender():
            raise UserError(self._get_tender_message())

    def _prepare_successor(self):
        """Return the values of the next contract; its clauses are copied."""
        self.ensure_one()
        return {
            "predecessor_id": self.contract_id.id,
            "date_from": self.date_next_from,
            "date_to": self.date_next_to,
            "amount_total": self.amount_expected * self.term_months / 12,
            "amount_promised": self.amount_expected or self.contract_id.amount_promised,
        }

    def _copy_prices(self, successor):
        """Hook: draft the prices of the next term with the new contract."""

    def _lose(self, reason, by="client", **values):
        """Register that the client does not renew.

        Notice is registered with the contract, which ends on its last day.

        :param reason: crm.lost.reason
        :param by: who gave notice, a value of the contract's `termination_by`
        :param values: `competitor`, `lost_note` and `date_winback`
        :raise UserError: when the renewal has ended already
        """
        self.ensure_one()
        self._lock()
        self._check_open()
        self._move(
            "lost",
            lost_reason_id=reason.id,
            likelihood=0,
            date_done=fields.Datetime.now(),
            **values,
        )
        # sudo: who may lose the renewal registers the notice with the contract
        contract_sudo = self.contract_id.sudo()
        if contract_sudo.state == "running" and not contract_sudo.is_termination_given:
            contract_sudo._terminate(
                by, self._get_today(), contract_sudo.date_to, reason.name
            )
        self._close_leads()
        if self.date_winback:
            self._open_winback()

    def _open_winback(self):
        """Ask the owner to win the client back, and forecast it (AR-3)."""
        # sudo: the forecast is the company's, whoever sees the opportunity
        renewal_sudo = self.sudo()
        lead_values = renewal_sudo._prepare_lead() | {
            "name": self.env._(
                "Win back %(client)s", client=self.account_id.display_name
            ),
            "probability": 10,
            "date_deadline": self.date_winback,
            "tag_ids": [
                Command.link(self.env.ref("kuaidi_key_account.crm_tag_winback").id)
            ],
        }
        renewal_sudo.winback_lead_id = (
            self.env["crm.lead"].sudo().create(lead_values).id
        )
        renewal_sudo.activity_schedule(
            WINBACK_TYPE,
            date_deadline=self.date_winback,
            user_id=self.owner_id.id,
            summary=self.env._(
                "Win back %(client)s, lost to %(competitor)s",
                client=self.account_id.display_name,
                competitor=self.competitor or self.env._("a competitor"),
            ),
        )

    def _reopen(self):
        self.ensure_one()
        if self.contract_id.sudo().state == "terminated":
            self._check_renewable()
        self._move("negotiating", date_done=False, likelihood=30)
        # sudo: the activity of the system, the opportunities are the company's
        renewal_sudo = self.sudo()
        renewal_sudo.activity_unlink([WINBACK_TYPE])
        lead_sudo = renewal_sudo.lead_id
        if lead_sudo and not lead_sudo.active:
            renewal_sudo._restore_lead()
