from datetime import date

from odoo.tests import BaseCase

from ..tools.id_ranges import get_ranges
from ..tools.star_arithmetic import (
    adjust_stars,
    find_level,
    get_quarter,
    get_service_year,
    spread_over_term,
)


class TestStarArithmetic(BaseCase):
    def test_service_year_is_the_twelve_full_months_before_the_month(self):
        for day, date_from, date_to in (
            (date(2026, 11, 1), date(2025, 11, 1), date(2026, 10, 31)),
            (date(2026, 11, 30), date(2025, 11, 1), date(2026, 10, 31)),
            (date(2026, 12, 1), date(2025, 12, 1), date(2026, 11, 30)),
            (date(2026, 1, 31), date(2025, 1, 1), date(2025, 12, 31)),
            # the last day of February differs by year
            (date(2028, 3, 1), date(2027, 3, 1), date(2028, 2, 29)),
            (date(2027, 3, 31), date(2026, 3, 1), date(2027, 2, 28)),
        ):
            with self.subTest(day=day):
                self.assertEqual(get_service_year(day), (date_from, date_to))

    def test_quarter_has_a_name_and_a_first_day(self):
        for day, name, first in (
            (date(2026, 1, 1), "2026-Q1", date(2026, 1, 1)),
            (date(2026, 3, 31), "2026-Q1", date(2026, 1, 1)),
            (date(2026, 4, 1), "2026-Q2", date(2026, 4, 1)),
            (date(2026, 9, 30), "2026-Q3", date(2026, 7, 1)),
            (date(2026, 12, 31), "2026-Q4", date(2026, 10, 1)),
        ):
            with self.subTest(day=day):
                self.assertEqual(get_quarter(day), (name, first))

    def test_only_revenue_of_more_than_a_year_is_spread(self):
        for amount, months, yearly in (
            (2_400_000, 24, 1_200_000),
            (3_600_000, 36, 1_200_000),
            (1_300_000, 13, 1_200_000),
            (1_200_000, 12, 1_200_000),
            (90_000, 6, 90_000),
            (90_000, 1, 90_000),
            (-24_000, 24, -12_000),
            (90_000, 0, 0),
            (90_000, -3, 0),
        ):
            with self.subTest(amount=amount, months=months):
                self.assertAlmostEqual(spread_over_term(amount, months), yearly)

    def test_a_threshold_itself_is_enough(self):
        thresholds = [10_000, 30_000, 100_000, 500_000, 5_000_000]
        for amount, rung in (
            (-0.01, 0),
            (0, 0),
            (9_999.99, 0),
            (10_000, 1),
            (29_999.99, 1),
            (30_000, 2),
            (100_000, 3),
            (499_999.99, 3),
            (500_000, 4),
            (4_999_999.99, 4),
            (5_000_000, 5),
            (9e12, 5),
        ):
            with self.subTest(amount=amount):
                self.assertEqual(find_level(amount, thresholds), rung)
        self.assertEqual(find_level(10, []), 0)

    def test_an_adjusted_star_stays_between_one_and_five(self):
        for stars, adjustment, result in (
            (3, 0, 3),
            (0, 0, 0),
            (3, 1, 4),
            (3, -1, 2),
            (5, 1, 5),
            (4, 4, 5),
            (1, -1, 1),
            (2, -4, 1),
            # an unrated client may be given a star
            (0, 1, 1),
            (0, 3, 3),
        ):
            with self.subTest(stars=stars, adjustment=adjustment):
                self.assertEqual(adjust_stars(stars, adjustment), result)

    def test_ids_are_given_as_ranges(self):
        for ids, ranges in (
            ([], []),
            ([5], [(5, 5)]),
            ([3, 1, 2], [(1, 3)]),
            ([1, 2, 2, 4], [(1, 2), (4, 4)]),
            ([9, 10, 1], [(1, 1), (9, 10)]),
        ):
            with self.subTest(ids=ids):
                self.assertEqual(get_ranges(ids), ranges)
