from odoo.tests import HttpCase, freeze_time, tagged

from .money_common import MoneyCommon


@freeze_time("2026-11-20 02:00:00")
@tagged("post_install", "-at_install")
class TestClaimTours(MoneyCommon, HttpCase):
    """A claim from the call to the money, as each role does its part."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client.name = "Haina Appliances"
        for user in (cls.officer, cls.claims_manager, cls.finance):
            user.password = user.login

    def test_an_officer_takes_a_claim_in_on_the_phone(self):
        self.start_tour(
            "/odoo/claims",
            "kuaidi_officer_takes_a_claim_in",
            login=self.officer.login,
        )
        claim = self.env["kuaidi.claim"].search(
            [("waybill_number", "=", "SD0009990001")]
        )
        self.assertEqual((claim.state, claim.type), ("evidence", "damage"))
        self.assertEqual(claim.account_id, self.account)
        self.assertEqual(claim.amount_claimed, 900)
        self.assertTrue(claim.evidence_ids)
        self.assertEqual(len(claim.mail_ids), 1)

    def test_a_claim_goes_from_the_offer_to_a_set_off(self):
        self._create_invoice(self.client, 1000, "2026-10-01")
        self.start_tour(
            f"/odoo/claims/{self.claim.id}",
            "kuaidi_officer_settles_a_claim",
            login=self.officer.login,
        )
        self.assertEqual(
            (self.claim.state, self.claim.amount_agreed), ("to_approve", 800)
        )
        self.assertEqual(self.claim.amount_debt, 1000)
        self.start_tour(
            "/odoo/claims-to-approve",
            "kuaidi_claims_manager_approves",
            login=self.claims_manager.login,
        )
        self.assertEqual(
            (self.claim.state, self.claim.amount_approved), ("approved", 800)
        )
        self.start_tour(
            f"/odoo/claims/{self.claim.id}",
            "kuaidi_finance_pays_a_claim",
            login=self.finance.login,
        )
        payout = self.claim.payout_id
        self.assertEqual((payout.kind, payout.state), ("setoff", "booked"))
        payout.setoff_id.with_user(self.finance_2).action_approve()
        self.assertEqual((self.claim.state, self.claim.amount_paid), ("paid", 800))
