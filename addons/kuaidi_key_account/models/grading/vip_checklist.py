from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools import format_list

# the checklist that is worked on in a state
CHECKLIST_KINDS = {"approved": "establish", "cancelling": "cancel"}


class KuaidiVip(models.Model):
    """The two checklists: a membership moves on when the last step is ticked."""

    _name = "kuaidi.vip"
    _inherit = ["kuaidi.vip"]

    step_ids = fields.One2many(comodel_name="kuaidi.vip.step", inverse_name="vip_id")
    establish_step_ids = fields.One2many(
        comodel_name="kuaidi.vip.step",
        inverse_name="vip_id",
        string="Establishment",
        domain=[("kind", "=", "establish")],
    )
    cancel_step_ids = fields.One2many(
        comodel_name="kuaidi.vip.step",
        inverse_name="vip_id",
        string="Cancellation",
        domain=[("kind", "=", "cancel")],
    )
    can_send_letter = fields.Boolean(compute="_compute_open_steps")
    can_tell_departments = fields.Boolean(compute="_compute_open_steps")

    # === COMPUTE METHODS === #

    @api.depends("state", "step_ids.is_done", "step_ids.code", "step_ids.kind")
    def _compute_open_steps(self):
        for vip in self:
            kind = vip._get_checklist_kind()
            codes = {
                step.code
                for step in vip.step_ids
                if step.kind == kind and not step.is_done
            }
            vip.can_send_letter = "letter" in codes
            vip.can_tell_departments = "departments" in codes

    # === ACTION METHODS === #

    def action_tell_departments(self):
        """Tell the departments of a membership's begin or end, and tick the step.

        :raise UserError: when nobody is configured, or they were told already
        """
        self.ensure_one()
        self.check_access("write")
        steps = self._lock_open_steps("departments")
        users = self.company_id.kuaidi_vip_notify_user_ids
        if not users:
            raise UserError(
                self.env._(
                    "Nobody is to be told. Name the users of the departments in the"
                    " settings of key accounts, or tick the step by hand with a note."
                )
            )
        body = (
            self.env._(
                "%(client)s becomes a VIP client. Serve it accordingly: %(services)s",
                client=self.partner_id.display_name,
                services=self.service_offer,
            )
            if self.state == "approved"
            else self.env._(
                "The VIP service of %(client)s ends on %(date)s. From then on the usual"
                " service applies.",
                client=self.partner_id.display_name,
                date=self._format_letter_date(self.date_end),
            )
        )
        self.message_post(
            body=body,
            subject=self.display_name,
            partner_ids=users.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
        steps._finish(note=format_list(self.env, users.mapped("name")))

    def action_ask_review(self):
        """Ask the business side to re-evaluate an active membership, by hand (VP-2).

        :raise UserError: when a membership is not active
        """
        self.check_access("write")
        # sudo: who may write a membership may ask; the state is guarded
        vips = self.sudo()
        vips._lock_checklist()
        for vip in vips:
            if vip.state != "active":
                raise UserError(
                    self.env._(
                        "%(vip)s is not active (any more): there is nothing to"
                        " re-evaluate.",
                        vip=vip.display_name,
                    )
                )
        vips._open_review(vips._measure_last_months())

    # === BUSINESS METHODS === #

    def _get_checklist_kind(self):
        """Return the checklist that is worked on now, or None."""
        return CHECKLIST_KINDS.get(self.state)

    def _create_steps(self, kind):
        """Open a checklist with a step of every active type."""
        types = self.env["kuaidi.vip.step.type"].search([("kind", "=", kind)])
        # sudo: steps are opened by the system alone
        return (
            self.env["kuaidi.vip.step"]
            .sudo()
            .create(
                [
                    {"vip_id": vip.id, "type_id": step_type.id}
                    for vip in self
                    for step_type in types
                ]
            )
        )

    def _lock_checklist(self):
        """Lock memberships so that the second of two clicks sees what the first did.

        :raise UserError: when another user works on the same checklist right now
        """
        try:
            # sudo: a lock is no change; the caller has checked the right to write
            self.sudo().lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else works on this VIP membership right now. Reload the"
                    " page and try again."
                )
            ) from error
        self.invalidate_recordset(["state"])

    def _lock_open_steps(self, code):
        """Lock the membership and return the open steps of `code`.

        :raise UserError: when no checklist is open, or the step is done already
        """
        self._lock_checklist()
        kind = self._get_checklist_kind()
        steps = self.step_ids.filtered(lambda s: s.code == code and s.kind == kind)
        steps.invalidate_recordset(["is_done"])
        open_steps = steps.filtered(lambda step: not step.is_done)
        if not kind:
            raise UserError(
                self.env._(
                    "%(vip)s has no open checklist: nothing is to be sent now.",
                    vip=self.display_name,
                )
            )
        if steps and not open_steps:
            raise UserError(steps[0]._get_done_message())
        return open_steps

    def _move_on(self):
        """Activate or end the memberships whose checklist is done."""
        today = self._get_today()
        # sudo: the state is guarded; the checklist is a fact, whoever completed it
        for vip in self.sudo():
            kind = vip._get_checklist_kind()
            if not kind or not all(
                step.is_done for step in vip.step_ids if step.kind == kind
            ):
                continue
            if kind == "establish":
                vip._activate(today)
            else:
                vip.write({"state": "cancelled", "date_cancelled": today})
                vip._message_log(body=self.env._("The VIP service is cancelled."))

    def _activate(self, date):
        self.write(
            {
                "state": "active",
                "date_active": date,
                "date_measured_from": self._get_first_full_month(date),
            }
        )
        self._message_log(body=self.env._("The VIP service is established."))

    def _open_review(self, figures):
        """Ask the business side to re-evaluate; in superuser mode (VP-2).

        The checklist of the cancellation is opened with its first steps done.

        :param dict figures: plain words on the monthly volume, by record id
        """
        today = self._get_today()
        self.write({"state": "review", "date_review": today})
        for vip in self:
            vip.review_figures = figures[vip.id]
        steps = self._create_steps("cancel").filtered(
            lambda step: step.code in ("measured", "asked")
        )
        steps._finish()
        for step in steps:
            if step.code == "measured":
                step.note = figures[step.vip_id.id]
        self._message_log_batch(bodies=figures)
        self._open_review_activities()

    def _open_review_activities(self):
        """Give the account manager and the requester an activity with the figures."""
        activity_type = self.env.ref("kuaidi_key_account.mail_activity_type_vip_review")
        model_id = self.env["ir.model"]._get_id(self._name)
        deadline = activity_type._get_date_deadline()
        vals_list = []
        for vip in self:
            for user in vip._get_review_users():
                env = self.with_context(lang=user.lang or self.env.lang).env
                vals_list.append(
                    {
                        "activity_type_id": activity_type.id,
                        "automated": True,
                        "res_model_id": model_id,
                        "res_id": vip.id,
                        "user_id": user.id,
                        "date_deadline": deadline,
                        "summary": env._("Keep or cancel the VIP service?"),
                        "note": vip.review_figures,
                    }
                )
        self.env["mail.activity"].create(vals_list)

    def _get_review_users(self):
        """Return who is asked: the business side, or the CRM centre in its absence."""
        self.ensure_one()
        users = (self.manager_id | self.requested_by_id).filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        return users or self.company_id._get_kuaidi_escalation_user()

    def _decide(self, decision, reason, date_end=None, file=None, filename=None):
        """Carry out the business department's written decision (VP-2).

        :param decision: `keep` or `cancel`
        :param reason: the decision's words, kept in the chatter
        :param date_end: last day of the service, for a cancellation
        :raise AccessError: when the user is not of the business side and has no
            written decision of it to attach
        :raise UserError: when the membership is not under re-evaluation (any more)
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.su and not self._is_business_side() and not file:
            raise AccessError(
                self.env._(
                    "The business department decides on %(vip)s. Attach its written"
                    " decision to register it here.",
                    vip=self.display_name,
                )
            )
        # sudo: the state is guarded, who may decide was checked above
        vip = self.sudo()
        vip._lock_checklist()
        if vip.state != "review":
            raise UserError(
                self.env._(
                    "%(vip)s is not under re-evaluation (any more). Reload the page to"
                    " see what became of it.",
                    vip=self.display_name,
                )
            )
        vip.activity_feedback(
            ["kuaidi_key_account.mail_activity_type_vip_review"], feedback=reason
        )
        if file:
            vip.write({"decision_file": file, "decision_filename": filename})
        if decision == "keep":
            vip._keep(reason)
        else:
            vip._start_cancellation(reason, date_end)

    def _keep(self, reason):
        self.cancel_step_ids.unlink()
        self.write(
            {
                "state": "active",
                # the months judged now do not count a second time
                "date_measured_from": self._get_today().replace(day=1),
            }
        )
        self._message_log(
            body=self.env._(
                "%(user)s decided to keep the VIP service: %(reason)s",
                user=self.env.user.name,
                reason=reason,
            )
        )

    def _start_cancellation(self, reason, date_end):
        self.write(
            {
                "state": "cancelling",
                "cancel_reason": reason,
                "date_end": date_end or self._get_today(),
            }
        )
        centre_user = self.company_id._get_kuaidi_escalation_user()
        self.message_post(
            body=self.env._(
                "%(user)s decided to cancel the VIP service: %(reason)s",
                user=self.env.user.name,
                reason=reason,
            ),
            partner_ids=centre_user.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
        self.step_ids.filtered(lambda step: step.code == "decided")._finish(note=reason)
