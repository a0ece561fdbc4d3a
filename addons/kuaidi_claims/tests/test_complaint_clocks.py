from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .complaint_common import NOW, ComplaintCommon


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestComplaintClocks(ComplaintCommon):
    def test_the_time_to_answer_follows_severity_type_and_star(self):
        sla = self.env["kuaidi.complaint.sla"]
        sla.create(
            [
                {"severity": "complex", "stars_min": 4, "hours": 12, "warn_hours": 2},
                {
                    "severity": "complex",
                    "type_id": self.types["loss"].id,
                    "hours": 8,
                    "warn_hours": 1,
                },
                {
                    "severity": "simple",
                    "company_id": self.company.id,
                    "hours": 1,
                    "warn_hours": 0.25,
                },
            ]
        )
        cases = (
            # severity, type, stars, hours, warning
            ("simple", "attitude", 0, 1, 0.25),
            ("complex", "damage", 0, 24, 4),
            ("complex", "damage", 3, 24, 4),
            ("complex", "damage", 4, 12, 2),
            ("complex", "damage", 5, 12, 2),
            ("complex", "loss", 5, 8, 1),
            ("alert", "loss", 5, 48, 6),
        )
        for severity, kind, stars, *expected in cases:
            with self.subTest(severity=severity, kind=kind, stars=stars):
                limits = sla._get_limits(
                    self.company, [(severity, self.types[kind], stars)]
                )
                self.assertEqual(list(limits[0]), expected)

    def test_hours_run_over_weekend_holiday_and_month_end(self):
        # received, severity, end: all in UTC, Shanghai is eight hours ahead
        cases = (
            # Friday evening to Saturday evening
            (datetime(2026, 10, 30, 10, 0), "complex", datetime(2026, 10, 31, 10, 0)),
            # over midnight of the last day of the month
            (datetime(2026, 9, 30, 15, 30), "simple", datetime(2026, 9, 30, 17, 30)),
            # into the National Day holiday
            (datetime(2026, 9, 30, 12, 0), "alert", datetime(2026, 10, 2, 12, 0)),
            (datetime(2026, 2, 28, 23, 0), "simple", datetime(2026, 3, 1, 1, 0)),
        )
        for received, severity, end in cases:
            with self.subTest(received=received, severity=severity):
                complaint = self._complain(date_received=received, severity=severity)
                self.assertEqual(complaint.date_deadline, end)

    def test_the_legal_limit_is_the_end_of_the_seventh_day(self):
        cases = (
            # received at 23:59:59 and at midnight in Shanghai
            (datetime(2026, 10, 1, 15, 59, 59), datetime(2026, 10, 8, 15, 59, 59)),
            (datetime(2026, 10, 1, 16, 0, 0), datetime(2026, 10, 9, 15, 59, 59)),
            # over a month's end
            (datetime(2026, 2, 25, 4, 0), datetime(2026, 3, 4, 15, 59, 59)),
        )
        for received, end in cases:
            with self.subTest(received=received):
                complaint = self._complain(date_received=received)
                self.assertEqual(complaint.date_legal, end)

    def test_nothing_moves_the_legal_limit(self):
        complaint = self._complain()
        limit = complaint.date_legal
        for change in (
            {"date_legal": datetime(2027, 1, 1)},
            {"date_received": datetime(2026, 10, 30, 9, 0)},
            {"date_deadline": datetime(2027, 1, 1)},
        ):
            with self._refused(AccessError, "not entered"):
                complaint.write(change)
        complaint.severity = "alert"
        self.assertEqual(complaint.date_legal, limit)
        self._judge(complaint)
        complaint.action_send_reply()
        complaint._record_callback("dissatisfied")
        with freeze_time("2026-11-02 10:00:00"):
            complaint.sudo()._reopen("Not settled")
        self.assertEqual(complaint.date_legal, limit)
        self.assertEqual(complaint.date_deadline, datetime(2026, 11, 4, 10, 0))

    def test_an_answer_stops_the_clock_and_says_whether_it_was_in_time(self):
        for answered, breached in (
            ("2026-10-30 11:59:59", False),
            ("2026-10-30 12:00:01", True),
        ):
            with self.subTest(answered=answered):
                complaint = self._complain()
                with freeze_time(answered):
                    self._answer(complaint)
                    self.assertEqual(complaint.is_breached, breached)
                    self.assertEqual(str(complaint.date_done), answered)
                    self.assertFalse(complaint.date_next)
                    self.assertEqual(complaint.clock_state, "done")

    def test_the_next_deadline_is_the_earliest_that_runs(self):
        complaint = self._complain(kind="damage")
        self.assertEqual(complaint.date_next, complaint.date_deadline)
        complaint.severity = "alert"
        self.assertEqual(complaint.date_next, datetime(2026, 10, 30, 10, 30))
        self.assertEqual(complaint.clock, "00:30 left")
        with freeze_time("2026-10-30 11:00:00"):
            complaint.invalidate_recordset()
            self.assertEqual(complaint.clock, "00:30 late")
            self.assertEqual(complaint.clock_state, "late")

    def test_a_harder_severity_keeps_the_breach_of_the_milder_one(self):
        complaint = self._complain()
        with freeze_time("2026-10-30 13:00:00"):
            complaint.severity = "complex"
            self.assertTrue(complaint.is_breached)
            self.assertEqual(complaint.date_deadline, datetime(2026, 10, 31, 10, 0))

    def test_officers_make_nothing_milder(self):
        complaint = self._complain(kind="damage")
        with self._refused(AccessError, "Only a claims manager"):
            complaint.severity = "simple"
        self.assertEqual(complaint.severity, "complex")
        complaint.with_user(self.claims_manager).severity = "simple"
        self.assertEqual(complaint.date_deadline, datetime(2026, 10, 30, 12, 0))

    def test_many_complaints_take_no_more_queries_for_their_clocks(self):
        def start(count):
            rows = self.complaints.create(
                [
                    {"type_id": self.types["damage"].id, "company_id": self.company.id}
                    for _index in range(count)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows._start_clocks()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        start(1)
        self.assertEqual(start(5), start(50))
