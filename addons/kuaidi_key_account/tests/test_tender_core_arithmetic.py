from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..tools.tender_dates import count, judge, shift
from ..tools.tender_ranks import get_rank

MAY = date(2026, 5, 1)
# Mondays to Fridays of May 2026, without the first week's holiday
WORKED = [
    day
    for day in (MAY + timedelta(days=n) for n in range(31))
    if day.weekday() < 5 and day.day > 5
]


@tagged("post_install", "-at_install")
class TestTenderCoreArithmetic(BaseCase):
    """Days of the law on plain dates."""

    def test_days_are_shifted(self):
        for start, days, unit, is_before, expected in (
            (MAY, 20, "day", False, date(2026, 5, 21)),
            (date(2026, 5, 21), 15, "day", True, date(2026, 5, 6)),
            (MAY, 0, "day", False, MAY),
            (MAY, 0, "workday", False, MAY),
            # the holiday counts for nothing: 6, 7, 8, 11, 12, 13, 14
            (MAY, 7, "workday", False, date(2026, 5, 14)),
            (date(2026, 5, 8), 1, "workday", False, date(2026, 5, 11)),
            # a Saturday is no working day, and neither is the start
            (date(2026, 5, 9), 1, "workday", False, date(2026, 5, 11)),
            (date(2026, 5, 11), 1, "workday", True, date(2026, 5, 8)),
            (date(2026, 5, 10), 2, "workday", True, date(2026, 5, 7)),
        ):
            with self.subTest(start=start, days=days, unit=unit, before=is_before):
                self.assertEqual(shift(start, days, unit, is_before, WORKED), expected)

    def test_days_beyond_the_calendar_are_not_guessed(self):
        for is_before in (True, False):
            with self.subTest(is_before), self.assertRaises(IndexError):
                shift(date(2026, 5, 18), 60, "workday", is_before, WORKED)

    def test_days_are_counted(self):
        for start, end, unit, is_inclusive, expected in (
            (MAY, date(2026, 5, 5), "day", True, 5),
            (MAY, date(2026, 5, 5), "day", False, 4),
            (MAY, MAY, "day", False, 0),
            (date(2026, 5, 5), MAY, "day", True, -4),
            (date(2026, 5, 6), date(2026, 5, 12), "workday", True, 5),
            (date(2026, 5, 6), date(2026, 5, 12), "workday", False, 4),
        ):
            with self.subTest(start=start, end=end, unit=unit, both=is_inclusive):
                self.assertEqual(
                    count(start, end, unit, is_inclusive, WORKED), expected
                )

    def test_a_minimum_needs_both_days(self):
        for end, expected in (
            (None, (None, None, False)),
            (date(2026, 5, 20), (None, 19, True)),
            (date(2026, 5, 21), (None, 20, False)),
        ):
            with self.subTest(end=end):
                self.assertEqual(judge("minimum", MAY, end, 20), expected)
        self.assertEqual(judge("minimum", None, MAY, 20), (None, None, False))

    def test_the_latest_day_is_worked_out(self):
        for end, is_before, expected in (
            (None, False, (date(2026, 5, 11), None, False)),
            (date(2026, 5, 11), False, (date(2026, 5, 11), 10, False)),
            (date(2026, 5, 12), False, (date(2026, 5, 11), 11, True)),
            (None, True, (date(2026, 4, 21), None, False)),
            (date(2026, 4, 21), True, (date(2026, 4, 21), 10, False)),
            (date(2026, 4, 22), True, (date(2026, 4, 21), 9, True)),
        ):
            with self.subTest(end=end, before=is_before):
                self.assertEqual(
                    judge("latest", MAY, end, 10, is_before=is_before), expected
                )
        self.assertEqual(judge("latest", None, MAY, 10), (None, None, False))

    def test_our_price_has_a_rank(self):
        for ours, others, expected in (
            (100, [90, 110, 120], 2),
            (100, [100, 120], 1),
            (100, [], 0),
            (0, [90], 0),
            (200, [90, 110], 3),
        ):
            with self.subTest(ours=ours, others=others):
                self.assertEqual(get_rank(ours, others), expected)
