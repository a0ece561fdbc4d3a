from datetime import date, datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.tools import ormcache
from odoo.tools.date_utils import float_to_time
from odoo.tools.intervals import Intervals

from ...tools.working_days import day_bounds, to_utc

# what decides which days are worked, apart from attendances, leaves and make-up days
WORKING_FIELDS = frozenset(
    {
        "company_id",
        "duration_based",
        "flexible_hours",
        "full_time_required_hours",
        "hours_per_day",
        "schedule_type",
        "two_weeks_calendar",
        "tz",
    }
)


class ResourceCalendar(models.Model):
    """Working time that knows make-up working days (调休) besides public holidays."""

    _inherit = "resource.calendar"

    kuaidi_holiday_year = fields.Integer(
        string="Holidays Loaded Until",
        readonly=True,
        copy=False,
        help="Last year whose public holidays and make-up working days were loaded.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if not WORKING_FIELDS.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        # the leaves of a removed calendar become leaves of every calendar
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # === ACTION METHODS === #

    def action_open_holiday_load(self):
        """Open the wizard that loads a year's holidays into this working time."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_holiday_load_action"
        )
        company = self.company_id or self.env.company
        action["context"] = {
            "default_company_id": company.id,
            "default_calendar_id": self.id,
        }
        return action

    # === BUSINESS METHODS === #

    def _attendance_intervals_batch(
        self, start_dt, end_dt, resources=None, domain=None, tz=None, lunch=False
    ):
        """Add the hours of make-up working days to the attendances of core.

        A make-up day has the hours of the calendar's first worked weekday; on a
        flexible calendar it has the average hours around noon. A date that is worked
        anyway stays as it is. Leaves are taken off afterwards, as on any other day.
        """
        intervals = super()._attendance_intervals_batch(
            start_dt, end_dt, resources=resources, domain=domain, tz=tz, lunch=lunch
        )
        days = self._get_makeup_dates_between(start_dt, end_dt)
        if not days:
            return intervals
        resources = resources or self.env["resource.resource"]
        calendars = resources._get_calendar_at(start_dt, tz)
        for resource in [*resources, self.env["resource.resource"]]:
            calendar = calendars.get(resource) if resource else self
            if not calendar:
                continue  # a resource without working time is always available
            zone = tz or timezone((resource or self).tz)
            worked = {
                start.astimezone(zone).date() for start, *_ in intervals[resource.id]
            }
            added = []
            for day in days:
                if calendar.flexible_hours:
                    hours = [] if lunch or day in worked else calendar._get_noon_hours()
                else:
                    hours = self._get_makeup_hours(day, domain, lunch)
                for hour_from, hour_to, attendance in hours:
                    start = max(
                        start_dt.astimezone(zone), self._at(day, hour_from, zone)
                    )
                    stop = min(end_dt.astimezone(zone), self._at(day, hour_to, zone))
                    if start < stop:
                        added.append((start, stop, attendance))
            if added:
                intervals[resource.id] = Intervals(
                    [*intervals[resource.id], *added], keep_distinct=True
                )
        return intervals

    def _works_on_date(self, date):
        return super()._works_on_date(date) or (
            date.toordinal() in self._get_makeup_ordinals()
        )

    @staticmethod
    def _at(day, hour, zone):
        return zone.localize(datetime.combine(day, float_to_time(hour)))

    def _get_noon_hours(self):
        """Return the hours of one day of a flexible calendar, as core centres them."""
        attendance = self.env["resource.calendar.attendance"].new(
            {"duration_hours": self.hours_per_day, "duration_days": 1}
        )
        half = self.hours_per_day / 2
        return [(12 - half, 12 + half, attendance)]

    def _get_makeup_hours(self, day, domain, lunch):
        """Return (hour from, hour to, attendance) of a make-up day, empty if worked.

        In a calendar of two weeks the first worked weekday of the same kind of week
        is the model, and that of the other week where this one is free.
        """
        lines = self.attendance_ids.filtered(lambda line: not line.display_type)
        if domain:
            lines = lines.filtered_domain(domain)
        work = lines.filtered(lambda line: line.day_period != "lunch")
        week = False
        if self.two_weeks_calendar:
            week = str(self.env["resource.calendar.attendance"].get_week_type(day))
            work = work.filtered(lambda line: line.week_type == week) or work
        weekday = str(day.weekday())
        if not work or any(
            line.dayofweek == weekday and week in (False, line.week_type)
            for line in work
        ):
            return []
        model = min(work, key=lambda line: (int(line.dayofweek), line.hour_from))
        return [
            (line.hour_from, line.hour_to, line)
            for line in lines
            if line.dayofweek == model.dayofweek
            and (not week or line.week_type == model.week_type)
            and (line.day_period == "lunch") == lunch
        ]

    def _get_makeup_dates_between(self, start_dt, end_dt):
        """Return the make-up dates that any time zone may see between two moments."""
        first = start_dt.astimezone(utc).date().toordinal() - 1
        last = end_dt.astimezone(utc).date().toordinal() + 1
        return [
            date.fromordinal(ordinal)
            for ordinal in self._get_makeup_ordinals()
            if first <= ordinal <= last
        ]

    def _get_makeup_ordinals(self):
        return self._get_all_makeup_ordinals().get(self.id, ())

    @api.model
    @ormcache(cache="stable")
    def _get_all_makeup_ordinals(self):
        """Return the make-up dates of every calendar, a few per year, as ordinals.

        They are kept apart from what attendances and time off clear: core's planning
        costs no query more than without us.
        """
        # sudo: whoever plans with a calendar needs its make-up days
        groups = (
            self.env["kuaidi.calendar.day"]
            .sudo()
            ._read_group(
                domain=[("kind", "=", "makeup")],
                groupby=["calendar_id"],
                aggregates=["date:array_agg"],
            )
        )
        return {
            calendar.id: tuple(sorted(day.toordinal() for day in dates))
            for calendar, dates in groups
        }

    @ormcache("self.id")
    def _get_timezone_name(self):
        """Return the name of the time zone, which nearly every page asks for."""
        # sudo: the result is shared by all users
        return self.sudo().tz

    @ormcache("self.id", "company.id", "year")
    def _get_working_year(self, company, year):
        """Return the worked days of a year as (dates, opens, closes).

        The three tuples run in parallel: local date, first and last second of that
        day as naive UTC datetimes. A day is worked when core's working time less the
        global time off leaves any of it. Flexible hours are filled from Monday on.

        :param company: whose time off counts on a calendar shared by companies
        """
        # sudo: the result is shared by all users, whatever leaves they may read
        calendar_sudo = self.sudo()
        zone = timezone(calendar_sudo.tz or "UTC")
        first, last = date(year, 1, 1), date(year, 12, 31)
        monday = first - timedelta(days=first.weekday())
        sunday = last + timedelta(days=6 - last.weekday())
        intervals = calendar_sudo._work_intervals_batch(
            zone.localize(datetime.combine(monday, time.min)),
            zone.localize(datetime.combine(sunday, time.max)),
            domain=self._get_global_leave_domain(company),
            tz=zone,
        )[False]
        days = sorted({start.date() for start, *_ in intervals})
        days = [day for day in days if first <= day <= last]
        bounds = day_bounds(zone, year)
        return (
            tuple(days),
            tuple(bounds[day][0] for day in days),
            tuple(bounds[day][1] for day in days),
        )

    @api.model
    def _get_global_leave_domain(self, company):
        return [
            ("time_type", "=", "leave"),
            ("company_id", "in", [False, company.id]),
        ]

    @staticmethod
    def _to_utc(day, moment, zone):
        """Return a local wall-clock moment as a naive UTC datetime."""
        return to_utc(datetime.combine(day, moment), zone)
