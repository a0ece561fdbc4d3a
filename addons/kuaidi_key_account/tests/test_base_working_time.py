from datetime import date, datetime, time, timedelta

from pytz import timezone

from odoo.fields import Command
from odoo.tests import tagged

from .test_base_deadline import SHANGHAI, DeadlineCase

MAKEUP = date(2026, 2, 14)


@tagged("post_install", "-at_install")
class TestWorkingTime(DeadlineCase):
    """Core's own planning knows the make-up days, and every change is seen at once."""

    def _moment(self, day, hour=0, zone=SHANGHAI):
        return zone.localize(datetime.combine(day, time(hour)))

    def _hours(self, calendar, day, zone=SHANGHAI, **kwargs):
        start = self._moment(day, zone=zone)
        return calendar.get_work_hours_count(start, start + timedelta(days=1), **kwargs)

    def test_core_plans_on_make_up_days(self):
        friday = self._moment(date(2026, 2, 13), 17)
        self.assertEqual(
            self.calendar.plan_days(1, friday, compute_leaves=True),
            self._moment(MAKEUP, 12),
        )
        self.assertEqual(
            self.calendar.plan_hours(6, friday, compute_leaves=True),
            self._moment(MAKEUP, 15),
        )
        self.assertEqual(self._hours(self.calendar, MAKEUP), 8)
        self.assertEqual(self._hours(self.calendar, MAKEUP + timedelta(days=1)), 0)
        data = self.calendar.get_work_duration_data(
            self._moment(date(2026, 2, 9)), self._moment(date(2026, 2, 16))
        )
        self.assertEqual(data, {"days": 6, "hours": 48})
        self.assertTrue(self.calendar._works_on_date(MAKEUP))

    def test_core_shows_make_up_days_as_usual_and_holidays_as_unusual(self):
        unusual = self.calendar._get_unusual_days(
            self._moment(date(2026, 2, 13)), self._moment(date(2026, 2, 16), 23)
        )
        self.assertEqual(
            unusual,
            {
                "2026-02-13": False,
                "2026-02-14": False,
                "2026-02-15": True,
                "2026-02-16": True,
            },
        )

    def test_lunch_of_a_make_up_day_is_lunch(self):
        start = self._moment(MAKEUP)
        intervals = self.calendar._attendance_intervals_batch(
            start, start + timedelta(days=1), lunch=True
        )[False]
        self.assertEqual(
            [(first.hour, last.hour) for first, last, _line in intervals], [(12, 13)]
        )

    def test_part_of_a_make_up_day_is_cut_at_the_bounds(self):
        intervals = self.calendar._work_intervals_batch(
            self._moment(MAKEUP, 10), self._moment(MAKEUP, 14)
        )[False]
        self.assertEqual(
            [(first.hour, last.hour) for first, last, _line in intervals],
            [(10, 12), (13, 14)],
        )

    def test_resources_work_on_make_up_days_in_their_own_time_zone(self):
        resource, flexible = self.env["resource.resource"].create(
            [
                {"name": "Here", "calendar_id": self.calendar.id, "tz": "Asia/Tokyo"},
                {"name": "Anywhere", "calendar_id": False, "tz": "Asia/Tokyo"},
            ]
        )
        tokyo = timezone("Asia/Tokyo")
        start = self._moment(MAKEUP, zone=tokyo)
        end = start + timedelta(days=1)
        intervals = self.calendar._work_intervals_batch(
            start, end, resources=resource + flexible
        )
        self.assertEqual(
            [(first.hour, last.hour) for first, last, _line in intervals[resource.id]],
            [(8, 12), (13, 17)],
        )
        self.assertEqual(intervals[resource.id]._items[0][0].tzinfo.zone, "Asia/Tokyo")
        # a resource without working time is there all day, make-up day or not
        self.assertEqual(
            [(first, last) for first, last, _line in intervals[flexible.id]],
            [(start, end)],
        )

    def test_time_off_on_a_make_up_day_wins(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Stocktaking",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 2, 13, 16),
                "date_to": datetime(2026, 2, 14, 16),
            }
        )
        self.assertEqual(self._hours(self.calendar, MAKEUP), 0)
        self.assertEqual(self._due(date(2026, 2, 13), 1), "2026-02-24 23:59:59")

    def test_saturday_that_is_worked_anyway_is_not_worked_twice(self):
        self.calendar.attendance_ids = [
            Command.create(
                {
                    "name": "Saturday",
                    "dayofweek": "5",
                    "hour_from": 9,
                    "hour_to": 12,
                    "day_period": "morning",
                }
            )
        ]
        self.assertEqual(self._hours(self.calendar, MAKEUP), 3)

    def test_two_weeks_calendar_takes_the_hours_of_that_week(self):
        self.calendar.switch_calendar_type()
        week = str(self.env["resource.calendar.attendance"].get_week_type(MAKEUP))
        for line in self.calendar.attendance_ids:
            if line.day_period == "afternoon" and line.week_type == week:
                line.hour_to = 15
        self.assertEqual(self._hours(self.calendar, MAKEUP), 6)
        # the other make-up Saturday of February lies two weeks later
        self.assertEqual(self._hours(self.calendar, date(2026, 2, 28)), 6)
        # and 20 September in the other kind of week
        self.assertEqual(self._hours(self.calendar, date(2026, 9, 20)), 8)
        self.assertEqual(self._due(date(2026, 2, 13), 3), "2026-02-25 23:59:59")

    def test_flexible_calendar_fills_its_week_from_monday(self):
        self.calendar.write(
            {
                "schedule_type": "flexible",
                "hours_per_day": 8,
                "full_time_required_hours": 40,
            }
        )
        for start, amount, expected in (
            (date(2026, 11, 5), 2, "2026-11-09"),
            (date(2026, 2, 13), 3, "2026-02-25"),
        ):
            with self.subTest(start=start):
                self.assertEqual(self._due(start, amount), f"{expected} 23:59:59")
        # asked for a Saturday alone, core itself gives the hours of one day
        self.assertEqual(self._hours(self.calendar, MAKEUP), 8)

    def test_round_the_clock_calendar_rests_on_the_whole_holiday(self):
        self.calendar.attendance_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "name": "All day",
                        "dayofweek": str(weekday),
                        "hour_from": 0,
                        "hour_to": 24,
                        "day_period": "full_day",
                    }
                )
                for weekday in range(7)
            ),
        ]
        self.assertEqual(self._due(date(2026, 2, 14), 1), "2026-02-24 23:59:59")

    def test_each_change_of_the_calendar_moves_deadlines_at_once(self):
        start = date(2026, 11, 5)  # a Thursday
        leaves = self.env["resource.calendar.leaves"]
        self.assertEqual(self._due(start, 2), "2026-11-09 23:59:59")
        leave = leaves.create(
            {
                "name": "Company day",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 11, 5, 16),
                "date_to": datetime(2026, 11, 6, 16),
            }
        )
        self.assertEqual(self._due(start, 2), "2026-11-10 23:59:59")
        leave.date_to = datetime(2026, 11, 9, 16)
        self.assertEqual(self._due(start, 2), "2026-11-11 23:59:59")
        leave.unlink()
        self.assertEqual(self._due(start, 2), "2026-11-09 23:59:59")
        makeup = self.days.create(
            {
                "name": "Extra Saturday",
                "calendar_id": self.calendar.id,
                "date": date(2026, 11, 7),
                "kind": "makeup",
            }
        )
        self.assertEqual(self._due(start, 2), "2026-11-07 23:59:59")
        makeup.active = False
        self.assertEqual(self._due(start, 2), "2026-11-09 23:59:59")
        makeup.active = True
        self.assertEqual(self._due(start, 2), "2026-11-07 23:59:59")
        makeup.unlink()
        self.assertEqual(self._due(start, 2), "2026-11-09 23:59:59")
        fridays = self.calendar.attendance_ids.filtered(lambda a: a.dayofweek == "4")
        fridays.dayofweek = "6"
        self.assertEqual(self._due(start, 2), "2026-11-09 23:59:59")
        self.assertEqual(self._due(start, 1), "2026-11-08 23:59:59")
        fridays.unlink()
        self.assertEqual(self._due(start, 1), "2026-11-09 23:59:59")
        self.assertEqual(
            self.deadline._get_due(start, 1, "workday", self.company),
            datetime(2026, 11, 9, 15, 59, 59),
        )
        self.calendar.tz = "UTC"
        self.assertEqual(
            self.deadline._get_due(start, 1, "workday", self.company),
            datetime(2026, 11, 9, 23, 59, 59),
        )

    def test_time_off_of_one_person_moves_no_deadline(self):
        start = date(2026, 11, 5)
        resource = self.env["resource.resource"].create(
            {"name": "Somebody", "calendar_id": self.calendar.id}
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "resource_id": resource.id,
                "date_from": datetime(2026, 11, 5, 16),
                "date_to": datetime(2026, 11, 6, 16),
            }
        )
        self.assertEqual(self._due(start, 1), "2026-11-06 23:59:59")

    def test_time_off_of_another_company_moves_no_deadline(self):
        other = self.env["res.company"].create({"name": "Other Express"})
        self.env["resource.calendar.leaves"].with_company(other).create(
            {
                "name": "Their day",
                "company_id": other.id,
                "calendar_id": False,
                "date_from": datetime(2026, 11, 5, 16),
                "date_to": datetime(2026, 11, 6, 16),
            }
        )
        self.assertEqual(self._due(date(2026, 11, 5), 1), "2026-11-06 23:59:59")
