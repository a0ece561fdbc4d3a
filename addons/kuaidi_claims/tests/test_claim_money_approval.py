from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .money_common import MoneyCommon


@freeze_time("2026-11-20 02:00:00")
@tagged("post_install", "-at_install")
class TestClaimMoneyApproval(MoneyCommon):
    """The claim report, and who approves it."""

    def test_a_small_claim_is_approved_by_the_claims_manager(self):
        report = self._report(800)
        self.assertEqual(self.claim.state, "report")
        report.action_request_approval()
        self.assertEqual((report.state, report.approval_level), ("to_approve", 1))
        self.assertEqual(self.claim.state, "to_approve")
        report.with_user(self.claims_manager).action_approve()
        self.assertEqual((report.state, self.claim.state), ("approved", "approved"))
        self.assertEqual(self.claim.amount_approved, 800)

    def test_larger_claims_go_up_the_chain_in_order(self):
        for amount, level, chain in (
            (1000, 1, (self.claims_manager,)),
            (1000.01, 2, (self.claims_manager, self.vp)),
            (10000, 2, (self.claims_manager, self.vp)),
            (10000.01, 3, (self.claims_manager, self.vp, self.president)),
        ):
            with self.subTest(amount=amount):
                report = self._report(amount, self._create_claim())
                report.action_request_approval()
                self.assertEqual(report.approval_level, level)
                for user in chain[1:]:
                    with self._refused((AccessError, UserError)):
                        report.with_user(user).action_approve()
                for user in chain:
                    self.assertEqual(report.claim_id.state, "to_approve")
                    report.with_user(user).action_approve()
                self.assertEqual(report.claim_id.amount_approved, amount)

    def test_the_strict_chain_asks_all_three_for_every_claim(self):
        self.company.kuaidi_claim_is_strict = True
        report = self._report(50)
        report.action_request_approval()
        for user in (self.claims_manager, self.vp, self.president):
            self.assertEqual(report.state, "to_approve")
            report.with_user(user).action_approve()
        self.assertEqual(report.state, "approved")

    def test_a_report_needs_its_course_reason_and_the_debts(self):
        claim = self._agree(800).with_user(self.officer)
        with self._refused(UserError, "what the client owes"):
            claim.action_make_report()
        claim.action_check_debts()
        claim.action_make_report()
        claim.report_id.course = False
        with self._refused(UserError, "course of events"):
            claim.report_id.action_request_approval()
        self.assertEqual((claim.state, claim.report_id.state), ("report", "draft"))

    def test_nobody_is_asked_whom_the_settings_do_not_name(self):
        for name, amount in (
            ("kuaidi_claim_vp_id", 5000),
            ("kuaidi_claim_president_id", 50000),
        ):
            with self.subTest(name=name):
                self.company[name] = False
                report = self._report(amount, self._create_claim())
                with self._refused(UserError, "name one in the settings"):
                    report.action_request_approval()
                self.assertEqual(report.state, "draft")
                self.company.write(
                    {
                        "kuaidi_claim_vp_id": self.vp.id,
                        "kuaidi_claim_president_id": self.president.id,
                    }
                )

    def test_nobody_approves_what_they_asked_for(self):
        claim = self._create_claim(user_id=self.claims_manager.id)
        report = self._report(800, claim)
        report.with_user(self.claims_manager).action_request_approval()
        with self._refused((AccessError, UserError)):
            report.with_user(self.claims_manager).action_approve()
        self.assertEqual(report.state, "to_approve")

    def test_others_neither_approve_nor_write_the_state(self):
        report = self._report(800)
        report.action_request_approval()
        for user in (self.officer_2, self.manager, self.finance, self.vp):
            with self.subTest(user=user.login), self._refused((AccessError, UserError)):
                report.with_user(user).action_approve()
        for values in ({"state": "approved"}, {"amount": 1}, {"approval_level": 1}):
            with self.subTest(values=values), self._refused(AccessError):
                report.with_user(self.claims_manager).write(values)
        with self._refused(AccessError):
            self.env["kuaidi.claim.report"].with_user(self.claims_manager).create(
                {"claim_id": self.claim.id, "number": "X", "amount": 1}
            )
        with self._refused(UserError, "stays as it is"):
            report.with_user(self.officer).write({"reason": "Another one"})
        self.assertEqual(report.state, "to_approve")
        self.assertFalse(self.claim.amount_approved)

    def test_a_refused_report_sends_the_claim_back_and_tells_the_people(self):
        report = self._report(800)
        report.action_request_approval()
        report.with_user(self.claims_manager).action_refuse()
        self.assertEqual((report.state, self.claim.state), ("refused", "negotiation"))
        self.assertFalse(self.claim.amount_agreed)
        self.assertEqual(
            self.claim.activity_ids.user_id & (self.officer | self.manager),
            self.officer | self.manager,
        )
        second = self._report(600)
        self.assertNotEqual(second, report)
        self.assertEqual(second.number, f"{self.claim.number}-2")

    def test_another_amount_is_approved_anew(self):
        claim = self._approve(800)
        first = claim.report_id
        claim.with_user(self.officer).action_renegotiate()
        self.assertEqual((claim.state, first.state), ("negotiation", "superseded"))
        self.assertFalse(claim.amount_approved)
        self.assertEqual(first.review_ids.status, "approved", "the proof stays")
        with self._refused(UserError, "not approved"):
            self.env["kuaidi.claim.payout"].with_user(self.finance)._pay_out(
                claim, "bill"
            )
        report = self._report(950)
        with self._refused(UserError, "not approved"):
            self.env["kuaidi.claim.payout"].with_user(self.finance)._pay_out(
                claim, "bill"
            )
        report.action_request_approval()
        report.with_user(self.claims_manager).action_approve()
        self.assertEqual(claim.amount_approved, 950)

    def test_an_amount_that_changed_meanwhile_is_not_approved(self):
        report = self._report(800)
        report.action_request_approval()
        self.claim.sudo().amount_agreed = 5000
        with self._refused(UserError, "was agreed since"):
            report.with_user(self.claims_manager).action_approve()
        self.assertEqual(report.state, "to_approve")
        self.assertFalse(self.claim.amount_approved)

    def test_a_report_that_waits_is_taken_back(self):
        report = self._report(800)
        report.action_request_approval()
        report.action_take_back()
        self.assertEqual((report.state, self.claim.state), ("draft", "report"))
        self.assertFalse(report.review_ids)
        with self._refused(UserError, "does not wait"):
            report.action_take_back()

    def test_the_report_prints_case_money_offers_and_decisions(self):
        self._offer(900, side="client")
        report = self._report(800)
        report.action_request_approval()
        report.with_user(self.claims_manager).action_approve()
        page = report.with_user(self.officer)._prepare_page()
        self.assertIn(("Waybill", self.claim.waybill_number), page["facts"])
        self.assertEqual([row[3] for row in page["offers"]], ["Replaced", "Accepted"])
        self.assertEqual(len(page["decisions"]), 1)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "kuaidi_claims.report_claim_report", report.ids
        )[0]
        self.assertIn(self.claim.number, html.decode())
