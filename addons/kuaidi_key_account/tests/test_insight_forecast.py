from odoo.tests import BaseCase, tagged

from ..tools.forecast import forecast, get_change, get_past_error

FLAT = [100] * 25
# a client of the seasons: December is three times as busy
SEASON = [100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 300]


@tagged("post_install", "-at_install")
class TestInsightForecast(BaseCase):
    """Next month's volume, the method by which it is foretold, and how wrong it was."""

    def test_forecast_by_what_is_known(self):
        for numbers, expected in (
            # nothing, or nothing lately
            ([], (None, "none")),
            ([None], (None, "none")),
            ([100, 120, None], (None, "none")),
            # short past
            ([100], (100, "last")),
            ([0], (0, "last")),
            ([90, 120], (120, "last")),
            ([90, None, 120], (120, "last")),
            ([90, 120, 150], (120, "mean")),
            ([0, 0, 0], (0, "mean")),
            ([100] * 12, (100, "mean")),
            # thirteen months: one of the last three has its month a year before
            ([100, 200, *[100] * 10, 150], (300, "seasonal")),
            (FLAT, (100, "seasonal")),
            (SEASON * 2, (100, "seasonal")),
            ([*SEASON, *SEASON[:-1]], (300, "seasonal")),
            # half as much in each of the last three months
            ([*SEASON, *[50] * 11], (150, "seasonal")),
            # the trend is bounded on both sides
            ([*[100] * 12, 1000], (200, "seasonal")),
            ([*[100] * 12, 0], (50, "seasonal")),
            # gaps: the other months of the three tell the trend
            ([*[100] * 22, None, 150, 150], (150, "seasonal")),
            ([*[100] * 13, None, *[100] * 11], (100, "mean")),
            ([*[100] * 13, *[100] * 11, None], (100, "seasonal")),
            ([*[100] * 23, None, None], (100, "seasonal")),
            ([*[100] * 22, None, None, None], (None, "none")),
            # a year ago nothing was shipped: the season tells nothing
            ([*[0] * 12, 30, 60, 90], (60, "mean")),
            ([0, 100, *[0] * 10, 40], (40 / 3, "mean")),
            # or nothing was shipped in that very month
            ([100, 0, *[100] * 11], (0, "seasonal")),
        ):
            with self.subTest(numbers=numbers):
                value, method = forecast(numbers)
                self.assertEqual(method, expected[1])
                if expected[0] is None:
                    self.assertIsNone(value)
                else:
                    self.assertAlmostEqual(value, expected[0])

    def test_past_error_of_the_same_method(self):
        for numbers, method, expected in (
            ([], "last", None),
            ([100], "last", None),
            ([100, 100, 100], "none", None),
            ([100, 80], "last", 25),
            ([80, 100, 80], "last", 22.5),
            # a month without parcels, and a missing one, cannot be off by percents
            ([100, 0, 100], "last", 100),
            ([100, 0], "last", None),
            ([100, None, 80], "last", None),
            # nine months: the last six are replayed
            ([1, 1, 1, 100, 100, 100, 100, 100, 100], "last", 99 / 6),
            ([90, 120, 150, 100], "mean", 20),
            ([90, 120, 150], "mean", None),
            (FLAT, "seasonal", 0),
            (SEASON * 2, "seasonal", 0),
            ([100] * 12, "seasonal", None),
            ([100] * 13, "seasonal", None),
            ([*[100] * 13, 80], "seasonal", 25),
        ):
            with self.subTest(numbers=numbers, method=method):
                error = get_past_error(numbers, method)
                if expected is None:
                    self.assertIsNone(error)
                else:
                    self.assertAlmostEqual(error, expected)

    def test_the_past_is_not_changed_by_looking_at_it(self):
        numbers = [*SEASON, *SEASON]
        forecast(numbers)
        get_past_error(numbers, "seasonal")
        self.assertEqual(numbers, [*SEASON, *SEASON])

    def test_change_in_percent(self):
        for number, base, expected in (
            (110, 100, 10),
            (90, 100, -10),
            (0, 100, -100),
            (100, 0, None),
            (0, 0, None),
            (100, None, None),
            (None, 100, None),
        ):
            with self.subTest(number=number, base=base):
                self.assertEqual(get_change(number, base), expected)
