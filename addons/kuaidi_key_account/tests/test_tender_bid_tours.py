from odoo.tests import HttpCase, freeze_time, tagged

from .tender_rejection_common import TenderRejectionCommon
from .tender_requirement_common import TODAY


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderBidTours(TenderRejectionCommon, HttpCase):
    """A bid from the requirements to the seal, in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales.password = cls.sales.login
        cls._create_package()

    def test_sales_import_and_answer_requirements(self):
        self.start_tour(
            f"/odoo/tenders/{self.tender.id}",
            "kuaidi_sales_answers_requirements",
            login=self.sales.login,
            timeout=120,
        )
        self.env.invalidate_all()
        self.assertRecordValues(
            self.tender.requirement_ids,
            [
                {
                    "clause": "3.1",
                    "name": "投标人须持有《快递业务经营许可证》。",
                    "is_mandatory": True,
                    "state": "answered",
                    "answer": "我公司持有全国范围的许可证。",
                    "answered_by_id": self.sales.id,
                }
            ],
        )
        self.assertEqual(
            self.tender.finding_ids.mapped("rule_id.code"), ["requirement_unchecked"]
        )

    def test_sales_seal_a_bid(self):
        self.start_tour(
            f"/odoo/tenders/{self.tender.id}",
            "kuaidi_sales_seals_bid",
            login=self.sales.login,
            timeout=120,
        )
        self.env.invalidate_all()
        self.assertEqual(
            (self.tender.state, self.tender.package_ids.state), ("sealed", "sealed")
        )
