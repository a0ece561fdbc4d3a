from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import KuaidiCommon

DAYS = "kuaidi.calendar.day"
LOGGER = "odoo.addons.kuaidi_key_account.models.base.calendar_day"


class HolidayCase(KuaidiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.lang = "zh_CN"
        cls.calendar = cls.company.resource_calendar_id
        cls.deadline = cls.env["kuaidi.deadline"]

    def _load(self, year=2026, company=None):
        return self.env[DAYS]._load_year(company or self.company, year)

    def _day(self, day):
        return (
            self.env[DAYS]
            .with_context(active_test=False)
            .search([("calendar_id", "=", self.calendar.id), ("date", "=", day)])
        )

    def _is_worked(self, day):
        return self.deadline._is_working_day(day, self.company)

    def _snapshot(self):
        """Return all that loading may touch, to tell whether anything moved."""
        days = self.env[DAYS].with_context(active_test=False).search([], order="id")
        leaves = self.env["resource.calendar.leaves"].search([], order="id")
        return (
            days.read(["date", "kind", "name", "leave_id", "active"]),
            leaves.read(["name", "date_from", "date_to", "calendar_id"]),
        )


@tagged("post_install", "-at_install")
class TestHolidays(HolidayCase):
    def test_holidays_of_2026_become_one_time_off_per_festival(self):
        self._load()
        leaves = self.env["resource.calendar.leaves"].search(
            [("calendar_id", "=", self.calendar.id)], order="date_from"
        )
        self.assertEqual(
            [(leave.name, leave.date_from, leave.date_to) for leave in leaves],
            [
                (
                    name,
                    datetime(*first, 16),
                    datetime(*last, 15, 59, 59, 999999),
                )
                for name, first, last in (
                    ("元旦", (2025, 12, 31), (2026, 1, 3)),
                    ("春节", (2026, 2, 14), (2026, 2, 23)),
                    ("清明节", (2026, 4, 3), (2026, 4, 6)),
                    ("劳动节", (2026, 4, 30), (2026, 5, 5)),
                    ("端午节", (2026, 6, 18), (2026, 6, 21)),
                    ("中秋节", (2026, 9, 24), (2026, 9, 27)),
                    ("国庆节", (2026, 9, 30), (2026, 10, 7)),
                )
            ],
        )
        self.assertFalse(leaves.resource_id)
        self.assertEqual(leaves.company_id, self.company)

    def test_six_make_up_days_of_2026_are_worked(self):
        self._load()
        makeups = self.env[DAYS].search(
            [("calendar_id", "=", self.calendar.id), ("kind", "=", "makeup")],
            order="date",
        )
        self.assertEqual(
            makeups.mapped("date"),
            [
                date(2026, 1, 4),
                date(2026, 2, 14),
                date(2026, 2, 28),
                date(2026, 5, 9),
                date(2026, 9, 20),
                date(2026, 10, 10),
            ],
        )
        self.assertTrue(all(self._is_worked(day) for day in makeups.mapped("date")))
        self.assertTrue(all(makeups.mapped("is_loaded")))

    def test_loading_twice_changes_nothing(self):
        self.assertEqual(len(self._load()), 39)
        before = self._snapshot()
        self.assertFalse(self._load())
        self.assertEqual(self._snapshot(), before)
        self.assertEqual(self.calendar.kuaidi_holiday_year, 2026)

    def test_loading_again_leaves_every_change_of_the_user(self):
        self._load()
        festival = self._day(date(2026, 2, 17)).leave_id
        festival.write({"name": "Spring break", "date_to": datetime(2026, 2, 21, 16)})
        self._day(date(2026, 6, 19)).leave_id.unlink()
        self._day(date(2026, 5, 9)).active = False
        self._day(date(2026, 10, 5)).active = False
        self._day(date(2026, 1, 1)).name = "New Year"
        before = self._snapshot()
        self.assertFalse(self._load())
        self.assertEqual(self._snapshot(), before)
        for day, worked in (
            (date(2026, 2, 23), True),  # time off shortened
            (date(2026, 2, 20), False),
            (date(2026, 6, 19), True),  # time off removed
            (date(2026, 5, 9), False),  # make-up day archived
            (date(2026, 10, 5), True),  # holiday archived
            (date(2026, 10, 6), False),
        ):
            with self.subTest(day=day):
                self.assertEqual(self._is_worked(day), worked)

    def test_time_off_entered_before_is_respected(self):
        leaves = self.env["resource.calendar.leaves"]
        own = leaves.create(
            {
                "name": "Our National Day",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 10, 1, 0),
                "date_to": datetime(2026, 10, 7, 9),
            }
        )
        self._load()
        self.assertEqual(
            leaves.search(
                [
                    ("calendar_id", "=", self.calendar.id),
                    ("date_from", ">=", datetime(2026, 9, 28)),
                ]
            ),
            own,
        )
        self.assertFalse(self._day(date(2026, 10, 5)).leave_id)
        self.assertEqual(len(self._day(date(2026, 10, 5))), 1)

    def test_half_a_day_off_does_not_cover_a_holiday(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Morning off",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 6, 19, 0),
                "date_to": datetime(2026, 6, 19, 4),
            }
        )
        self._load()
        self.assertEqual(self._day(date(2026, 6, 19)).leave_id.name, "端午节")
        self.assertFalse(self._is_worked(date(2026, 6, 19)))

    def test_day_entered_by_hand_before_is_respected(self):
        self.env[DAYS].create(
            {
                "name": "We work on Dragon Boat",
                "calendar_id": self.calendar.id,
                "date": date(2026, 6, 19),
                "kind": "makeup",
            }
        )
        self._load()
        self.assertEqual(self._day(date(2026, 6, 19)).kind, "makeup")
        self.assertTrue(self._is_worked(date(2026, 6, 19)))

    def test_archived_holiday_is_cut_out_and_comes_back(self):
        self._load()
        middle = self._day(date(2026, 10, 5))
        last = self._day(date(2026, 10, 7))
        leave = middle.leave_id
        (middle + last).active = False
        self.assertFalse((middle + last).leave_id)
        rest = self._day(date(2026, 10, 6)).leave_id
        self.assertEqual(
            [(leave.date_from, leave.date_to), (rest.date_from, rest.date_to)],
            [
                (datetime(2026, 9, 30, 16), datetime(2026, 10, 4, 15, 59, 59, 999999)),
                (datetime(2026, 10, 5, 16), datetime(2026, 10, 6, 15, 59, 59, 999999)),
            ],
        )
        self.assertTrue(self._is_worked(date(2026, 10, 5)))
        middle.active = True
        self.assertEqual(middle.leave_id.name, "国庆节")
        self.assertFalse(self._is_worked(date(2026, 10, 5)))
        self.assertTrue(self._is_worked(date(2026, 10, 7)))

    def test_whole_festival_archived_leaves_no_time_off(self):
        self._load()
        festival = self.env[DAYS].search([("festival", "=", "端午节")])
        leave = festival.leave_id
        festival.action_archive()
        self.assertFalse(leave.exists())

    def test_holiday_by_hand_takes_effect_and_can_be_deleted(self):
        days = self.env[DAYS].create(
            [
                {"name": "Founding day", "date": day, "calendar_id": self.calendar.id}
                for day in (date(2026, 11, 12), date(2026, 11, 13))
            ]
        )
        self.assertEqual(len(days.leave_id), 1)
        self.assertEqual(days.leave_id.name, "Founding day")
        self.assertFalse(self._is_worked(date(2026, 11, 12)))
        days[0].unlink()
        self.assertTrue(self._is_worked(date(2026, 11, 12)))
        self.assertFalse(self._is_worked(date(2026, 11, 13)))

    def test_official_days_are_archived_not_deleted(self):
        self._load()
        before = self._snapshot()
        for day in (date(2026, 2, 14), date(2026, 2, 17)):
            with self.subTest(day=day), self.assertRaisesRegex(UserError, "Archive"):
                self._day(day).unlink()
        self.assertEqual(self._snapshot(), before)

    def test_date_and_kind_of_a_day_stay_as_they_are(self):
        self._load()
        day = self._day(date(2026, 2, 14))
        for vals in ({"date": "2026-02-15"}, {"kind": "holiday"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                day.write(vals)
        self.assertEqual((day.date, day.kind), (date(2026, 2, 14), "makeup"))
        day.write({"date": "2026-02-14", "name": "Work"})  # as an import would
        self.assertEqual(day.name, "Work")

    def test_date_is_not_holiday_and_make_up_day_at_once(self):
        self._load()
        holiday = self._day(date(2026, 6, 19))
        vals = {
            "name": "Work",
            "calendar_id": self.calendar.id,
            "date": date(2026, 6, 19),
            "kind": "makeup",
        }
        with self.assertRaises(ValidationError):
            self.env[DAYS].create(vals)
        self.assertEqual(self._day(date(2026, 6, 19)), holiday)
        holiday.active = False
        self.env[DAYS].create(vals)
        self.assertTrue(self._is_worked(date(2026, 6, 19)))

    def test_date_is_registered_once_even_archived(self):
        self._load()
        self._day(date(2026, 2, 14)).active = False
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env[DAYS].create(
                {
                    "name": "Again",
                    "calendar_id": self.calendar.id,
                    "date": date(2026, 2, 14),
                    "kind": "makeup",
                }
            )

    def test_all_working_times_of_the_company_are_loaded(self):
        night = self.env["resource.calendar"].create(
            {"name": "Night", "company_id": self.company.id, "tz": "Asia/Urumqi"}
        )
        self._load()
        self.assertEqual(night.kuaidi_holiday_year, 2026)
        leave = self.env["resource.calendar.leaves"].search(
            [("calendar_id", "=", night.id), ("name", "=", "端午节")]
        )
        self.assertEqual(leave.date_from, datetime(2026, 6, 18, 18))

    def test_unknown_year_or_country_is_refused_with_country_and_year(self):
        before = self._snapshot()
        for year in (2028, 1900, 2200):
            with self.subTest(year=year):
                with self.assertRaisesRegex(UserError, f"(中国|China) in {year}"):
                    self._load(year)
        self.company.country_id = self.env["res.country"].create(
            {"name": "Atlantis", "code": "QQ"}
        )
        with self.assertRaisesRegex(UserError, "Atlantis in 2026"):
            self._load()
        self.company.country_id = False
        with self.assertRaisesRegex(UserError, "no country"):
            self._load()
        self.assertEqual(self._snapshot(), before)
        self.assertFalse(self.calendar.kuaidi_holiday_year)

    def test_loading_beside_another_one_is_refused(self):
        before = self._snapshot()
        calendar = type(self.calendar)
        with patch.object(
            calendar, "try_lock_for_update", lambda self, **kwargs: self.browse()
        ):
            with self.assertRaisesRegex(UserError, "Try again"):
                self._load()
        self.assertEqual(self._snapshot(), before)

    def test_year_to_load_is_the_next_one_from_november(self):
        for today, year in (
            ("2026-01-01", 2026),
            ("2026-10-31", 2026),
            ("2026-11-01", 2027),
            ("2026-12-31", 2027),
        ):
            with self.subTest(today=today), freeze_time(f"{today} 04:00:00"):
                self.assertEqual(self.env[DAYS]._get_default_year(), year)

    def test_cron_loads_what_is_known_and_goes_on(self):
        self.env["res.company"].search(
            [("id", "!=", self.company.id)]
        ).country_id = False
        cron = self.env.ref("kuaidi_key_account.ir_cron_load_holidays")
        with freeze_time("2025-11-20"), self.enter_registry_test_mode():
            with self.assertLogs(LOGGER, "WARNING") as logs:
                cron.method_direct_trigger()
        self.assertEqual(self.calendar.kuaidi_holiday_year, 2026)
        self.assertEqual(len(self._day(date(2025, 10, 6))), 1)
        self.assertTrue(all("no country" in line for line in logs.output))
        with freeze_time("2026-12-20"), self.enter_registry_test_mode():
            with self.assertLogs(LOGGER, "WARNING") as logs:
                cron.method_direct_trigger()
        self.assertTrue(any("2027" in line for line in logs.output))
        self.assertEqual(self.calendar.kuaidi_holiday_year, 2026)

    def test_wizard_loads_and_shows_the_year(self):
        with freeze_time("2025-11-20"):
            form = Form(self.env["kuaidi.holiday.load"])
            self.assertEqual(form.year, 2026)
            form.company_id = self.company
            action = form.save().action_load()
        self.assertEqual(action["res_model"], DAYS)
        self.assertEqual(self.env[DAYS].search_count(action["domain"]), 39)

    def test_button_on_a_working_time_loads_only_that_one(self):
        night = self.env["resource.calendar"].create(
            {"name": "Night", "company_id": self.company.id}
        )
        action = night.action_open_holiday_load()
        form = Form(self.env["kuaidi.holiday.load"].with_context(**action["context"]))
        form.year = 2026
        form.save().action_load()
        self.assertEqual(night.kuaidi_holiday_year, 2026)
        self.assertFalse(self.calendar.kuaidi_holiday_year)
