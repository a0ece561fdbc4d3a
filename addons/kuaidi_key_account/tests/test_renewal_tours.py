from odoo.tests import HttpCase, freeze_time, tagged

from .renewal_common import TODAY, RenewalCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestRenewalTours(RenewalCommon, HttpCase):
    """A renewal from coming up to renewed, in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales.password = cls.sales.login

    def test_sales_take_a_renewal_from_coming_up_to_renewed(self):
        renewal = self._create_renewal(amount_promised=50000)
        self.start_tour(
            "/odoo", "kuaidi_sales_renews_contract", login=self.sales.login, timeout=120
        )
        self.env.invalidate_all()
        self.assertEqual(renewal.stage, "renewed")
        self.assertEqual(renewal.amount_renewed, 60000)
        self.assertEqual(renewal.position_ids[0].agreement, "As before")
        self.assertEqual(str(renewal.successor_id.date_to), "2027-05-25")
