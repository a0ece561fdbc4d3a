import logging
from datetime import datetime, time

from psycopg2 import IntegrityError
from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...tools.public_holidays import UnknownHolidaysError, get_arrangement
from ...tools.working_days import cut_days, group_consecutive

_logger = logging.getLogger(__name__)


class KuaidiCalendarDay(models.Model):
    """A public holiday or a make-up working day (调休) of one working time.

    A make-up day is worked as long as its row is active. A holiday takes effect
    through the global time off in `leave_id`; one time off covers all days that
    follow each other. Rows are the memory of what was loaded: a date that has a row
    is never loaded again, whatever became of its time off.
    """

    _name = "kuaidi.calendar.day"
    _description = "Holiday or Make-up Working Day"
    _order = "date desc, id desc"

    name = fields.Char(required=True)
    date = fields.Date(required=True)
    kind = fields.Selection(
        selection=[("holiday", "Public holiday"), ("makeup", "Make-up working day")],
        required=True,
        default="holiday",
        help="A make-up working day is a day of the weekend that is worked in return "
        "for a longer holiday (调休).",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Time",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company.resource_calendar_id,
    )
    company_id = fields.Many2one(
        related="calendar_id.company_id", store=True, index=True
    )
    leave_id = fields.Many2one(
        comodel_name="resource.calendar.leaves",
        string="Time Off",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Time off of the whole company made for this holiday. Empty where other "
        "time off covers the day, or where it was removed.",
    )
    festival = fields.Char(
        help="Festival that the day belongs to; the time off is named after it.",
    )
    is_loaded = fields.Boolean(
        string="Official",
        readonly=True,
        copy=False,
        help="Loaded from the official arrangement of the year; not entered by hand.",
    )
    active = fields.Boolean(
        default=True,
        help="Archive a day to ignore it: a holiday is worked again, a make-up day is "
        "free again. Loading the year once more does not bring it back.",
    )

    _calendar_date_kind_uniq = models.UniqueIndex(
        "(calendar_id, date, kind)",
        "This date is already registered for this working time, perhaps archived or "
        "being loaded by somebody else. Reload the page and look for it.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("active", "calendar_id", "date", "kind")
    def _check_one_kind_per_date(self):
        active = self.filtered("active")
        counts = self.env["kuaidi.calendar.day"]._read_group(
            domain=[
                ("calendar_id", "in", active.calendar_id.ids),
                ("date", "in", active.mapped("date")),
            ],
            groupby=["calendar_id", "date:day"],
            having=[("__count", ">", 1)],
        )
        for calendar, day in counts:
            raise ValidationError(
                self.env._(
                    "%(date)s cannot be a public holiday and a make-up working day of "
                    "%(calendar)s at once. Archive one of the two.",
                    date=day,
                    calendar=calendar.display_name,
                )
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_loader_fields(vals)
        days = super().create(vals_list)
        days.filtered("active")._make_leaves()
        self.env.registry.clear_cache("stable")
        return days

    def write(self, vals):
        self._check_loader_fields(vals)
        if self._is_moved_by(vals):
            raise UserError(
                self.env._(
                    "The date, kind and working time of a day stay as they are. "
                    "Archive this day and add another one."
                )
            )
        switched = self.browse()
        if "active" in vals:
            switched = self.filtered(lambda day: day.active != bool(vals["active"]))
        result = super().write(vals)
        if switched and vals["active"]:
            switched._make_leaves()
        elif switched:
            switched._cut_leaves()
        self.env.registry.clear_cache("stable")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_loaded(self):
        if self.filtered("is_loaded"):
            raise UserError(
                self.env._(
                    "Official holidays and make-up days are archived instead of "
                    "deleted, else the next loading would bring them back. Archive "
                    "the day."
                )
            )

    def unlink(self):
        days = self.filtered(lambda day: not day.is_loaded)
        days._cut_leaves()
        result = super().unlink()
        self.env.registry.clear_cache("stable")
        return result

    # === ACTION METHODS === #

    def action_open_leave(self):
        """Open the time off through which this holiday takes effect."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "resource.calendar.leaves",
            "res_id": self.leave_id.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _check_loader_fields(self, vals):
        """Refuse what only the loading writes: a forged link could remove a leave."""
        if not self.env.su and not {"is_loaded", "leave_id"}.isdisjoint(vals):
            raise AccessError(
                self.env._(
                    "Time off and official days are set by loading the holidays of a "
                    "year. Use “Load Holidays”."
                )
            )

    def _is_moved_by(self, vals):
        """Tell whether writing the values would make another day of these."""
        moved = self.filtered(
            lambda day: (
                ("date" in vals and day.date != fields.Date.to_date(vals["date"]))
                or ("kind" in vals and day.kind != vals["kind"])
                or ("calendar_id" in vals and day.calendar_id.id != vals["calendar_id"])
            )
        )
        return bool(moved)

    def _make_leaves(self):
        """Give the holidays among these days their time off, one per stretch of days.

        A day that other time off covers already gets none.
        """
        # sudo: our administrator keeps the holidays without core's settings right
        holidays = self.sudo().filtered(
            lambda day: day.kind == "holiday" and not day.leave_id
        )
        for calendar, days in holidays.grouped("calendar_id").items():
            covered = days._get_covered_dates(calendar)
            by_date = {day.date: day for day in days if day.date not in covered}
            groups = group_consecutive(by_date)
            leaves_sudo = holidays.env["resource.calendar.leaves"].create(
                [
                    {
                        "name": by_date[group[0]].festival or by_date[group[0]].name,
                        "calendar_id": calendar.id,
                        "resource_id": False,
                        "time_type": "leave",
                        **self._get_leave_bounds(calendar, group[0], group[-1]),
                    }
                    for group in groups
                ]
            )
            for group, leave_sudo in zip(groups, leaves_sudo, strict=True):
                holidays.browse(by_date[day].id for day in group).leave_id = leave_sudo

    def _cut_leaves(self):
        """Take these holidays out of their time off; what remains stays time off."""
        # sudo: our administrator keeps the holidays without core's settings right
        for leave_sudo, days in self.sudo().grouped("leave_id").items():
            if not leave_sudo:
                continue
            calendar = days.calendar_id
            zone = timezone(calendar.tz or "UTC")
            begin, finish = leave_sudo.date_from, leave_sudo.date_to
            first = utc.localize(begin).astimezone(zone).date()
            last = utc.localize(finish).astimezone(zone).date()
            others = (
                self.sudo()
                .with_context(active_test=False)
                .search([("leave_id", "=", leave_sudo.id), ("id", "not in", days.ids)])
            )
            days.leave_id = False
            pieces = cut_days(first, last, days.mapped("date"))
            if not pieces:
                leave_sudo.unlink()
                continue
            for number, (start, end) in enumerate(pieces):
                bounds = self._get_leave_bounds(calendar, start, end)
                # an outer end that the user set to an hour of the day stays so
                if start == first:
                    bounds["date_from"] = begin
                if end == last:
                    bounds["date_to"] = finish
                if number:
                    piece_sudo = leave_sudo.copy(bounds)
                    others.filtered(
                        lambda day, start=start, end=end: start <= day.date <= end
                    ).leave_id = piece_sudo
                else:
                    leave_sudo.write(bounds)

    def _get_covered_dates(self, calendar):
        """Return the dates of these days on which global time off leaves no work."""
        company = calendar.company_id or self.env.company
        zone = timezone(calendar.tz or "UTC")
        dates = self.mapped("date")
        start = zone.localize(datetime.combine(min(dates), time.min))
        stop = zone.localize(datetime.combine(max(dates), time.max))
        domain = calendar._get_global_leave_domain(company)
        # sudo: a colleague's right to read time off does not decide what is covered
        calendar_sudo = calendar.sudo()
        work = calendar_sudo._work_intervals_batch(start, stop, domain=domain, tz=zone)
        leaves = calendar_sudo._leave_intervals_batch(
            start, stop, domain=domain, tz=zone
        )
        free = {
            day
            for day in dates
            for first, last, _leave in leaves[False]
            if first.date() <= day <= last.date()
        }
        return free - {first.date() for first, *_ in work[False]}

    @api.model
    def _get_leave_bounds(self, calendar, first, last):
        """Return the start and end of whole local days as naive UTC datetimes.

        The end has its microseconds, as core's own: working hours until 24:00 end
        there, and less would leave an instant of work.
        """
        zone = timezone(calendar.tz or "UTC")
        return {
            "date_from": calendar._to_utc(first, time.min, zone),
            "date_to": calendar._to_utc(last, time.max, zone),
        }

    @api.model
    def _get_default_year(self):
        """Return the year to load now: from November on the next one is announced."""
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        return today.year + (today.month >= 11)

    @api.model
    def _load_year(self, company, year, calendars=None):
        """Load the public holidays and make-up days of a year into working times.

        Dates that have a row already, loaded, archived or entered by hand, and
        dates that other time off covers stay as they are: loading twice is the same
        as loading once.

        :param calendars: working times to fill, by default all of the company
        :return: the days that were new
        :raise UserError: no country, a country or year that is not known, or somebody
            else is loading at this moment; nothing is written then
        """
        company.ensure_one()
        calendars = calendars or (
            self.env["resource.calendar"].search([("company_id", "=", company.id)])
            | company.resource_calendar_id
        )
        arrangement = self._get_arrangement(company, year)
        # sudo: the caller checked the group; core reserves working times to Settings
        calendars_sudo = calendars.sudo()
        locked = calendars_sudo.try_lock_for_update(allow_referencing=True)
        if locked != calendars_sudo:
            raise UserError(
                self.env._(
                    "Somebody else is changing the working times of %(company)s. Try "
                    "again in a minute.",
                    company=company.display_name,
                )
            )
        days = self.sudo()
        known = {
            (day.calendar_id, day.date)
            for day in days.with_context(active_test=False).search_fetch(
                [
                    ("calendar_id", "in", calendars.ids),
                    ("date", "in", [*arrangement.holidays, *arrangement.makeups]),
                ],
                ["calendar_id", "date"],
            )
        }
        created = days.create(
            [
                {
                    "calendar_id": calendar.id,
                    "date": day,
                    "kind": kind,
                    "name": entry.name or self.env._("Make-up working day"),
                    "festival": entry.festival,
                    "is_loaded": True,
                }
                for calendar in calendars_sudo
                for kind, entries in (
                    ("holiday", arrangement.holidays),
                    ("makeup", arrangement.makeups),
                )
                for day, entry in sorted(entries.items())
                if (calendar, day) not in known
            ]
        )
        # written on purpose: of two loads at once, the later one starts over
        calendars_sudo.filtered(
            lambda calendar: calendar.kuaidi_holiday_year < year
        ).kuaidi_holiday_year = year
        return created.sudo(self.env.su)

    @api.model
    def _get_arrangement(self, company, year):
        country = company.country_id
        if not country:
            raise UserError(
                self.env._(
                    "Company %(company)s has no country, so its public holidays are "
                    "not known. Enter the country in the company's address.",
                    company=company.display_name,
                )
            )
        try:
            return get_arrangement(country.code, year, company.partner_id.lang)
        except UnknownHolidaysError as error:
            raise UserError(
                self.env._(
                    "The official holidays of %(country)s in %(year)s are not known to "
                    "this system. Once they are announced, update the Python library "
                    "“holidays” and load again, or enter the days by hand under "
                    "Configuration, Working Days.",
                    country=country.name,
                    year=str(year),
                )
            ) from error

    @api.model
    def _cron_load_holidays(self):
        """Load this year's holidays for all companies, from November the next year's.

        Runs monthly, so that an arrangement that is announced or delivered late comes
        in by itself. A company that cannot be loaded is logged and passed over.
        """
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        years = sorted({today.year, self._get_default_year()})
        companies = self.env["res.company"].search(
            [("resource_calendar_id", "!=", False)]
        )
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(companies))
        for company in companies:
            for year in years:
                try:
                    with self.env.cr.savepoint():
                        self._load_year(company, year)
                except (UserError, IntegrityError) as error:
                    _logger.warning(
                        "Holidays of %s for company %s not loaded: %s",
                        year,
                        company.name,
                        error,
                    )
            if not commit_progress(1):
                break
