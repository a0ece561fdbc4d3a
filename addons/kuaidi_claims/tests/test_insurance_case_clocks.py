from datetime import date

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .insurance_case_common import NOON, InsuranceCaseCommon


@tagged("post_install", "-at_install")
class TestInsuranceCaseClocks(InsuranceCaseCommon):
    """Hours, days and months towards an insurer (2.13, Insurance Act 21 to 26)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what the database holds besides stays out of the count
        cls.env["kuaidi.claim.clock"].search(
            [("company_id", "!=", cls.company.id)]
        ).date_alarm = False

    def _get_day(self, record, kind):
        clock = self._get_running(record, kind)
        return self.env["kuaidi.deadline"]._get_local_date(
            clock.date_deadline, self.company
        )

    def _sweep(self, moment):
        self.env.flush_all()
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref(
                "kuaidi_claims.cron_sweep_claim_clocks"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def _get_told(self, kind):
        return self.env["mail.activity"].search(
            [("kuaidi_clock_id.kind", "=", kind), ("res_id", "=", self.claim.id)]
        )

    def test_each_step_has_its_deadline(self):
        # known on the 19th at ten in Shanghai
        with freeze_time(NOON):
            case = self._open_case()
            notice = self._get_running(case, "case_notice")
            self.assertEqual(
                fields.Datetime.to_string(notice.date_deadline), "2026-11-20 02:00:00"
            )
            self.assertTrue(case.is_overdue)
            self.assertEqual(self._get_day(case, "case_limitation"), date(2028, 11, 19))
            case.action_notify()
            self.assertTrue(
                case.clock_ids.filtered(
                    lambda clock: clock.kind == "case_notice"
                ).is_late
            )
            self.assertEqual(self._get_day(case, "case_inspection"), date(2026, 11, 29))
            case.action_inspect()
            case._ask_papers("Repair bill")
            # D13: one day for the insurer's form
            self.assertEqual(self._get_day(self.claim, "insurer"), date(2026, 11, 21))
            case.action_submit_papers()
            self.assertFalse(self._get_running(self.claim, "insurer"))
            self.assertEqual(self._get_day(case, "case_decision"), date(2026, 12, 20))
            self.assertEqual(self._get_day(case, "case_undisputed"), date(2027, 1, 19))
            case._agree(1700)
            self.assertEqual(self._get_day(case, "case_payment"), date(2026, 11, 30))
            self.assertFalse(self._get_running(case, "case_decision"))
            self.assertFalse(self._get_running(case, "case_undisputed"))

    def test_the_clocks_of_the_insurer_are_not_those_of_the_claim(self):
        with freeze_time(NOON):
            kinds = self.claim.clock_ids.mapped("kind")
            deadline = self.claim.date_deadline
            case = self._open_case()
            self.env.invalidate_all()
            self.assertEqual(self.claim.clock_ids.mapped("kind"), kinds)
            self.assertEqual(self.claim.date_deadline, deadline)
            self.claim.with_user(self.officer)._move("withdrawn")
            self.assertTrue(self._get_running(case, "case_limitation"))

    def test_reasons_of_a_refusal_are_due_in_three_days(self):
        with freeze_time(NOON):
            case = self._submit()
            case.action_announce_refusal()
            self.assertEqual(self._get_day(case, "case_refusal"), date(2026, 11, 23))
        with freeze_time("2026-11-25 02:00:00"):
            case._refuse("Packing")
        clock = case.clock_ids.filtered(lambda clock: clock.kind == "case_refusal")
        self.assertTrue(clock.is_late)
        self.assertFalse(self._get_running(case, "case_refusal"))

    def test_reopened_the_insurer_has_its_thirty_days_anew(self):
        with freeze_time(NOON):
            case = self._submit()
            case._refuse("Packing")
            case._reopen("water", "It rained")
        with freeze_time("2026-12-01 04:00:00"):
            case.action_submit_papers()
            self.assertEqual(self._get_day(case, "case_decision"), date(2026, 12, 31))

    def test_a_corrected_day_moves_notice_and_limitation(self):
        with freeze_time(NOON):
            case = self._open_case()
            case.date_known = "2026-11-20 03:00:00"
            notice = self._get_running(case, "case_notice")
            self.assertEqual(
                fields.Datetime.to_string(notice.date_deadline), "2026-11-21 03:00:00"
            )
            self.assertEqual(self._get_day(case, "case_limitation"), date(2028, 11, 20))

    def test_the_sweep_reminds_and_escalates_once(self):
        with freeze_time(NOON):
            self._submit()
        for moment, officer, manager in (
            ("2026-12-19 00:00:00", 0, 0),
            ("2026-12-19 17:00:00", 1, 0),
            ("2026-12-20 17:00:00", 1, 1),
            ("2026-12-25 17:00:00", 1, 1),
        ):
            self._sweep(moment)
            told = self._get_told("case_decision")
            with self.subTest(moment=moment):
                self.assertEqual(
                    len(told.filtered(lambda line: line.user_id == self.officer)),
                    officer,
                )
                self.assertEqual(
                    len(told.filtered(lambda x: x.user_id == self.claims_manager)),
                    manager,
                )

    def test_the_limitation_warns_ninety_days_before(self):
        with freeze_time(NOON):
            case = self._open_case()
            case.action_notify()
        self._sweep("2028-08-20 00:00:00")
        self.assertFalse(self._get_told("case_limitation"))
        self._sweep("2028-08-22 00:00:00")
        told = self._get_told("case_limitation")
        self.assertEqual((len(told), told.user_id), (1, self.officer))

    def test_alarms_go_when_the_insurer_has_decided(self):
        with freeze_time(NOON):
            case = self._submit()
        self._sweep("2026-12-21 17:00:00")
        self.assertTrue(self._get_told("case_decision"))
        with freeze_time("2026-12-22 02:00:00"):
            case._agree(1700)
        self.assertFalse(self._get_told("case_decision"))

    def test_the_sweep_needs_the_same_queries_for_any_number(self):
        with freeze_time(NOON):
            for _count in range(12):
                self._open_case(self._create_insured_claim())
        self.env["kuaidi.claim.clock"].search([("case_id", "=", False)]).date_alarm = 0
        model = self.env["kuaidi.claim.clock"]
        first = (fields.Datetime.to_datetime("1970-01-01"), 0)
        counts = []
        with freeze_time("2026-11-21 04:00:00"):
            model._sweep(first, 1)
            for size in (2, 9):
                self.env.flush_all()
                before = self.cr.sql_log_count
                _last, swept = model._sweep(first, size)
                counts.append(self.cr.sql_log_count - before)
                self.assertEqual(swept, size)
        self.assertEqual(counts[0], counts[1])
