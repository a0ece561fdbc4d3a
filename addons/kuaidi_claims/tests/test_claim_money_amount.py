from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .money_common import MoneyCommon


@freeze_time("2026-11-20 02:00:00")
@tagged("post_install", "-at_install")
class TestClaimMoneyAmount(MoneyCommon):
    """What a claim comes to, and what both sides offer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls._create_contract(
            "2026-01-01",
            "2026-10-31",
            compensation_rule="piece",
            compensation_factor=200,
        )

    @classmethod
    def _create_contract(cls, start, end="2026-12-31", **values):
        contract = cls.env["kuaidi.contract"].create(
            {
                "account_id": cls.account.id,
                "kind": "master",
                "title": "Master contract",
                "date_from": start,
                "date_to": end,
                **values,
            }
        )
        contract.sudo().write({"state": "running", "date_signed": start})
        return contract

    def test_without_proof_the_amount_stays_open(self):
        claim = self._create_claim(account_id=False, partner_id=self.client.id)
        claim.account_id = False
        result = claim._get_compensation()
        self.assertTrue(result["is_open"])
        self.assertEqual(result["amount"], 0)
        self.assertIsNone(result["cap"])

    def test_the_contract_of_the_shipping_day_counts(self):
        for day, contract in (
            ("2026-03-01", self.contract),
            ("2026-01-01", self.contract),
            ("2026-10-31", self.contract),
            ("2025-12-31", self.env["kuaidi.contract"]),
            ("2026-11-01", self.env["kuaidi.contract"]),
        ):
            with self.subTest(day=day):
                self.claim.date_shipped = day
                self.assertEqual(self.claim.contract_id, contract)

    def test_the_clause_limits_undeclared_goods_and_asks_for_proof_of_notice(self):
        self.claim.write(
            {"date_shipped": "2026-03-01", "amount_loss": 1500, "pieces_hit": 2}
        )
        result = self.claim._get_compensation()
        self.assertEqual((result["amount"], result["cap"]), (400, 400))
        self.assertTrue(result["needs_notice"])
        self.assertEqual(result["amount_without_term"], 1500)
        self.assertIn("evidence of notice is needed", result["steps"][-1])
        self.contract.sudo().standard_term_proof = "Initialled beside the clause"
        self.claim.invalidate_recordset()
        self.assertFalse(self.claim.is_notice_needed)

    def test_the_declared_value_counts_before_the_contract(self):
        self.claim.write(
            {
                "date_shipped": "2026-03-01",
                "amount_declared": 8000,
                "amount_value": 16000,
                "amount_loss": 2000,
            }
        )
        result = self.claim._get_compensation()
        self.assertEqual((result["amount"], result["cap"]), (1000, 8000))
        self.assertTrue(any("2,000" in step for step in result["steps"]))

    def test_an_officer_assesses_at_what_the_rules_give(self):
        claim = self.claim.with_user(self.officer)
        with self._refused(UserError, "not proven yet"):
            claim.action_use_rule_amount()
        self.assertFalse(claim.amount_assessed)
        claim.amount_loss = 640
        claim.action_use_rule_amount()
        self.assertEqual(claim.amount_assessed, 640)

    def test_a_loss_above_the_value_is_refused(self):
        with self._refused(ValidationError, "above the value"):
            self.claim.write({"amount_value": 100, "amount_loss": 101})
        with self._refused(ValidationError, "counts 4 parcels"):
            self.claim.pieces_hit = 5
        with mute_logger("odoo.sql_db"), self._refused(IntegrityError):
            self.claim.hours_late = -1
            self.claim.flush_recordset()
        self.assertFalse(self.claim.amount_loss)

    def test_the_parcels_concerned_are_counted_from_what_was_received(self):
        self.claim.write({"pieces_sent": 10, "pieces_received": 7, "pieces": 10})
        self.assertEqual(self.claim.pieces_hit, 3)

    def test_a_default_of_the_page_decides_on_no_offer(self):
        offers = self.env["kuaidi.claim.offer"].with_user(self.officer)
        offer = offers.with_context(
            default_state="accepted", default_claim_id=self.claim.id
        ).create({"side": "ours", "amount": 500})
        self.assertEqual((offer.claim_id, offer.state), (self.claim, "open"))

    def test_an_accepted_offer_is_the_consensus(self):
        self._offer(900, side="client")
        first = self._offer(500)
        second = self._offer(700)
        self.assertEqual((first.state, second.state), ("replaced", "open"))
        second.action_accept()
        self.assertEqual(self.claim.state, "consensus")
        self.assertEqual(self.claim.amount_agreed, 700)
        self.assertEqual(
            sorted(self.claim.offer_ids.mapped("state")),
            ["accepted", "replaced", "replaced"],
        )
        with self._refused(UserError, "answered or replaced"):
            second.action_accept()

    def test_a_refused_offer_leaves_the_claim_negotiated(self):
        offer = self._offer(500)
        offer.action_refuse()
        self.assertEqual((offer.state, self.claim.state), ("refused", "negotiation"))
        self.assertFalse(self.claim.amount_agreed)

    def test_offers_are_logged_by_officers_and_stay_as_they_are(self):
        for user in (self.manager, self.finance, self.centre, self.sales):
            with self.subTest(user=user.login), self._refused(AccessError):
                self._offer(500, user=user)
        offer = self._offer(500)
        for values in ({"amount": 600}, {"state": "accepted"}):
            with self.subTest(values=values), self._refused(AccessError):
                offer.write(values)
        with self._refused(AccessError):
            self.env["kuaidi.claim.offer"].with_user(self.officer).create(
                {"claim_id": self.claim.id, "amount": 5, "state": "accepted"}
            )
        with self._refused((UserError, AccessError)):
            offer.unlink()
        self.assertEqual((offer.amount, offer.state), (500, "open"))
        self.assertEqual(self.claim.state, "negotiation")

    def test_nothing_is_offered_on_a_claim_that_is_not_negotiated(self):
        for state in ("received", "assessment", "approved", "filed"):
            self.claim.sudo().state = state
            with self.subTest(state=state), self._refused(UserError, "not negotiated"):
                self._offer(500)
        self.assertFalse(self.claim.offer_ids)

    def test_an_offer_is_above_zero_and_not_of_tomorrow(self):
        with mute_logger("odoo.sql_db"), self._refused(IntegrityError):
            self._offer(0)
        with self._refused(ValidationError, "in the future"):
            self.env["kuaidi.claim.offer"].with_user(self.officer).create(
                {
                    "claim_id": self.claim.id,
                    "amount": 5,
                    "date": "2026-11-20 03:00:00",
                }
            )
        self.assertFalse(self.claim.offer_ids)

    def test_an_offer_without_a_claim_or_deleted_is_refused(self):
        offers = self.env["kuaidi.claim.offer"].with_user(self.officer)
        with mute_logger("odoo.sql_db"), self._refused(IntegrityError, "claim_id"):
            offers.create({"amount": 500})
        offer = self._offer(500)
        with self._refused(UserError, "stays on file"):
            offer.sudo().unlink()
        self.assertEqual(self.claim.offer_ids, offer)

    def test_the_account_manager_reads_offers_of_own_clients_alone(self):
        offer = self._offer(500)
        self.assertEqual(offer.with_user(self.manager).amount, 500)
        with self._refused(AccessError):
            offer.with_user(self.manager_2).read(["amount"])
        with self._refused(AccessError):
            offer.with_user(self.portal).read(["amount"])
