from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.kuaidi_claims.models.claim.claim import STATES

from .claim_common import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimFlow(ClaimCommon):
    def test_claim_goes_its_way_to_the_negotiation(self):
        claim = self._assess()
        self.assertEqual(claim.state, "assessment")
        claim.action_negotiate()
        self.assertEqual(claim.state, "negotiation")
        self.assertEqual(claim.number[:3], "LP-")

    def test_next_step_says_what_is_missing(self):
        claim = self.claim.with_user(self.officer)
        self.assertEqual(claim.next_step, "Evidence")
        self.assertFalse(claim.missing)
        claim.action_ask_evidence()
        self.assertEqual(claim.next_step, "Inquiry")
        self.assertIn("which unit is asked", claim.missing)
        claim.no_inquiry_reason = "Small amount"
        self.assertEqual(claim.next_step, "Assessment")
        self.assertIn("Pictures of goods and packing", claim.missing)
        with self._refused(UserError, "Pictures of goods and packing"):
            claim.action_assess()
        self.assertEqual(claim.state, "evidence")

    def test_no_step_is_left_out(self):
        claim = self.claim.with_user(self.officer)
        for button in ("action_inquire", "action_assess", "action_negotiate"):
            with self.subTest(button), self._refused(UserError, "no step leads"):
                getattr(claim, button)()
        self.assertEqual(claim.state, "received")

    def test_assessment_says_who_answers_for_it(self):
        claim = self._assess()
        for name, value, message in (
            ("liability", False, "who answers"),
            ("liability_note", " ", "what proves it"),
            ("amount_assessed", 0, "assessed amount"),
        ):
            old = claim[name]
            claim[name] = value
            with self.subTest(name), self._refused(UserError, message):
                claim.action_negotiate()
            self.assertEqual(claim.state, "assessment")
            claim[name] = old

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_state_changes_by_its_buttons_only(self):
        for user in (self.officer, self.claims_manager, self.finance, self.centre):
            claim = self.claim.with_user(user)
            for state, _label in STATES[1:]:
                with self.subTest(user.login, state=state), self._refused(AccessError):
                    claim.write({"state": state})
        for name in ("amount_approved", "amount_paid", "amount_agreed"):
            with self.subTest(name), self._refused(AccessError, "follow from"):
                self.claim.with_user(self.officer).write({name: 1})
        with self._refused(AccessError, "follow from"):
            self._create_claim(state="paid")
        with self._refused(AccessError, "follow from"):
            self.env["kuaidi.claim"].with_user(self.officer).with_context(
                default_state="paid"
            ).create({"type": "loss", "waybill_number": "X", "partner_id": 1})
        self.assertEqual(self.claim.state, "received")
        self.assertFalse(self.claim.amount_paid)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_others_move_no_claim(self):
        for user in (self.manager, self.finance, self.centre, self.sales, self.clerk):
            with self.subTest(user.login), self._refused(AccessError):
                self.claim.with_user(user).action_ask_evidence()
            with self.subTest(user.login), self._refused(AccessError):
                self.claim.with_user(user).write({"amount_claimed": 1})
        self.assertEqual(self.claim.state, "received")
        self.assertEqual(self.claim.amount_claimed, 900)

    def test_client_is_not_refused_while_we_answer_for_it(self):
        claim = self._assess()
        for liability in ("ours", "carrier", "agent"):
            claim.liability = liability
            with self.subTest(liability), self._refused(UserError, "insurer"):
                claim._move("refused", outcome_reason="No")
        self.assertEqual(claim.state, "assessment")
        self.assertFalse(claim.outcome_reason)
        claim.liability = "force_majeure"
        self._close(claim, "refused", "Earthquake")
        self.assertEqual(claim.state, "refused")
        self.assertEqual(claim.outcome_reason, "Earthquake")
        self.assertTrue(claim.date_done)

    def test_refusal_of_the_insurer_changes_nothing_for_the_client(self):
        claim = self._assess()
        claim.sudo()._note_insurer_refusal("Rain is excluded")
        self.assertEqual(claim.state, "assessment")
        activity = self._get_activities(claim, self.officer)
        self.assertIn("The insurer refused", activity.summary)
        self.assertIn("Rain is excluded", activity.note)

    def test_closed_claim_is_not_changed_until_it_is_taken_up_again(self):
        claim = self._assess()
        self._close(claim, "withdrawn", "Goods were found")
        with self._refused(UserError, "closed"):
            claim.amount_claimed = 5
        self.assertEqual(claim.amount_claimed, 900)
        self._close(claim, "negotiation", "The client changed its mind")
        self.assertEqual(claim.state, "negotiation")
        self.assertFalse(claim.date_done)
        claim.amount_claimed = 950
        self.assertEqual(claim.amount_claimed, 950)

    def test_other_ways_need_a_reason(self):
        claim = self._assess()
        claim.liability = "sender"
        for target in ("refused", "withdrawn"):
            with self.subTest(target), self._refused(UserError, "Write down"):
                self._close(claim, target, " ")
        self.assertEqual(claim.state, "assessment")

    def test_claim_is_never_deleted(self):
        for user in (self.officer, self.claims_manager):
            with self.subTest(user.login), self._refused(AccessError):
                self.claim.with_user(user).unlink()
        with self._refused(UserError, "stays on file"):
            self.claim.sudo().unlink()
        self.assertTrue(self.claim.exists())

    def _close(self, claim, target, reason):
        wizard = (
            self.env["kuaidi.claim.close"]
            .with_user(self.officer)
            .create({"claim_id": claim.id, "target": target, "reason": reason})
        )
        wizard.action_confirm()
