from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import BaseCase, freeze_time, tagged, users
from odoo.tools import mute_logger

from ..tools.festivals import get_festival_date, get_statutory_days
from .common import KuaidiCommon


@tagged("post_install", "-at_install")
class TestFestivalDates(BaseCase):
    """First days as the State Council and the lunar calendar have them."""

    def test_lunar_festivals_fall_on_their_first_day_each_year(self):
        # 2025 has a leap sixth month, 2028 a leap fifth one
        for key, days in {
            "spring_festival": "2024-02-10 2025-01-29 2026-02-17 2027-02-06"
            " 2028-01-26 2029-02-13 2030-02-03",
            "tomb_sweeping": "2024-04-04 2025-04-04 2026-04-05 2027-04-05 2028-04-04"
            " 2029-04-04 2030-04-05",
            "dragon_boat": "2024-06-10 2025-05-31 2026-06-19 2027-06-09 2028-05-28"
            " 2029-06-16 2030-06-05",
            "mid_autumn": "2024-09-17 2025-10-06 2026-09-25 2027-09-15 2028-10-03"
            " 2029-09-22 2030-09-12",
        }.items():
            for day in days.split():
                with self.subTest(key=key, day=day):
                    day = date.fromisoformat(day)
                    self.assertEqual(get_festival_date(key, day.year), day)

    def test_a_festival_has_no_date_where_the_tables_end(self):
        for year in (1, 1949, 2101, 9999):
            with self.subTest(year=year):
                self.assertIsNone(get_festival_date("mid_autumn", year))

    def test_statutory_days_are_those_of_the_country_and_years(self):
        days = get_statutory_days("CN", [2026, 2027])
        self.assertEqual({day.year for day in days}, {2026, 2027})
        for day, listed in (
            (date(2026, 2, 16), True),  # the eve
            (date(2026, 2, 17), True),
            (date(2026, 2, 23), True),  # in lieu of a Saturday
            (date(2026, 2, 28), False),  # worked for it
            (date(2027, 10, 1), True),
            (date(2027, 12, 25), False),
        ):
            with self.subTest(day=day):
                self.assertEqual(day in days, listed)

    def test_what_the_library_does_not_know_has_no_statutory_days(self):
        for country, year in (
            ("CN", 1949),
            ("CN", 2101),
            ("ZZ", 2026),
            (False, 2026),
        ):
            with self.subTest(country=country, year=year):
                self.assertEqual(get_statutory_days(country, [year]), set())

    def test_nobody_changes_the_days_of_the_next_caller(self):
        get_statutory_days("CN", [2026]).clear()
        self.assertIn(date(2026, 10, 1), get_statutory_days("CN", [2026]))


@tagged("post_install", "-at_install")
class TestFestivals(KuaidiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.festivals = cls.env["kuaidi.festival"]
        cls.spring = cls.env.ref("kuaidi_key_account.festival_spring")
        cls.national_day = cls.env.ref("kuaidi_key_account.festival_national_day")

    def _create_festival(self, **values):
        return self.env["kuaidi.festival"].create(
            {"name": "Shopping festival", "month": 11, "day": 11, **values}
        )

    def test_the_list_starts_with_the_lead_times_of_the_trade(self):
        for suffix, lead_days in (
            ("new_year", 7),
            ("spring", 28),
            ("dragon_boat", 7),
            ("mid_autumn", 30),
            ("national_day", 7),
        ):
            with self.subTest(suffix):
                festival = self.env.ref(f"kuaidi_key_account.festival_{suffix}")
                self.assertEqual(festival.lead_days, lead_days)

    def test_a_period_includes_its_first_and_last_day(self):
        for date_from, date_to, days in (
            ("2026-10-01", "2027-10-01", ["2026-10-01", "2027-10-01"]),
            ("2026-10-02", "2027-09-30", []),
            ("2026-10-01", "2026-10-01", ["2026-10-01"]),
            ("2026-10-02", "2026-10-01", []),
        ):
            with self.subTest(date_from=date_from, date_to=date_to):
                self.assertEqual(
                    self.national_day._get_dates(
                        date.fromisoformat(date_from), date.fromisoformat(date_to)
                    ),
                    [date.fromisoformat(day) for day in days],
                )

    def test_festivals_of_a_period_come_in_the_order_of_their_days(self):
        self.assertEqual(
            (self.national_day | self.spring)._get_dates(
                date(2025, 9, 1), date(2027, 3, 1)
            ),
            [date(2025, 10, 1), date(2026, 2, 17), date(2026, 10, 1), date(2027, 2, 6)],
        )

    def test_29_february_falls_on_the_28th_in_common_years(self):
        festival = self._create_festival(month=2, day=29)
        self.assertEqual(
            festival._get_dates(date(2027, 1, 1), date(2028, 12, 31)),
            [date(2027, 2, 28), date(2028, 2, 29)],
        )

    @freeze_time("2026-02-17 01:00:00")
    def test_the_next_date_may_be_today(self):
        self.assertEqual(self.spring.date_next, date(2026, 2, 17))

    @freeze_time("2026-02-18 01:00:00")
    def test_after_the_festival_the_next_date_is_in_the_next_year(self):
        self.assertEqual(self.spring.date_next, date(2027, 2, 6))

    def test_a_date_that_the_calendar_does_not_have_is_refused(self):
        for month, day in ((0, 1), (13, 1), (2, 30), (4, 31), (1, 0), (12, 32)):
            with self.subTest(month=month, day=day):
                count = self.festivals.search_count([])
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self._create_festival(month=month, day=day)
                self.assertEqual(self.festivals.search_count([]), count)

    @mute_logger("odoo.sql_db")
    def test_a_computed_festival_is_listed_once(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._create_festival(key="spring_festival")
        self.assertEqual(
            self.festivals.search([("key", "=", "spring_festival")]), self.spring
        )

    @mute_logger("odoo.sql_db")
    def test_a_lead_time_of_years_is_refused(self):
        for lead_days in (-1, 181):
            with self.subTest(lead_days):
                with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                    self.spring.lead_days = lead_days
                    self.spring.flush_recordset()
                self.spring.invalidate_recordset()
                self.assertEqual(self.spring.lead_days, 28)

    @users("kuaidi_centre")
    def test_the_crm_centre_keeps_the_list(self):
        festival = self.spring.with_env(self.env)
        festival.lead_days = 21
        self.assertEqual(festival.lead_days, 21)
        self._create_festival()

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nobody_else_changes_the_list(self):
        for user in (self.manager, self.sales, self.finance):
            with self.subTest(user=user.login):
                festivals = self.festivals.with_user(user)
                self.assertEqual(festivals.browse(self.spring.id).lead_days, 28)
                with self.assertRaises(AccessError):
                    festivals.browse(self.spring.id).lead_days = 1
                with self.assertRaises(AccessError):
                    festivals.create({"name": "Mine", "month": 1, "day": 2})
                self.assertEqual(self.spring.lead_days, 28)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_a_client_does_not_see_the_list(self):
        with self.assertRaises(AccessError):
            self.festivals.with_user(self.portal).search([])
