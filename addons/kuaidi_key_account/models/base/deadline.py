from datetime import date, datetime, time, timedelta
from operator import attrgetter, index

from dateutil.relativedelta import relativedelta
from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from ...tools.working_days import END_OF_DAY, ONE_DAY, days_between, due_positions

# beyond this no deadline of the trade reaches; it ends the search for working days
HORIZON_YEARS = 20


class KuaidiDeadline(models.AbstractModel):
    """Deadlines in hours, calendar days, working days and months (D1 to D21)."""

    _name = "kuaidi.deadline"
    _description = "Deadline Service"

    # === BUSINESS METHODS === #

    @api.model
    def _get_due(self, start, amount, unit, company):
        """Return when a deadline ends, as a naive UTC datetime.

        :param start: naive UTC datetime, or a date meaning that day in the company's
            time zone (for hours: from its midnight)
        :param amount: length of the deadline, 0 or more; only hours may be fractions
        :param str unit: ``hour`` round the clock; ``day`` calendar days, ``workday``
            working days, ``month`` calendar months, all three until 23:59:59 of the
            last day in the company's time zone. The start day never counts. 0 working
            days end with the start day where it is worked, else with the next working
            day. 31 January and one month is the last day of February.
        :param company: whose working time and time zone count
        :raise UserError: unknown unit, negative or broken amount, no start, or a
            working time without working days
        """
        return self._get_due_many([(start, amount)], unit, company)[0]

    @api.model
    def _get_due_many(self, starts_amounts, unit, company):
        """Return the ends of many deadlines of one unit and company, in their order.

        The number of queries does not depend on the number of deadlines.

        :param starts_amounts: pairs (start, amount) as of `_get_due`
        :return: list of naive UTC datetimes
        """
        methods = {
            "hour": self._get_due_hours,
            "day": self._get_due_days,
            "workday": self._get_due_workdays,
            "month": self._get_due_months,
        }
        if unit not in methods:
            raise UserError(
                self.env._(
                    "A deadline cannot be counted in “%(unit)s”. Choose one of: "
                    "%(units)s.",
                    unit=unit,
                    units=format_list(self.env, methods),
                )
            )
        pairs = list(starts_amounts)
        if not pairs:
            return []
        starts, amounts = zip(*pairs, strict=True)
        starts = self._normalize_starts(starts, company)
        amounts = self._normalize_amounts(amounts, unit)
        try:
            return methods[unit](starts, amounts, company)
        except (OverflowError, ValueError) as error:
            raise UserError(
                self.env._(
                    "The deadline lies beyond the calendar. Enter a shorter one."
                )
            ) from error

    @api.model
    def _is_working_day(self, day, company):
        """Tell whether a date, or the local day of a UTC datetime, is worked."""
        if isinstance(day, datetime):
            day = utc.localize(day).astimezone(self._get_timezone(company)).date()
        return bool(self._get_working_days_between(day, day, company))

    @api.model
    def _get_working_days_between(self, date_from, date_to, company):
        """Return the working dates from one date to another, both included."""
        calendar_sudo = self._get_calendar_sudo(company)
        days = []
        for year in range(date_from.year, date_to.year + 1):
            days += calendar_sudo._get_working_year(company, year)[0]
        return days_between(days, date_from, date_to)

    @api.model
    def _get_timezone(self, company):
        """Return the time zone of the company's working time, else its address."""
        calendar_sudo = company._get_kuaidi_calendar_sudo()
        name = calendar_sudo and calendar_sudo._get_timezone_name()
        return timezone(name or company.sudo().partner_id.tz or "UTC")

    @api.model
    def _get_local_date(self, moment, company):
        """Return the date of a naive UTC datetime in the company's time zone."""
        return utc.localize(moment).astimezone(self._get_timezone(company)).date()

    @api.model
    def _is_of_today(self, moment, company):
        """Tell whether a record that was made at a moment was made today.

        :param moment: date of creation, which goes by the clock of its transaction
        """
        # the same clock, whatever a page takes for now
        now = self.env.cr.now()
        return self._get_local_date(moment, company) == self._get_local_date(
            now, company
        )

    @api.model
    def _get_today(self, company):
        """Return today's date in the company's time zone."""
        return self._get_local_date(fields.Datetime.now(), company)

    @api.model
    def _get_calendar_sudo(self, company):
        calendar_sudo = company._get_kuaidi_calendar_sudo()
        if not calendar_sudo:
            raise UserError(
                self.env._(
                    "Company %(company)s has no working time, so working days cannot "
                    "be counted. Choose its working time in the settings.",
                    company=company.sudo().display_name,
                )
            )
        return calendar_sudo

    @api.model
    def _normalize_starts(self, starts, company):
        """Return the starts as naive UTC datetimes.

        Ten thousand plain datetimes are the normal case and checked as a whole.
        """
        kinds = set(map(type, starts))
        if kinds == {datetime} and set(map(attrgetter("tzinfo"), starts)) == {None}:
            return starts
        if not all(issubclass(kind, date) for kind in kinds):
            raise UserError(
                self.env._("A deadline needs a start. Enter the date it counts from.")
            )
        zone = self._get_timezone(company)
        to_utc = self.env["resource.calendar"]._to_utc
        plain = {}
        for start in set(starts):
            if not isinstance(start, datetime):
                plain[start] = to_utc(start, time.min, zone)
            elif start.tzinfo:
                plain[start] = start.astimezone(utc).replace(tzinfo=None)
        return [plain.get(start, start) for start in starts]

    @api.model
    def _normalize_amounts(self, amounts, unit):
        if unit != "hour" and set(map(type, amounts)) != {int}:
            amounts = [self._get_whole_amount(amount) for amount in amounts]
        if min(amounts) < 0:
            raise UserError(
                self.env._(
                    "A deadline of %(amount)s would lie before its start. Enter 0 or "
                    "more.",
                    amount=min(amounts),
                )
            )
        return amounts

    @api.model
    def _get_whole_amount(self, amount):
        try:
            return int(amount) if float(amount).is_integer() else index(amount)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._(
                    "Days and months are counted in whole numbers, not as %(amount)s.",
                    amount=amount,
                )
            ) from error

    @api.model
    def _get_due_hours(self, starts, amounts, company):
        return [
            start + timedelta(hours=amount)
            for start, amount in zip(starts, amounts, strict=True)
        ]

    @api.model
    def _get_due_days(self, starts, amounts, company):
        deltas = [timedelta(days=amount) for amount in amounts]
        return self._get_ends_of_days(starts, deltas, company)

    @api.model
    def _get_due_months(self, starts, amounts, company):
        deltas = [relativedelta(months=amount) for amount in amounts]
        return self._get_ends_of_days(starts, deltas, company)

    @api.model
    def _get_ends_of_days(self, starts, deltas, company):
        zone = self._get_timezone(company)
        to_utc = self.env["resource.calendar"]._to_utc
        ends = []
        for start, delta in zip(starts, deltas, strict=True):
            day = utc.localize(start).astimezone(zone).date()
            ends.append(to_utc(day + delta, END_OF_DAY, zone))
        return ends

    @api.model
    def _get_due_workdays(self, starts, amounts, company):
        calendar_sudo = self._get_calendar_sudo(company)
        opens, closes = [], []
        # a local day may lie in another year than UTC
        year = (min(starts) - ONE_DAY).year - 1
        last = (max(starts) + ONE_DAY).year
        horizon = max(starts).year + 1 + HORIZON_YEARS

        def append_year():
            nonlocal year
            year += 1
            if year > horizon:
                raise UserError(
                    self.env._(
                        "Working time %(calendar)s does not have enough working days "
                        "in the %(years)s years ahead. Check its hours and time off.",
                        calendar=calendar_sudo.display_name,
                        years=HORIZON_YEARS,
                    )
                )
            _days, year_opens, year_closes = calendar_sudo._get_working_year(
                company, year
            )
            opens.extend(year_opens)
            closes.extend(year_closes)

        while year < last:
            append_year()
        if 0 in amounts:
            # the last second of a day is a whole one
            starts = [start.replace(microsecond=0) for start in starts]
        positions = due_positions(opens, closes, starts, amounts)
        while len(closes) <= max(positions):
            append_year()  # what was known keeps its position
        return [closes[position] for position in positions]
