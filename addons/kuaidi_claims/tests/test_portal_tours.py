from odoo.tests import tagged

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalTours(PortalCommon):
    """A client on a phone, from the picture of the damage to the rating."""

    browser_size = "390x844"
    touch_enabled = True

    def test_a_client_claims_accepts_and_rates_on_a_phone(self):
        login = self.portal.login
        self.start_tour("/en/my/home", "kuaidi_client_files_a_claim", login=login)
        claim = self.env["kuaidi.claim"].search(
            [("waybill_number", "=", "SD0009990077")]
        )
        self.assertEqual((claim.type, claim.amount_claimed), ("damage", 880))
        paper = claim.evidence_ids.filtered("title")
        self.assertEqual(paper.attachment_ids.mapped("name"), ["crate.png"])
        claim.sudo().state = "negotiation"
        self._offer(640, claim=claim)
        self.start_tour("/en/my/claims", "kuaidi_client_accepts_an_offer", login=login)
        self.assertEqual((claim.state, claim.amount_agreed), ("consensus", 640))
        claim.sudo().write({"state": "paid", "amount_paid": 640})
        self.start_tour(
            f"/en/my/claims/{claim.id}", "kuaidi_client_rates_a_claim", login=login
        )
        self.assertTrue(claim.date_client_confirmed)
        self.assertEqual(claim.rating_ids.mapped("rating"), [5])
