from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .claim_common import MORNING, ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimInquiry(ClaimCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.claim.with_user(cls.officer).action_ask_evidence()

    def _send(self):
        with freeze_time(MORNING):
            inquiry = self._ask()
            self.claim.with_user(self.officer).action_inquire()
        return inquiry

    def test_unit_is_asked_and_answers_within_three_days(self):
        inquiry = self._send()
        self.assertEqual(inquiry.state, "asked")
        self.assertEqual(inquiry.user_id, self.clerk)
        self.assertEqual(inquiry.manager_id, self.centre_2)
        self.assertEqual(str(inquiry.date_deadline), "2026-11-26 15:59:59")
        self.assertTrue(self._get_activities(inquiry, self.clerk))
        answering = inquiry.with_user(self.clerk)
        self.assertEqual(answering.waybill_number, self.claim.waybill_number)
        with self._refused(UserError, "Write down the answer"):
            answering.action_answer()
        answering.write({"answer": "The carrier dropped it.", "liability": "carrier"})
        with freeze_time("2026-11-24 02:00:00"):
            answering.action_answer()
        self.assertEqual(inquiry.state, "answered")
        self.assertEqual(inquiry.answered_by_id, self.clerk)
        self.assertFalse(inquiry.clock_ids.is_late)
        self.assertTrue(inquiry.clock_ids.date_done)
        self.assertFalse(self._get_activities(inquiry, self.clerk))

    def test_late_answer_is_reminded_then_told_to_the_head(self):
        inquiry = self._send()
        for moment, clerk, head in (
            ("2026-11-25 15:00:00", 1, 0),
            ("2026-11-25 16:30:00", 2, 0),
            ("2026-11-26 15:00:00", 2, 0),
            ("2026-11-26 16:30:00", 2, 1),
            ("2026-11-29 16:30:00", 2, 1),
        ):
            self._run_cron("cron_sweep_claim_clocks", moment)
            with self.subTest(moment):
                self.assertEqual(len(self._get_activities(inquiry, self.clerk)), clerk)
                self.assertEqual(
                    len(self._get_activities(inquiry, self.centre_2)), head
                )
        self.assertTrue(inquiry.date_reminded)
        self.assertTrue(inquiry.date_escalated)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_who_is_asked_enters_the_answer_and_nothing_else(self):
        draft = self._ask()
        with self._refused(AccessError):
            draft.with_user(self.clerk).read(["question"])
        self.claim.with_user(self.officer).action_inquire()
        answering = draft.with_user(self.clerk)
        for values in (
            {"question": "Other"},
            {"user_id": self.officer.id},
            {"state": "answered"},
        ):
            with self.subTest(values), self._refused(AccessError):
                answering.write(values)
        for user in (self.manager_2, self.sales, self.portal):
            with self.subTest(user.login), self._refused(AccessError):
                draft.with_user(user).action_answer()
        with self._refused(AccessError):
            answering.claim_id.read(["amount_claimed"])
        self.assertEqual(draft.state, "asked")
        self.assertEqual(draft.question, "Who loaded it?")

    def test_sent_question_and_given_answer_stay(self):
        inquiry = self._send().with_user(self.officer)
        with self._refused(UserError, "question stays"):
            inquiry.question = "Other"
        with self._refused(UserError, "stays on file"):
            inquiry.unlink()
        inquiry.answer = "Lost at the hub"
        inquiry.action_answer()
        with self._refused(UserError, "closed"):
            inquiry.answer = "Not lost"
        self.assertEqual(inquiry.answer, "Lost at the hub")

    def test_assessment_waits_for_the_units(self):
        inquiry = self._send()
        claim = self.claim.with_user(self.officer)
        self._attach(claim.evidence_ids)
        with self._refused(UserError, "Lanzhou"):
            claim.action_assess()
        self.assertEqual(claim.state, "inquiry")
        inquiry.with_user(self.officer).action_drop()
        with self._refused(UserError, "No unit has answered"):
            claim.action_assess()
        second = self._ask(question="Was it scanned?").with_user(self.officer)
        second.action_send()
        second.answer = "Yes, at 10:20."
        second.action_answer()
        claim.action_assess()
        self.assertEqual(claim.state, "assessment")
        self.assertTrue(inquiry.clock_ids.is_void)

    def test_business_and_finance_are_told_once(self):
        self._send()
        self._ask(question="And who signed?").with_user(self.officer).action_send()
        for user in (self.manager, self.finance):
            with self.subTest(user.login):
                self.assertEqual(len(self._get_activities(self.claim, user)), 1)
        self.assertTrue(self.claim.date_told)

    def test_nobody_is_asked_where_nobody_answers(self):
        unit = self.env["kuaidi.case.department"].create(
            {"name": "Empty", "company_id": self.company.id}
        )
        inquiry = self._ask(unit=unit).with_user(self.officer)
        with self._refused(UserError, "Nobody is named"):
            inquiry.action_send()
        self.assertEqual(inquiry.state, "draft")

    def test_closed_claim_waits_for_no_answer(self):
        inquiry = self._send()
        self.claim.with_user(self.officer)._move("withdrawn")
        self.assertEqual(inquiry.state, "dropped")
        self.assertFalse(self._get_activities(inquiry))
