from odoo import api, fields, models
from odoo.fields import Domain

from .requirement import OPEN_STATES
from .tender import WORK_STATES

ACTIVITY_TYPE = "kuaidi_key_account.mail_activity_type_requirement"
# calendar days before the due date
LEAD_DAYS = 2


class KuaidiTenderRequirement(models.Model):
    """Reminds those who answer, once for what falls due together."""

    _name = "kuaidi.tender.requirement"
    _inherit = ["kuaidi.tender.requirement"]

    # === BUSINESS METHODS === #

    @api.model
    def _cron_remind(self, batch_size=50):
        """Make one activity for each person and tender with answers that fall due.

        The mark is written in the same committed step as the activity, so that a second
        or a killed run makes no second one.

        :param batch_size: tenders between two commits
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        domain = self._get_due_domain()
        groups = self._read_group(domain, ["tender_id"], ["id:recordset"])
        commit_progress(remaining=len(groups))
        for start in range(0, len(groups), batch_size):
            batch = groups[start : start + batch_size]
            lines = self.union(*(found for _tender, found in batch))
            lines.try_lock_for_update().filtered_domain(domain)._remind()
            if not commit_progress(len(batch)):
                break

    @api.model
    def _get_due_domain(self):
        """Return the domain of requirements to remind of today."""
        companies = self.env["res.company"].with_context(active_test=False).search([])
        get_today = self.env["kuaidi.deadline"]._get_today
        days = companies.grouped(get_today)
        return (
            Domain("state", "in", OPEN_STATES)
            & Domain("user_id", "!=", False)
            & Domain("date_reminded", "=", False)
            & Domain("tender_id.state", "in", WORK_STATES)
            & Domain.OR(
                Domain("company_id", "in", of_day.ids)
                & Domain("date_due", "<=", fields.Date.add(day, days=LEAD_DAYS))
                for day, of_day in days.items()
            )
        )

    def _remind(self):
        """Make the activities of these requirements, and mark them."""
        activity_type = self.env.ref(ACTIVITY_TYPE)
        model_id = self.env["ir.model"]._get_id("kuaidi.tender")
        by_owner = self.grouped(lambda line: (line.tender_id, line.user_id))
        # sudo: the activity is the system's
        self.env["mail.activity"].sudo().create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "res_model_id": model_id,
                    "res_id": tender.id,
                    "user_id": user.id,
                    "date_deadline": min(lines.mapped("date_due")),
                    "summary": self.with_context(lang=user.lang)._get_reminder(lines),
                }
                for (tender, user), lines in by_owner.items()
            ]
        )
        for lines in self.grouped("company_id").values():
            # sudo: written by the system alone
            lines.sudo().date_reminded = lines.tender_id[:1]._get_today()

    @api.model
    def _get_reminder(self, lines):
        mandatory = len(lines.filtered("is_mandatory"))
        if mandatory:
            return self.env._(
                "%(count)s requirements to answer, %(mandatory)s of them ★",
                count=len(lines),
                mandatory=mandatory,
            )
        return self.env._("%(count)s requirements to answer", count=len(lines))

    def _withdraw_reminders(self):
        """Close the reminders of those who have answered all that was due."""
        for tender in self.filtered("date_reminded").tender_id:
            # sudo: the activity is the system's, whoever answered
            tender_sudo = tender.sudo()
            users = (self & tender_sudo.requirement_ids).user_id
            waiting = tender_sudo.requirement_ids.filtered(
                lambda line: line.date_reminded and line.state in OPEN_STATES
            ).user_id
            activities = tender_sudo.activity_search([ACTIVITY_TYPE])
            activities.filtered(
                lambda activity, done=users - waiting: activity.user_id in done
            ).action_feedback()
