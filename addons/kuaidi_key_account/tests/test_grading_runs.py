from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .grading_common import GradingCommon


class Killed(Exception):
    """Stands for a process that dies between two committed batches."""


@tagged("post_install", "-at_install")
class TestGradingRuns(GradingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.runs = cls.env["kuaidi.grading.run"]
        cls.rising = cls._create_rated_account(2)
        cls._create_invoice(cls.rising.partner_id, 500_000, "2026-05-01")
        cls.falling = cls._create_rated_account(3)
        cls._create_invoice(
            cls.falling.partner_id, 60_000, "2026-05-01", move_type="out_refund"
        )
        cls.steady = cls._create_rated_account(1)
        cls.fresh = cls._create_account()
        cls._create_invoice(cls.fresh.partner_id, 5_000_000, "2026-05-01")
        cls.accounts = cls.rising | cls.falling | cls.steady | cls.fresh

    def _create_run(self, **values):
        return self.runs.create(
            {"company_id": self.company.id, "date": self.date, **values}
        )

    def _process(self, batch_size=1000):
        cron = self.env.ref("kuaidi_key_account.cron_process_grading_runs")
        cron.code = f"model._cron_process_runs(batch_size={batch_size})"
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()

    def _get_proposed(self):
        ratings = self.ratings.search(
            [("account_id", "in", self.accounts.ids), ("state", "=", "to_approve")]
        )
        return {rating.account_id: rating.stars for rating in ratings}

    # --- one run

    def test_a_run_proposes_counts_and_asks_for_approval(self):
        run = self._create_run(requested_by_id=self.centre.id)
        self._process()
        self.assertEqual((run.state, run.progress), ("done", 100))
        self.assertEqual((run.total_count, run.done_count), (4, 4))
        self.assertEqual((run.up_count, run.down_count, run.new_count), (1, 1, 1))
        self.assertEqual((run.proposal_count, run.to_approve_count), (3, 3))
        self.assertEqual(
            self._get_proposed(), {self.rising: 4, self.falling: 2, self.fresh: 5}
        )
        self.assertEqual(self.accounts.mapped("stars"), [2, 3, 1, 0])
        self.assertEqual(run.activity_ids.user_id, self.centre)
        self.assertIn("3 star proposals", run.activity_ids.summary)
        action = run.with_context(direction="up").action_view_proposals()
        self.assertEqual(self.ratings.search(action["domain"]).account_id, self.rising)
        run.star_rating_ids.with_user(self.centre).action_approve()
        self.assertEqual(self.accounts.mapped("stars"), [4, 2, 1, 5])
        self.assertEqual(run.to_approve_count, 0)

    def test_small_batches_reach_the_same_result(self):
        run = self._create_run()
        self._process(batch_size=1)
        self.assertEqual((run.state, run.done_count), ("done", 4))
        self.assertEqual(
            self._get_proposed(), {self.rising: 4, self.falling: 2, self.fresh: 5}
        )

    def test_a_killed_run_goes_on_after_its_last_batch(self):
        run = self._create_run()
        graded = []
        grade = type(self.ratings)._grade_accounts

        def grade_and_die(ratings, accounts, date, run=None):
            if len(graded) == 2:
                raise Killed
            graded.append(accounts)
            return grade(ratings, accounts, date, run=run)

        with (
            patch.object(type(self.ratings), "_grade_accounts", grade_and_die),
            mute_logger("odoo.addons.base.models.ir_cron"),
        ):
            self._process(batch_size=1)
        run.invalidate_recordset()
        self.assertEqual((run.state, run.done_count), ("running", 2))
        self.assertEqual(run.progress, 50)
        self._process(batch_size=1)
        self.assertEqual((run.state, run.done_count), ("done", 4))
        self.assertEqual(
            self._get_proposed(), {self.rising: 4, self.falling: 2, self.fresh: 5}
        )
        self.assertEqual(len(self.fresh.star_rating_ids), 1)

    def test_a_run_that_another_worker_holds_is_skipped(self):
        run = self._create_run()
        with patch.object(
            type(self.runs), "try_lock_for_update", lambda runs, **_options: runs[:0]
        ):
            self._process()
        self.assertEqual((run.state, run.done_count), ("queued", 0))
        self.assertFalse(self._get_proposed())

    def test_one_account_that_cannot_be_graded_does_not_stop_the_others(self):
        grade = type(self.ratings)._grade_accounts

        def refuse_one(ratings, accounts, date, run=None):
            if self.falling in accounts:
                raise ValueError("Broken definition")
            return grade(ratings, accounts, date, run=run)

        run = self._create_run()
        with patch.object(type(self.ratings), "_grade_accounts", refuse_one):
            self._process()
        self.assertEqual((run.state, run.done_count), ("done", 4))
        self.assertIn(self.falling.display_name, run.error_message)
        self.assertIn("Broken definition", run.error_message)
        self.assertEqual(len(run.error_message.splitlines()), 1)
        self.assertEqual(self._get_proposed(), {self.rising: 4, self.fresh: 5})

    def test_a_company_without_levels_fails_and_can_be_tried_again(self):
        run = self._create_run()
        with patch.object(
            type(self.env["kuaidi.star.level"]), "search_count", lambda *_args, **_kw: 0
        ):
            self._process()
        self.assertEqual(run.state, "failed")
        self.assertIn("no star levels", run.error_message)
        self.assertFalse(self._get_proposed())
        run.with_user(self.centre).action_retry()
        self.assertEqual((run.state, run.error_message), ("queued", False))
        self._process()
        self.assertEqual((run.state, run.proposal_count), ("done", 3))
        with self.assertRaises(UserError):
            run.with_user(self.centre).action_retry()

    def test_a_company_has_one_grading_under_way(self):
        self._create_run()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._create_run()

    # --- the schedule

    def test_each_company_is_graded_once_a_quarter(self):
        self.runs._cron_quarterly()
        self.runs._cron_quarterly()
        run = self.runs.search([("company_id", "=", self.company.id)])
        self.assertEqual(run.quarter, "2026-Q4")
        self.assertEqual(run.date, fields.Date.to_date("2026-10-01"))
        self.assertEqual(str(run.date_to), "2026-09-30")
        companies = self.env["res.company"].search([])
        self.assertEqual(
            self.runs.search([("quarter", "=", "2026-Q4")]).company_id, companies
        )
        self._process()
        self.assertEqual(run.state, "done")
        # 00:30 of New Year's Day in Shanghai
        with freeze_time("2026-12-31 16:30:00"):
            self.runs._cron_quarterly()
        self.assertEqual(
            self.runs.search([("company_id", "=", self.company.id)]).mapped("quarter"),
            ["2027-Q1", "2026-Q4"],
        )

    # --- the wizard

    def _create_wizard(self, user=None):
        form = Form(self.env["kuaidi.star.grading"].with_user(user or self.centre))
        form.date = self.date
        return form.save()

    def test_the_preview_says_who_moves_and_why_and_writes_no_rating(self):
        wizard = self._create_wizard()
        before = self.ratings.search_count([])
        wizard.action_preview()
        self.assertEqual(wizard.account_count, 4)
        self.assertEqual(
            (wizard.up_count, wizard.down_count, wizard.new_count), (1, 1, 1)
        )
        # the biggest move first
        self.assertEqual(
            wizard.line_ids.account_id.ids,
            [self.fresh.id, self.rising.id, self.falling.id],
        )
        self.assertEqual(wizard.line_ids.mapped("stars"), [5, 4, 2])
        self.assertEqual(wizard.line_ids.mapped("previous_stars"), [0, 2, 3])
        line = wizard.line_ids[1]
        self.assertIn("530,000.00", line.explanation)
        self.assertIn("4★ begins at", line.explanation)
        self.assertIn("formerly 2★", line.explanation)
        self.assertEqual(self.ratings.search_count([]), before)
        self.assertFalse(self.runs.search([("company_id", "=", self.company.id)]))
        self.assertEqual(wizard.proposed_count, 0)
        # a second preview replaces the first
        self._grade(self.rising)
        wizard.action_preview()
        self.assertEqual(len(wizard.line_ids), 3)
        self.assertEqual((wizard.up_count, wizard.proposed_count), (1, 1))

    def test_the_wizard_makes_what_it_previewed(self):
        wizard = self._create_wizard()
        wizard.action_preview()
        previewed = {line.account_id: line.stars for line in wizard.line_ids}
        action = wizard.action_propose()
        run = self.runs.browse(action["res_id"])
        self.assertEqual((run.state, run.requested_by_id), ("done", self.centre))
        self.assertEqual(self._get_proposed(), previewed)

    def test_the_wizard_waits_for_a_grading_that_is_under_way(self):
        run = self._create_run()
        wizard = self._create_wizard()
        with self.assertRaises(UserError) as caught:
            wizard.action_propose()
        self.assertIn("under way", str(caught.exception))
        self.assertEqual(self.runs.search([("company_id", "=", self.company.id)]), run)

    def test_a_large_portfolio_is_left_to_the_cron(self):
        wizard = self._create_wizard()
        with patch(
            "odoo.addons.kuaidi_key_account.wizard.star_grading.IMMEDIATE_ACCOUNTS", 3
        ):
            action = wizard.action_propose()
        run = self.runs.browse(action["res_id"])
        self.assertEqual(run.state, "queued")
        cron = self.env.ref("kuaidi_key_account.cron_process_grading_runs")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_gradings_are_for_the_crm_centre(self):
        run = self._create_run()
        for user in (self.manager, self.sales, self.finance):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self._create_wizard(user)
                with self.assertRaises(AccessError):
                    run.with_user(user).read(["state"])
        with self.assertRaises(AccessError):
            run.with_user(self.centre).write({"state": "done"})
        with self.assertRaises(AccessError):
            self.runs.with_user(self.centre).create(
                {"company_id": self.company.id, "date": self.date}
            )
        self.assertEqual(run.state, "queued")
