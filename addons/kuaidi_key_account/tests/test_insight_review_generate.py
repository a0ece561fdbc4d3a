from contextlib import suppress
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .review_common import MONTH, TODAY, ReviewCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestInsightReviewGenerate(ReviewCommon):
    """For whom analyses are made, when, and that each is made once."""

    def test_a_client_without_figures_for_thirteen_months_gets_none(self):
        self.assertFalse(self._generate())
        self._set_figure(back=13)
        self.assertFalse(self._generate())
        self._set_figure(back=12)
        self.assertEqual(len(self._generate()), 1)

    def test_candidates_and_closed_clients_get_none(self):
        self._set_figure()
        for state in ("candidate", "closed"):
            self.account.sudo().state = state
            with self.subTest(state=state):
                self.assertFalse(self._generate())
        self.account.sudo().write({"state": "formal", "active": False})
        self.assertFalse(self._generate())

    def test_nothing_changed_nothing_written(self):
        accounts = self._add_accounts(3)
        reviews = self._generate(accounts)
        before = reviews.mapped("write_date")
        self.assertFalse(self.reviews._generate(accounts, MONTH))
        self.assertEqual(self._find(accounts).mapped("write_date"), before)
        self._set_figure(accounts[0], pieces=5)
        changed = self.reviews._generate(accounts, MONTH)
        self.assertEqual(changed.account_id, accounts[0])

    def test_a_month_that_is_not_over_is_refused(self):
        self._set_figure(back=-1)
        for month in ("2026-03-01", "2026-04-01", "2026-02-02"):
            with self.subTest(month=month), self._refused(UserError, "is not over"):
                self.reviews._generate(
                    self.account, self.reviews._fields["month"].to_date(month)
                )
        self.assertFalse(self.reviews.search([("account_id", "=", self.account.id)]))

    def test_one_analysis_for_each_client_and_month(self):
        review = self._make_review()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.cr.savepoint():
                review.sudo().copy({"account_id": self.account.id, "month": MONTH})

    def test_the_manager_gets_one_activity(self):
        review = self._make_review()
        self._generate()
        activity = review.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(str(activity.date_deadline), TODAY)
        self.assertEqual(review.date_due, activity.date_deadline)
        self._complete(review)
        self.assertFalse(review.activity_ids)

    def test_the_deputy_gets_it_when_the_manager_has_left(self):
        self.manager.active = False
        review = self._make_review(user=self.manager_2)
        self.assertEqual(review.activity_ids.user_id, self.manager_2)

    def test_a_hand_over_moves_the_activity(self):
        review = self._make_review()
        wizard = self.env["kuaidi.account.handover"].create(
            {
                "company_id": self.company.id,
                "from_user_id": self.manager.id,
                "to_user_id": self.centre.id,
                "account_ids": self.account.ids,
                "reason": "Leaves",
            }
        )
        wizard.action_hand_over()
        self.assertEqual(review.sudo().activity_ids.user_id, self.centre)

    def test_the_cron_waits_for_the_third_working_day(self):
        self._set_figure()
        for now, is_made in (
            ("2026-03-03 15:59:00", False),
            ("2026-03-03 16:00:00", True),  # the fourth of March in Shanghai
        ):
            with freeze_time(now), self.subTest(now=now):
                self._run_cron("cron_generate_reviews")
                self.assertEqual(bool(self._find()), is_made)

    def test_the_cron_makes_up_for_a_missed_month(self):
        self._set_figure()
        with freeze_time("2026-04-01 04:00:00"):
            self._run_cron("cron_generate_reviews")
        self.assertEqual(str(self._find().date_due), "2026-04-01")

    def test_the_cron_doubles_nothing_and_takes_corrections_in(self):
        self._set_figure()
        self._run_cron("cron_generate_reviews")
        review = self._find()
        self._run_cron("cron_generate_reviews")
        self.assertEqual(self._find(), review)
        self.assertEqual(len(review.activity_ids), 1)
        self._set_figure(pieces=700)
        # both happen within one transaction here
        self.env.cr.execute(
            "UPDATE kuaidi_monthly_figure SET write_date = write_date + interval '1 h'"
        )
        self._run_cron("cron_generate_reviews")
        self.assertEqual(review.pieces, 700)
        self.assertEqual(len(review.activity_ids), 1)

    def test_a_killed_cron_is_taken_up(self):
        accounts = self._add_accounts(5)
        cron = self.registry["ir.cron"]
        commit_progress = cron._commit_progress

        def die_at_the_second(self, processed=0, *, remaining=None, **kwargs):
            batches.append(processed)
            if len(list(filter(None, batches))) == 2:
                raise MemoryError("killed")
            return commit_progress(self, processed, remaining=remaining, **kwargs)

        batches = []
        job = self.env.ref("kuaidi_key_account.cron_generate_reviews")
        job.code = "model._cron_generate(batch_size=2)"
        with (
            patch.object(cron, "_commit_progress", die_at_the_second),
            mute_logger("odoo.addons.base.models.ir_cron"),
            suppress(MemoryError),
        ):
            self._run_cron("cron_generate_reviews")
        self.env.invalidate_all()
        self.assertEqual(len(self._find(accounts)), 2)
        self._run_cron("cron_generate_reviews")
        reviews = self._find(accounts)
        self.assertEqual(len(reviews), 5)
        self.assertEqual(len(reviews.activity_ids), 5)

    def test_queries_do_not_grow_with_the_clients(self):
        accounts = self._add_accounts(100)
        few, many = accounts[:10], accounts[10:]
        # what lasts longer than a batch is read once
        self._set_figure()
        self._generate()
        counts = {
            "new": [
                self._count_queries(lambda: self.reviews._generate(few, MONTH)),
                self._count_queries(lambda: self.reviews._generate(many, MONTH)),
            ],
            "unchanged": [
                self._count_queries(lambda: self.reviews._generate(few, MONTH)),
                self._count_queries(lambda: self.reviews._generate(accounts, MONTH)),
            ],
        }
        self.assertEqual(len(self._find(accounts)), 100)
        self.assertEqual(counts["new"][0], counts["new"][1])
        self.assertEqual(counts["unchanged"][0], counts["unchanged"][1])
        self.assertLessEqual(counts["unchanged"][1], 12)
