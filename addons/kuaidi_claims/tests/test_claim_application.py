import io

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from .claim_common import MORNING, ClaimCommon

MAILER = "odoo.addons.kuaidi_key_account.models.base.mail_mixin"


@tagged("post_install", "-at_install")
class TestClaimApplication(ClaimCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what the database holds besides stays where it is
        cls.env["kuaidi.claim.mail"].search([]).state = "failed"

    def _send(self, moment=MORNING, **server):
        """Ask for evidence, and mail the form as the schedule does."""
        with self._mail_server(**server) as arrived:
            if self.claim.state == "received":
                self.claim.with_user(self.officer).action_ask_evidence()
            self._run_cron("cron_send_applications", moment)
        return arrived

    def test_form_is_mailed_once_with_the_list_of_papers(self):
        arrived = self._send()
        self.assertEqual(len(arrived), 1)
        message = arrived[0]
        self.assertIn("claims@haina.example", message["To"])
        self.assertIn(self.claim.number, message["Subject"])
        parts = {part.get_content_type(): part for part in message.walk()}
        # the page as the printer gets it: no printer runs in tests
        form = parts["application/pdf"].get_payload(decode=True).decode()
        self.assertIn(self.claim.waybill_number, form)
        body = parts["text/html"].get_payload(decode=True).decode()
        # in the client's language
        self.assertIn("货物及包装照片", body)
        self.assertEqual(self.claim.mail_state, "sent")
        self.assertEqual(str(self.claim.date_application), MORNING)
        self.assertFalse(self._send("2026-11-23 04:00:00"))

    def test_three_days_run_from_the_day_of_the_mail(self):
        self._send("2026-11-24 03:00:00")
        clock = self.claim.clock_ids.filtered(lambda clock: clock.kind == "evidence")
        self.assertEqual(str(clock.date_deadline), "2026-11-27 15:59:59")

    def test_form_goes_to_who_called(self):
        self.claim.with_user(self.officer).email = "li@haina.example"
        arrived = self._send()
        self.assertIn("li@haina.example", arrived[0]["To"])

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_refused_address_is_called_about_and_mailed_again(self):
        self._send(refused=["claims@haina.example"])
        self.assertEqual(self.claim.mail_state, "failed")
        self.assertFalse(self.claim.date_application)
        self.assertIn(
            "did not reach", self._get_activities(self.claim, self.officer).summary
        )
        self.client.email = "new@haina.example"
        self.claim.with_user(self.officer).action_resend_application()
        arrived = self._send()
        self.assertIn("new@haina.example", arrived[0]["To"])
        self.assertEqual(self.claim.mail_state, "sent")
        with self._refused(UserError, "has it"):
            self.claim.with_user(self.officer).action_resend_application()

    def test_client_without_address_is_called(self):
        self.client.email = False
        self.assertFalse(self._send())
        self.assertEqual(self.claim.mail_state, "failed")
        with freeze_time(MORNING):
            self.claim.with_user(self.officer).action_hand_over_application()
        self.assertEqual(str(self.claim.date_application), MORNING)

    @mute_logger("odoo.addons.mail.models.mail_mail", MAILER)
    def test_server_that_is_down_is_tried_again(self):
        self._send(is_down=True)
        self.assertEqual(self.claim.mail_state, "waiting")
        first = self.claim.sudo().mail_ids.message_ref
        arrived = self._send()
        self.assertEqual(len(arrived), 1)
        self.assertEqual(arrived[0]["Message-Id"], first)

    def test_process_that_died_while_sending_sends_the_same_once_more(self):
        with self._mail_server():
            self.claim.with_user(self.officer).action_ask_evidence()
        mail = self.claim.sudo().mail_ids
        mail.write(
            {
                "state": "sending",
                "address": "claims@haina.example",
                "message_ref": "<kuaidi-claim-1-1@test>",
                "document_id": self.claim._make_application(mail).id,
            }
        )
        arrived = self._send()
        self.assertEqual(arrived[0]["Message-Id"], "<kuaidi-claim-1-1@test>")
        self.assertEqual(self.claim.mail_state, "sent")

    def test_form_is_printed_in_the_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.client.lang = "zh_CN"
        self.claim.with_user(self.officer).write(
            {"goods": "家电配件", "origin": "深圳", "destination": "张掖"}
        )
        letter = self.claim._prepare_application()
        self.assertEqual(letter["lang"], "zh-CN")
        pdf, _kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf("kuaidi_claims.claim_application_report", self.claim.ids)
        )
        text = "".join(
            page.extract_text() for page in PdfFileReader(io.BytesIO(pdf)).pages
        )
        for part in ("家电配件", "深圳", self.claim.number, self.claim.waybill_number):
            self.assertIn(part, text)

    def test_printed_form_is_the_one_that_was_mailed(self):
        self._send()
        kept = self.claim.sudo().mail_ids.document_id
        streams = self.env["ir.actions.report"]._render_qweb_pdf_prepare_streams(
            "kuaidi_claims.claim_application_report", {}, self.claim.ids
        )
        self.assertEqual(streams[self.claim.id]["stream"].getvalue(), kept.raw)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_mail_is_written_by_the_system_alone(self):
        self._send()
        mail = self.claim.mail_ids
        for user in (self.officer, self.claims_manager):
            with self.subTest(user.login), self._refused(AccessError):
                mail.with_user(user).state = "waiting"
            with self.subTest(user.login), self._refused(AccessError):
                mail.document_id.with_user(user).unlink()
        self.assertEqual(mail.state, "sent")
        self.assertTrue(mail.document_id.exists())
