from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .complaint_common import NOW, ComplaintCommon


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestComplaintFlow(ComplaintCommon):
    def test_a_complaint_goes_from_the_call_to_the_close(self):
        complaint = self._complain()
        complaint.action_start()
        self.assertEqual(
            (complaint.state, complaint.user_id), ("in_work", self.officer)
        )
        self._judge(complaint).action_send_reply()
        self.assertEqual(complaint.state, "answered")
        mail = self.env["mail.mail"].search([("email_to", "=", "li@haina.example")])
        self.assertEqual(len(mail), 1)
        self.assertIn("The courier has apologised", mail.body_html)
        self.assertEqual(len(mail.attachment_ids), 1)
        complaint._record_callback("satisfied", "All is well.")
        self.assertEqual(complaint.callback_result, "satisfied")
        self.assertEqual(complaint.rating_last_value, 5)
        complaint.action_close()
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(complaint.date_closed, NOW)
        self.assertFalse(complaint.is_breached)

    def test_an_answer_needs_verdict_reasons_and_text(self):
        complaint = self._complain()
        complaint.action_start()
        for values, missing in (
            ({}, "the verdict.*the text of the reply"),
            ({"verdict": "our_fault", "reply": "Sorry."}, "link.*unit"),
            ({"link_id": self.link.id}, "the responsible unit"),
        ):
            complaint.write(values)
            with self.subTest(values=values), self._refused(UserError, missing):
                complaint.action_send_reply()
            self.assertEqual(complaint.state, "in_work")
            self.assertFalse(complaint.date_answered)
        complaint.department_id = self.branch
        complaint.action_send_reply()
        self.assertEqual(complaint.state, "answered")

    @mute_logger("odoo.sql_db")
    def test_not_our_fault_needs_an_explanation(self):
        complaint = self._complain()
        with self._refused(Exception, "explained"):
            complaint.write({"verdict": "not_our_fault"})
            self.env.flush_all()
        self.assertFalse(complaint.verdict)
        complaint.write(
            {
                "verdict": "not_our_fault",
                "verdict_note": "The guard had refused the courier.",
                "reply": "We have looked into it.",
            }
        )
        complaint.action_send_reply()
        self.assertEqual(complaint.state, "answered")

    def test_without_an_address_the_reply_goes_as_a_letter(self):
        complaint = self._judge(self._complain(email=False))
        with self._refused(UserError, "no e-mail address"):
            complaint.action_send_reply()
        self.assertEqual(complaint.state, "new")
        action = complaint.action_answer_by_letter()
        self.assertEqual(action["type"], "ir.actions.report")
        self.assertEqual(complaint.state, "answered")
        self.assertEqual(complaint.date_answered, NOW)

    def test_a_reply_is_sent_once(self):
        complaint = self._answer(self._complain())
        with self._refused(UserError, "is “Answered” by now"):
            complaint.action_send_reply()
        mails = self.env["mail.mail"].search([("email_to", "=", "li@haina.example")])
        self.assertEqual(len(mails), 1)

    def test_the_letter_speaks_the_clients_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.client.lang = "zh_CN"
        complaint = self._judge(self._complain(waybill_number="986825"))
        letter = complaint._prepare_reply()
        self.assertTrue(letter["is_chinese"])
        self.assertEqual(letter["paragraphs"], [complaint.reply])
        self.assertEqual([value for _label, value in letter["facts"]][1], "986825")
        content, kind = self.env["ir.actions.report"]._render_qweb_html(
            "kuaidi_claims.report_complaint_reply", complaint.ids
        )
        self.assertEqual(kind, "html")
        self.assertIn(complaint.number.encode(), content)

    def test_a_complaint_is_closed_after_the_call_back_alone(self):
        complaint = self._answer(self._complain())
        with self._refused(UserError, "Call the client back first"):
            complaint.action_close()
        for attempt in (1, 2):
            complaint._record_callback("unreachable")
            self.assertEqual(complaint.callback_attempts, attempt)
            self.assertFalse(complaint.callback_result)
            with self._refused(UserError, "Call the client back first"):
                complaint.action_close()
        complaint._record_callback("unreachable", "No answer for three days.")
        self.assertEqual(complaint.callback_result, "unreachable")
        complaint.action_close()
        self.assertEqual(complaint.state, "closed")

    def test_a_dissatisfied_client_is_for_the_manager(self):
        complaint = self._answer(self._complain())
        complaint._record_callback("dissatisfied", "Nobody called.")
        with self._refused(UserError, "The client is dissatisfied"):
            complaint.action_close()
        self.assertEqual(complaint.state, "answered")
        complaint.with_user(self.claims_manager).action_close()
        self.assertEqual(complaint.state, "closed")

    def test_a_closed_complaint_is_reopened_with_a_reason(self):
        complaint = self._answer(self._complain())
        complaint._record_callback("satisfied")
        complaint.action_close()
        note = self.env["kuaidi.complaint.note"].with_user(self.officer)
        values = {"complaint_id": complaint.id, "kind": "reopen"}
        with self._refused(UserError, "Say why"):
            note.create(values).action_confirm()
        self.assertEqual(complaint.state, "closed")
        with freeze_time("2026-11-03 01:00:00"):
            note.create(values | {"note": "It happened again."}).action_confirm()
        self.assertEqual(complaint.state, "in_work")
        self.assertEqual(complaint.reopen_count, 1)
        self.assertFalse(complaint.callback_result)
        self.assertEqual(str(complaint.date_deadline), "2026-11-03 03:00:00")
        self.assertEqual(complaint.date_answered, NOW)

    def test_the_client_may_rate_on_odoos_page(self):
        complaint = self._answer(self._complain())
        complaint.action_request_rating()
        mail = self.env["mail.mail"].search(
            [("email_to", "=", "li@haina.example"), ("subject", "like", "是否满意")]
        )
        rating = complaint.sudo().rating_ids
        self.assertEqual(len(rating), 1)
        self.assertIn(f"/rate/{rating.access_token}/5", mail.body_html)
        complaint.sudo().rating_apply(1, rating=rating, feedback="Too slow.")
        self.assertEqual(complaint.callback_result, "dissatisfied")
        self.assertEqual(complaint.callback_note, "Too slow.")

    def test_a_client_who_calls_again_reopens_an_answered_complaint(self):
        complaint = self._answer(self._complain(waybill_number="986825"))
        self._complain(self.officer_2, waybill_number="986825")
        self.assertEqual(complaint.state, "in_work")
        self.assertEqual(complaint.reopen_count, 1)

    def test_complaints_are_not_deleted(self):
        complaint = self._complain()
        with self._refused(AccessError):
            complaint.unlink()
        with self._refused(UserError, "at least three years"):
            complaint.sudo().unlink()
        self.assertTrue(complaint.exists())
