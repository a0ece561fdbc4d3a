from odoo.tests import HttpCase, tagged

from .grading_common import THRESHOLDS, GradingCommon


@tagged("post_install", "-at_install")
class TestGradingTours(GradingCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.manager, cls.centre):
            user.password = user.login
        cls.account = cls._create_account(partner_id=cls.client.id)

    def test_a_manager_proposes_a_star_in_the_browser(self):
        self.start_tour(
            "/odoo", "kuaidi_manager_proposes_star", login=self.manager.login
        )
        rating = self.account.star_rating_ids
        self.assertEqual((rating.state, rating.stars), ("to_approve", 4))
        self.assertEqual((rating.amount_annual, rating.term_months), (600_000, 24))
        self.assertEqual(rating.requested_by_id, self.manager)

    def test_the_crm_centre_grades_and_approves_in_the_browser(self):
        self._create_invoice(self.client, 600_000, "2026-03-01")
        other = self._create_account()
        self.start_tour(
            "/odoo", "kuaidi_centre_grades_and_approves", login=self.centre.login
        )
        self.assertEqual((self.account.stars, other.stars), (4, 0))
        ratings = self.account.star_rating_ids | other.star_rating_ids
        self.assertEqual(ratings.mapped("state"), ["approved"] * 2)
        self.assertEqual(ratings.decided_by_id, self.centre)

    def test_the_crm_centre_tries_thresholds_in_the_browser(self):
        self._create_invoice(self.client, 600_000, "2026-03-01")
        self.start_tour(
            "/odoo", "kuaidi_centre_tries_thresholds", login=self.centre.login
        )
        self.assertEqual(tuple(self.levels.mapped("amount_min")), THRESHOLDS)
