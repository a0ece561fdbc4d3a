from odoo.tests import HttpCase, freeze_time, tagged

from .renewal_common import TODAY
from .tender_common import TenderCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderCoreTours(TenderCommon, HttpCase):
    """A tender from notice to decision, in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales.password = cls.sales.login
        # one question that has to be answered
        points = cls.env["kuaidi.tender.check.point"].search([])
        points[1:].is_required = False

    def test_sales_take_a_tender_from_notice_to_decision(self):
        self.start_tour(
            "/odoo", "kuaidi_sales_decides_to_bid", login=self.sales.login, timeout=120
        )
        self.env.invalidate_all()
        tender = self.tenders.search([("partner_id", "=", self.issuer.id)])
        self.assertRecordValues(
            tender,
            [
                {
                    "name": "National parcel service",
                    "reference": "ZB-2026-017",
                    "state": "preparing",
                    "user_id": self.sales.id,
                    "decision": "bid",
                    "decided_by_id": self.sales.id,
                    "decision_note": "A client that we want",
                    "broken_count": 1,
                }
            ],
        )
        self.assertEqual(tender.check_ids[0].answer, "The committee of five")
        self.assertEqual(tender.check_ids[0].user_id, self.sales)
