from ast import literal_eval
from datetime import date

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import KuaidiCommon

# a Monday; noon in Shanghai
NOW = "2026-03-02 04:00:00"


class OccasionCommon(KuaidiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.occasions = cls.env["kuaidi.occasion"]
        cls.account = cls._create_account(
            partner_id=cls.client.id, deputy_id=cls.manager_2.id
        )
        cls.contact = cls._create_contact("Li Na", cls.client)

    @classmethod
    def _create_contact(cls, name, client):
        return cls.env["res.partner"].create({"name": name, "parent_id": client.id})

    @classmethod
    def _create_occasion(cls, day, account=None, **values):
        account = account or cls.account
        if values.get("kind", "birthday") == "birthday":
            values.setdefault("partner_id", cls.contact.id)
        return cls.occasions.create(
            {"account_id": account.id, "date": fields.Date.to_date(day), **values}
        )


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOccasions(OccasionCommon):
    def test_the_next_date_is_the_coming_one_whatever_year_was_entered(self):
        for day, is_yearly, next_day in (
            ("1985-03-10", True, "2026-03-10"),
            ("1985-03-02", True, "2026-03-02"),
            ("1985-03-01", True, "2027-03-01"),
            ("2040-03-10", True, "2026-03-10"),
            ("1984-02-29", True, "2027-02-28"),
            ("2026-05-20", False, "2026-05-20"),
        ):
            with self.subTest(day=day):
                occasion = self._create_occasion(day, is_yearly=is_yearly)
                self.assertEqual(occasion.date_next, date.fromisoformat(next_day))

    @freeze_time("2026-03-01 16:30:00")
    def test_the_day_is_that_of_the_company(self):
        # half past midnight in Shanghai, still the day before in UTC
        occasion = self._create_occasion("1985-03-01")
        self.assertEqual(occasion.date_next, date(2027, 3, 1))
        self.assertEqual(self._create_occasion("1985-03-02").days_left, 0)

    def test_a_form_proposes_name_rhythm_and_lead_time(self):
        self.company.kuaidi_occasion_lead_days = 10
        with Form(self.occasions.with_user(self.manager)) as form:
            form.account_id = self.account
            form.partner_id = self.contact
            form.date = "1990-06-01"
            self.assertEqual(form.name, "Birthday of Li Na")
            self.assertTrue(form.is_yearly)
            self.assertEqual(form.lead_days, 10)
            form.kind = "celebration"
            form.name = "Opening of the plant"
            self.assertFalse(form.is_yearly)
        occasion = form.record
        self.assertEqual(occasion.name, "Opening of the plant")
        self.assertEqual(occasion.date_remind, date(1990, 5, 22))

    def test_an_anniversary_needs_no_contact(self):
        occasion = self._create_occasion("2015-04-01", kind="anniversary")
        self.assertEqual(occasion.name, "Anniversary of Haina Appliances")

    @mute_logger("odoo.sql_db")
    def test_a_birthday_is_somebodys(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._create_occasion("1990-06-01", partner_id=False)
        self.assertFalse(self.account.occasion_ids)

    def test_a_contact_of_another_client_is_refused(self):
        stranger = self._create_contact("Wang Wei", self._create_partner())
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._create_occasion("1990-06-01", partner_id=stranger.id)
        self.assertFalse(self.account.occasion_ids)

    @mute_logger("odoo.sql_db")
    def test_a_lead_time_of_years_is_refused(self):
        for lead_days in (-1, 181):
            with self.subTest(lead_days=lead_days):
                with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                    self._create_occasion("1990-06-01", lead_days=lead_days)
        self.assertFalse(self.account.occasion_ids)

    def test_the_dates_of_a_period_include_its_ends(self):
        yearly = self._create_occasion("1984-02-29")
        once = self._create_occasion("2027-03-01", is_yearly=False)
        for occasions, date_from, date_to, days in (
            (yearly, "2027-02-28", "2028-02-29", ["2027-02-28", "2028-02-29"]),
            (yearly, "2027-03-01", "2028-02-28", []),
            (once, "2027-03-01", "2027-03-01", ["2027-03-01"]),
            (once, "2028-03-01", "2028-03-01", []),
            (yearly | once, "2027-01-01", "2027-12-31", ["2027-02-28", "2027-03-01"]),
        ):
            with self.subTest(date_from=date_from, date_to=date_to):
                self.assertEqual(
                    occasions._get_dates(
                        date.fromisoformat(date_from), date.fromisoformat(date_to)
                    ),
                    [date.fromisoformat(day) for day in days],
                )

    def test_filters_find_what_is_near(self):
        days = {
            self._create_occasion(f"1990-{day}"): day
            for day in ("03-02", "03-08", "03-09", "04-01", "04-02", "03-01")
        }
        search = self.env.ref("kuaidi_key_account.kuaidi_occasion_view_search")
        for name, found in (
            ("this_week", ["03-02", "03-08"]),
            ("coming_month", ["03-02", "03-08", "03-09", "04-01"]),
        ):
            with self.subTest(name):
                node = search._get_combined_arch().find(f".//filter[@name='{name}']")
                occasions = self.occasions.with_context(tz="Asia/Shanghai").search(
                    [
                        ("account_id", "=", self.account.id),
                        *literal_eval(node.get("domain")),
                    ]
                )
                self.assertEqual([days[occasion] for occasion in occasions], found)

    def test_the_file_of_a_client_takes_occasions(self):
        with Form(self.account.with_user(self.manager)) as form:
            with form.occasion_ids.new() as line:
                line.partner_id = self.contact
                line.date = "1990-06-01"
        self.assertEqual(self.account.occasion_ids.name, "Birthday of Li Na")


@tagged("post_install", "-at_install")
class TestOccasionRoles(OccasionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.occasion = cls._create_occasion("1990-06-01")
        cls.foreign = cls._create_occasion(
            "1990-06-01",
            account=cls._create_account(manager_id=cls.sales.id),
            kind="anniversary",
        )

    def test_the_team_of_a_client_and_the_centre_keep_its_occasions(self):
        for user in (self.manager, self.manager_2, self.centre):
            with self.subTest(user=user.login):
                occasion = self.occasion.with_user(user)
                occasion.lead_days = 3
                self.assertEqual(occasion.lead_days, 3)
                occasion.copy().unlink()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_nobody_else_sees_or_changes_them(self):
        # finance needs no birthdays to keep the books
        for user in (self.sales, self.finance, self.portal):
            with self.subTest(user=user.login):
                occasion = self.occasion.with_user(user)
                with self.assertRaises(AccessError):
                    occasion.read(["name"])
                with self.assertRaises(AccessError):
                    occasion.write({"lead_days": 1})
                with self.assertRaises(AccessError):
                    occasion.unlink()
        self.assertEqual(self.occasion.lead_days, 7)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other Express"})
        stranger = self._create_user("stranger", "group_crm_centre", company)
        self.assertFalse(
            self.occasions.with_user(stranger)
            .with_context(allowed_company_ids=company.ids)
            .search([])
        )
        with self.assertRaises(AccessError):
            self.occasion.with_user(stranger).with_context(
                allowed_company_ids=company.ids
            ).read(["name"])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_adds_one_to_a_file_that_is_not_theirs(self):
        count = self.occasions.search_count([])
        occasions = self.occasions.with_user(self.manager)
        vals = {"kind": "anniversary", "date": "2020-01-01"}
        with self.assertRaises(AccessError):
            occasions.create({"account_id": self.foreign.account_id.id, **vals})
        with self.assertRaises(AccessError):
            occasions.with_context(
                default_account_id=self.foreign.account_id.id
            ).create(vals)
        with self.assertRaises(AccessError):
            self.occasion.with_user(self.manager).account_id = self.foreign.account_id
        self.assertEqual(self.occasions.search_count([]), count)
        self.assertEqual(self.occasion.account_id, self.account)

    def test_nobody_types_what_the_reminder_writes(self):
        occasion = self.occasion.with_user(self.centre)
        activity = self.account.activity_schedule("mail.mail_activity_data_call")
        values = {
            "date_next": "2030-01-01",
            "date_remind": "2030-01-01",
            "date_reminded": occasion.date_next,
            "is_reminded": True,
            "activity_id": activity.id,
        }
        for name, value in values.items():
            with self.subTest(name):
                before = self.occasion[name]
                with self.assertRaises(AccessError):
                    occasion.write({name: value})
                vals = {
                    "account_id": self.account.id,
                    "kind": "anniversary",
                    "date": "2020-01-01",
                }
                with self.assertRaises(AccessError):
                    occasion.create({**vals, name: value})
                with self.assertRaises(AccessError):
                    occasion.with_context(**{f"default_{name}": value}).create(vals)
                self.assertEqual(self.occasion[name], before)
        self.assertEqual(len(self.account.occasion_ids), 1)

    def test_a_team_member_without_a_role_reads_only(self):
        member = self._create_user("kuaidi_member", "group_kuaidi_user")
        self.account.member_ids = [Command.create({"user_id": member.id})]
        occasion = self.occasion.with_user(member)
        self.assertEqual(occasion.name, "Birthday of Li Na")
        with self.assertRaises(AccessError):
            occasion.lead_days = 1
        self.assertEqual(self.occasion.lead_days, 7)
