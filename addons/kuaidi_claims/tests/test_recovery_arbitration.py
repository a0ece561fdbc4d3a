from datetime import datetime

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .recovery_common import RecoveryCommon


@freeze_time("2026-11-20 02:00:00")
@tagged("post_install", "-at_install")
class TestRecoveryArbitration(RecoveryCommon):
    """Outlets report each other within a day, and the head office rules."""

    def _rule(self, report, verdict="upheld", amount=1000, **values):
        report.write(
            {
                "verdict": verdict,
                "ruling": "The scan shows it",
                "amount_ruled": amount,
                **values,
            }
        )
        report.with_user(self.claims_manager).action_rule()
        return report

    def _file(self, **values):
        report = self._report(**values)
        report.action_file()
        return report

    def test_a_report_is_due_a_day_after_the_scan(self):
        report = self._report(date_scan="2026-11-19 02:00:00")
        self.assertEqual(report.date_deadline, datetime(2026, 11, 20, 2))
        report.action_file()
        self.assertEqual(report.state, "filed")
        self.assertEqual(report.date_filed, datetime(2026, 11, 20, 2))

    def test_a_late_report_is_refused(self):
        report = self._report(date_scan="2026-11-19 01:59:59")
        with self._refused(UserError, "More than 24 hours"):
            report.action_file()
        self.assertEqual(report.state, "draft")

    def test_who_reports_is_reminded_once_before_it_is_too_late(self):
        report = self._report(date_scan="2026-11-20 01:00:00")
        late = self._report(kind="loss", date_scan="2026-11-19 01:00:00")
        for moment, count in (
            ("2026-11-20 20:59:59", 0),
            ("2026-11-20 21:00:00", 1),
            ("2026-11-20 23:00:00", 1),
        ):
            with freeze_time(moment), self.enter_registry_test_mode():
                self.env.ref(
                    "kuaidi_claims.cron_remind_reports"
                ).method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(len(self._get_reminders(report)), count, moment)
        reminder = self._get_reminders(report)
        self.assertEqual(reminder.user_id, self.officer)
        self.assertIn(report.number, reminder.note)
        self.assertFalse(self._get_reminders(late))
        with freeze_time("2026-11-20 23:30:00"):
            report.action_file()
        self.assertFalse(self._get_reminders(report))

    def _get_reminders(self, report):
        return self.env["mail.activity"].search(
            [("res_model", "=", report._name), ("res_id", "=", report.id)]
        )

    def test_what_is_missing_keeps_a_report_back(self):
        for values, message in (
            ({"date_scan": False}, "scanned on arrival"),
            ({"finding": False}, "what was found"),
            ({"is_parcel_sent_on": False}, "never held"),
            ({"attachment_ids": [Command.clear()]}, "pictures"),
        ):
            with self.subTest(values=values):
                report = self._report(kind="other")
                report.write(values)
                with self._refused(UserError, message):
                    report.action_file()
                self.assertEqual(report.state, "draft")
                report.unlink()

    def test_no_scan_lies_in_the_future(self):
        with self._refused(ValidationError, "future"):
            self._report(date_scan="2026-11-20 02:00:01")

    def test_an_outlet_reports_another_one_once(self):
        with mute_logger("odoo.sql_db"), self._refused(CheckViolation, "parties"):
            self._report(reporter_id=self.branch.id)
        self._file()
        with mute_logger("odoo.sql_db"), self._refused(UniqueViolation, "case_uniq"):
            self._report()
        self.assertEqual(len(self.claim.arbitration_ids), 1)

    def test_the_outlet_that_answers_is_charged(self):
        report = self._rule(self._file())
        self.assertEqual(report.responsible_id, self.branch)
        self.assertEqual((report.state, report.amount_fee), ("ruled", 0))
        report.action_charge_back()
        charge = report.recovery_ids
        self.assertEqual(
            (charge.debtor_id, charge.amount_agreed, charge.state, charge.subject),
            (self.lanzhou_company, 1000, "agreed", "compensation"),
        )
        self._pay_in(self._book(charge), 1000)
        self.assertEqual(self.claim.amount_net, 492.80)
        with self._refused(UserError, "by now"):
            report.action_charge_back()
        self.assertEqual(len(report.recovery_ids), 1)

    def test_a_false_report_costs_half(self):
        report = self._rule(
            self._file(), "changed", 999.99, responsible_id=self.outlet.id
        )
        self.assertEqual(report.amount_fee, 500)
        report.action_charge_back()
        self.assertEqual(
            {
                charge.subject: (charge.department_id, charge.amount_agreed)
                for charge in report.recovery_ids
            },
            {
                "compensation": (self.outlet, 999.99),
                "fee": (self.outlet, 500),
            },
        )

    def test_a_dismissed_report_charges_nobody(self):
        report = self._rule(self._file(), "dismissed", 0)
        self.assertEqual(report.state, "closed")
        with self._refused(UserError, "by now"):
            report.action_charge_back()
        self.assertFalse(report.recovery_ids)

    def test_a_ruling_needs_verdict_reasons_and_amount(self):
        report = self._file()
        for values, message in (
            ({}, "verdict"),
            ({"verdict": "upheld"}, "reasons"),
            ({"ruling": "Seen"}, "has to pay"),
            ({"amount_ruled": 10, "verdict": "changed"}, "which outlet"),
            ({"responsible_id": self.branch.id}, "another outlet"),
        ):
            with self.subTest(values=values):
                report.write(values)
                with self._refused(UserError, message):
                    report.with_user(self.claims_manager).action_rule()
                self.assertEqual(report.state, "filed")

    def test_no_more_is_charged_than_was_paid(self):
        report = self._rule(self._file(), amount=1492.81)
        with self._refused(UserError, "no more can be recovered"):
            report.action_charge_back()
        self.assertEqual(report.state, "ruled")
        self.assertFalse(report.recovery_ids)

    def test_the_manager_rules_and_never_on_an_own_report(self):
        own = self._file(user=self.claims_manager)
        own.write({"verdict": "dismissed", "ruling": "Nothing seen"})
        for user, error, message in (
            (self.claims_manager, UserError, "does not rule"),
            (self.officer, AccessError, "for others"),
            (self.finance, AccessError, "for others"),
        ):
            with self.subTest(user=user.login), self._refused(error, message):
                own.with_user(user).action_rule()
        self.assertEqual(own.state, "filed")

    def test_what_was_reported_stays(self):
        report = self._file()
        for values in (
            {"date_scan": "2026-11-19 05:00:00"},
            {"respondent_id": self.depot.id},
            {"is_parcel_sent_on": False},
        ):
            with self.subTest(values=values), self._refused(UserError, "stays"):
                report.write(values)
        for values in ({"state": "ruled"}, {"date_filed": False}):
            with self.subTest(values=values), self._refused(AccessError):
                report.write(values)
        with self._refused(UserError, "on file"):
            report.unlink()
        self.assertEqual(report.state, "filed")

    def test_a_report_is_taken_back_and_made_anew(self):
        report = self._file()
        report.action_withdraw()
        self.assertEqual(report.state, "closed")
        self.assertEqual(self._file().state, "filed")
