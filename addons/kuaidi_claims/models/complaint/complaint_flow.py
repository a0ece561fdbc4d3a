from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from .complaint import OPEN_STATES

ACTIVITY_TYPE = "kuaidi_claims.activity_type_complaint"
CLOCK_TYPE = "kuaidi_claims.activity_type_clock"
STEP_TYPE = "kuaidi_claims.activity_type_step"
CRISIS_TYPE = "kuaidi_claims.activity_type_complaint_crisis"
OFFICER = "kuaidi_claims.group_claims_officer"
MANAGER = "kuaidi_claims.group_claims_manager"


class KuaidiComplaint(models.Model):
    """From the call to the close: taken up, judged, answered, called back (2.11)."""

    _name = "kuaidi.complaint"
    _inherit = ["kuaidi.complaint"]

    # === ACTION METHODS === #

    def action_start(self):
        """Take new complaints into work; whoever takes one up works on it.

        :raise UserError: when a colleague was faster
        """
        self._check_may_work()
        complaints = self._lock_in_states(("new",))
        for complaint in complaints:
            complaint.write(
                {
                    "state": "in_work",
                    "user_id": complaint.user_id.id or self.env.uid,
                }
            )

    def action_close(self):
        """Close answered complaints after the call-back.

        A dissatisfied client's complaint is closed by a claims manager alone; the
        officer takes it up again.

        :raise UserError: without a call-back, or with steps of the ladder left
        """
        self._check_may_work()
        complaints = self._lock_in_states(("answered",))
        for complaint in complaints:
            complaint._check_closable()
        now = fields.Datetime.now()
        for complaint in complaints:
            complaint._finish_ladder()
            complaint.write(
                {
                    "state": "closed",
                    "date_closed": now,
                    **complaint._get_stop_values(now),
                }
            )
        complaints._update_next()
        complaints._complete_activities()

    def action_open_reopen(self):
        """Ask for the reason of a reopening."""
        return self._open_note("reopen")

    def action_open_join(self):
        """Ask for the complaint that this one is joined to."""
        return self._open_note("join")

    # === BUSINESS METHODS === #

    def _open_note(self, kind, **context):
        """Return the small dialogue that asks for a reason or a note."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_claims.kuaidi_complaint_note_action"
        )
        return dict(
            action,
            context={
                "default_complaint_id": self.id,
                "default_kind": kind,
                **{f"default_{name}": value for name, value in context.items()},
            },
        )

    def _check_may_work(self):
        """Check that claims staff acts.

        :raise AccessError: for anybody else
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(OFFICER):
            raise AccessError(
                self.env._("Claims officers handle complaints. Ask one of them.")
            )

    def _lock_in_states(self, states):
        """Lock complaints and check their states; return them in superuser mode.

        :raise UserError: when one of them is in another state by now
        """
        # sudo: state and clocks are guarded, who may act was checked before
        complaints_sudo = self.sudo()
        complaints_sudo.lock_for_update()
        complaints_sudo.invalidate_recordset(["state", "date_done", "date_answered"])
        for complaint_sudo in complaints_sudo:
            if complaint_sudo.state not in states:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(complaint)s is “%(state)s” by now. Reload the page.",
                        complaint=complaint_sudo.number,
                        state=labels[complaint_sudo.state],
                    )
                )
        return complaints_sudo

    def _check_closable(self):
        self.ensure_one()
        if not self.callback_result:
            raise UserError(
                self.env._(
                    "Call the client back first, and note whether %(complaint)s is"
                    " settled for them.",
                    complaint=self.number,
                )
            )
        if self.callback_result == "dissatisfied" and not self.env.user.has_group(
            MANAGER
        ):
            raise UserError(
                self.env._(
                    "The client is dissatisfied: reopen %(complaint)s, or ask a claims"
                    " manager to close it.",
                    complaint=self.number,
                )
            )
        left = self.step_ids.filtered(lambda step: step.state == "waiting")
        if left:
            raise UserError(
                self.env._(
                    "The ladder of %(complaint)s is not at its end. Left: %(steps)s.",
                    complaint=self.number,
                    steps=format_list(self.env, left.mapped("name")),
                )
            )

    def _check_answerable(self):
        """Check what an answer needs: verdict, its reasons, and the text itself.

        :raise UserError: naming what is missing
        """
        self.ensure_one()
        missing = []
        if not self.verdict:
            missing.append(self.env._("the verdict"))
        if self.verdict == "our_fault" and not self.link_id:
            missing.append(self.env._("the responsible link"))
        if self.verdict == "our_fault" and not self.department_id:
            missing.append(self.env._("the responsible unit"))
        if not (self.reply or "").strip():
            missing.append(self.env._("the text of the reply"))
        if missing:
            raise UserError(
                self.env._(
                    "%(complaint)s cannot be answered yet. Enter %(missing)s.",
                    complaint=self.number,
                    missing=format_list(self.env, missing),
                )
            )

    def _reopen(self, reason):
        """Take an answered or closed complaint up again, with a new answer clock.

        The legal limit does not move. Called in superuser mode after `_check_may_work`.

        :raise UserError: when another complaint on the waybill is open by now
        """
        self.ensure_one()
        self._check_waybill_reopens()
        now = fields.Datetime.now()
        self.write(
            {
                "state": "in_work",
                "date_reopened": now,
                "reopen_count": self.reopen_count + 1,
                "date_done": False,
                "date_closed": False,
                "date_callback": False,
                "callback_result": False,
                "callback_attempts": 0,
            }
        )
        self.message_post(
            body=self.env._("Reopened: %(reason)s", reason=reason),
            author_id=self.env.user.partner_id.id,
        )
        self._start_answer_clock(now)
        if self.severity == "alert":
            self._start_ladder()
        self._assign_activity()

    def _check_waybill_reopens(self):
        other = self.search(
            [
                ("waybill_number", "!=", False),
                ("waybill_number", "=", self.waybill_number),
                ("company_id", "=", self.company_id.id),
                ("state", "in", OPEN_STATES),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "%(other)s is open on the same waybill. Go on with that one.",
                    other=other.number,
                )
            )

    def _assign_activity(self):
        """Give the officer an activity, unless they have opened it themselves."""
        today = self.env["kuaidi.deadline"]
        vals_list = []
        for complaint in self:
            complaint.activity_unlink([ACTIVITY_TYPE])
            user = complaint.user_id
            if not user or user == self.env.user or complaint.state not in OPEN_STATES:
                continue
            vals_list.append(
                complaint._prepare_activity(
                    ACTIVITY_TYPE,
                    user,
                    complaint.with_context(lang=user.lang or self.env.lang).env._(
                        "Answer the complaint"
                    ),
                    today._get_local_date(
                        complaint.date_next or complaint.date_deadline,
                        complaint.company_id,
                    ),
                )
            )
        self._create_activities(vals_list)

    def _prepare_activity(self, activity_type, user, summary, day, note=False):
        self.ensure_one()
        return {
            "activity_type_id": self.env.ref(activity_type).id,
            "automated": True,
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "user_id": user.id,
            "date_deadline": day,
            "summary": summary,
            "note": note,
        }

    def _create_activities(self, vals_list):
        # quick: the list of activities tells; a mail for each is sent one by one
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            vals_list
        )

    def _complete_activities(self):
        """Take back what the system had asked for; called in superuser mode."""
        if self:
            self.activity_unlink([ACTIVITY_TYPE, CLOCK_TYPE, STEP_TYPE, CRISIS_TYPE])
