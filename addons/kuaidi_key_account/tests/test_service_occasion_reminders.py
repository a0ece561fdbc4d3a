from datetime import date
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .test_service_occasions import OccasionCommon


class Killed(Exception):
    """The worker ends here."""


@tagged("post_install", "-at_install")
class TestOccasionReminders(OccasionCommon):
    """The company works from Monday to Friday; days are those of Shanghai."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("kuaidi_key_account.cron_remind_occasions")
        # occasions of a database that is in use are none of this test's
        cls.occasions.search([]).active = False
        with freeze_time("2026-03-02 04:00:00"):
            # a Thursday, reminded of from the Thursday before
            cls.occasion = cls._create_occasion("1990-03-12")

    def _run_cron(self, moment):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()

    def _get_activities(self, account=None):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "kuaidi.key.account"),
                ("res_id", "=", (account or self.account).id),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("kuaidi_key_account.mail_activity_type_occasion").id,
                ),
            ]
        )

    def _create_plan_line(self, **values):
        level = self.env["kuaidi.star.level"].search(
            [("company_id", "=", self.company.id), ("stars", "=", 3)]
        )
        self.account.write({"star_id": level.id, "stars": 3})
        plan = self.env["kuaidi.service.plan"].create(
            {
                "account_id": self.account.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
            }
        )
        return self.env["kuaidi.service.plan.line"].create(
            {
                "plan_id": plan.id,
                "type_id": self.env.ref("kuaidi_key_account.service_type_occasion").id,
                "date_finish": "2026-03-12",
                "handler_id": self.manager.id,
                "occasion_id": self.occasion.id,
                "occasion_date": "2026-03-12",
                "is_in_force": True,
                **values,
            }
        )

    def test_nobody_is_reminded_before_the_lead_time(self):
        # 23:30 in Shanghai
        self._run_cron("2026-03-04 15:30:00")
        self.assertFalse(self._get_activities())
        self.assertFalse(self.occasion.is_reminded)

    def test_the_manager_gets_one_activity_that_names_person_and_day(self):
        # 00:30 of the next day in Shanghai
        self._run_cron("2026-03-04 16:30:00")
        activity = self._get_activities()
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(activity.date_deadline, date(2026, 3, 12))
        self.assertEqual(activity.summary, "Birthday of Li Na: 03/12/2026")
        self.assertEqual(self.occasion.activity_id, activity)
        self.assertTrue(self.occasion.is_reminded)

    def test_a_name_of_ones_own_does_not_hide_the_person(self):
        self.occasion.name = "Dinner"
        self._run_cron("2026-03-05 01:00:00")
        self.assertEqual(self._get_activities().summary, "Dinner (Li Na): 03/12/2026")

    def test_a_second_run_makes_nothing_more(self):
        for day in (5, 5, 6, 11, 12):
            self._run_cron(f"2026-03-{day:02} 01:00:00")
        self.assertEqual(len(self._get_activities()), 1)

    def test_a_done_reminder_is_not_made_again(self):
        self._run_cron("2026-03-05 01:00:00")
        self._get_activities().action_feedback()
        self._run_cron("2026-03-06 01:00:00")
        self.assertFalse(self._get_activities())

    def test_a_day_off_is_prepared_on_the_working_day_before(self):
        for day, deadline in (
            ("2026-03-13", "2026-03-13"),  # a Friday
            ("2026-03-14", "2026-03-13"),
            ("2026-03-15", "2026-03-13"),
            ("2026-03-16", "2026-03-16"),
        ):
            with self.subTest(day=day), freeze_time("2026-03-10 04:00:00"):
                occasion = self._create_occasion(day, lead_days=6)
                occasion._create_activities()
                self.assertEqual(
                    occasion.activity_id.date_deadline, date.fromisoformat(deadline)
                )

    def test_a_reminder_made_on_a_day_off_is_not_late_at_once(self):
        with freeze_time("2026-03-10 04:00:00"):
            self._create_occasion("1990-03-15", lead_days=0)
        self.occasion.active = False
        # a Sunday, the day itself
        self._run_cron("2026-03-15 04:00:00")
        self.assertEqual(self._get_activities().date_deadline, date(2026, 3, 15))

    def test_after_the_day_the_next_year_comes(self):
        self._run_cron("2026-03-05 01:00:00")
        self._run_cron("2026-03-12 15:30:00")
        self.assertEqual(self.occasion.date_next, date(2026, 3, 12))
        self._run_cron("2026-03-12 16:30:00")
        self.assertEqual(self.occasion.date_next, date(2027, 3, 12))
        self.assertFalse(self.occasion.is_reminded)
        self._run_cron("2027-03-05 01:00:00")
        self.assertEqual(len(self._get_activities()), 2)
        self.assertEqual(
            sorted(self._get_activities().mapped("date_deadline")),
            [date(2026, 3, 12), date(2027, 3, 12)],
        )

    def test_five_days_without_a_run_lose_nothing_and_double_nothing(self):
        with freeze_time("2026-03-02 04:00:00"):
            early = self._create_occasion("1990-03-06", lead_days=2)
        for _run in range(2):
            # due since the 4th and the 5th; the first day is past by now
            self._run_cron("2026-03-09 01:00:00")
        self.assertEqual(
            sorted(self._get_activities().mapped("date_deadline")),
            [date(2026, 3, 6), date(2026, 3, 12)],
        )
        self.assertEqual(early.date_next, date(2027, 3, 6))

    def test_what_is_past_for_weeks_is_not_reminded_of(self):
        self._run_cron("2026-03-20 01:00:00")
        self.assertFalse(self._get_activities())
        self.assertEqual(self.occasion.date_next, date(2027, 3, 12))

    def test_a_celebration_is_archived_when_it_is_over(self):
        with freeze_time("2026-03-02 04:00:00"):
            opening = self._create_occasion(
                "2026-03-10", kind="celebration", name="Opening of the plant"
            )
        self._run_cron("2026-03-05 01:00:00")
        self._run_cron("2026-03-10 15:30:00")
        self.assertTrue(opening.active)
        self._run_cron("2026-03-10 16:30:00")
        self.assertFalse(opening.active)
        self.assertIn(
            "Opening of the plant: 03/10/2026", self._get_activities().mapped("summary")
        )

    def test_29_february_is_reminded_of_on_the_28th_in_common_years(self):
        with freeze_time("2027-02-01 04:00:00"):
            occasion = self._create_occasion("1984-02-29")
        self._run_cron("2027-02-21 01:00:00")
        # the 28th is a Sunday
        self.assertEqual(occasion.activity_id.date_deadline, date(2027, 2, 26))
        self._run_cron("2027-03-01 01:00:00")
        self.assertEqual(occasion.date_next, date(2028, 2, 29))

    def test_the_deputy_and_then_the_centre_stand_in(self):
        self.company.kuaidi_escalation_user_id = self.centre
        other = self._create_account(manager_id=self.sales.id)
        with freeze_time("2026-03-02 04:00:00"):
            self._create_occasion("2020-03-12", other, kind="anniversary")
        (self.manager | self.sales).active = False
        self._run_cron("2026-03-05 01:00:00")
        self.assertEqual(self._get_activities().user_id, self.manager_2)
        self.assertEqual(self._get_activities(other).user_id, self.centre)

    def test_without_anybody_it_is_tried_again_the_next_day(self):
        account = self._create_account()
        with freeze_time("2026-03-02 04:00:00"):
            occasion = self._create_occasion("2020-03-12", account, kind="anniversary")
        users = self.manager | self.centre | self.centre_2 | self.admin
        with patch.object(
            self.registry["res.company"],
            "_get_kuaidi_escalation_user",
            lambda company: company.env["res.users"],
        ):
            users.active = False
            self._run_cron("2026-03-05 01:00:00")
        self.assertFalse(occasion.is_reminded)
        # the deputy of the other client is there
        self.assertEqual(len(self._get_activities()), 1)
        users.active = True
        self._run_cron("2026-03-06 01:00:00")
        self.assertEqual(self._get_activities(account).user_id, self.manager)

    def test_closed_and_archived_accounts_get_none(self):
        closed = self._create_account()
        archived = self._create_account()
        with freeze_time("2026-03-02 04:00:00"):
            occasions = self._create_occasion(
                "2020-03-12", closed, kind="anniversary"
            ) | self._create_occasion("2020-03-12", archived, kind="anniversary")
        closed.sudo().state = "closed"
        archived.active = False
        self._run_cron("2026-03-05 01:00:00")
        self.assertFalse(self._get_activities(closed) | self._get_activities(archived))
        self._run_cron("2026-03-13 01:00:00")
        self.assertEqual(
            occasions.mapped("date_next"), [date(2027, 3, 12), date(2027, 3, 12)]
        )

    def test_what_a_plan_in_force_takes_care_of_is_not_reminded_of(self):
        line = self._create_plan_line()
        for state in ("planned", "done", "missed", "waived"):
            with self.subTest(state):
                line.state = state
                self._run_cron("2026-03-05 01:00:00")
                self.assertFalse(self._get_activities())

    def test_a_plan_that_is_withdrawn_gives_the_reminder_back(self):
        line = self._create_plan_line()
        self._run_cron("2026-03-05 01:00:00")
        line.is_in_force = False
        self._run_cron("2026-03-06 01:00:00")
        self.assertEqual(len(self._get_activities()), 1)

    def test_a_plan_for_another_year_does_not_count(self):
        self._create_plan_line(occasion_date="2027-03-12")
        self._run_cron("2026-03-05 01:00:00")
        self.assertEqual(len(self._get_activities()), 1)

    def test_a_corrected_date_withdraws_the_reminder(self):
        self._run_cron("2026-03-05 01:00:00")
        with freeze_time("2026-03-06 04:00:00"):
            self.occasion.with_user(self.manager).date = "1990-03-13"
        self.assertFalse(self._get_activities())
        self._run_cron("2026-03-06 05:00:00")
        self.assertEqual(self._get_activities().date_deadline, date(2026, 3, 13))

    def test_an_archived_or_deleted_occasion_takes_its_reminder_along(self):
        for action in ("action_archive", "unlink"):
            with self.subTest(action):
                with freeze_time("2026-03-02 04:00:00"):
                    occasion = self._create_occasion("1990-03-12")
                self._run_cron("2026-03-05 01:00:00")
                activity = occasion.activity_id
                getattr(occasion.with_user(self.manager), action)()
                self.assertFalse(activity.exists())

    def test_a_killed_run_goes_on_where_it_committed(self):
        with freeze_time("2026-03-02 04:00:00"):
            occasions = self.occasion | self.occasions.union(
                *(self._create_occasion("1990-03-11") for _number in range(4))
            )
        self.cron.code = "model._cron_remind(batch_size=2)"
        remind = self.registry["kuaidi.occasion"]._remind
        batches = []

        def remind_and_die(batch):
            batches.append(batch)
            if len(batches) > 1:
                raise Killed
            return remind(batch)

        with (
            patch.object(self.registry["kuaidi.occasion"], "_remind", remind_and_die),
            mute_logger("odoo.addons.base.models.ir_cron"),
        ):
            self._run_cron("2026-03-05 01:00:00")
        occasions.invalidate_recordset()
        self.assertEqual(occasions.mapped("is_reminded"), [True] * 2 + [False] * 3)
        self._run_cron("2026-03-05 01:10:00")
        self.assertEqual(occasions.mapped("is_reminded"), [True] * 5)
        self.assertEqual(len(self._get_activities()), 5)

    def test_reminders_take_as_many_queries_for_a_hundred_as_for_ten(self):
        def count(number):
            with freeze_time("2026-03-02 04:00:00"):
                occasions = self.occasions.union(
                    *(
                        self._create_occasion(
                            "2020-03-12", self._create_account(), kind="anniversary"
                        )
                        for _number in range(number)
                    )
                )
            with freeze_time("2026-03-05 01:00:00"):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                occasions._remind()
                self.env.flush_all()
                queries = self.cr.sql_log_count - before
            self.assertEqual(occasions.mapped("is_reminded"), [True] * number)
            return queries

        count(1)  # fills the caches that last
        few, many = count(10), count(100)
        self.assertEqual(many, few)

    def test_moving_on_takes_as_many_queries_for_a_hundred_as_for_ten(self):
        def count(number):
            with freeze_time("2026-03-02 04:00:00"):
                occasions = self.occasions.union(
                    *(self._create_occasion("1990-03-10") for _number in range(number))
                )
            with freeze_time("2026-03-30 01:00:00"):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                occasions._remind()
                self.env.flush_all()
                queries = self.cr.sql_log_count - before
            self.assertEqual(
                set(occasions.mapped("date_next")), {fields.Date.to_date("2027-03-10")}
            )
            return queries

        count(1)
        few, many = count(10), count(100)
        self.assertEqual(many, few)
