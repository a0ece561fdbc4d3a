from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .claim_common import MORNING
from .insurance_common import InsuranceCommon


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestInsuranceClaim(InsuranceCommon):
    """A claim knows its policy, and what the insurer owes (2.12, 2.13)."""

    def _claim(self, **values):
        return self._create_claim(
            **{"date_shipped": "2026-11-02", "is_insured": True, **values}
        )

    def test_the_policy_in_force_on_the_day_of_shipping_is_found(self):
        following = self._create_policy(date_from="2027-01-01", date_to="2027-12-31")
        draft = self._create_policy(is_running=False)
        for day, policy in (
            ("2026-11-02", self.policy),
            ("2026-01-01", self.policy),
            ("2025-12-31", self.policy.browse()),
        ):
            with self.subTest(day=day):
                claim = self._claim(date_shipped=day)
                self.assertEqual(claim.policy_id, policy)
                if policy:
                    self.assertFalse(claim.policy_note)
                else:
                    self.assertIn("No policy covers", claim.policy_note)
                for other in (following, draft):
                    with self._refused(ValidationError, "was not in force"):
                        claim.with_user(self.officer).policy_id = other
                self.assertEqual(claim.policy_id, policy)

    def test_of_two_policies_one_counts_and_the_other_is_told(self):
        later = self._create_policy(date_from="2026-06-01")
        own = self._create_policy(account_id=self.account.id)
        declared = self._create_policy(is_declared_only=True)
        claim = self._claim(waybill_number="SF1")
        self.assertEqual(claim.policy_id, own)
        self.assertIn(later.number, claim.policy_note)
        self.assertIn(self.policy.number, claim.policy_note)
        self.assertNotIn(declared.number, claim.policy_note)
        self.assertIn("article 56", claim.policy_note)
        self._declare("SF2", policy_id=declared.id, sum_insured=7000)
        claim = self._create_claim(waybill_number="sf 2", date_shipped="2026-11-02")
        # what was declared is insured, with what was declared
        self.assertTrue(claim.is_insured)
        self.assertEqual((claim.policy_id, claim.sum_insured), (declared, 7000))
        stranger = self._claim(account_id=False, partner_id=self.branch_client().id)
        self.assertEqual(stranger.policy_id, later)
        with self._refused(ValidationError, "shipments of another client"):
            stranger.with_user(self.officer).policy_id = own
        self.assertEqual(stranger.policy_id, later)
        # one that was chosen and fits stays
        stranger.with_user(self.officer).policy_id = self.policy
        stranger.with_user(self.officer).date_shipped = "2026-10-01"
        self.assertEqual(stranger.policy_id, self.policy)
        stranger.with_user(self.officer).is_insured = False
        self.assertFalse(stranger.policy_id)
        self.assertFalse(stranger.policy_note)

    def branch_client(self):
        return self._create_partner(name="Stranger Ltd.")

    def test_a_policy_of_another_currency_is_refused(self):
        dollars = self.env.ref("base.USD")
        dollars.active = True
        policy = self._create_policy(currency_id=dollars.id, date_from="2026-06-01")
        claim = self._claim()
        # it began later, and is passed over all the same
        self.assertEqual(claim.policy_id, self.policy)
        with self._refused(ValidationError, "two currencies"):
            claim.with_user(self.officer).policy_id = policy
        self.assertEqual(claim.policy_id, self.policy)

    def test_case_2_is_paid_less_the_deductible(self):
        claim = self._claim(
            type="loss",
            waybill_number="986825",
            goods="家电配件",
            goods_kind="appliance",
            packing="original",
            amount_value=1492.8,
            amount_loss=1492.8,
            sum_insured=1492.8,
            loss_cause="missing",
        )
        self.assertEqual((claim.insurance_clause, claim.is_covered), ("a", "yes"))
        self.assertEqual(claim.amount_insurer, 1192.8)
        self.assertIn("Less the deductible", claim.insurance_explanation)

    def test_case_3_depends_on_its_cause(self):
        claim = self._claim(
            waybill_number="0001878765",
            goods_kind="electronics",
            is_used=True,
            packing="ours",
            pieces=20,
            amount_value=800000,
            sum_insured=800000,
            amount_loss=20500,
        )
        for cause, cover, amount, words in (
            (False, "open", 20200, "what causes a loss decides"),
            ("breakage", "no", 0, "no reason to refuse the client"),
            ("collision", "yes", 20200, "pays for this cause"),
        ):
            with self.subTest(cause=cause):
                claim.with_user(self.officer).loss_cause = cause
                self.assertEqual(claim.insurance_clause, "b")
                self.assertEqual(
                    (claim.is_covered, claim.amount_insurer), (cover, amount)
                )
                self.assertIn(words, claim.insurance_explanation)

    def test_case_4_is_not_covered(self):
        claim = self._claim(
            goods_kind="electronics",
            packing="own",
            pieces=2,
            amount_per_piece=500000,
            amount_value=1000000,
            amount_loss=1000000,
            sum_insured=1000000,
            is_packing_unfit=True,
            booking_warning="Told to repack by Mr. Li, signed on the waybill.",
            loss_cause="water",
        )
        self.assertFalse(claim.insurance_clause)
        self.assertEqual((claim.is_covered, claim.amount_insurer), ("no", 0))
        self.assertIn("above the limit", claim.insurance_explanation)
        self.assertIn("after a warning", claim.insurance_explanation)

    def test_an_unproven_loss_and_a_missing_sum_are_told(self):
        claim = self._claim()
        self.assertEqual((claim.is_covered, claim.amount_insurer), ("yes", 0))
        self.assertIn("not proven yet", claim.insurance_explanation)
        claim.with_user(self.officer).amount_loss = 900
        self.assertEqual(claim.amount_insurer, 0)
        self.assertIn("no sum was insured", claim.insurance_explanation)
        claim.with_user(self.officer).write({"sum_insured": 900, "amount_value": 1800})
        self.assertEqual(claim.amount_insurer, 150)

    def test_the_form_finds_the_policy_while_the_claim_is_entered(self):
        self._declare("SF7", sum_insured=4321)
        form = Form(self.env["kuaidi.claim"].with_user(self.officer))
        form.account_id = self.account
        form.type = "loss"
        form.waybill_number = "SF7"
        form.date_shipped = "2026-11-02"
        self.assertTrue(form.is_insured)
        self.assertEqual(form.policy_id, self.policy)
        self.assertEqual(form.sum_insured, 4321)
        claim = form.save()
        self.assertEqual((claim.policy_id, claim.sum_insured), (self.policy, 4321))
