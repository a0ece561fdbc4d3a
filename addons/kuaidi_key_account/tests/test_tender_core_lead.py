from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .renewal_common import TODAY
from .tender_common import TenderCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderCoreLead(TenderCommon):
    """A tender and its opportunity say the same (issue A)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tender = cls._create_tender()
        cls.lead = cls.tender.lead_id

    def test_a_tender_has_its_opportunity(self):
        self.assertRecordValues(
            self.lead,
            [
                {
                    "type": "opportunity",
                    "partner_id": self.issuer.id,
                    "user_id": self.sales.id,
                    "company_id": self.company.id,
                    "expected_revenue": 1000000,
                    "probability": 30,
                    "date_deadline": self._day("2026-04-15"),
                }
            ],
        )
        self.assertIn(
            self.env.ref("kuaidi_key_account.crm_tag_tender"), self.lead.tag_ids
        )

    def test_what_is_changed_here_is_changed_there(self):
        self.tender.with_user(self.sales).write(
            {
                "amount_bid": 950000,
                "likelihood": 55,
                "date_deadline": "2026-04-20 04:00:00",
            }
        )
        self.tender.with_user(self.centre).user_id = self.sales_2
        self.assertRecordValues(
            self.lead,
            [
                {
                    "expected_revenue": 950000,
                    "probability": 55,
                    "date_deadline": self._day("2026-04-20"),
                    "user_id": self.sales_2.id,
                }
            ],
        )

    def test_what_is_changed_there_is_changed_here(self):
        self.lead.with_user(self.sales).write(
            {
                "expected_revenue": 800000,
                "probability": 45,
                "date_deadline": "2026-04-18",
            }
        )
        self.assertRecordValues(
            self.tender, [{"amount_expected": 800000, "likelihood": 45}]
        )
        # the hour stays
        self.assertEqual(str(self.tender.date_deadline), "2026-04-18 04:00:00")
        self.assertEqual(
            str(self._get_date(self.tender, "deadline").activity_id.date_deadline),
            "2026-04-18",
        )
        self.lead.with_user(self.centre).user_id = self.sales_2
        self.assertEqual(self.tender.user_id, self.sales_2)

    def test_the_deadline_of_a_sealed_bid_stays(self):
        self._bring_to(self.tender, "sealed")
        with self._refused(UserError, "is sealed"):
            self.lead.with_user(self.sales).date_deadline = "2026-04-18"
        self.assertEqual(str(self.tender.date_deadline), "2026-04-15 04:00:00")
        self.assertEqual(str(self.lead.date_deadline), "2026-04-15")

    def test_the_stage_of_crm_goes_along(self):
        for state, stage in (
            ("qualifying", "crm.stage_lead2"),
            ("preparing", "crm.stage_lead3"),
        ):
            tender = self._bring_to(self._create_tender(), state)
            self.assertEqual(tender.lead_id.stage_id, self.env.ref(stage), state)
            self.assertEqual(round(tender.lead_id.probability), tender.likelihood)

    def test_won_and_lost_here_are_won_and_lost_there(self):
        won = self._bring_to(self._create_tender(), "opened")
        won.with_user(self.sales)._win()
        self.assertEqual(won.lead_id.won_status, "won")
        lost = self._bring_to(self._create_tender(), "opened")
        reason = self.env.ref("kuaidi_key_account.lost_reason_price")
        lost.with_user(self.sales)._lose(reason)
        self.assertRecordValues(
            lost.lead_id, [{"won_status": "lost", "lost_reason_id": reason.id}]
        )
        lost.action_reopen()
        self.assertEqual(lost.lead_id.won_status, "pending")
        self.tender.action_cancel()
        self.assertEqual(self.lead.won_status, "lost")

    def test_won_and_lost_there_are_won_and_lost_here(self):
        won = self._bring_to(self._create_tender(), "opened")
        won.lead_id.with_user(self.sales).action_set_won()
        self.assertEqual((won.state, str(won.date_award)), ("won", TODAY))
        with self._refused(UserError, "stays as it is"):
            won.lead_id.with_user(self.sales).stage_id = self.env.ref("crm.stage_lead1")
        self.assertEqual(won.lead_id.won_status, "won")
        reason = self.env.ref("kuaidi_key_account.lost_reason_quality")
        lost = self._bring_to(self._create_tender(), "submitted")
        lost.lead_id.with_user(self.sales).action_set_lost(lost_reason_id=reason.id)
        self.assertRecordValues(lost, [{"state": "lost", "lost_reason_id": reason.id}])
        lost.lead_id.with_user(self.sales).action_unarchive()
        self.assertEqual(lost.state, "opened")

    def test_given_up_there_before_handing_in_is_no_bid_here(self):
        reason = self.env.ref("kuaidi_key_account.lost_reason_business")
        self.lead.with_user(self.sales).action_set_lost(lost_reason_id=reason.id)
        self.assertRecordValues(
            self.tender,
            [
                {
                    "state": "no_bid",
                    "decision_note": reason.name,
                    "decided_by_id": self.sales.id,
                }
            ],
        )
        self.lead.with_user(self.sales).action_unarchive()
        self.assertEqual(self.tender.state, "qualifying")

    def test_an_opportunity_opens_its_tender_once(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Parcels of Donghai",
                "type": "opportunity",
                "user_id": self.sales.id,
                "company_id": self.company.id,
                "expected_revenue": 300000,
                "probability": 20,
            }
        )
        with self._refused(UserError, "it issues the tender"):
            lead.with_user(self.sales).action_open_tender()
        lead.partner_id = self.issuer
        action = lead.with_user(self.sales).action_open_tender()
        tender = self.tenders.browse(action["res_id"])
        self.assertRecordValues(
            tender,
            [
                {
                    "lead_id": lead.id,
                    "partner_id": self.issuer.id,
                    "user_id": self.sales.id,
                    "amount_expected": 300000,
                    "likelihood": 20,
                }
            ],
        )
        again = lead.with_user(self.sales).action_open_tender()
        self.assertEqual(again["res_id"], tender.id)
        self.assertEqual(lead.tender_ids, tender)

    @mute_logger("odoo.sql_db")
    def test_an_opportunity_has_one_tender(self):
        with self._refused(UniqueViolation, "tender_lead_uniq"):
            self._create_tender(user=self.sales, lead_id=self.lead.id)
        self.assertEqual(self.lead.tender_ids, self.tender)

    def test_nobody_ties_a_tender_to_anothers_opportunity(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Of somebody else",
                "user_id": self.sales_2.id,
                "partner_id": self.issuer.id,
                "company_id": self.company.id,
            }
        )
        with self._refused(AccessError):
            self._create_tender(user=self.sales, lead_id=lead.id)
        self.assertFalse(lead.tender_ids)
        self.assertEqual(lead.user_id, self.sales_2)
