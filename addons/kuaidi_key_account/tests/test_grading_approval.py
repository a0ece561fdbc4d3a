from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .grading_common import GradingCommon


@tagged("post_install", "-at_install")
class TestStarApproval(GradingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls._create_account(partner_id=cls.client.id)

    def _assert_unchanged(self, rating, state="to_approve"):
        self.assertEqual(rating.state, state)
        self.assertEqual((self.account.stars, self.account.amount_annual), (0, 0))
        self.assertFalse(self.account.star_id)
        self.assertFalse(self.account.current_rating_id)

    def test_a_request_waits_for_the_crm_centre(self):
        rating = self._create_expected(self.account, 600_000)
        rating.action_request_approval()
        self._assert_unchanged(rating)
        self.assertEqual(rating.requested_by_id, self.manager)
        self.assertEqual(rating.review_ids.mapped("status"), ["pending"])
        self.assertIn(self.centre, rating.reviewer_ids)
        # and each of them is told
        self.assertIn(self.centre.partner_id, rating.message_ids.notified_partner_ids)

    def test_the_approved_star_is_carried_to_the_account(self):
        rating = self._approve(self._create_expected(self.account, 600_000))
        self.assertEqual(rating.state, "approved")
        self.assertEqual(rating.decided_by_id, self.centre)
        self.assertEqual(str(rating.date_decided), "2026-11-15 04:00:00")
        self.assertEqual(self.account.star_id, self.levels[3])
        self.assertEqual((self.account.stars, self.account.amount_annual), (4, 600_000))
        self.assertEqual(self.account.current_rating_id, rating)
        self.assertIn("→ 4★", self.account.message_ids[0].body)
        self.assertIn("600,000.00", self.account.message_ids[0].body)

    def test_the_account_list_is_in_the_order_of_the_new_stars(self):
        small = self._create_account()
        self._approve(self._create_expected(self.account, 600_000))
        self._approve(self._create_expected(small, 5_000_000))
        accounts = self.env["kuaidi.key.account"].search(
            [("id", "in", (self.account | small).ids)]
        )
        self.assertEqual(accounts.ids, [small.id, self.account.id])

    def test_nobody_approves_what_they_requested(self):
        own = self._create_expected(self.account, 600_000, user=self.centre)
        own.action_request_approval()
        for decide in (own.action_approve, own.action_refuse):
            with self.assertRaises(UserError):
                decide()
        self._assert_unchanged(own)
        own.with_user(self.centre_2).action_approve()
        self.assertEqual(self.account.stars, 4)

    def test_nobody_approves_what_a_colleague_requested_for_them(self):
        own = self._create_expected(self.account, 600_000, user=self.centre)
        own.with_user(self.centre_2).action_request_approval()
        for user in (self.centre, self.centre_2):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                own.with_user(user).action_approve()
        self._assert_unchanged(own)

    def test_only_the_crm_centre_decides(self):
        rating = self._create_expected(self.account, 600_000)
        rating.action_request_approval()
        self.account.deputy_id = self.manager_2
        for user in (self.manager_2, self.finance):
            for name in ("action_approve", "action_refuse"):
                with self.subTest(user=user.login, name=name):
                    with self.assertRaises(AccessError):
                        getattr(rating.with_user(user), name)()
        self._assert_unchanged(rating)

    def test_a_second_approval_finds_nothing_waiting(self):
        rating = self._approve(self._create_expected(self.account, 600_000))
        with self.assertRaises(UserError):
            rating.with_user(self.centre_2).action_approve()
        with self.assertRaises(UserError):
            rating.with_user(self.centre_2).action_refuse()
        self.assertEqual(rating.decided_by_id, self.centre)

    def test_a_draft_cannot_be_approved_past_the_request(self):
        rating = self._create_expected(self.account, 600_000)
        with self.assertRaises(UserError):
            rating.with_user(self.centre).action_approve()
        with self.assertRaises(AccessError):
            rating.with_user(self.centre).write({"state": "approved"})
        self._assert_unchanged(rating, state="draft")

    def test_a_refused_rating_changes_nothing(self):
        rating = self._create_expected(self.account, 600_000)
        rating.action_request_approval()
        rating.with_user(self.centre).action_refuse()
        self._assert_unchanged(rating, state="refused")
        self.assertEqual(rating.decided_by_id, self.centre)

    def test_a_new_approval_supersedes_the_former_rating(self):
        former = self._approve(self._create_expected(self.account, 600_000))
        rating = self._approve(self._create_expected(self.account, 40_000))
        self.assertEqual((former.state, rating.state), ("superseded", "approved"))
        self.assertEqual(rating.previous_level_id, self.levels[3])
        self.assertEqual((rating.previous_stars, rating.direction), (4, "down"))
        self.assertEqual(self.account.current_rating_id, rating)
        self.assertEqual((self.account.stars, self.account.amount_annual), (2, 40_000))

    def test_the_former_star_is_that_of_the_moment_of_approval(self):
        first = self._create_expected(self.account, 600_000)
        second = self._create_expected(self.account, 40_000)
        self.assertEqual((first.direction, second.direction), ("new", "new"))
        (first | second).action_request_approval()
        first.with_user(self.centre).action_approve()
        second.with_user(self.centre).action_approve()
        self.assertEqual((second.previous_stars, second.stars), (4, 2))
        self.assertEqual(second.previous_rating_id, first)
        self.assertEqual(second.direction, "down")

    def test_an_open_proposal_of_a_grading_is_moot_after_an_approval(self):
        self._create_invoice(self.client, 40_000, "2026-02-01")
        proposal = self._grade(self.account)
        self._approve(self._create_expected(self.account, 600_000))
        self.assertEqual(proposal.state, "superseded")
        self.assertEqual(self.account.stars, 4)

    def test_two_ratings_of_one_account_are_not_approved_together(self):
        ratings = self._create_expected(self.account, 600_000) | self._create_expected(
            self.account, 40_000
        )
        ratings.action_request_approval()
        with self.assertRaises(UserError):
            ratings.sudo()._on_approved()
        self.assertEqual(set(ratings.mapped("state")), {"to_approve"})
        self._assert_unchanged(ratings[0])

    def test_whoever_started_a_grading_may_approve_its_proposals(self):
        accounts = self.account | self._create_account()
        self._create_invoice(self.client, 40_000, "2026-02-01")
        ratings = self.ratings.with_user(self.centre)._grade_accounts(
            accounts, self.date
        )
        ratings.with_user(self.centre).action_approve()
        self.assertEqual(set(ratings.mapped("state")), {"approved"})
        self.assertEqual(accounts.mapped("stars"), [2, 0])

    def test_the_figures_are_brought_up_to_date_by_the_request(self):
        self._create_invoice(self.client, 40_000, "2026-02-01")
        rating = self._create_rating(self.account)
        self.assertEqual(rating.stars, 2)
        self._create_invoice(self.client, 60_000, "2026-02-02")
        self.levels[1].amount_min = 35_000
        rating.action_request_approval()
        self.assertEqual((rating.amount_revenue, rating.stars), (100_000, 3))

    def test_an_adjustment_that_ended_meanwhile_is_not_approved(self):
        rating = self._create_expected(
            self.account, 600_000, **self._get_adjustment(expiry="2026-11-20")
        )
        rating.action_request_approval()
        with freeze_time("2026-11-20 04:00:00"):
            with self.assertRaises(ValidationError):
                rating.with_user(self.centre).action_approve()
            self._assert_unchanged(rating)
            rating.with_user(self.centre).action_refuse()
        self._assert_unchanged(rating, state="refused")

    def test_the_approved_star_completes_the_onboarding_step(self):
        self._make_formal(self.account)
        step = self.account.onboarding_step_ids.filtered(
            lambda step: step.condition == "star"
        )
        rating = self._create_expected(self.account, 600_000)
        rating.action_request_approval()
        self.assertEqual(step.state, "open")
        rating.with_user(self.centre).action_approve()
        self.assertEqual(step.state, "done")

    def test_a_star_cannot_be_typed_into_the_account(self):
        for user in (self.manager, self.centre, self.admin):
            for values in (
                {"stars": 5},
                {"star_id": self.levels[4].id},
                {"amount_annual": 9_000_000},
            ):
                with self.subTest(user=user.login, values=values):
                    with self.assertRaises(AccessError):
                        self.account.with_user(user).write(values)
                    with self.assertRaises(AccessError):
                        self.account.with_user(user).create(
                            {"partner_id": self._create_partner().id, **values}
                        )
        self.assertEqual((self.account.stars, self.account.amount_annual), (0, 0))

    def test_leaders_are_named_from_four_stars_on(self):
        account = self.account.with_user(self.manager)
        for stars in (0, 3):
            if stars:
                self._approve(self._create_expected(self.account, 100_000))
            with (
                self.subTest(stars=stars),
                self.assertRaises(ValidationError) as caught,
            ):
                account.leadership_ids = self.centre
            self.assertIn("from 4★ on", str(caught.exception))
            self.assertFalse(self.account.leadership_ids)
        with self.assertRaises(ValidationError):
            self._create_account(leadership_ids=self.centre.ids)
        self._approve(self._create_expected(self.account, 500_000))
        account.leadership_ids = self.centre
        self.assertEqual(self.account.leadership_ids, self.centre)
        self.assertFalse(self.account.leadership_warning)

    def test_a_leadership_group_outlives_a_downgrade_with_a_warning(self):
        self._approve(self._create_expected(self.account, 500_000))
        account = self.account.with_user(self.manager)
        account.leadership_ids = self.centre | self.centre_2
        self._approve(self._create_expected(self.account, 100_000))
        self.assertIn("from 4★ on", account.leadership_warning)
        # it may change hands and shrink, but not grow
        account.leadership_ids = self.centre | self.admin
        with self.assertRaises(ValidationError):
            account.leadership_ids |= self.centre_2
        account.leadership_ids = self.admin
        account.leadership_ids = False
        self.assertFalse(account.leadership_warning)
