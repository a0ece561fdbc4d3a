from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from .complaint_flow import OFFICER
from .complaint_type import CLAIM_TYPES

ANSWER_DAYS = 10
AUTHORITY_DAYS = 30
COMPLAINT_DAYS = 7
OPINION_WORKDAYS = 3
ACTIVITY_TYPE = "kuaidi_claims.activity_type_appeal"


class KuaidiRegulatorAppeal(models.Model):
    """An appeal to the postal authority, forwarded to us (申诉, 12305; 2.11)."""

    _name = "kuaidi.regulator.appeal"
    _description = "Regulator's Appeal"
    _inherit = [
        "kuaidi.escalation.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.evidence.mixin",
        "kuaidi.guard.mixin",
    ]
    _order = "date_deadline, id"
    _rec_name = "reference"
    _check_company_auto = True
    _mail_post_access = "read"

    _deadline_stop_states = ("answered", "mediation", "closed")
    _escalation_activity_type = "kuaidi_claims.activity_type_appeal_late"
    _guarded_fields = frozenset(
        {
            "company_id",
            "date_authority",
            "date_closed",
            "date_deadline",
            "date_done",
            "date_escalated",
            "date_opinion_due",
            "state",
        }
    )

    # what
    reference = fields.Char(
        string="Authority's Number", required=True, help="As on the forwarded appeal."
    )
    authority = fields.Char(
        help="Postal administration that forwarded it, like that of a province."
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    complaint_id = fields.Many2one(
        comodel_name="kuaidi.complaint",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        tracking=True,
        help="The complaint that the client made to us before. Empty: there was none.",
    )
    account_id = fields.Many2one(
        related="complaint_id.account_id", store=True, index="btree_not_null"
    )
    waybill_number = fields.Char(
        string="Waybill",
        compute="_compute_waybill_number",
        store=True,
        readonly=False,
        precompute=True,
    )
    type = fields.Selection(
        selection=[*CLAIM_TYPES, ("service", "Service"), ("other", "Other")],
        string="Subject",
        required=True,
        default="other",
    )
    description = fields.Text(string="What the Client Says")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Officer",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    # admissible
    date_dispute = fields.Date(
        string="Day of the Dispute",
        help="When the delivery went wrong. The client may appeal within one year.",
    )
    is_in_court = fields.Boolean(string="Before a Court or Arbitrator")
    is_admissible = fields.Boolean(
        string="Admissible", compute="_compute_is_admissible"
    )
    objection = fields.Text(
        string="Objections to It",
        compute="_compute_is_admissible",
        help="What we may plead. The answer is due all the same.",
    )
    # clocks
    date_received = fields.Datetime(
        string="Forwarded On",
        required=True,
        default=lambda self: fields.Datetime.now(),
        copy=False,
    )
    date_deadline = fields.Datetime(string="Our Answer Until", readonly=True)
    date_authority = fields.Datetime(
        string="Authority Decides Until",
        readonly=True,
        copy=False,
        help="30 days (Postal Law, article 65).",
    )
    date_opinion_due = fields.Datetime(
        string="Mediation Opinion Until", readonly=True, copy=False
    )
    date_done = fields.Datetime(string="Answer Sent On", readonly=True)
    date_closed = fields.Datetime(string="Closed On", readonly=True, copy=False)
    # answer and outcome
    state = fields.Selection(
        selection=[
            ("open", "To Answer"),
            ("answered", "With the Authority"),
            ("mediation", "Mediation"),
            ("closed", "Closed"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    answer = fields.Text(string="Our Answer", copy=False)
    mediation_opinion = fields.Text(
        string="Our Opinion on the Mediation",
        copy=False,
        help="Within 3 working days of the authority's proposal.",
    )
    outcome = fields.Selection(
        selection=[
            ("agreed", "Agreement Reached"),
            ("client", "For the Client"),
            ("company", "For the Company"),
            ("withdrawn", "Withdrawn"),
        ],
        copy=False,
        tracking=True,
    )

    _reference_uniq = models.UniqueIndex(
        "(company_id, reference)", "This appeal is on file already."
    )
    _open_idx = models.Index("(date_deadline) WHERE state = 'open'")

    # === COMPUTE METHODS === #

    @api.depends("complaint_id")
    def _compute_waybill_number(self):
        for appeal in self:
            appeal.waybill_number = (
                appeal.complaint_id.waybill_number or appeal.waybill_number
            )

    @api.depends(
        "complaint_id.date_received",
        "complaint_id.date_answered",
        "complaint_id.callback_result",
        "date_received",
        "date_dispute",
        "is_in_court",
    )
    @api.depends_context("lang")
    def _compute_is_admissible(self):
        for appeal in self:
            objections = appeal._get_objections()
            appeal.is_admissible = not objections
            appeal.objection = "\n".join(objections) or False

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        typed = set().union(*vals_list) - {"company_id"}
        self._check_not_typed(typed | self._get_default_names())
        appeals = super().create(vals_list)
        # sudo: the clocks are guarded and start by themselves
        appeals.sudo()._start_clocks()
        return appeals

    def write(self, vals):
        self._check_not_typed(vals)
        if not self.env.su and "date_received" in vals:
            raise AccessError(self._get_guarded_message())
        return super().write(vals)

    # === ACTION METHODS === #

    def action_answer(self):
        """Note that our answer went to the authority (10 days).

        :raise UserError: without an answer, or when it is answered already
        """
        appeals = self._lock_in_state("open")
        for appeal in appeals:
            if not (appeal.answer or "").strip():
                raise UserError(self.env._("Write down what we answer first."))
        appeals.write({"state": "answered", "date_done": fields.Datetime.now()})
        appeals._withdraw_escalation(appeals)
        appeals.activity_unlink([ACTIVITY_TYPE])

    def action_mediate(self):
        """Note the authority's proposal to mediate: our opinion is due in 3 days."""
        service = self.env["kuaidi.deadline"]
        now = fields.Datetime.now()
        for appeal in self._lock_in_state("answered"):
            due = service._get_due(now, OPINION_WORKDAYS, "workday", appeal.company_id)
            appeal.write({"state": "mediation", "date_opinion_due": due})
            appeal._plan_activity(due, self.env._("Opinion on the mediation"))

    def action_close(self):
        """Close appeals with the authority's outcome.

        :raise UserError: without an outcome, or without our opinion in a mediation
        """
        appeals = self._lock_in_state("answered", "mediation")
        for appeal in appeals:
            if not appeal.outcome:
                raise UserError(self.env._("Enter the outcome of the appeal first."))
            if appeal.state == "mediation" and not appeal.mediation_opinion:
                raise UserError(self.env._("Enter our opinion on the mediation first."))
        appeals.write({"state": "closed", "date_closed": fields.Datetime.now()})
        appeals.activity_unlink([ACTIVITY_TYPE])

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._("Appeals are kept for at least three years. Close it.")

    @api.model
    def _get_guarded_message(self):
        return self.env._(
            "State and clocks of an appeal change by its buttons, they are not entered."
        )

    def _get_objections(self):
        """Return why the appeal is not admissible, as sentences; none where it is.

        Only after a complaint to the company that stayed seven days unanswered or did
        not satisfy, within one year of the dispute, and not before a court.
        """
        self.ensure_one()
        service = self.env["kuaidi.deadline"]
        received = self.date_received or fields.Datetime.now()
        day = service._get_local_date(received, self.company_id or self.env.company)
        objections = []
        # sudo: whoever sees the appeal sees when the complaint was made
        complaint = self.complaint_id.sudo()
        if not complaint or complaint.date_received > received:
            objections.append(
                self.env._("The client did not complain to the company before.")
            )
        elif not self._is_complaint_exhausted(complaint, received):
            objections.append(
                self.env._(
                    "The complaint is neither unanswered for seven days nor answered"
                    " against the client's wish."
                )
            )
        if self.date_dispute and day > self.date_dispute + relativedelta(years=1):
            objections.append(self.env._("More than one year after the dispute."))
        if self.is_in_court:
            objections.append(self.env._("A court or arbitrator has the case."))
        return objections

    def _is_complaint_exhausted(self, complaint, moment):
        if complaint.date_answered and complaint.date_answered <= moment:
            return complaint.callback_result != "satisfied"
        return complaint.date_legal < moment

    def _start_clocks(self):
        service = self.env["kuaidi.deadline"]
        for company, appeals in self.grouped("company_id").items():
            answers, decisions = (
                service._get_due_many(
                    [(appeal.date_received, days) for appeal in appeals],
                    "day",
                    company,
                )
                for days in (ANSWER_DAYS, AUTHORITY_DAYS)
            )
            for appeal, answer, decision in zip(
                appeals, answers, decisions, strict=True
            ):
                appeal.write({"date_deadline": answer, "date_authority": decision})
                appeal._plan_activity(answer, self.env._("Answer the authority"))

    def _plan_activity(self, due, summary):
        self.ensure_one()
        self.activity_unlink([ACTIVITY_TYPE])
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            ACTIVITY_TYPE,
            date_deadline=self.env["kuaidi.deadline"]._get_local_date(
                due, self.company_id
            ),
            summary=summary,
            user_id=self.user_id.id,
        )

    def _lock_in_state(self, *states):
        """Lock appeals and check their states; return them in superuser mode."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(OFFICER):
            raise AccessError(
                self.env._("Claims officers answer appeals. Ask one of them.")
            )
        # sudo: the state is guarded, who may act was checked above
        appeals_sudo = self.sudo()
        appeals_sudo.lock_for_update()
        appeals_sudo.invalidate_recordset(["state"])
        labels = dict(self._fields["state"]._description_selection(self.env))
        for appeal_sudo in appeals_sudo:
            if appeal_sudo.state not in states:
                raise UserError(
                    self.env._(
                        "%(appeal)s is not in state %(states)s by now. Reload the"
                        " page.",
                        appeal=appeal_sudo.reference,
                        states=format_list(
                            self.env, [labels[state] for state in states], style="or"
                        ),
                    )
                )
        return appeals_sudo

    def _get_escalation_user(self):
        return self[:1].company_id._get_kuaidi_complaint_director()

    @api.model
    def _get_escalation_summary(self):
        return self.env._("Answer to the authority is late")

    def _get_escalation_line(self):
        self.ensure_one()
        return self.env._(
            "%(appeal)s, with %(officer)s",
            appeal=self.reference,
            officer=self.user_id.name,
        )
