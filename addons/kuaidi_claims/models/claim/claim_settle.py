from odoo import api, fields, models
from odoo.exceptions import UserError

from .claim_flow import FINANCE, OFFICER, Transition

# these follow from reports and payouts, not from a button of the claim
SETTLEMENT_TRANSITIONS = (
    Transition(("to_approve",), "report", "action_take_back", OFFICER),
    Transition(("paid", "filed"), "approved", "action_cancel", FINANCE),
)


class KuaidiClaim(models.Model):
    """The way of a claim from negotiation over its report to the money (2.12)."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    offer_ids = fields.One2many(
        comodel_name="kuaidi.claim.offer", inverse_name="claim_id", string="Offers"
    )
    report_ids = fields.One2many(
        comodel_name="kuaidi.claim.report", inverse_name="claim_id", string="Reports"
    )
    report_id = fields.Many2one(
        comodel_name="kuaidi.claim.report",
        string="Latest Report",
        compute="_compute_report_id",
    )
    payout_id = fields.Many2one(
        comodel_name="kuaidi.claim.payout",
        string="Latest Payout",
        compute="_compute_payout_id",
    )

    # no related fields: the ORM could not find their records by a field not stored
    report_state = fields.Selection(
        selection=lambda self: self._get_selection("kuaidi.claim.report"),
        string="Report",
        compute="_compute_report_id",
    )
    payout_state = fields.Selection(
        selection=lambda self: self._get_selection("kuaidi.claim.payout"),
        string="Payout",
        compute="_compute_payout_id",
    )

    # === COMPUTE METHODS === #

    @api.depends("report_ids.state")
    def _compute_report_id(self):
        for claim in self:
            claim.report_id = claim.report_ids.sorted("id")[-1:]
            claim.report_state = claim.report_id.state

    @api.depends("payout_ids.state")
    def _compute_payout_id(self):
        for claim in self:
            claim.payout_id = claim.payout_ids.sorted("id")[-1:]
            claim.payout_state = claim.payout_id.state

    # === ACTION METHODS === #

    def action_use_rule_amount(self):
        """Take what the rules give as the assessed amount.

        :raise UserError: when the loss is not proven, so that they give nothing yet
        """
        self.check_access("write")
        for claim in self:
            if claim._get_compensation()["is_open"]:
                raise UserError(
                    self.env._(
                        "The loss of %(claim)s is not proven yet: enter its value"
                        " first.",
                        claim=claim.display_name,
                    )
                )
            claim.amount_assessed = claim.amount_rule

    def action_make_report(self):
        """Write the claim report with today's figures, and open it (D15).

        :raise UserError: when nothing was agreed, or there is a report already
        """
        self.ensure_one()
        self.check_access("write")
        self._move("report")
        # sudo: what stands in a report is written by the system; the right to work on
        # the claim was checked above
        return self.sudo()._create_report().with_env(self.env)._get_records_action()

    def action_renegotiate(self):
        """Take an approved claim back to negotiation: another amount is approved anew.

        :raise UserError: when it was paid out already
        """
        self._check_may_move("negotiation")
        return self._move("negotiation")

    def action_view_report(self):
        """Open the latest report."""
        self.ensure_one()
        return self.report_id._get_records_action()

    def action_view_payout(self):
        """Open the entry of the latest payout in the books."""
        self.ensure_one()
        return self.payout_id.move_id._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _get_selection(self, model):
        """Return the states of reports or payouts, as they are called there."""
        return self.env[model]._fields["state"]._description_selection(self.env)

    @api.model
    def _get_transitions(self):
        return (*super()._get_transitions(), *SETTLEMENT_TRANSITIONS)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | self._get_debt_fields()

    @api.model
    def _get_missing_depends(self):
        return [
            *super()._get_missing_depends(),
            "date_debt_checked",
            "offer_ids.state",
            "report_ids.state",
            "payout_ids.state",
        ]

    def _get_transition_obstacles(self, target):
        reasons = super()._get_transition_obstacles(target)
        if target == "consensus" and not self.offer_ids.filtered(
            lambda offer: offer.state == "accepted"
        ):
            reasons.append(
                self.env._("Log the offers of both sides, and which one was accepted.")
            )
        if target == "report" and not self.date_debt_checked:
            reasons.append(self.env._("Check what the client owes us."))
        if target == "to_approve" and self.state == "report":
            if self.report_id.state not in ("draft", "to_approve"):
                reasons.append(self.env._("Write the claim report."))
        if target == "negotiation" and self._get_live_payout():
            reasons.append(
                self.env._("It is paid out: cancel the entry in the books first.")
            )
        if target == "paid" and self.payout_id.state != "paid":
            reasons.append(self.env._("Finance pays it out."))
        return reasons

    def _get_live_payout(self):
        """Return the payout that was not cancelled, if there is one."""
        self.ensure_one()
        return self.payout_ids.filtered(lambda payout: payout.state != "cancelled")

    def _reach_consensus(self, amount):
        """Note that both sides agree on an amount.

        :param amount: yuan, in the currency of the claim
        """
        self.ensure_one()
        self._move("consensus", amount_agreed=amount)

    def _create_report(self):
        """Draw up a report with the figures of now; called in superuser mode."""
        self.ensure_one()
        compensation = self._get_compensation()
        # a former report gives way in the database before this one takes its place
        self.env["kuaidi.claim.report"].flush_model(["state"])
        return self.env["kuaidi.claim.report"].create(
            {
                "claim_id": self.id,
                "number": self._get_report_number(),
                "amount": self.amount_agreed,
                "amount_claimed": self.amount_claimed,
                "amount_rule": compensation["amount"],
                "explanation": "\n".join(compensation["steps"]),
                "amount_debt": self.amount_debt,
                "amount_debt_overdue": self.amount_debt_overdue,
                "course": "\n".join(
                    filter(None, (self.description, self.liability_note))
                ),
            }
        )

    def _get_report_number(self):
        """Return the number of the next report: that of the claim, counted on."""
        return f"{self.number}-{len(self.report_ids) + 1}"

    def _on_report_approved(self, report):
        """Take over what was approved; called in superuser mode."""
        self.ensure_one()
        self._move("approved", amount_approved=report.amount)

    def _on_report_refused(self, report, comment):
        """Go back to negotiation, and have those who must coordinate told (2.12, 7).

        Called in superuser mode.
        """
        self.ensure_one()
        self._message_log(
            body=self.env._(
                "%(user)s refused %(report)s. %(comment)s",
                user=self.env.user.name,
                report=report.number,
                comment=comment,
            )
        )
        self._move("negotiation")
        people = self.user_id | self.manager_id
        for user in people.filtered("active"):
            translated = self.with_context(lang=user.lang or self.env.lang)
            translated.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=translated.env._(
                    "The claim was not approved: agree with finance how to go on"
                ),
                note=comment,
                user_id=user.id,
                date_deadline=self.env["kuaidi.deadline"]._get_today(self.company_id),
            )

    def _on_state_negotiation(self):
        """Give up what was agreed and approved before: both come anew."""
        res = super()._on_state_negotiation()
        self.offer_ids.filtered(lambda offer: offer.state == "accepted").write(
            {"state": "replaced"}
        )
        self.report_ids.filtered(
            lambda report: report.state in ("draft", "to_approve", "approved")
        )._supersede()
        self.write({"amount_agreed": 0, "amount_approved": 0})
        return res

    def _on_payout_booked(self, payout):
        """Hook: the payout stands in the books; called in superuser mode."""
        self.ensure_one()
        self._message_log(
            body=self.env._(
                "%(user)s booked the payout: %(move)s.",
                user=self.env.user.name,
                move=payout.move_id.display_name,
            )
        )

    def _on_payout_state(self, payout):
        """Follow the payout: paid, or to be paid (again); called in superuser mode."""
        self.ensure_one()
        if payout.state == "paid" and self.state == "approved":
            self._move("paid")
        elif payout.state != "paid" and self.state in ("paid", "filed"):
            self._move("approved")
            self.date_done = False
            self._message_log(
                body=self.env._(
                    "%(move)s is not paid any more: the claim is to be paid (again).",
                    move=payout.move_id.display_name,
                )
            )
