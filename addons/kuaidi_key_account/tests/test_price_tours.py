from odoo.tests import HttpCase, freeze_time, tagged

from .price_common import PriceCommon
from .service_common import TODAY


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestPriceTours(PriceCommon, HttpCase):
    """A special price, from the tariff to the approval, in the browser."""

    def test_sales_quotes_a_special_price_and_the_centre_approves_it(self):
        for user in (self.sales, self.centre):
            user.password = user.login
        self.start_tour(
            "/odoo", "kuaidi_sales_quotes_special_price", login=self.sales.login
        )
        self.env.invalidate_all()
        agreement = self.env["kuaidi.price.agreement"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual(
            (agreement.state, agreement.approval_level, agreement.depth_percent),
            ("to_approve", "centre", 25.0),
        )
        self.start_tour(
            "/odoo", "kuaidi_centre_approves_special_price", login=self.centre.login
        )
        self.env.invalidate_all()
        self.assertEqual(agreement.state, "running")
        self.assertEqual(agreement.review_ids.done_by, self.centre)
