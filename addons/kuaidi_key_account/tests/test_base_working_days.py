from datetime import date, datetime

from pytz import timezone

from odoo.tests import BaseCase, tagged

from ..tools.public_holidays import UnknownHolidaysError, get_arrangement
from ..tools.working_days import (
    cut_days,
    day_bounds,
    days_between,
    due_positions,
    group_consecutive,
    widen_over_rest_days,
)


def _span(first, last):
    return [date(2026, 2, day) for day in range(first, last + 1)]


@tagged("post_install", "-at_install")
class TestWorkingDaysArithmetic(BaseCase):
    def test_deadline_ends_on_the_nth_day_that_opens_after_the_moment(self):
        # days 10-11, 12-13 and 20-21 are worked, each from open to close
        opens, closes = [10, 12, 20], [11, 13, 21]
        for moment, amount, position in (
            (5, 1, 0),
            (10, 1, 1),  # the day that has begun does not count
            (11, 1, 1),
            (12, 1, 2),
            (15, 1, 2),
            (10, 2, 2),
            (5, 0, 0),
            (10, 0, 0),
            (11, 0, 0),
            (15, 0, 2),  # nobody works: the next working day
            (22, 0, 3),  # beyond the list
            (12, 4, 5),
        ):
            with self.subTest(moment=moment, amount=amount):
                self.assertEqual(
                    due_positions(opens, closes, [moment], [amount]), [position]
                )

    def test_days_between_includes_both_ends(self):
        days = (1, 3, 5, 7)
        for first, last, expected in (
            (3, 5, (3, 5)),
            (2, 6, (3, 5)),
            (0, 9, days),
            (4, 4, ()),
            (6, 2, ()),
        ):
            with self.subTest(first=first, last=last):
                self.assertEqual(days_between(days, first, last), expected)

    def test_days_that_follow_each_other_make_one_group(self):
        days = [*_span(5, 7), *_span(1, 2), date(2026, 2, 28), date(2026, 3, 1)]
        self.assertEqual(
            group_consecutive(days),
            [_span(1, 2), _span(5, 7), [date(2026, 2, 28), date(2026, 3, 1)]],
        )
        self.assertEqual(group_consecutive([]), [])

    def test_holidays_grow_over_the_rest_days_that_touch_them(self):
        makeup = date(2026, 2, 14)

        def is_rest_day(day):
            return day.weekday() >= 5 and day != makeup

        holidays = [*_span(16, 20), date(2026, 2, 23)]
        self.assertEqual(
            widen_over_rest_days(holidays, is_rest_day), set(_span(15, 23))
        )

    def test_cutting_days_out_of_a_stretch_leaves_the_rest(self):
        first, last = date(2026, 2, 15), date(2026, 2, 23)
        for removed, expected in (
            ([first], [(16, 23)]),
            ([last], [(15, 22)]),
            ([date(2026, 2, 18)], [(15, 17), (19, 23)]),
            (_span(15, 23), []),
            (_span(1, 3), [(15, 23)]),
        ):
            with self.subTest(removed=removed):
                self.assertEqual(
                    [
                        (start.day, end.day)
                        for start, end in cut_days(first, last, removed)
                    ],
                    expected,
                )


@tagged("post_install", "-at_install")
class TestPublicHolidays(BaseCase):
    def test_2026_follows_the_notice_of_the_state_council(self):
        arrangement = get_arrangement("CN", 2026, "zh_CN")
        stretches = [
            (group[0], group[-1], arrangement.holidays[group[0]].festival)
            for group in group_consecutive(arrangement.holidays)
        ]
        self.assertEqual(
            stretches,
            [
                (date(2026, 1, 1), date(2026, 1, 3), "元旦"),
                (date(2026, 2, 15), date(2026, 2, 23), "春节"),
                (date(2026, 4, 4), date(2026, 4, 6), "清明节"),
                (date(2026, 5, 1), date(2026, 5, 5), "劳动节"),
                (date(2026, 6, 19), date(2026, 6, 21), "端午节"),
                (date(2026, 9, 25), date(2026, 9, 27), "中秋节"),
                (date(2026, 10, 1), date(2026, 10, 7), "国庆节"),
            ],
        )

    def test_2026_has_six_make_up_days_of_that_year_only(self):
        arrangement = get_arrangement("CN", 2026, "zh_CN")
        self.assertEqual(
            {day: entry.festival for day, entry in arrangement.makeups.items()},
            {
                date(2026, 1, 4): "元旦",
                date(2026, 2, 14): "春节",
                date(2026, 2, 28): "春节",
                date(2026, 5, 9): "劳动节",
                date(2026, 9, 20): "国庆节",
                date(2026, 10, 10): "国庆节",
            },
        )

    def test_make_up_day_in_december_belongs_to_the_new_year(self):
        makeups = get_arrangement("CN", 2002, "zh_CN").makeups
        self.assertIn(date(2001, 12, 29), makeups)
        self.assertNotIn(date(2005, 12, 31), makeups)

    def test_weekend_beside_a_holiday_belongs_to_it_in_china_only(self):
        # Labour Day is a Friday in both
        self.assertIn(date(2026, 5, 2), get_arrangement("CN", 2026).holidays)
        self.assertNotIn(date(2026, 5, 2), get_arrangement("DE", 2026).holidays)

    def test_names_come_in_the_language_or_english(self):
        day = date(2026, 10, 1)
        for language, name in (
            ("zh_CN", "国庆节"),
            ("zh_HK", "国庆节"),
            ("fr_FR", "National Day"),
            (False, "National Day"),
        ):
            with self.subTest(language=language):
                arrangement = get_arrangement("CN", 2026, language)
                self.assertEqual(arrangement.holidays[day].name, name)

    def test_year_or_country_without_official_data_is_refused(self):
        # for 2028 the library has the statutory days, without any substitute days
        for country, year in (
            ("CN", 2028),
            ("CN", 1900),
            ("CN", 2200),
            ("US", 1700),
            ("XX", 2026),
        ):
            with self.subTest(country=country, year=year):
                with self.assertRaises(UnknownHolidaysError):
                    get_arrangement(country, year, "zh_CN")

    def test_days_last_from_midnight_to_midnight_in_their_time_zone(self):
        for zone, day, first, last in (
            ("Asia/Shanghai", date(2026, 1, 1), (2025, 12, 31, 16), (2026, 1, 1, 15)),
            ("Europe/Berlin", date(2026, 3, 28), (2026, 3, 27, 23), (2026, 3, 28, 22)),
            # the day has 23 hours
            ("Europe/Berlin", date(2026, 3, 29), (2026, 3, 28, 23), (2026, 3, 29, 21)),
            ("America/Lima", date(2028, 12, 31), (2028, 12, 31, 5), (2029, 1, 1, 4)),
        ):
            with self.subTest(zone=zone, day=day):
                bounds = day_bounds(timezone(zone), day.year)
                self.assertEqual(
                    bounds[day], (datetime(*first), datetime(*last, 59, 59))
                )
                self.assertEqual(len(bounds), 366 if day.year == 2028 else 365)
