import re

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged

from .vip_common import VipCommon

KINDS = {"establish": "vip_congratulation", "cancel": "vip_cancellation"}
SECRETS = ("remark-xyz", "secret decision", "figures-xyz", "star", "cost", "星")


@tagged("post_install", "-at_install")
class TestGradingVipLetters(VipCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"phone": "020-3881", "email": "service@shunda.example"})
        cls.vip = cls._approve(cls._create_vip())
        cls.account.sudo().stars = 5

    def _cancel(self):
        self._finish_checklist(self.vip)
        self.vip.with_user(self.manager).action_ask_review()
        self.vip.sudo().review_figures = "figures-xyz"
        self._decide(
            self.vip,
            self.manager,
            "cancel",
            reason="secret decision",
            date_end="2099-12-31",
        )

    def _render(self, kind):
        """Return the letter's text as the account manager prints it."""
        html, _type = (
            self.env["ir.actions.report"]
            .with_user(self.manager)
            ._render_qweb_html(f"kuaidi_key_account.{KINDS[kind]}_report", self.vip.ids)
        )
        body = html.decode().split("<body", 1)[1]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))

    def _compose(self, user=None):
        """Open the composer by the button, as the web client does."""
        action = self.vip.with_user(user or self.manager).action_send_letter()
        composer = (
            self.env["mail.compose.message"]
            .with_user(user or self.manager)
            .with_context(**action["context"])
        )
        return Form(composer).save()

    def test_both_letters_say_what_the_client_may_know(self):
        self._cancel()
        for kind, texts in {
            "establish": ("Priority pick-up", "Monthly report", self.manager.name),
            "cancel": ("December 31, 2099", "contracts between us are not affected"),
        }.items():
            text = self._render(kind)
            for expected in (
                *texts,
                "Shunda Express",
                "020-3881",
                "Haina Appliances",
                "Dear Li Min,",
                self.vip.name,
                "(Company seal)",
            ):
                with self.subTest(kind=kind, expected=expected):
                    self.assertIn(expected, text)

    def test_neither_letter_nor_mail_tells_what_is_internal(self):
        self._cancel()
        for kind, xml_id in KINDS.items():
            template = self.env.ref(f"kuaidi_key_account.{xml_id}_mail_template")
            mail = template._generate_template(self.vip.ids, ("subject", "body_html"))
            mail = mail[self.vip.id]
            for text in (self._render(kind), mail["subject"], mail["body_html"]):
                self.assertTrue(text)
                for secret in SECRETS:
                    with self.subTest(kind=kind, secret=secret):
                        self.assertNotIn(secret, text.lower())

    def test_markup_in_a_name_stays_text(self):
        self.client.name = "<script>alert(1)</script> Ltd"
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "kuaidi_key_account.vip_congratulation_report", self.vip.ids
        )
        self.assertNotIn(b"<script>alert", html)
        self.assertIn(b"&lt;script&gt;alert", html)

    def test_letter_and_mail_speak_the_clients_language(self):
        template = self.env.ref("kuaidi_key_account.vip_congratulation_mail_template")
        template.with_context(lang="zh_CN").subject = "恭喜 {{ object.name }}"
        template.with_context(lang="en_US").subject = "Congratulations"
        with freeze_time("2026-03-10 02:00:00"):
            for lang, date, subject in (
                ("zh_CN", "2026年3月10日", f"恭喜 {self.vip.name}"),
                ("en_US", "March 10, 2026", "Congratulations"),
            ):
                self.contact.lang = lang
                self.manager.lang = "en_US" if lang == "zh_CN" else "zh_CN"
                with self.subTest(lang=lang):
                    self.assertIn(date, self._render("establish"))
                    self.assertEqual(self._compose().subject, subject)

    def test_the_mail_carries_the_letter_and_ticks_the_step(self):
        composer = self._compose()
        self.assertEqual(composer.partner_ids, self.contact)
        self.assertEqual(len(composer.attachment_ids), 1)
        self.assertIn(self.vip.name, composer.attachment_ids.name)
        step = self._get_step(self.vip, "establish", "letter")
        self.assertFalse(step.is_done, "opening the composer sends nothing")
        composer.action_send_mail()
        self.assertTrue(step.is_done)
        self.assertEqual(step.done_by_id, self.manager)
        self.assertEqual(step.note, "li.min@haina.example")
        message = self.vip.message_ids[0]
        self.assertEqual(message.partner_ids, self.contact)
        self.assertIn("VIP Congratulation Letter", message.attachment_ids.name)
        mails = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        mail = mails.filtered(lambda mail: self.contact in mail.recipient_ids)
        self.assertEqual(mail.recipient_ids, self.contact)
        self.assertEqual(mail.attachment_ids, message.attachment_ids)

    def test_a_letter_is_not_sent_twice(self):
        first, second = self._compose(), self._compose()
        first.action_send_mail()
        sent = len(self.vip.message_ids)
        for repeat in (first.action_send_mail, second.action_send_mail, self._compose):
            with self.assertRaises(UserError):
                repeat()
        self.assertEqual(len(self.vip.message_ids), sent)

    def test_a_mail_that_is_no_letter_is_refused(self):
        for values in (
            {"partner_ids": False},
            {"partner_ids": self.manager_2.partner_id},
            {"attachment_ids": False},
        ):
            composer = self._compose()
            composer.write(
                {name: value and value.ids for name, value in values.items()}
            )
            with self.subTest(values=values), self.assertRaises(UserError):
                composer.action_send_mail()
        self.assertFalse(self._get_step(self.vip, "establish", "letter").is_done)
        self.vip.with_user(self.manager).message_post(body="A note")
        self.assertFalse(self._get_step(self.vip, "establish", "letter").is_done)

    def test_a_contact_without_address_gets_no_mail(self):
        self.contact.email = False
        with self.assertRaises(UserError):
            self.vip.with_user(self.manager).action_send_letter()

    def test_each_flow_sends_its_own_letter(self):
        report = self.vip.with_user(self.manager).action_print_letter()
        self.assertIn("congratulation", report["report_name"])
        self._cancel()
        vip = self.vip.with_user(self.manager)
        self.assertIn("cancellation", vip.action_print_letter()["report_name"])
        self._compose(self.centre).action_send_mail()
        self.assertTrue(self._get_step(vip, "cancel", "letter").is_done)
        self.assertTrue(self.vip.message_ids[0].attachment_ids)

    def test_no_letter_is_due_outside_of_the_checklists(self):
        self._finish_checklist(self.vip)
        self.assertEqual(self.vip.state, "active")
        with self.assertRaises(UserError):
            self.vip.with_user(self.manager).action_send_letter()

    def test_a_letter_without_a_manager_still_names_a_way(self):
        self.vip.sudo().account_id.write({"state": "candidate", "manager_id": False})
        self.assertIn("Please contact us at any time", self._render("establish"))


@tagged("post_install", "-at_install")
class TestGradingVipLetterPdf(VipCommon, HttpCase):
    def test_both_letters_print_as_pdf(self):
        vip = self._approve(self._create_vip())
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        for xml_id in KINDS.values():
            with self.subTest(letter=xml_id):
                content, kind = reports._render_qweb_pdf(
                    f"kuaidi_key_account.{xml_id}_report", vip.ids
                )
            self.assertEqual(kind, "pdf")
            self.assertTrue(content.startswith(b"%PDF-"))
            self.assertGreater(len(content), 5000)
