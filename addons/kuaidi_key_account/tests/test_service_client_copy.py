import json
import re

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, freeze_time, tagged

from .service_common import TODAY, ServiceCommon

REPORT = "kuaidi_key_account.service_plan_client_copy_report"
SECRETS = (
    "remark-xyz",
    "shortfall-xyz",
    "focus-xyz",
    "waived-xyz",
    "birthday-xyz",
    "4321",
    "star",
    "cost",
    "standard",
    "file update",
    "星",
)


class ClientCopyCommon(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"phone": "020-3881", "email": "service@shunda.example"})
        cls.manager.partner_id.phone = "139 0000 1237"
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Li Min",
                "parent_id": cls.account.partner_id.id,
                "email": "li.min@haina.example",
                "lang": "en_US",
            }
        )
        cls.env["kuaidi.account.contact"].create(
            {"account_id": cls.account.id, "partner_id": cls.contact.id}
        )
        cls.env["kuaidi.occasion"].create(
            {
                "account_id": cls.account.id,
                "partner_id": cls.contact.id,
                "name": "birthday-xyz",
                "date": "1985-05-20",
            }
        )
        cls.plan = cls._create_plan(focus="focus-xyz", shortfall_reason="shortfall-xyz")
        cls.plan.line_ids.write({"note": "remark-xyz", "amount_cost": 4321})
        cls.plan.line_ids = [
            Command.create(
                {
                    "type_id": cls.env.ref("kuaidi_key_account.service_type_phone").id,
                    "name": name,
                    "date_finish": "2026-03-10",
                }
            )
            for name in ("waived-xyz", "Talk about <b>Easter</b> volumes")
        ]
        cls._publish(cls.plan)
        cls.plan.line_ids.filtered(
            lambda line: line.name == "waived-xyz"
        ).sudo()._waive("waived-xyz")

    def _render(self, user=None):
        """Return the text of the copy as that user prints it."""
        reports = self.env["ir.actions.report"].with_user(user or self.manager)
        html, _type = reports._render_qweb_html(REPORT, self.plan.ids)
        body = html.decode().split("<body", 1)[1]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))

    def _compose(self, user=None):
        """Open the composer by the button, as the web client does."""
        user = user or self.manager
        action = self.plan.with_user(user).action_send_client_copy()
        composer = self.env["mail.compose.message"].with_user(user)
        return Form(composer.with_context(**action["context"])).save()


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServiceClientCopy(ClientCopyCommon):
    """The client gets the plan without what is internal."""

    def test_the_copy_says_what_the_client_may_know(self):
        text = self._render()
        for expected in (
            "Service Plan",
            "Shunda Express",
            "020-3881",
            "Haina Home",
            "March 2, 2026 to March 1, 2027",
            f"{self.manager.name} · 139 0000 1237",
            "March 2026",
            "Throughout the period Dedicated hotline",
            "Site visit by the account manager",
            "Talk about &lt;b&gt;Easter&lt;/b&gt; volumes",
            self.operator.name,
            "Planned",
        ):
            with self.subTest(expected=expected):
                self.assertIn(expected, text)

    def test_neither_copy_nor_mail_tells_what_is_internal(self):
        template = self.env.ref(
            "kuaidi_key_account.service_plan_client_copy_mail_template"
        )
        mail = template._generate_template(self.plan.ids, ("subject", "body_html"))
        mail = mail[self.plan.id]
        values = self.plan._prepare_client_copy()
        for text in (
            self._render(),
            json.dumps(values, default=str, ensure_ascii=False),
            mail["subject"],
            mail["body_html"],
        ):
            self.assertTrue(text)
            for secret in SECRETS:
                with self.subTest(secret=secret):
                    self.assertNotIn(secret, text.lower())

    def test_a_row_holds_texts_alone(self):
        months = self.plan._prepare_client_copy()["months"]
        rows = [row for month in months for row in month["rows"]]
        shown = self.plan.line_ids.filtered(
            lambda line: (
                line.state != "waived"
                and not line.type_id.is_internal
                and line.source != "occasion"
            )
        )
        self.assertEqual(len(rows), len(shown))
        self.assertEqual({type(value) for row in rows for value in row.values()}, {str})
        self.assertEqual(
            {tuple(row) for row in rows},
            {("dates", "service", "content", "handler", "state")},
        )

    def test_states_are_worded_for_the_client(self):
        line = self._get_line(self.plan, "report")
        for button, state in (
            ("action_done", "Done"),
            ("action_reopen", "Planned"),
            ("action_missed", "Cancelled"),
        ):
            getattr(line, button)()
            with self.subTest(button=button):
                self.assertEqual(line._prepare_client_row("")["state"], state)

    def test_what_was_done_stands_on_its_day(self):
        report = self._get_line(self.plan, "report").type_id
        first, second = self.plan.line_ids.filtered(
            lambda line: line.type_id == report
        )[:2].sudo()
        second.write({"date_start": "2026-05-20", "date_finish": "2026-05-28"})
        # delivered after the other was due, a month late
        first.write({"date_start": "2026-04-01", "date_finish": "2026-04-20"})
        first.write({"state": "done", "date_done": "2026-05-30"})
        found = [
            (month["name"], row["dates"])
            for month in self.plan._prepare_client_copy()["months"]
            for row in month["rows"]
            if row["dates"] in ("May 20 – May 28", "May 30", "Apr 1 – Apr 20")
        ]
        self.assertEqual(
            found, [("May 2026", "May 20 – May 28"), ("May 2026", "May 30")]
        )

    def test_the_copy_speaks_the_clients_language(self):
        service_type = self.env.ref("kuaidi_key_account.service_type_report")
        service_type.with_context(lang="zh_CN").name = "客户分析报告"
        self.contact.lang = "zh_CN"
        text = self._render()
        for expected in ("2026年3月", "客户分析报告", "2026年3月2日"):
            with self.subTest(expected=expected):
                self.assertIn(expected, text)
        self.assertNotIn(service_type.with_context(lang="en_US").name, text)

    def test_a_draft_is_printed_as_such(self):
        text = self._render()
        self.assertNotIn("Draft", text)
        self.plan.sudo().state = "draft"
        self.assertIn("Draft for discussion", self._render())

    def test_a_superseded_plan_is_not_printed(self):
        new = self.env["kuaidi.service.plan"].browse(
            self.plan.action_revise()["res_id"]
        )
        new.action_publish()
        with self._refused(UserError, "newer version"):
            self.plan.action_print_client_copy()
        self.assertEqual(
            new.action_print_client_copy()["report_name"],
            "kuaidi_key_account.report_service_plan_client_copy",
        )

    def test_a_stranger_prints_nothing(self):
        with self._refused(AccessError):
            self.plan.with_user(self.sales)._prepare_client_copy()

    def test_the_mail_carries_the_copy_and_notes_the_day(self):
        composer = self._compose()
        self.assertEqual(composer.partner_ids, self.contact)
        self.assertEqual(
            composer.attachment_ids.name, "Service plan Haina Home 2026.html"
        )
        self.assertFalse(self.plan.date_disclosed, "opening the composer sends nothing")
        composer.action_send_mail()
        self.assertEqual(str(self.plan.date_disclosed), f"{TODAY} 04:00:00")
        message = self.plan.message_ids[0]
        self.assertEqual(message.partner_ids, self.contact)
        self.assertTrue(message.attachment_ids)

    def test_a_mail_that_is_not_for_the_client_is_refused(self):
        for values in (
            {"partner_ids": False},
            {"partner_ids": self.manager_2.partner_id},
            {"attachment_ids": False},
        ):
            composer = self._compose()
            composer.write(
                {name: value and value.ids for name, value in values.items()}
            )
            with self.subTest(values=values), self._refused(UserError):
                composer.action_send_mail()
            self.assertFalse(self.plan.date_disclosed)

    def test_nothing_is_sent_before_publication_or_without_an_address(self):
        self.contact.email = False
        with self._refused(UserError, "e-mail address"):
            self.plan.action_send_client_copy()
        self.contact.email = "li.min@haina.example"
        draft = self._create_plan(self._create_served_account())
        with self._refused(UserError, "not in force"):
            draft.action_send_client_copy()
        self.assertFalse((self.plan | draft).filtered("date_disclosed"))

    def test_whoever_decides_gets_it_else_the_client_itself(self):
        boss = self.contact.copy({"name": "Zhao Lei", "email": "zhao@haina.example"})
        self.env["kuaidi.account.contact"].create(
            {
                "account_id": self.account.id,
                "partner_id": boss.id,
                "decision_role": "decider",
            }
        )
        self.assertEqual(self.plan._get_client_contact(), boss)
        self.account.contact_ids.unlink()
        self.assertFalse(self.plan._get_client_contact())
        self.account.partner_id.email = "post@haina.example"
        self.assertEqual(self.plan._get_client_contact(), self.account.partner_id)

    def test_only_those_who_plan_send(self):
        for user in (self.operator, self.finance):
            with self.subTest(user=user.login), self._refused(AccessError):
                self.plan.with_user(user).action_send_client_copy()
        self._compose(self.manager_2).action_send_mail()
        self.assertTrue(self.plan.date_disclosed)


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServiceClientCopyPdf(ClientCopyCommon, HttpCase):
    def test_the_copy_prints_as_pdf(self):
        content, kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(REPORT, self.plan.ids)
        )
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF-"))
        self.assertGreater(len(content), 5000)
