from odoo.tests import freeze_time, tagged

from .grading_common import GradingCommon


@tagged("post_install", "-at_install")
class TestAdjustmentExpiry(GradingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("kuaidi_key_account.cron_expire_adjustments")
        cls.account = cls._create_account(partner_id=cls.client.id)
        cls.rating = cls._approve(
            cls._create_expected(
                cls.account, 120_000, **cls._get_adjustment(2, "2026-12-31")
            )
        )

    def _run_cron(self, moment):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()

    def test_the_adjustment_holds_through_its_last_day(self):
        self.assertEqual(self.account.stars, 5)
        # 23:00 in Shanghai
        self._run_cron("2026-12-31 15:00:00")
        self.assertEqual(self.account.star_rating_ids, self.rating)
        self.assertEqual(self.account.stars, 5)

    def test_afterwards_the_star_falls_back_by_a_new_rating_that_says_so(self):
        # 00:30 of the next day in Shanghai
        self._run_cron("2026-12-31 16:30:00")
        rating = self.account.current_rating_id
        self.assertNotEqual(rating, self.rating)
        self.assertEqual((self.rating.state, rating.state), ("superseded", "approved"))
        self.assertEqual(rating.origin, "expiry")
        self.assertEqual((rating.adjustment, rating.stars), (0, 3))
        self.assertFalse(rating.adjustment_expiry)
        self.assertEqual((rating.previous_stars, rating.direction), (5, "down"))
        # the figures are those of the rating that was adjusted
        self.assertEqual(rating.amount_revenue, 120_000)
        self.assertEqual(rating.basis, "expected")
        self.assertEqual(rating.date_to, self.rating.date_to)
        self.assertEqual(rating.amount_threshold, 100_000)
        self.assertIn("+2 stars", rating.explanation)
        self.assertIn("expired on 2026/12/31", rating.explanation)
        self.assertEqual((self.account.stars, self.account.star_id.stars), (3, 3))
        self.assertIn("5★ → 3★", self.account.message_ids[0].body)
        activity = self.account.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(
            activity.activity_type_id,
            self.env.ref("kuaidi_key_account.mail_activity_type_star_fell_back"),
        )

    def test_a_second_run_makes_nothing_more(self):
        self._run_cron("2027-01-05 02:00:00")
        self._run_cron("2027-01-06 02:00:00")
        self.assertEqual(len(self.account.star_rating_ids), 2)
        self.assertEqual(len(self.account.activity_ids), 1)

    def test_many_fall_back_in_small_steps(self):
        accounts = self.account
        for _number in range(4):
            account = self._create_account()
            self._approve(
                self._create_expected(
                    account, 120_000, **self._get_adjustment(1, "2026-12-31")
                )
            )
            accounts |= account
        self.cron.code = "model._cron_expire_adjustments(batch_size=2)"
        self._run_cron("2027-01-05 02:00:00")
        self.assertEqual(accounts.mapped("stars"), [3] * 5)
        self.assertEqual(
            [len(account.star_rating_ids) for account in accounts], [2] * 5
        )

    def test_ratings_that_are_not_current_do_not_expire(self):
        self._approve(self._create_expected(self.account, 40_000))
        self._run_cron("2027-01-05 02:00:00")
        self.assertEqual(len(self.account.star_rating_ids), 2)
        self.assertEqual(self.account.stars, 2)

    def test_a_threshold_moved_meanwhile_does_not_reach_back(self):
        self.levels[2].amount_min = 200_000
        self._run_cron("2027-01-05 02:00:00")
        self.assertEqual(self.account.stars, 3)

    def test_an_adjusted_client_without_revenue_of_a_level_loses_the_star(self):
        account = self._create_account()
        self._approve(
            self._create_expected(
                account, 4_000, **self._get_adjustment(1, "2026-12-31")
            )
        )
        self.assertEqual(account.stars, 1)
        self._run_cron("2027-01-05 02:00:00")
        self.assertEqual(account.stars, 0)
        self.assertFalse(account.star_id)
