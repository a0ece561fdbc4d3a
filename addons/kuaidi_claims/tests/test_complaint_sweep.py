from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged

from .complaint_common import NOW, ComplaintCommon


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestComplaintSweep(ComplaintCommon):
    def _get_alarms(self, complaint):
        return [
            (alarm.kind, alarm.user_id, alarm.state)
            for alarm in self.env["kuaidi.complaint.alarm"].search(
                [("complaint_id", "=", complaint.id)], order="id"
            )
        ]

    def test_the_levels_are_told_as_they_come_and_once_each(self):
        complaint = self._complain(kind="damage")
        expected = []
        for moment, alarm in (
            ("2026-10-31 05:59:00", None),
            ("2026-10-31 06:00:00", ("warn", self.officer, "told")),
            ("2026-10-31 09:59:00", None),
            ("2026-10-31 10:00:00", ("breach", self.claims_manager, "told")),
            ("2026-11-04 15:00:00", None),
            ("2026-11-04 16:00:00", ("legal_warn", self.director, "told")),
            ("2026-11-06 16:00:00", ("legal", self.director, "told")),
            ("2026-11-09 16:00:00", None),
        ):
            with freeze_time(moment), self.subTest(moment=moment):
                self._sweep()
                self._sweep()
                if alarm:
                    expected.append(alarm)
                self.assertEqual(self._get_alarms(complaint), expected)
        self.assertTrue(complaint.is_breached)
        self.assertTrue(complaint.is_legal_breached)
        self.assertFalse(complaint.date_alarm)
        self.assertEqual(self._get_told(self.claims_manager), ["Answer Is Late"])
        self.assertEqual(self._get_told(self.director), ["Legal Limit Is Missed"])

    def test_after_days_without_a_sweep_the_hardest_alone_is_told(self):
        complaint = self._complain()
        with freeze_time("2026-11-05 10:00:00"):
            self._sweep()
        self.assertEqual(
            self._get_alarms(complaint),
            [
                ("warn", self.officer, "passed_over"),
                ("breach", self.claims_manager, "passed_over"),
                ("legal_warn", self.director, "told"),
            ],
        )
        self.assertEqual(self._get_told(self.officer), [])

    def test_many_alarms_come_as_one_list(self):
        for index in range(25):
            self._complain(waybill_number=f"W{index}")
        with freeze_time("2026-10-30 12:00:00"):
            self._sweep()
        told = self._get_told(self.claims_manager)
        self.assertEqual(told, ["25 complaints run late or end soon"])
        activity = self.env["mail.activity"].search(
            [("user_id", "=", self.claims_manager.id)]
        )
        self.assertIn("and 5 more", activity.note)
        self.assertEqual(activity.note.count("/odoo/complaints/"), 20)

    def test_a_late_step_goes_to_the_next_level(self):
        complaint = self._complain(kind="damage", severity="alert")
        with freeze_time("2026-10-30 10:31:00"):
            self._sweep()
        self.assertEqual(
            self._get_alarms(complaint), [("step", self.claims_manager, "told")]
        )
        with freeze_time("2026-10-30 10:40:00"):
            complaint.step_id._do("Written down.")
        with freeze_time("2026-10-30 11:41:00"):
            self._sweep()
        self.assertEqual(len(self._get_alarms(complaint)), 2)

    def test_what_is_answered_rests(self):
        complaint = self._answer(self._complain())
        with freeze_time("2026-11-09 10:00:00"):
            self._sweep()
        self.assertEqual(self._get_alarms(complaint), [])

    def test_the_alarms_are_withdrawn_with_the_close(self):
        complaint = self._complain()
        with freeze_time("2026-10-30 12:30:00"):
            self._sweep()
            self.assertEqual(len(self._get_told(self.claims_manager)), 1)
            self._answer(complaint)
            complaint._record_callback("satisfied")
            complaint.action_close()
        self.assertEqual(self._get_told(self.claims_manager), [])

    def test_a_sweep_that_was_killed_goes_on_where_it_stopped(self):
        complaints = self.complaints.browse()
        for index in range(5):
            complaints |= self._complain(waybill_number=f"K{index}")
        cron = type(self.env["ir.cron"])
        calls = []

        def stop(_self, *args, **kwargs):
            calls.append(args)
            return 0 if len(calls) == 3 else 60

        alarms = self.env["kuaidi.complaint.alarm"]
        with freeze_time("2026-10-30 12:00:00"):
            with patch.object(cron, "_commit_progress", stop):
                self.complaints._cron_sweep(batch_size=2)
            of_these = [("complaint_id", "in", complaints.ids)]
            self.assertEqual(alarms.search_count(of_these), 8)
            self.assertEqual(len(complaints.filtered("is_breached")), 4)
            self._sweep()
            self.assertEqual(alarms.search_count(of_these), 10)
            self.assertEqual(len(complaints.filtered("is_breached")), 5)
            told = of_these + [("state", "=", "told")]
            self.assertEqual(alarms.search_count(told), 5)

    def test_a_batch_is_one_statement_whatever_its_size(self):
        def sweep(count):
            for index in range(count):
                self._complain(waybill_number=f"Q{count}-{index}")
            self.env.flush_all()
            moment = fields.Datetime.now() + timedelta(hours=2)
            users = self.complaints._get_alarm_users(self.company)
            before = self.env.cr.sql_log_count
            found = self.complaints._sweep_batch(self.company, users, moment, 1000)
            self.assertEqual(found, count)
            return self.env.cr.sql_log_count - before

        self.assertEqual(sweep(3), 1)
        self.assertEqual(sweep(30), 1)
