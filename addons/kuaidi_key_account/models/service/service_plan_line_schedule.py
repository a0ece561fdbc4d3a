from datetime import time, timedelta

from markupsafe import Markup
from pytz import utc

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL
from odoo.tools.misc import format_date

# a meeting without an hour is put at ten in the morning, to be moved by its handler
MEETING_HOUR = time(10, 0)
# every handler knows of the plan by its publication: no mail for each line
QUIET = {"mail_activity_quick_update": True, "mail_notify_author": False}
# tells core and ourselves that a line is moving its own meeting
LINE_MOVES = "kuaidi_line_moves"


class KuaidiServicePlanLine(models.Model):
    """Turns the lines of the coming days into activities and meetings, once each."""

    _name = "kuaidi.service.plan.line"
    _inherit = ["kuaidi.service.plan.line"]

    activity_ids = fields.One2many(
        comodel_name="mail.activity",
        inverse_name="kuaidi_plan_line_id",
        string="Activities",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _cron_schedule(self, batch_size=500):
        """Make the activities of the coming fortnight, each once only (SP-8).

        How many days ahead is a setting of each company.
        """
        companies = self.env["res.company"].search([])
        commit_progress = self.env["ir.cron"]._commit_progress
        for days, of_days in companies.grouped("kuaidi_plan_horizon_days").items():
            last_day = fields.Date.add(fields.Date.today(), days=days)
            domain = [
                ("is_in_force", "=", True),
                ("state", "=", "planned"),
                ("date_scheduled", "=", False),
                ("date_start", "<=", last_day),
                ("company_id", "in", of_days.ids),
            ]
            commit_progress(remaining=self.search_count(domain))
            for lines in self._lock_in_batches(domain, batch_size):
                lines._schedule()
                if not commit_progress(len(lines)):
                    return

    @api.model
    def _lock_in_batches(self, domain, batch_size):
        """Yield the lines of a domain in the order of their start, locked.

        One statement finds, checks and locks a batch. Lines that somebody else holds
        are left to the next run. Each batch begins behind the last one, so the rows as
        they were before, which a backup may keep alive, are not gone through again.
        """
        columns = [SQL.identifier(self._table, name) for name in ("date_start", "id")]
        last = None
        while True:
            query = self._search(domain, limit=batch_size, order="date_start, id")
            if last:
                query.add_where(SQL("(%s, %s) > (%s, %s)", *columns, *last))
            rows = self.env.execute_query(
                SQL("%s FOR UPDATE SKIP LOCKED", query.select(*columns))
            )
            if not rows:
                return
            yield self.browse(line_id for _day, line_id in rows)
            last = rows[-1]

    def _schedule(self):
        """Make the activity of each line, and the meeting where it is one.

        A holiday announced since is passed by, and a handler who has left is replaced
        by the account manager, or the deputy.
        """
        lines = self.filtered(lambda line: not line.activity_ids)
        self.date_scheduled = fields.Datetime.now()
        lines._replace_leavers()
        lines._leave_holidays()
        lines = lines.filtered("handler_id")
        # core names the client of each activity by itself: read them all at once
        lines.account_id.mapped("display_name")
        meetings = lines.filtered(lambda line: line.type_id.is_meeting)
        (lines - meetings)._create_activities()
        events = (
            self.env["calendar.event"]
            .with_context(
                **QUIET,
                no_mail_to_attendees=True,
                dont_notify=True,
                skip_contact_description=True,
                **{LINE_MOVES: True},
            )
            .create([line._prepare_event() for line in meetings])
        )
        for line, event in zip(meetings, events, strict=True):
            line.calendar_event_id = event

    def _create_activities(self):
        """Remind the handlers of lines that are no meetings, or none any more."""
        self.env["mail.activity"].with_context(**QUIET).create(
            [line._prepare_activity() for line in self]
        )

    def _prepare_activity(self):
        """Return the values of the activity that reminds the handler."""
        self.ensure_one()
        activity_type = self.type_id.activity_type_id or self.env.ref(
            "mail.mail_activity_data_todo"
        )
        return {
            "res_model_id": self.env["ir.model"]._get_id("kuaidi.key.account"),
            "res_id": self.account_id.id,
            "activity_type_id": activity_type.id,
            "automated": True,
            "summary": self.name,
            "date_deadline": self.date_finish,
            "user_id": self.handler_id.id,
            "kuaidi_plan_line_id": self.id,
        }

    def _prepare_event(self):
        """Return the values of the meeting in the handler's calendar."""
        self.ensure_one()
        start = self._get_moment(self.date_finish, MEETING_HOUR)
        return {
            "name": self.display_name,
            "start": start,
            "stop": start + timedelta(minutes=self.type_id.duration_minutes),
            "user_id": self.handler_id.id,
            "partner_ids": [Command.set(self.handler_id.partner_id.ids)],
            "res_model_id": self.env["ir.model"]._get_id("kuaidi.key.account"),
            "res_id": self.account_id.id,
            "activity_ids": [Command.create(self._prepare_activity())],
        }

    def _get_moment(self, day, moment):
        """Return a local time of a day in the company's time zone, as naive UTC."""
        zone = self.env["kuaidi.deadline"]._get_timezone(self.company_id)
        return self.env["resource.calendar"]._to_utc(day, moment, zone)

    def _replace_leavers(self):
        """Give open lines of users who left to the account manager, or the deputy."""
        left = self.filtered(lambda line: not line.handler_id.active)
        for account, lines in left.grouped("account_id").items():
            successor = (account.manager_id | account.deputy_id).filtered("active")[:1]
            lines.with_context(**{LINE_MOVES: True}).handler_id = successor
            account._message_log(
                body=self.env._(
                    "%(count)s lines of the service plan passed to %(user)s: their"
                    " handler has left.",
                    count=len(lines),
                    user=successor.name or "–",
                )
            )

    def _leave_holidays(self):
        """Move lines off days that have become holidays since they were planned.

        They are done the working day before; in a plan that begins later, after.
        """
        bound = self.filtered(lambda line: not line.type_id.is_any_day)
        for plan, lines in bound.grouped("plan_id").items():
            days = plan.template_id._get_working_days(plan.date_from, plan.date_to)
            worked = set(days)
            for line in lines:
                if {line.date_start, line.date_finish} <= worked:
                    continue
                finish = max(
                    (day for day in days if day <= line.date_finish), default=days[0]
                )
                start = max(
                    (day for day in days if day <= line.date_start), default=days[0]
                )
                line.with_context(**{LINE_MOVES: True}).write(
                    {"date_start": min(start, finish), "date_finish": finish}
                )

    def _on_moved(self, before):
        """Move the activities and meetings of lines along, and log it.

        :param before: former (date_start, date_finish, handler) by line
        """
        if self.env.context.get(LINE_MOVES):
            return  # the meeting has led the way, or is made just now
        # sudo: activities and meetings of the handlers follow the plan
        self.sudo()._move_activities()
        for plan, moved in self.grouped("plan_id").items():
            texts = [line._describe_move(*before[line]) for line in moved]
            plan.sudo()._message_log(body=Markup("<br/>").join(texts))

    def _describe_move(self, _start, finish, handler):
        """Return what has become of one line's former finish and handler."""
        self.ensure_one()
        if self.handler_id != handler:
            return self.env._(
                "%(line)s on %(date)s: %(before)s gives it to %(after)s",
                line=self.name,
                date=format_date(self.env, self.date_finish),
                before=handler.name or "–",
                after=self.handler_id.name or "–",
            )
        return self.env._(
            "%(line)s: %(before)s → %(after)s",
            line=self.name,
            before=format_date(self.env, finish),
            after=format_date(self.env, self.date_finish),
        )

    def _move_activities(self):
        """Bring activities and meetings to the dates and handlers of the lines."""
        quiet = {"mail_activity_quick_update": True, "no_mail_to_attendees": True}
        planned = self.with_context(**quiet, **{LINE_MOVES: True}).filtered(
            "activity_ids"
        )
        meetings = planned.filtered("calendar_event_id")
        for line in meetings:
            line._move_event()
        for (day, handler), lines in (
            (planned - meetings)
            .grouped(lambda line: (line.date_finish, line.handler_id))
            .items()
        ):
            lines.activity_ids.write({"date_deadline": day, "user_id": handler.id})

    def _move_event(self):
        """Move one meeting to the line's day at its hour, and to its handler."""
        self.ensure_one()
        event = self.calendar_event_id
        zone = self.env["kuaidi.deadline"]._get_timezone(self.company_id)
        moment = utc.localize(event.start).astimezone(zone).time()
        # the end follows by the duration
        values = {"start": self._get_moment(self.date_finish, moment)}
        if event.user_id != self.handler_id:
            partners = event.partner_ids - event.user_id.partner_id
            partners |= self.handler_id.partner_id
            values |= {
                "user_id": self.handler_id.id,
                "partner_ids": [Command.set(partners.ids)],
            }
        event.write(values)
        self.activity_ids.write(
            {"date_deadline": self.date_finish, "user_id": self.handler_id.id}
        )

    def _complete_activities(self):
        """Mark the activities of lines that are done, which logs them."""
        self.activity_ids._action_done()

    def _withdraw_activities(self):
        """Remove the open activities and coming meetings of lines that fall away."""
        events = self.calendar_event_id.filtered(
            lambda event: event.start > fields.Datetime.now()
        )
        self.activity_ids.unlink()
        events.with_context(no_mail_to_attendees=True, **{LINE_MOVES: True}).unlink()

    def _restore_activities(self):
        """Give lines that are open again their activity back."""
        self.with_context(active_test=False).activity_ids.action_unarchive()
        # whatever was withdrawn is made anew by the next run
        self.filtered(lambda line: not line.activity_ids).date_scheduled = False

    def _take_over(self):
        """Take what happened to the former version's lines, and their activities.

        Called in superuser mode on all lines of new versions; three statements,
        whatever their number.
        """
        self.env.flush_all()
        params = {"ids": self.ids}
        for query in (
            """
            UPDATE kuaidi_service_plan_line line
               SET state = origin.state,
                   date_done = origin.date_done,
                   visit_id = origin.visit_id,
                   waive_reason = origin.waive_reason
              FROM kuaidi_service_plan_line origin
             WHERE line.id = ANY(%(ids)s)
               AND origin.id = line.origin_line_id
               AND origin.state <> 'planned'
            """,
            """
            WITH passed AS (
                UPDATE kuaidi_service_plan_line line
                   SET date_scheduled = origin.date_scheduled,
                       calendar_event_id = origin.calendar_event_id
                  FROM kuaidi_service_plan_line origin
                 WHERE line.id = ANY(%(ids)s)
                   AND origin.id = line.origin_line_id
                RETURNING line.id, origin.id AS origin_id
            ), activity AS (
                UPDATE mail_activity
                   SET kuaidi_plan_line_id = passed.id
                  FROM passed
                 WHERE mail_activity.kuaidi_plan_line_id = passed.origin_id
            )
            UPDATE kuaidi_visit
               SET plan_line_id = passed.id
              FROM passed
             WHERE kuaidi_visit.plan_line_id = passed.origin_id
            """,
            """
            UPDATE kuaidi_service_plan_line origin
               SET calendar_event_id = NULL
              FROM kuaidi_service_plan_line line
             WHERE line.id = ANY(%(ids)s)
               AND origin.id = line.origin_line_id
               AND origin.calendar_event_id IS NOT NULL
            """,
        ):
            self.env.cr.execute(SQL(query, **params))
        self.env.invalidate_all()
        open_lines = self.filtered(lambda line: line.state == "planned")
        open_lines.filtered(
            lambda line: (
                (line.date_finish, line.handler_id)
                != (line.origin_line_id.date_finish, line.origin_line_id.handler_id)
            )
        )._move_activities()
