from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .insurance_case_common import NOON, InsuranceCaseCommon


@freeze_time(NOON)
@tagged("post_install", "-at_install")
class TestInsuranceCaseGuard(InsuranceCaseCommon):
    """Nothing is settled or waived before the insurer consents (Act, 61)."""

    def test_an_insured_claim_waits_for_the_insurers_consent(self):
        offer = self._offer(1000, claim=self.claim)
        with self._refused(UserError, "open an insurance case"):
            offer.action_accept()
        case = self._open_case()
        case.action_notify()
        with self._refused(UserError, "insurer consents"):
            offer.action_accept()
        self.assertEqual(
            (offer.state, self.claim.state, self.claim.amount_agreed),
            ("open", "negotiation", 0),
        )
        case._record_consent(1000, "Mail of Mr. Wang, 20 November")
        offer.action_accept()
        self.assertEqual(
            (self.claim.state, self.claim.amount_agreed), ("consensus", 1000)
        )
        self.assertEqual(case.consent_user_id, self.officer)

    def test_a_consent_holds_up_to_its_amount(self):
        case = self._open_case()
        case.action_notify()
        case._record_consent(1000, "Mail of Mr. Wang")
        offer = self._offer(1000.01, claim=self.claim)
        with self._refused(UserError, "consented to"):
            offer.action_accept()
        self.assertEqual(self.claim.state, "negotiation")
        case._record_consent(1000.01, "Second mail of Mr. Wang")
        offer.action_accept()
        self.assertEqual(self.claim.state, "consensus")

    def test_a_consent_needs_amount_proof_and_an_insurer_that_knows(self):
        case = self._open_case()
        with self._refused(UserError, "nobody can have consented"):
            case._record_consent(1000, "Mail")
        case.action_notify()
        for amount, note in ((0, "Mail"), (1000, " ")):
            with self.subTest(amount=amount), self._refused(UserError, "up to which"):
                case._record_consent(amount, note)
        with self._refused(AccessError):
            case.with_user(self.finance)._record_consent(1000, "Mail")
        self.assertFalse(case.date_consent)

    def test_no_other_way_settles_before_the_consent(self):
        """Goods that turn out to be insured after the agreement: report and payout."""
        claim = self._create_claim(date_shipped="2026-11-10")
        approved = self._approve(800, self._create_claim(date_shipped="2026-11-10"))
        self._agree(500, claim)
        (claim | approved).sudo().is_insured = True
        officer = claim.with_user(self.officer)
        officer.action_check_debts()
        for step in (
            officer.action_make_report,
            officer.action_print_agreement,
            officer._prepare_agreement,
            lambda: (
                self.env["kuaidi.claim.payout"]
                .with_user(self.finance)
                ._pay_out(approved.with_user(self.finance), "bill")
            ),
        ):
            with self._refused(UserError, "open an insurance case"):
                step()
        self.assertEqual((claim.state, approved.state), ("consensus", "approved"))
        self.assertFalse(claim.report_ids | approved.payout_ids.report_id)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_a_settlement_before_the_consent_by_rpc_is_refused(self):
        case = self._open_case()
        case.action_notify()
        offer = self._offer(1000, claim=self.claim)
        for record, method, *args in (
            (offer, "action_accept"),
            (offer, "write", {"state": "accepted"}),
            (self.claim, "write", {"state": "consensus"}),
            (self.claim, "write", {"amount_agreed": 1000}),
            (self.claim, "_move", "consensus"),
            (case, "write", {"date_consent": NOON}),
            (case, "_record_consent", 1000, "Mail of Mr. Wang"),
        ):
            model = self.env[record._name].with_user(self.officer)
            with (
                self.subTest(model=record._name, method=method, args=args),
                self._refused(UserError),
            ):
                call_kw(model, method, [record.ids, *args], {})
        self.assertEqual(
            (offer.state, self.claim.state, self.claim.amount_agreed),
            ("open", "negotiation", 0),
        )
        self.assertFalse(case.date_consent)

    def test_the_paper_itself_is_not_rendered(self):
        claim = self._create_claim(date_shipped="2026-11-10")
        self._agree(500, claim)
        claim.sudo().is_insured = True
        with self._refused(Exception, "open an insurance case"):
            self.env["ir.actions.report"].with_user(self.officer)._render_qweb_html(
                "kuaidi_claims.claim_agreement_report", claim.ids
            )

    def test_after_a_refusal_the_client_is_settled_with(self):
        case = self._submit()
        offer = self._offer(1000, claim=self.claim)
        case._refuse("Packing")
        offer.action_accept()
        self.assertEqual(self.claim.state, "consensus")

    def test_a_case_reopened_needs_the_consent_again(self):
        case = self._submit()
        case._refuse("Packing")
        case._reopen("water", "It rained")
        offer = self._offer(1000, claim=self.claim)
        with self._refused(UserError, "insurer consents"):
            offer.action_accept()
        self.assertEqual(self.claim.state, "negotiation")

    def test_a_case_closed_before_the_notice_frees_nothing(self):
        case = self._open_case()
        case._close("Wrong policy")
        offer = self._offer(1000, claim=self.claim)
        with self._refused(UserError, "open an insurance case"):
            offer.action_accept()
        self.assertEqual(self.claim.state, "negotiation")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_the_claims_manager_may_settle_without_the_insurer(self):
        claim = self.claim
        offer = self._offer(100, claim=claim)
        officer = claim.with_user(self.officer)
        with self._refused(AccessError, "claims manager"):
            officer._spare_insurer("Below the deductible")
        with self._refused(AccessError):
            officer.no_insurer_reason = "Below the deductible"
        manager = claim.with_user(self.claims_manager)
        with self._refused(UserError, "Write down"):
            manager._spare_insurer(" ")
        wizard = (
            self.env["kuaidi.insurance.answer"]
            .with_user(self.claims_manager)
            .with_context(**manager.action_open_no_insurer()["context"])
            .create({"note": "Below the deductible"})
        )
        wizard.action_confirm()
        self.assertEqual(claim.no_insurer_reason, "Below the deductible")
        offer.action_accept()
        self.assertEqual(claim.state, "consensus")

    def test_the_insurer_is_not_spared_while_its_case_is_open(self):
        self._open_case()
        with self._refused(UserError, "is open for"):
            self.claim.with_user(self.claims_manager)._spare_insurer("Too small")
        self.assertFalse(self.claim.no_insurer_reason)

    def test_a_case_dropped_after_the_notice_is_for_the_claims_manager(self):
        case = self._open_case()
        case.action_notify()
        case._close("The client repairs it itself")
        offer = self._offer(1000, claim=self.claim)
        with self._refused(UserError, "insurer consents"):
            offer.action_accept()
        self.assertEqual(self.claim.state, "negotiation")
        self.claim.with_user(self.claims_manager)._spare_insurer("Too small")
        offer.action_accept()
        self.assertEqual(self.claim.state, "consensus")

    def test_an_uninsured_claim_asks_nobody(self):
        claim = self._create_claim()
        self._agree(500, claim)
        self.assertEqual(claim.state, "consensus")

    def test_what_is_taken_back_or_cancelled_needs_no_consent(self):
        claim = self._create_claim(date_shipped="2026-11-10")
        report = self._report(800, claim)
        report.action_request_approval()
        claim.sudo().is_insured = True
        report.action_take_back()
        self.assertEqual(claim.state, "report")
