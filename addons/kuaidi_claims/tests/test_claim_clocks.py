from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .claim_common import MORNING, ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimClocks(ClaimCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what the database holds besides stays out of the count
        cls.env["kuaidi.claim.clock"].search(
            [("company_id", "!=", cls.company.id)]
        ).date_alarm = False

    def _get_clock(self, kind, claim=None):
        return (claim or self.claim).clock_ids.filtered(
            lambda clock: clock.kind == kind and not clock.date_done
        )

    def _get_due_day(self, kind, claim=None):
        """Return the day in Shanghai on which a clock runs out."""
        clock = self._get_clock(kind, claim)
        return self.env["kuaidi.deadline"]._get_local_date(
            clock.date_deadline, self.company
        )

    def test_whole_claim_takes_one_month_or_two(self):
        for called, insured, due in (
            ("2026-01-31 02:00:00", False, date(2026, 2, 28)),
            ("2028-01-31 02:00:00", False, date(2028, 2, 29)),
            ("2026-01-31 02:00:00", True, date(2026, 3, 31)),
            ("2026-12-31 02:00:00", True, date(2027, 2, 28)),
            ("2026-10-31 02:00:00", False, date(2026, 11, 30)),
            # in Shanghai it is the 1st of February already
            ("2026-01-31 17:00:00", False, date(2026, 3, 1)),
        ):
            with self.subTest(called, insured=insured), freeze_time(called):
                claim = self._create_claim(is_insured=insured)
                self.assertEqual(self._get_due_day("master", claim), due)
                self.assertEqual(claim.date_deadline, claim.date_master)
                self.assertEqual(
                    claim.clock_ids.requirement, "D18" if insured else "D17"
                )

    def test_last_second_of_the_day_counts(self):
        self.assertEqual(
            self._get_clock("master").date_deadline, datetime(2026, 12, 23, 15, 59, 59)
        )

    def test_insurance_moves_the_clock_of_the_whole_claim(self):
        claim = self.claim.with_user(self.officer)
        self._run_cron("cron_sweep_claim_clocks", "2026-12-24 00:00:00")
        self.assertTrue(self._get_clock("master").date_escalated)
        claim.is_insured = True
        self.assertEqual(self._get_due_day("master"), date(2027, 1, 23))
        self.assertFalse(self._get_clock("master").date_escalated)
        claim.is_insured = False
        self.assertEqual(self._get_due_day("master"), date(2026, 12, 23))
        with freeze_time(MORNING):
            claim.date_called = "2026-11-10 02:00:00"
        self.assertEqual(self._get_due_day("master"), date(2026, 12, 10))

    def test_settings_set_the_length_of_clocks(self):
        self.company.kuaidi_claim_months = 3
        with freeze_time("2026-11-30 02:00:00"):
            claim = self._create_claim()
        self.assertEqual(self._get_due_day("master", claim), date(2027, 2, 28))

    def test_each_step_runs_its_clock(self):
        claim = self.claim.with_user(self.officer)
        with freeze_time(MORNING):
            self._assess()
            claim.action_negotiate()
            self.assertEqual(self._get_due_day("consensus"), date(2026, 12, 7))
            claim.sudo().write({"state": "consensus"})
            claim.sudo()._run_clocks("consensus")
            self.assertFalse(self._get_clock("consensus"))
            self.assertEqual(self._get_due_day("report"), date(2026, 11, 24))
            claim.sudo().write({"state": "report"})
            claim.sudo()._run_clocks("report")
            self.assertFalse(self._get_clock("report"))
            claim.sudo().write({"state": "approved"})
            claim.sudo()._run_clocks("approved")
            self.assertEqual(self._get_due_day("payment"), date(2026, 11, 30))
        with freeze_time("2026-12-01 02:00:00"):
            claim.sudo().write({"state": "paid"})
            claim.sudo()._run_clocks("paid")
        self.assertFalse(claim.clock_ids.filtered(lambda clock: not clock.date_done))
        self.assertFalse(claim.date_deadline)
        late = {clock.kind: clock.is_late for clock in claim.clock_ids}
        self.assertTrue(late["payment"])
        self.assertFalse(late["master"])

    def test_holidays_count_as_days(self):
        # National Day: claims count calendar days, not working days
        with freeze_time("2026-09-30 02:00:00"):
            claim = self._create_claim()
            claim.sudo()._start_clock("evidence")
        self.assertEqual(self._get_due_day("evidence", claim), date(2026, 10, 3))

    def test_clock_of_a_claim_taken_up_again_runs_from_the_call(self):
        claim = self._assess()
        claim.liability = "sender"
        claim._move("refused", outcome_reason="Packing")
        self.assertFalse(claim.date_deadline)
        claim._move("negotiation")
        self.assertEqual(self._get_due_day("master"), date(2026, 12, 23))

    def test_reminder_comes_before_and_escalation_after_once_each(self):
        claim = self.claim
        master = self._get_clock("master")
        for moment, reminded, escalated in (
            ("2026-12-22 15:00:00", 0, 0),
            ("2026-12-22 16:30:00", 1, 0),
            ("2026-12-22 17:30:00", 1, 0),
            ("2026-12-23 15:59:00", 1, 0),
            ("2026-12-23 16:00:00", 1, 1),
            ("2026-12-27 02:00:00", 1, 1),
        ):
            self._run_cron("cron_sweep_claim_clocks", moment)
            with self.subTest(moment):
                self.assertEqual(
                    len(self._get_activities(claim, self.officer)), reminded
                )
                self.assertEqual(
                    len(self._get_activities(claim, self.claims_manager)), escalated
                )
        self.assertTrue(master.date_reminded)
        self.assertTrue(master.date_escalated)
        self.assertIn(
            "Whole Claim is late",
            self._get_activities(claim, self.claims_manager).summary,
        )

    def test_alarms_go_with_their_clock(self):
        self._run_cron("cron_sweep_claim_clocks", "2026-12-27 02:00:00")
        self.assertTrue(self._get_activities(self.claim))
        self.claim.with_user(self.officer)._move("withdrawn")
        self.assertFalse(self._get_activities(self.claim))

    def test_finance_is_told_after_two_weeks_without_agreement(self):
        claim = self._assess()
        with freeze_time(MORNING):
            claim.action_negotiate()
        self._run_cron("cron_sweep_claim_clocks", "2026-12-08 02:00:00")
        told = self._get_activities(claim, self.finance).filtered("kuaidi_clock_id")
        self.assertEqual(told.kuaidi_clock_id.kind, "consensus")

    def test_sweep_killed_midway_goes_on(self):
        claims = self.claim.browse()
        with freeze_time(MORNING):
            for _count in range(4):
                claims |= self._create_claim()
        clocks = type(self.env["kuaidi.claim.clock"])
        original, calls = clocks._tell, []

        def tell(model, rows, known):
            calls.append(len(rows))
            if len(calls) == 2:
                raise RuntimeError("killed")
            return original(model, rows, known)

        model = self.env["kuaidi.claim.clock"]
        with (
            freeze_time("2026-12-27 02:00:00"),
            self.enter_registry_test_mode(),
            patch.object(clocks, "_tell", tell),
            self.assertRaisesRegex(RuntimeError, "killed"),
        ):
            self._sweep_in_steps(model)
        self.env.invalidate_all()
        all_claims = claims | self.claim
        told = sum(len(self._get_activities(claim)) for claim in all_claims)
        self.assertEqual(told, 2)
        self._run_cron("cron_sweep_claim_clocks", "2026-12-27 03:00:00")
        for claim in all_claims:
            self.assertEqual(len(self._get_activities(claim)), 1)

    def _sweep_in_steps(self, model):
        """Sweep two at a time; each step is undone by itself when it fails."""
        last = (fields.Datetime.to_datetime("1970-01-01"), 0)
        while last:
            with self.cr.savepoint():
                last, _count = model._sweep(last, 2)

    def test_sweep_needs_the_same_queries_for_any_number(self):
        with freeze_time(MORNING):
            for _count in range(20):
                self._create_claim()
        model = self.env["kuaidi.claim.clock"]
        first = (fields.Datetime.to_datetime("1970-01-01"), 0)
        counts = []
        with freeze_time("2026-12-27 02:00:00"):
            model._sweep(first, 1)
            for size in (2, 18):
                self.env.flush_all()
                before = self.cr.sql_log_count
                _last, swept = model._sweep(first, size)
                counts.append(self.cr.sql_log_count - before)
                self.assertEqual(swept, size)
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[1], 20)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nobody_enters_clocks(self):
        clock = self._get_clock("master")
        due = clock.date_deadline
        for user in (self.officer, self.claims_manager, self.finance):
            with self.subTest(user.login), self._refused(AccessError):
                clock.with_user(user).date_deadline = "2030-01-01"
        self.assertEqual(clock.date_deadline, due)
