import random
from datetime import date, datetime, time, timedelta
from unittest.mock import patch

from pytz import timezone

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import KuaidiCommon

SHANGHAI = timezone("Asia/Shanghai")


class DeadlineCase(KuaidiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.company.resource_calendar_id
        cls.days = cls.env["kuaidi.calendar.day"]
        cls.deadline = cls.env["kuaidi.deadline"]
        for year in (2024, 2025, 2026):
            cls.days._load_year(cls.company, year)

    def _local(self, due):
        """Return the moment as the people of the company read it."""
        zone = timezone(self.calendar.tz)
        local = timezone("UTC").localize(due).astimezone(zone)
        return local.strftime("%Y-%m-%d %H:%M:%S")

    def _due(self, start, amount, unit="workday"):
        return self._local(self.deadline._get_due(start, amount, unit, self.company))


@tagged("post_install", "-at_install")
class TestDeadline(DeadlineCase):
    def test_working_days_of_2026_end_at_midnight_of_the_nth_one(self):
        for start, amount, expected in (
            (date(2026, 2, 13), 1, "2026-02-14"),  # a Saturday, worked
            (date(2026, 2, 13), 3, "2026-02-25"),  # over Spring Festival
            (date(2026, 2, 13), 5, "2026-02-27"),
            (date(2026, 2, 13), 6, "2026-02-28"),  # again a Saturday, worked
            (date(2026, 2, 13), 10, "2026-03-05"),
            (date(2026, 1, 2), 1, "2026-01-04"),  # a Sunday, worked
            (date(2026, 4, 3), 1, "2026-04-07"),
            (date(2026, 5, 8), 1, "2026-05-09"),
            (date(2026, 6, 18), 1, "2026-06-22"),
            (date(2026, 9, 18), 1, "2026-09-20"),
            (date(2026, 9, 30), 3, "2026-10-10"),
            (date(2026, 11, 2), 5, "2026-11-09"),
        ):
            with self.subTest(start=start, amount=amount):
                self.assertEqual(self._due(start, amount), f"{expected} 23:59:59")

    def test_working_days_count_from_a_day_off_and_across_years(self):
        for start, amount, expected in (
            (date(2026, 2, 17), 1, "2026-02-24"),  # from within the festival
            (date(2026, 2, 14), 1, "2026-02-24"),  # from a make-up day
            (date(2026, 11, 7), 1, "2026-11-09"),  # from a plain Saturday
            (date(2025, 12, 31), 1, "2026-01-04"),
            (date(2024, 12, 31), 1, "2025-01-02"),
            (date(2025, 12, 30), 249, "2026-12-31"),
        ):
            with self.subTest(start=start, amount=amount):
                self.assertEqual(self._due(start, amount), f"{expected} 23:59:59")

    def test_zero_working_days_end_today_or_on_the_next_working_day(self):
        for start, expected in (
            (date(2026, 2, 13), "2026-02-13"),
            (date(2026, 2, 14), "2026-02-14"),
            (date(2026, 2, 15), "2026-02-24"),
            (datetime(2026, 2, 13, 15, 59, 59), "2026-02-13"),
            (datetime(2026, 2, 13, 15, 59, 59, 900000), "2026-02-13"),
            (datetime(2026, 2, 13, 16, 0), "2026-02-14"),
        ):
            with self.subTest(start=start):
                self.assertEqual(self._due(start, 0), f"{expected} 23:59:59")

    def test_start_counts_as_the_local_day_it_falls_on(self):
        # 23:30 UTC on Thursday is Friday morning in Shanghai
        moment = datetime(2026, 2, 12, 23, 30)
        self.assertEqual(self._due(moment, 1), "2026-02-14 23:59:59")
        self.assertEqual(self._due(moment, 1, "day"), "2026-02-14 23:59:59")
        self.assertEqual(
            self.deadline._get_due(moment, 1, "workday", self.company),
            datetime(2026, 2, 14, 15, 59, 59),
        )
        self.calendar.tz = "America/New_York"  # still Thursday evening there
        self.assertEqual(self._due(moment, 1), "2026-02-13 23:59:59")
        self.assertEqual(
            self.deadline._get_due(moment, 1, "workday", self.company),
            datetime(2026, 2, 14, 4, 59, 59),
        )
        # in UTC the next year has begun
        self.assertEqual(self._due(datetime(2026, 1, 1, 2), 0), "2025-12-31 23:59:59")
        self.assertEqual(self._due(datetime(2026, 1, 1, 2), 1), "2026-01-04 23:59:59")

    def test_end_of_day_follows_summer_time(self):
        self.calendar.tz = "Europe/Berlin"
        for start, expected in (
            (date(2026, 3, 27), datetime(2026, 3, 30, 21, 59, 59)),
            (date(2026, 10, 23), datetime(2026, 10, 26, 22, 59, 59)),
        ):
            with self.subTest(start=start):
                self.assertEqual(
                    self.deadline._get_due(start, 1, "workday", self.company), expected
                )

    def test_hours_run_round_the_clock_holidays_included(self):
        for start, amount, expected in (
            (datetime(2026, 2, 14, 20, 0), 48, datetime(2026, 2, 16, 20, 0)),
            (datetime(2026, 2, 14, 20, 0), 0.5, datetime(2026, 2, 14, 20, 30)),
            (datetime(2026, 2, 14, 20, 0), 0, datetime(2026, 2, 14, 20, 0)),
            (date(2026, 2, 14), 2, datetime(2026, 2, 13, 18, 0)),
        ):
            with self.subTest(start=start, amount=amount):
                due = self.deadline._get_due(start, amount, "hour", self.company)
                self.assertEqual(due, expected)

    def test_calendar_days_and_months_end_with_the_last_day(self):
        for start, amount, unit, expected in (
            (date(2026, 2, 13), 0, "day", "2026-02-13"),
            (date(2026, 2, 13), 3, "day", "2026-02-16"),
            (date(2026, 2, 13), 14.0, "day", "2026-02-27"),
            (datetime(2026, 12, 31, 16, 0), 1, "day", "2027-01-02"),
            (date(2026, 1, 31), 1, "month", "2026-02-28"),
            (date(2024, 1, 31), 1, "month", "2024-02-29"),
            (date(2026, 1, 31), 2, "month", "2026-03-31"),
            (date(2026, 11, 30), 3, "month", "2027-02-28"),
        ):
            with self.subTest(start=start, amount=amount, unit=unit):
                self.assertEqual(self._due(start, amount, unit), f"{expected} 23:59:59")

    def test_deadline_that_cannot_be_counted_is_refused_with_the_cause(self):
        day = date(2026, 2, 13)
        for start, amount, unit, message in (
            (day, 1, "week", "cannot be counted in “week”"),
            (day, -1, "workday", "before its start"),
            (day, -0.5, "hour", "before its start"),
            (day, 1.5, "workday", "whole numbers"),
            (day, "many", "day", "whole numbers"),
            (False, 1, "day", "needs a start"),
            (day, 100_000, "month", "beyond the calendar"),
            (day, 10**10, "hour", "beyond the calendar"),
            (day, 10_000, "workday", "enough working days"),
        ):
            with self.subTest(amount=amount, unit=unit):
                with self.assertRaisesRegex(UserError, message):
                    self.deadline._get_due(start, amount, unit, self.company)

    def test_working_time_without_working_days_is_refused_not_searched_forever(self):
        self.calendar.attendance_ids.unlink()
        with self.assertRaisesRegex(UserError, "enough working days"):
            self.deadline._get_due(date(2026, 3, 2), 1, "workday", self.company)
        self.assertFalse(self.deadline._is_working_day(date(2026, 3, 2), self.company))

    def test_company_without_working_time_counts_everything_but_working_days(self):
        self.company.resource_calendar_id = False
        self.company.partner_id.tz = "Asia/Shanghai"
        day = date(2026, 2, 13)
        with self.assertRaisesRegex(UserError, "no working time"):
            self.deadline._get_due(day, 1, "workday", self.company)
        due = self.deadline._get_due(day, 1, "day", self.company)
        self.assertEqual(due, datetime(2026, 2, 14, 15, 59, 59))
        self.company.partner_id.tz = False
        due = self.deadline._get_due(day, 1, "day", self.company)
        self.assertEqual(due, datetime(2026, 2, 14, 23, 59, 59))

    def test_the_day_of_a_company_costs_no_query_and_follows_its_working_time(self):
        moment = datetime(2026, 2, 13, 20)
        self.assertEqual(
            self.deadline._get_local_date(moment, self.company), date(2026, 2, 14)
        )
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            self.deadline._get_local_date(moment, self.company)
        other = self.calendar.copy({"tz": "UTC"})
        self.company.resource_calendar_id = other
        self.assertEqual(
            self.deadline._get_local_date(moment, self.company), date(2026, 2, 13)
        )
        other.tz = "Asia/Shanghai"
        self.assertEqual(
            self.deadline._get_local_date(moment, self.company), date(2026, 2, 14)
        )

    def test_working_days_between_two_dates(self):
        days = self.deadline._get_working_days_between(
            date(2026, 2, 13), date(2026, 2, 28), self.company
        )
        self.assertEqual([day.day for day in days], [13, 14, 24, 25, 26, 27, 28])
        days = self.deadline._get_working_days_between(
            date(2025, 12, 30), date(2026, 1, 5), self.company
        )
        self.assertEqual(
            [str(day) for day in days],
            ["2025-12-30", "2025-12-31", "2026-01-04", "2026-01-05"],
        )

    def test_is_working_day(self):
        for day, worked in (
            (date(2026, 2, 13), True),
            (date(2026, 2, 14), True),
            (date(2026, 2, 16), False),
            (date(2026, 11, 7), False),
            (datetime(2026, 11, 6, 17, 0), False),  # Saturday 01:00 in Shanghai
        ):
            with self.subTest(day=day):
                self.assertEqual(
                    self.deadline._is_working_day(day, self.company), worked
                )

    def test_batch_keeps_order_and_equals_single_deadlines(self):
        pairs = [
            (date(2026, 2, 13), 3),
            (datetime(2024, 6, 1, 3, 0), 10),
            (date(2026, 2, 13), 0),
            (date(2025, 9, 30), 1),
        ]
        for unit in ("hour", "day", "workday", "month"):
            with self.subTest(unit=unit):
                self.assertEqual(
                    self.deadline._get_due_many(pairs, unit, self.company),
                    [
                        self.deadline._get_due(*pair, unit, self.company)
                        for pair in pairs
                    ],
                )
        self.assertEqual(self.deadline._get_due_many([], "day", self.company), [])

    def test_deadlines_equal_the_plan_of_core(self):
        generator = random.Random(2026)
        days = [
            date(2024, 1, 1) + timedelta(days=generator.randrange(1461))
            for _number in range(150)
        ]
        pairs = [(day, generator.randint(1, 60)) for day in days]
        dues = self.deadline._get_due_many(pairs, "workday", self.company)
        for (day, amount), due in zip(pairs, dues, strict=True):
            midnight = datetime.combine(day + timedelta(days=1), time.min)
            planned = self.calendar.plan_days(
                amount, SHANGHAI.localize(midnight), compute_leaves=True
            )
            expected = f"{planned.date()} 23:59:59"
            with self.subTest(day=day, amount=amount):
                self.assertEqual(self._local(due), expected)

    def test_number_of_queries_does_not_depend_on_the_number_of_deadlines(self):
        def count_queries(size):
            self.env.registry.clear_cache("stable")
            self.env.invalidate_all()
            pairs = [
                (date(2026, 1, 1) + timedelta(days=number % 300), number % 30)
                for number in range(size)
            ]
            before = self.env.cr.sql_log_count
            self.deadline._get_due_many(pairs, "workday", self.company)
            return self.env.cr.sql_log_count - before

        self.assertEqual(count_queries(100), count_queries(1000))

    def test_known_years_are_counted_without_any_query(self):
        pairs = [(date(2026, 2, 13), 3)]
        self.deadline._get_due_many(pairs, "workday", self.company)
        with self.assertQueryCount(0):
            self.deadline._get_due_many(pairs * 1000, "workday", self.company)

    def test_known_years_are_read_once_for_all_deadlines(self):
        calendar = type(self.calendar)
        with patch.object(
            calendar,
            "_work_intervals_batch",
            side_effect=calendar._work_intervals_batch,
            autospec=True,
        ) as intervals:
            self.env.registry.clear_cache()
            for _repetition in range(3):
                self._due(date(2026, 2, 13), 3)
        self.assertEqual(intervals.call_count, 1)

    def test_portal_client_and_role_get_the_same_deadline(self):
        for user in (self.portal, self.manager, self.finance):
            with self.subTest(user=user.login):
                self.env.registry.clear_cache()
                deadline = self.deadline.with_user(user)
                due = deadline._get_due(
                    date(2026, 2, 13), 3, "workday", self.company.with_user(user)
                )
                self.assertEqual(due, datetime(2026, 2, 25, 15, 59, 59))
