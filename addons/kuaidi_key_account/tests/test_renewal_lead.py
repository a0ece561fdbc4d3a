from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .renewal_common import TODAY, RenewalCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestRenewalLead(RenewalCommon):
    """Renewal and opportunity are kept in step, both ways and without end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.renewal = cls._create_renewal(stage="negotiating", amount_promised=5000)
        cls.lead = cls.renewal.lead_id

    def test_the_opportunity_begins_as_the_renewal_stands(self):
        self.assertRecordValues(
            self.lead,
            [
                {
                    "type": "opportunity",
                    "partner_id": self.client.id,
                    "user_id": self.manager.id,
                    "company_id": self.company.id,
                    "expected_revenue": 5000,
                    "probability": 60,
                    "date_deadline": fields.Date.to_date("2026-04-25"),
                }
            ],
        )

    def test_what_changes_here_changes_there(self):
        self.renewal.with_user(self.sales).write(
            {
                "amount_expected": 7000,
                "likelihood": 80,
                "date_close": "2026-04-01",
                "owner_id": self.sales.id,
            }
        )
        self.assertRecordValues(
            self.lead,
            [
                {
                    "expected_revenue": 7000,
                    "probability": 80,
                    "date_deadline": fields.Date.to_date("2026-04-01"),
                    "user_id": self.sales.id,
                }
            ],
        )

    def test_what_changes_there_changes_here(self):
        self.lead.with_user(self.manager).write(
            {
                "expected_revenue": 6000.5,
                "probability": 33.4,
                "date_deadline": "2026-04-02",
            }
        )
        self.assertRecordValues(
            self.renewal,
            [
                {
                    "amount_expected": 6000.5,
                    "likelihood": 33,
                    "date_close": fields.Date.to_date("2026-04-02"),
                }
            ],
        )
        # rounded here, it stays as it was entered there
        self.assertAlmostEqual(self.lead.probability, 33.4)

    def test_one_change_is_written_once_on_each_side(self):
        leads = type(self.env["crm.lead"])
        with patch.object(leads, "write", autospec=True, side_effect=leads.write) as w:
            self.renewal.likelihood = 75
        self.assertEqual(w.call_count, 1)

    def test_won_there_is_renewed_here(self):
        self.lead.with_user(self.manager).action_set_won()
        self.assertEqual(self.renewal.stage, "renewed")
        self.assertEqual(self.renewal.successor_id.state, "draft")
        self.assertEqual(self.lead.won_status, "won")
        with self._refused(UserError, "its opportunity stays won"):
            self.lead.stage_id = self.env["crm.stage"].search(
                [("is_won", "=", False)], limit=1
            )
        self.assertEqual(self.lead.won_status, "won")

    def test_renewed_here_is_won_there(self):
        self.renewal.with_user(self.sales).action_renew()
        self.assertEqual(self.lead.won_status, "won")
        self.assertEqual(len(self.renewal.contract_id.successor_ids), 1)

    def test_lost_there_is_lost_here(self):
        reason = self.env.ref("kuaidi_key_account.lost_reason_quality")
        self.lead.with_user(self.manager).action_set_lost(lost_reason_id=reason.id)
        self.assertRecordValues(
            self.renewal, [{"stage": "lost", "lost_reason_id": reason.id}]
        )
        self.lead.with_user(self.manager).action_unarchive()
        self.assertEqual(self.renewal.stage, "negotiating")

    def test_lost_there_without_a_reason_asks_for_it_later(self):
        self.lead.with_user(self.manager).action_set_lost()
        self.assertEqual(
            self.renewal.lost_reason_id,
            self.env.ref("kuaidi_key_account.lost_reason_unknown"),
        )

    def test_lost_here_is_lost_there(self):
        reason = self.env.ref("kuaidi_key_account.lost_reason_price")
        self.renewal.with_user(self.sales)._lose(reason)
        self.assertRecordValues(
            self.lead, [{"won_status": "lost", "lost_reason_id": reason.id}]
        )

    def test_opportunities_are_made_for_what_earns(self):
        safety = self._create_renewal(kind="safety")
        cooperation = self._create_renewal(kind="cooperation")
        with patch.object(type(self.env["ir.cron"]), "_commit_progress") as progress:
            progress.return_value = 60
            self.assertTrue(self.renewals._open_leads(self.company))
            self.assertTrue(self.renewals._open_leads(self.company))
        self.assertTrue(cooperation.lead_id)
        self.assertFalse(safety.lead_id)
        self.assertEqual(
            self.env["crm.lead"].search_count(
                [("renewal_ids", "in", (cooperation | self.renewal).ids)]
            ),
            2,
        )
