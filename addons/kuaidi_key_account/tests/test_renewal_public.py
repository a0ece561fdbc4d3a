from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .renewal_common import TODAY, RenewalCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestRenewalPublic(RenewalCommon):
    """Public clients: beyond 10 % of the original, the law asks for a tender."""

    def _create_public(self, expected, months=12, **values):
        renewal = self._create_renewal(
            stage="negotiating", is_public=True, amount_total=100000, **values
        )
        renewal.write({"amount_expected": expected, "term_months": months})
        return renewal

    def test_ten_percent_is_the_limit(self):
        renewal = self._create_public(0)
        for expected, months, percent, needed in (
            (10000, 12, 10, False),
            (10100, 12, 10.1, True),
            (20000, 6, 10, False),
            (5000, 36, 15, True),
        ):
            with self.subTest(expected=expected, months=months):
                renewal.write({"amount_expected": expected, "term_months": months})
                self.assertAlmostEqual(renewal.extension_percent, percent, 1)
                self.assertEqual(renewal.is_tender_needed, needed)

    def test_a_small_extension_is_renewed(self):
        renewal = self._create_public(10000)
        renewal.with_user(self.sales).action_renew()
        self.assertEqual(renewal.stage, "renewed")
        self.assertTrue(renewal.successor_id.is_public)

    def test_a_large_one_is_put_out_to_tender_once(self):
        renewal = self._create_public(50000).with_user(self.sales)
        with self._refused(UserError, r"articles 31 \(3\) and 49"):
            renewal._renew()
        action = renewal.action_renew()
        self.assertEqual((renewal.stage, renewal.successor_id.id), ("retender", False))
        tender = renewal.sudo().tender_lead_id
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("crm.lead", tender.id)
        )
        self.assertIn("31 (3)", tender.description)
        self.assertIn(self.env.ref("kuaidi_key_account.crm_tag_tender"), tender.tag_ids)
        renewal.action_renew()
        renewal.action_back()
        renewal.action_retender()
        self.assertEqual(renewal.sudo().tender_lead_id, tender)

    def test_a_tender_won_is_renewed(self):
        renewal = self._create_public(50000)
        renewal.action_renew()
        renewal.tender_lead_id.action_set_won()
        renewal.with_user(self.sales).action_renew()
        self.assertEqual(renewal.stage, "renewed")
        # what was tendered is an original contract from now on
        self.assertTrue(renewal.successor_id._is_from_tender())

    def test_extensions_add_up(self):
        first = self._create_public(6000)
        first.action_renew()
        successor = first.successor_id
        first.contract_id.write({"state": "expired"})
        self.env.flush_all()
        successor.write({"state": "running", "date_signed": TODAY})
        second = self._open(successor, "2027-03-01")
        second.amount_expected = 5000
        self.assertEqual(
            (second.amount_original, second.amount_extension), (100000, 11000)
        )
        self.assertTrue(second.is_tender_needed)

    def test_without_an_original_amount_every_extension_is_tendered(self):
        renewal = self._create_renewal(stage="negotiating", is_public=True)
        renewal.amount_expected = 1
        self.assertTrue(renewal.is_tender_needed)

    def test_the_company_sets_the_limit(self):
        renewal = self._create_public(20000)
        self.assertTrue(renewal.is_tender_needed)
        self.company.kuaidi_public_extension_percent = 25
        renewal.invalidate_recordset()
        self.assertFalse(renewal.is_tender_needed)

    def test_other_clients_are_not_concerned(self):
        renewal = self._create_renewal(stage="negotiating", amount_total=1)
        renewal.amount_expected = 1000000
        self.assertFalse(renewal.is_tender_needed)
