from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class KuaidiServicePlanLine(models.Model):
    """How a planned line is delivered, missed, waived and taken up again."""

    _name = "kuaidi.service.plan.line"
    _inherit = ["kuaidi.service.plan.line"]

    can_deliver = fields.Boolean(compute="_compute_can_deliver")

    # === COMPUTE METHODS === #

    @api.depends("handler_id", "account_id.manager_id", "account_id.deputy_id")
    @api.depends_context("uid")
    def _compute_can_deliver(self):
        is_centre = self.env.user.has_group("kuaidi_key_account.group_crm_centre")
        for line in self:
            # sudo: whoever sees the line sees who answers for its client
            account_sudo = line.account_id.sudo()
            line.can_deliver = is_centre or self.env.user in (
                line.handler_id | account_sudo.manager_id | account_sudo.deputy_id
            )

    # === ACTION METHODS === #

    def action_done(self):
        """Complete lines that no visit log fulfils.

        :raise UserError: when a line is not open, or a visit has to be logged for it
        """
        self._check_deliverable()
        for line in self:
            if line.type_id.is_visit:
                raise UserError(
                    self.env._(
                        "%(line)s is a contact with the client: log the visit or call,"
                        " which completes the line.",
                        line=line.name,
                    )
                )
        # sudo: the state is guarded; the right to deliver was checked above
        self.sudo()._finish()

    def action_missed(self):
        """Admit that lines were not delivered and will not be."""
        self._check_deliverable()
        # sudo: the state is guarded; the right to deliver was checked above
        lines_sudo = self.sudo()
        lines_sudo._withdraw_activities()
        lines_sudo.write({"state": "missed"})

    def action_reopen(self):
        """Take lines up again that were marked missed, waived or done by mistake."""
        self._check_may_deliver()
        for line in self:
            if not line.is_in_force or line.state == "planned" or line.visit_id:
                raise UserError(
                    self.env._(
                        "%(line)s cannot be taken up again: it is open, fulfilled by a"
                        " visit, or its plan is not in force.",
                        line=line.name,
                    )
                )
        # sudo: the state is guarded; the right to deliver was checked above
        self.sudo()._reopen()

    # === BUSINESS METHODS === #

    def _check_may_deliver(self):
        """Check that the user is handler, manager, deputy or of the CRM centre."""
        self.check_access("read")
        if self.env.su:
            return
        for line in self:
            if not line.can_deliver:
                raise AccessError(
                    self.env._(
                        "%(line)s is for %(handler)s or the account manager to"
                        " complete.",
                        line=line.display_name,
                        handler=line.handler_id.name or "–",
                    )
                )

    def _check_deliverable(self):
        """Lock open lines of plans in force for the user who completes them."""
        self._check_may_deliver()
        # sudo: a handler delivers without being allowed to edit the plan
        self.sudo().lock_for_update()
        self.invalidate_recordset(["state", "is_in_force"])
        for line in self:
            if not line.is_in_force or line.state != "planned":
                raise UserError(
                    self.env._(
                        "%(line)s is not open (any more), or its plan is not in force.",
                        line=line.display_name,
                    )
                )

    def _finish(self, visit=None):
        """Set lines done, today or on the day of the visit; close their activities."""
        today = self.plan_id[:1]._get_today()
        self.write(
            {
                "state": "done",
                "date_done": visit._get_local_date() if visit else today,
                "visit_id": visit.id if visit else False,
            }
        )
        self._complete_activities()

    def _reopen(self):
        """Set lines open again; called in superuser mode."""
        self.write(
            {
                "state": "planned",
                "date_done": False,
                "visit_id": False,
                "waive_reason": False,
            }
        )
        self._restore_activities()

    def _waive(self, reason):
        """Drop lines for a reason; called in superuser mode.

        :raise UserError: when that leaves less than the standard, which is for a
            revision and the CRM centre (GR-6)
        """
        self._withdraw_activities()
        before = {plan: plan.shortfall_count for plan in self.plan_id}
        self.write({"state": "waived", "waive_reason": reason})
        for plan, count in before.items():
            if plan.shortfall_count > count:
                raise UserError(
                    self.env._(
                        "%(plan)s would fall below the standard of its star:"
                        " %(shortfall)s. Move the lines, or revise the plan and"
                        " request the approval of the CRM centre.",
                        plan=plan.display_name,
                        shortfall=plan.shortfall,
                    )
                )
