from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged

from .renewal_common import TODAY, RenewalCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestRenewalRemind(RenewalCommon):
    """Owner and team are reminded, each rung once; what lies still is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.renewal = cls._create_renewal()
        cls.notice = cls.renewal.date_notice

    def _remind(self, days):
        """Remind as of so many days before the notice date."""
        return self.renewals._remind(self.company, self.notice - timedelta(days=days))

    def _get_rungs(self):
        return sorted(self.renewal.reminder_ids.mapped("days"))

    def test_each_rung_reminds_once(self):
        for days, reminded, rungs in (
            (91, False, []),
            (90, True, [90]),
            (89, False, [90]),
            (60, True, [60, 90]),
            (31, False, [60, 90]),
            (20, True, [30, 60, 90]),
            (7, True, [7, 30, 60, 90]),
            (0, False, [7, 30, 60, 90]),
            (-5, False, [7, 30, 60, 90]),
        ):
            with self.subTest(days=days):
                self.assertEqual(bool(self._remind(days)), reminded)
                self.assertEqual(self._get_rungs(), rungs)

    def test_rungs_passed_when_it_opened_remind_together(self):
        self._remind(20)
        self.assertEqual(self._get_rungs(), [30, 60, 90])
        self.assertEqual(len(self._get_activities(self.renewal)), 3)

    def test_owner_and_team_have_one_activity_each(self):
        self._remind(60)
        self._remind(30)
        activities = self._get_activities(self.renewal)
        self.assertEqual(activities.user_id, self.manager | self.manager_2 | self.sales)
        self.assertEqual(len(activities), 3)
        self.assertEqual(
            set(activities.mapped("date_deadline")), {self.notice - timedelta(days=23)}
        )
        owner = activities.filtered(lambda a: a.user_id == self.manager)
        self.assertIn("Renew the contract", owner.summary)

    def test_what_has_ended_reminds_nobody(self):
        self._remind(60)
        self.renewal._lose(self.env.ref("kuaidi_key_account.lost_reason_price"))
        self.assertFalse(self._get_activities(self.renewal))
        self.assertFalse(self._remind(30))

    def test_the_number_of_queries_does_not_depend_on_the_renewals(self):
        counts = []
        for number in (1, 8):
            for _number in range(number):
                self._create_renewal(self._create_account())
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertGreaterEqual(len(self._remind(7)), number)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 8)

    def _refresh(self, day):
        with freeze_time(f"{day} 04:00:00"):
            self.renewals._refresh_idle(self.company)
            self.renewal.invalidate_recordset()
            return self.renewal.is_overdue

    def test_two_weeks_without_anything_are_told_once(self):
        self.assertFalse(self._refresh("2026-03-24"))
        self.assertTrue(self._refresh("2026-03-25"))
        for _run in range(2):
            with (
                freeze_time("2026-03-25 05:00:00"),
                patch.object(type(self.env["ir.cron"]), "_commit_progress") as progress,
            ):
                progress.return_value = 60
                self.renewals._cron_escalate_late()
        [activity] = self._get_activities(self.renewal, "renewal_idle")
        self.assertEqual(activity.user_id, self.company._get_kuaidi_escalation_user())
        self.assertIn(self.client.name, activity.note)

    def test_whatever_happens_starts_the_time_anew(self):
        def visit():
            self.env["kuaidi.visit"].with_user(self.manager).create(
                {
                    "account_id": self.account.id,
                    "channel": "phone",
                    "purpose": "Terms",
                    "date": fields.Datetime.now(),
                }
            )

        def finish():
            activity = self.renewal.with_user(self.sales).activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.sales.id
            )
            activity.action_feedback(feedback="Sent the offer")

        def take_up():
            self.renewal.evaluation = "Stays."
            self.renewal.with_user(self.sales).action_evaluate()

        def write():
            self.renewal.with_user(self.sales).message_post(
                body="Called them", message_type="comment"
            )

        for move in (visit, write, finish, take_up):
            with self.subTest(move.__name__):
                with freeze_time("2026-03-20 04:00:00"):
                    move()
                self.assertFalse(self._refresh("2026-04-02"))
                self.assertTrue(self._refresh("2026-04-04"))
                self.env.cr.execute(
                    "UPDATE kuaidi_visit SET date = '2026-01-01';"
                    " UPDATE mail_message SET date = '2026-01-01'"
                    " WHERE model = 'kuaidi.renewal'"
                )
                self.env.invalidate_all()

    def test_words_of_the_system_do_not_count(self):
        with freeze_time("2026-03-20 04:00:00"):
            self.renewal._message_log(body="Written by the system")
            self._remind(30)
        self.assertTrue(self._refresh("2026-03-25"))
