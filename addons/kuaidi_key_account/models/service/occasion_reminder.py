from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ...tools.festivals import get_next_yearly

# a reminder that the worker missed is made up for so many days after the occasion
MISSED_DAYS = 7
# no holiday is longer
LONGEST_HOLIDAY_DAYS = 31


class KuaidiOccasion(models.Model):
    """How the account manager is reminded in time, once for each date (2.4)."""

    _name = "kuaidi.occasion"
    _inherit = ["kuaidi.occasion", "kuaidi.batch.mixin"]

    # === BUSINESS METHODS === #

    @api.model
    def _cron_remind(self, batch_size=100):
        """Make one activity for each occasion that is near, and move on past ones.

        Reminder and next date are written in the same committed batch as the activity,
        so that a second or a killed run makes no second one. What another worker
        holds stays for the next run.

        :param batch_size: occasions between two commits
        """
        for due in self._take_batches(self._get_due_domain(), batch_size):
            due._remind()

    @api.model
    def _get_due_domain(self):
        """Return the domain of occasions to remind of, and of those that are over."""
        now = fields.Datetime.now()
        get_local_date = self.env["kuaidi.deadline"]._get_local_date
        companies = self.env["res.company"].with_context(active_test=False).search([])
        days = companies.grouped(lambda company: get_local_date(now, company))
        return Domain("active", "=", True) & Domain.OR(
            Domain("company_id", "in", of_day.ids)
            & Domain("date_remind", "<=", day)
            & (Domain("is_reminded", "=", False) | Domain("date_next", "<", day))
            for day, of_day in days.items()
        )

    def _remind(self):
        """Make the activities of these occasions, then leave past dates behind."""
        due = self.filtered(lambda occasion: occasion._needs_reminder())
        (due - due._filter_planned())._create_activities()
        past = self.filtered(
            lambda occasion: occasion.date_next < occasion._get_today()
        )
        for occasion in past.filtered("is_yearly"):
            occasion.date_next = get_next_yearly(occasion.date, occasion._get_today())
        # a celebration is over; its activity stays until somebody closes it
        past.filtered(lambda occasion: not occasion.is_yearly).write(
            {"active": False, "activity_id": False}
        )

    def _needs_reminder(self):
        """Return whether this occasion is near and its client is served."""
        self.ensure_one()
        account = self.account_id
        return (
            not self.is_reminded
            and self.date_next >= self._get_today() - timedelta(days=MISSED_DAYS)
            and account.active
            and account.state != "closed"
            and account.company_id.active
        )

    def _filter_planned(self):
        """Return the occasions whose next date a plan in force takes care of."""
        lines = self.env["kuaidi.service.plan.line"].search_fetch(
            [("occasion_id", "in", self.ids), ("is_in_force", "=", True)],
            ["occasion_id", "occasion_date"],
        )
        planned = {(line.occasion_id, line.occasion_date) for line in lines}
        return self.filtered(lambda occasion: (occasion, occasion.date_next) in planned)

    def _create_activities(self):
        """Give each account's handler the activity of these occasions.

        The number of queries depends on the number of handlers and languages, not on
        the number of occasions.
        """
        activity_type = self.env.ref("kuaidi_key_account.mail_activity_type_occasion")
        model = self.env["ir.model"]._get("kuaidi.key.account")
        contacts = {
            company: company._get_kuaidi_escalation_user()
            for company in self.account_id.company_id
        }
        handled, vals_list = self.browse(), []
        for occasion in self:
            user = occasion._get_handler() or contacts[occasion.company_id]
            if not user.active:
                continue  # nobody is there to be told: tried again tomorrow
            handled |= occasion
            vals_list.append(
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "date_deadline": occasion._get_activity_deadline(),
                    "note": activity_type.with_context(lang=user.lang).default_note,
                    "res_id": occasion.account_id.id,
                    "res_model_id": model.id,
                    "summary": occasion._get_activity_summary(user.lang),
                    "user_id": user.id,
                }
            )
        # an activity looks up the name of its document one by one
        self.account_id.mapped("display_name")
        # quick: a message for each birthday would fill the mailbox
        activities = (
            self.env["mail.activity"]
            .with_context(mail_activity_quick_update=True)
            .create(vals_list)
        )
        for occasion, activity in zip(handled, activities, strict=True):
            occasion.activity_id = activity
            occasion.date_reminded = occasion.date_next

    def _get_handler(self):
        """Return who looks after the occasion: manager, else deputy, if still there."""
        self.ensure_one()
        account = self.account_id
        return (account.manager_id.filtered("active") or account.deputy_id).filtered(
            "active"
        )

    def _get_activity_deadline(self):
        """Return the last day to act: the date, or the working day before it.

        Never before today, unless the date itself is.
        """
        self.ensure_one()
        workdays = self.env["kuaidi.deadline"]._get_working_days_between(
            self.date_next - timedelta(days=LONGEST_HOLIDAY_DAYS),
            self.date_next,
            self.account_id.company_id,
        )
        latest = workdays[-1] if workdays else self.date_next
        return max(latest, min(self.date_next, self._get_today()))

    def _get_activity_summary(self, lang):
        """Return person and day in one line, in the language of the handler."""
        self.ensure_one()
        env = self.with_context(lang=lang).env
        day = format_date(env, self.date_next, lang_code=lang)
        contact = self.partner_id.name or ""
        if contact in self.name:
            return env._("%(occasion)s: %(date)s", occasion=self.name, date=day)
        return env._(
            "%(occasion)s (%(contact)s): %(date)s",
            occasion=self.name,
            contact=contact,
            date=day,
        )
