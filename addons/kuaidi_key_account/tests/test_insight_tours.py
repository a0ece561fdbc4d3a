from odoo.tests import HttpCase, freeze_time, tagged

from .review_common import MONTH, ReviewCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-06 04:00:00")
class TestInsightTours(ReviewCommon, HttpCase):
    """From the desk to figures, analyses and alerts, in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.manager, cls.centre):
            user.password = user.login
        cls.plan = cls._publish()

    def test_a_manager_starts_the_day_on_the_desk(self):
        self._raise_alert()
        self.start_tour(
            "/odoo/key-account-desk",
            "kuaidi_manager_starts_the_day",
            login=self.manager.login,
        )

    def test_the_centre_imports_the_good_rows_of_a_file(self):
        self.account.code = "KA-TOUR-1"
        self.start_tour(
            "/odoo", "kuaidi_centre_imports_figures", login=self.centre.login
        )
        figures = self.env["kuaidi.monthly.figure"].search(
            [("account_id", "=", self.account.id)], order="month"
        )
        self.assertEqual(figures.mapped("pieces"), [1100, 1200])
        self.assertEqual(figures.mapped("late_count"), [9, 12])

    def test_the_centre_reads_and_corrects_a_month_in_chinese(self):
        self.centre.lang = "zh_CN"
        self._set_figure(pieces=70)
        self.start_tour(
            "/odoo/monthly-figures",
            "kuaidi_centre_corrects_month_in_chinese",
            login=self.centre.login,
        )
        figure = self.env["kuaidi.monthly.figure"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual((str(figure.month), figure.pieces), ("2025-12-01", 70))

    def test_a_manager_completes_and_sends_an_analysis(self):
        review = self._make_review()
        self.start_tour(
            f"/odoo/kuaidi.client.review/{review.id}",
            "kuaidi_manager_sends_analysis",
            login=self.manager.login,
        )
        self.env.invalidate_all()
        self.assertEqual(review.state, "sent")
        self.assertEqual(review.month, MONTH)
        self.assertIn("Visit the logistics director", review.note_action)

    def test_a_manager_takes_an_alert_from_red_to_saved(self):
        alert = self._raise_alert()
        self.start_tour(
            f"/odoo/kuaidi.alert/{alert.id}",
            "kuaidi_manager_saves_client",
            login=self.manager.login,
        )
        self.env.invalidate_all()
        self.assertEqual(
            (alert.state, alert.result, alert.cause), ("closed", "saved", "quality")
        )
        self.assertIn("Two trucks more", alert.rescue_plan)

    def _raise_alert(self):
        """Let the client lose more than half of its volume against last year."""
        for back, pieces in ((0, 400), (12, 1000)):
            self._set_figure(back=back, pieces=pieces)
        self.env["kuaidi.alert"]._evaluate(self.account)
        alert = self.env["kuaidi.alert"].search(
            [("account_id", "=", self.account.id), ("level", "=", "4")]
        )
        self.assertEqual(len(alert), 1)
        return alert
