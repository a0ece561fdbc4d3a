from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_base_holidays import DAYS, HolidayCase


@tagged("post_install", "-at_install")
class TestHolidayRoles(HolidayCase):
    def _open_wizard(self, user, **values):
        return (
            self.env["kuaidi.holiday.load"]
            .with_user(user)
            .create({"company_id": self.company.id, "year": 2026, **values})
        )

    def test_administrator_loads_and_edits(self):
        self._open_wizard(self.admin).action_load()
        days = self.env[DAYS].with_user(self.admin)
        self.assertEqual(days.search_count([("is_loaded", "=", True)]), 39)
        days.browse(self._day(date(2026, 10, 5)).id).active = False
        self.assertTrue(self._is_worked(date(2026, 10, 5)))
        own = days.create(
            {
                "name": "Founding day",
                "date": date(2026, 11, 12),
                "calendar_id": self.calendar.id,
            }
        )
        self.assertTrue(own.leave_id)
        self.assertFalse(self._is_worked(date(2026, 11, 12)))
        own.unlink()
        self.assertTrue(self._is_worked(date(2026, 11, 12)))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_other_roles_read_and_change_nothing(self):
        self._load()
        before = self._snapshot()
        day = self._day(date(2026, 2, 14))
        for user in (self.manager, self.sales, self.finance, self.centre):
            with self.subTest(user=user.login):
                own = day.with_user(user)
                self.assertEqual(own.name, "春节")
                with self.assertRaises(AccessError):
                    own.active = False
                with self.assertRaises(AccessError):
                    own.unlink()
                with self.assertRaises(AccessError):
                    own.create({"name": "Day off", "date": date(2026, 11, 12)})
                with self.assertRaises(AccessError):
                    self._open_wizard(user)
        self.assertEqual(self._snapshot(), before)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_client_reads_no_working_days(self):
        self._load()
        with self.assertRaises(AccessError):
            self._day(date(2026, 2, 14)).with_user(self.portal).read(["name"])

    def test_administrator_loads_only_for_companies_of_theirs(self):
        other = self.env["res.company"].create(
            {"name": "Other Express", "country_id": self.env.ref("base.cn").id}
        )
        for values in (
            {"company_id": other.id},
            {"calendar_id": other.resource_calendar_id.id},
        ):
            with self.subTest(values=values):
                # the dialogue as it would be if the company got past its opening
                wizard = self._open_wizard(self.admin)
                wizard.sudo().write(values)
                with self.assertRaises(AccessError):
                    wizard.action_load()
        with self.assertRaises(AccessError):
            self._open_wizard(self.admin, company_id=other.id)
        self.assertFalse(other.resource_calendar_id.kuaidi_holiday_year)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_days_of_another_company_are_not_seen(self):
        other = self.env["res.company"].create(
            {"name": "Other Express", "country_id": self.env.ref("base.cn").id}
        )
        theirs = self._load(company=other)
        days = self.env[DAYS].with_user(self.admin)
        self.assertFalse(days.search([("id", "in", theirs.ids)]))
        with self.assertRaises(AccessError):
            theirs[0].with_user(self.admin).active = False
        with self.assertRaises(AccessError):
            days.create(
                {
                    "name": "Day off",
                    "date": date(2026, 11, 12),
                    "calendar_id": other.resource_calendar_id.id,
                }
            )
        self.assertTrue(theirs[0].active)

    def test_administrator_cannot_forge_the_link_to_time_off(self):
        self._load()
        day = self._day(date(2026, 2, 17)).with_user(self.admin)
        leave = day.leave_id
        for vals in ({"leave_id": False}, {"is_loaded": False}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                day.write(vals)
        self.assertEqual((day.leave_id, day.is_loaded), (leave, True))
