from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import format_date

# calendar days after the end of a plan in which its last lines can be completed
GRACE_DAYS = 14


class KuaidiServicePlan(models.Model):
    """Brings plans into force, and new versions in the place of former ones."""

    _name = "kuaidi.service.plan"
    _inherit = ["kuaidi.service.plan"]

    # === ACTION METHODS === #

    def action_publish(self):
        """Bring drafts into force and tell the team (SP-7).

        :raise UserError: when a plan is below its star's standard, which the CRM
            centre has to approve first, or something is missing
        """
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        for plan in self:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "%(plan)s is not a draft (any more).", plan=plan.display_name
                    )
                )
        # sudo: what was delivered is written by the system alone
        self.sudo()._keep_delivered()
        self._check_publishable()
        for plan in self:
            if plan.shortfall_count:
                raise UserError(
                    self.env._(
                        "%(plan)s is below the standard of its star: %(shortfall)s. Add"
                        " what is missing, or request the approval of the CRM centre.",
                        plan=plan.display_name,
                        shortfall=plan.shortfall,
                    )
                )
        # sudo: the state is guarded; the right to publish was checked above
        self.sudo()._publish()

    def action_request_approval(self):
        """Ask the CRM centre to approve plans below the standard (GR-6).

        :raise UserError: when a reason is missing, or there is nothing to approve
        """
        self.check_access("write")
        # sudo: what was delivered is written by the system alone
        self.sudo()._keep_delivered()
        self._check_publishable()
        for plan in self:
            if not plan.shortfall_count:
                raise UserError(
                    self.env._(
                        "%(plan)s holds all that its star entitles to: publish it"
                        " without an approval.",
                        plan=plan.display_name,
                    )
                )
            if not (plan.shortfall_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say why %(plan)s stays below the standard: %(shortfall)s.",
                        plan=plan.display_name,
                        shortfall=plan.shortfall,
                    )
                )
        # sudo: who asks is written by the system alone
        self.sudo().requested_by_id = self.env.user
        return super().action_request_approval()

    def action_revise(self):
        """Draft a new version of a published plan, with its lines as they are (SP-8).

        :return: an action that opens the new version
        :raise UserError: when the plan is not in force, or is being revised already
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "published":
            raise UserError(
                self.env._(
                    "%(plan)s is not in force: only a published plan is revised.",
                    plan=self.display_name,
                )
            )
        if self.next_ids.filtered(lambda plan: plan.state in ("draft", "to_approve")):
            raise UserError(
                self.env._(
                    "A new version of %(plan)s is being drawn up already. Go on with"
                    " that one.",
                    plan=self.display_name,
                )
            )
        # sudo: version and lines are written by the system; the right to revise was
        # checked above
        plan_sudo = self.sudo().create(
            {
                "account_id": self.account_id.id,
                "template_id": self.template_id.id,
                "date_from": self.date_from,
                "date_to": self.date_to,
                "focus": self.focus,
                "previous_id": self.id,
                "revision": self.revision + 1,
            }
        )
        plan_sudo._copy_lines_from_former(self.sudo().line_ids.ids)
        plan_sudo._fill(plan_sudo.browse())
        return plan_sudo.with_env(self.env)._get_records_action()

    def action_close(self):
        """Close a published plan before its last day; what is open counts as missed."""
        self.check_access("write")
        if any(plan.state != "published" for plan in self):
            raise UserError(self.env._("Only a published plan is closed."))
        # sudo: the state is guarded
        self.sudo()._close()

    # === BUSINESS METHODS === #

    def _check_publishable(self):
        """Check what every plan needs before it comes into force (SP-1).

        :raise UserError: saying what is missing
        """
        # sudo: what counts is whether the lines are fit, whoever may read them
        plans_sudo = self.sudo()
        for plan in plans_sudo:
            name = plan.display_name
            if plan.account_id.state != "formal":
                raise UserError(
                    self.env._(
                        "%(account)s is not a formal client: its plan can be drawn up,"
                        " and is published once the client is formal.",
                        account=plan.account_id.display_name,
                    )
                )
            if not plan.line_ids:
                raise UserError(
                    self.env._(
                        "%(plan)s has no lines. Plan anew from the template, or add"
                        " lines.",
                        plan=name,
                    )
                )
            others = plan.search(
                [
                    ("account_id", "=", plan.account_id.id),
                    ("state", "=", "published"),
                    ("date_from", "<=", plan.date_to),
                    ("date_to", ">=", plan.date_from),
                    ("id", "!=", plan.previous_id.id),
                ],
                limit=1,
            )
            if others:
                raise UserError(
                    self.env._(
                        "%(other)s is published for part of that period already."
                        " Revise that one, or begin after %(date)s.",
                        other=others.display_name,
                        date=format_date(self.env, others.date_to),
                    )
                )
            if plan.previous_id and plan.previous_id.state != "published":
                raise UserError(
                    self.env._(
                        "%(former)s is not in force any more, so nothing can take its"
                        " place. Make a new plan from the account.",
                        former=plan.previous_id.display_name,
                    )
                )
        plans_sudo.line_ids._check_handlers()

    def _on_approved(self):
        """Publish what the CRM centre has approved."""
        if not self:
            return
        self._check_publishable()
        self._publish()

    def _on_refused(self):
        """Give the plan back as a draft; the chatter keeps who refused it and why."""
        comments = {
            plan.id: " ".join(filter(None, plan.review_ids.mapped("comment")))
            for plan in self
        }
        res = super()._on_refused()
        # reviews of a draft would keep it from being requested again
        self.review_ids.unlink()
        for plan in self:
            plan._message_log(
                body=self.env._(
                    "%(user)s refused the plan below the standard. %(comment)s",
                    user=self.env.user.name,
                    comment=comments[plan.id],
                )
            )
        return res

    def _publish(self):
        """Bring plans into force; called in superuser mode after every check."""
        self.account_id.lock_for_update()
        self._update_entitlements()
        self._recompute_totals()
        for plan in self.filtered("previous_id"):
            plan.changes_published = plan._describe_changes()
        former = self.previous_id
        former.write({"state": "superseded"})
        former.line_ids.is_in_force = False
        # the former version leaves the period before the new one takes it
        self.env.flush_all()
        self.write(
            {
                "state": "published",
                "date_published": fields.Datetime.now(),
                "published_by_id": self.env.user.id,
            }
        )
        self.filtered("previous_id")._take_over_from_former()
        self.line_ids.is_in_force = True
        self._tell_team()
        self.account_id._update_onboarding()

    def _close(self):
        """End plans: what is still open was missed, its activities are withdrawn."""
        open_lines = self.line_ids.filtered(lambda line: line.state == "planned")
        open_lines._withdraw_activities()
        open_lines.write({"state": "missed"})
        self.line_ids.is_in_force = False
        self.write({"state": "done"})

    @api.model
    def _cron_close_ended(self, batch_size=100):
        """Close plans that have ended, after some days to log what came last."""
        limit = fields.Date.subtract(fields.Date.today(), days=GRACE_DAYS)
        domain = [("state", "=", "published"), ("date_to", "<", limit)]
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=self.search_count(domain))
        while plans := self.search(domain, limit=batch_size):
            locked = plans.try_lock_for_update().filtered_domain(domain)
            locked._close()
            if not commit_progress(len(locked)) or len(locked) < len(plans):
                break

    def _tell_team(self):
        """Disclose the plans to those who serve the clients, internally (SP-7)."""
        for plan in self:
            account = plan.account_id
            team = (
                account.manager_id
                | account.deputy_id
                | account.leadership_ids
                | account.member_ids.user_id
                | plan.line_ids.handler_id
            ).filtered("active")
            body = self.env._(
                "The service plan from %(date_from)s to %(date_to)s is in force:"
                " %(count)s lines.",
                date_from=format_date(self.env, plan.date_from),
                date_to=format_date(self.env, plan.date_to),
                count=len(plan.line_ids),
            )
            changes = plan.changes_published
            if changes:
                body = Markup("%s<br/>%s") % (
                    body,
                    Markup("<br/>").join(changes.splitlines()),
                )
            plan.message_post(
                body=body,
                subject=plan.display_name,
                partner_ids=team.partner_id.ids,
                message_type="notification",
                subtype_xmlid="mail.mt_note",
            )
            account._message_log(body=body)

    def _copy_lines_from_former(self, line_ids):
        """Copy lines of the former version, what is done and missed with them."""
        self.ensure_one()
        names = SQL(", ").join(
            map(SQL.identifier, self.env["kuaidi.service.plan.line"]._get_copied())
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO kuaidi_service_plan_line (
                    plan_id, origin_line_id, is_in_force, %(names)s,
                    create_uid, create_date, write_uid, write_date
                )
                SELECT %(plan_id)s, id, FALSE, %(names)s, %(stamp)s
                  FROM kuaidi_service_plan_line
                 WHERE id = ANY(%(line_ids)s)
                 ORDER BY id
                """,
                names=names,
                plan_id=self.id,
                line_ids=line_ids,
                stamp=self._get_stamp(),
            )
        )
        self._recompute_totals()

    def _keep_delivered(self):
        """Take lines back in that were left out of a new version, but delivered since.

        Called in superuser mode.
        """
        for plan in self.filtered("previous_id"):
            dropped = plan.previous_id.line_ids - plan.line_ids.origin_line_id
            delivered = dropped.filtered(lambda line: line.state == "done")
            if delivered:
                plan._copy_lines_from_former(delivered.ids)

    def _take_over_from_former(self):
        """Carry over what happened to the former lines while this was drawn up.

        Deliveries, visits and activities pass to the lines that stand for them now.
        What was left out of the new version loses its activities.
        """
        self._keep_delivered()
        dropped = self.previous_id.line_ids - self.line_ids.origin_line_id
        dropped._withdraw_activities()
        self.line_ids._take_over()
        self._recompute_totals()

    def _describe_changes(self):
        """Return what this version changes, one sentence in a line."""
        self.ensure_one()
        former, now = self.sudo().previous_id.line_ids, self.sudo().line_ids
        texts = []
        for line in now:
            origin = line.origin_line_id
            if not origin:
                texts.append(
                    self.env._(
                        "Added: %(line)s on %(date)s",
                        line=line.name,
                        date=format_date(self.env, line.date_finish),
                    )
                )
                continue
            if line.date_finish != origin.date_finish:
                texts.append(
                    self.env._(
                        "Moved: %(line)s from %(before)s to %(after)s",
                        line=line.name,
                        before=format_date(self.env, origin.date_finish),
                        after=format_date(self.env, line.date_finish),
                    )
                )
            if line.handler_id != origin.handler_id:
                texts.append(
                    self.env._(
                        "Handed over: %(line)s of %(date)s from %(before)s to"
                        " %(after)s",
                        line=line.name,
                        date=format_date(self.env, line.date_finish),
                        before=origin.handler_id.name or "–",
                        after=line.handler_id.name or "–",
                    )
                )
            if (line.name, line.type_id) != (origin.name, origin.type_id):
                texts.append(
                    self.env._(
                        "Reworded: %(before)s is %(after)s now",
                        before=origin.name,
                        after=line.name,
                    )
                )
        dropped = former - now.origin_line_id
        texts += [
            self.env._(
                "Removed: %(line)s on %(date)s",
                line=line.name,
                date=format_date(self.env, line.date_finish),
            )
            for line in dropped
        ]
        return "\n".join(texts) or self.env._("Nothing changes.")
