import io
from datetime import date
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .dunning_common import MORNING
from .statement_common import LAST, StatementCommon

SENDER_LOG = "odoo.addons.kuaidi_key_account.models.base.mail_mixin"


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestReceivableStatementSend(StatementCommon):
    """Statements reach their clients once, with their files (2.10, AN-1)."""

    def _make_drafts(self, count=1):
        statements = self.env["kuaidi.statement"]
        for number in range(count):
            account = self._create_account(
                partner_id=self._create_partner(
                    name=f"Client {number}", email=f"money{number}@client.example"
                ).id
            )
            self._create_invoice(account.partner_id, 100, date(2026, 10, 3))
            statements |= self._make(account)
        return statements

    def _make_draft(self, amount=300):
        self._invoice(amount, date(2026, 10, 2), date(2026, 10, 20))
        return self._make()

    def test_a_statement_reaches_the_settlement_contact_with_its_files(self):
        statement = self._make_draft(1234.5)
        statement.with_user(self.finance).action_send()
        self.assertEqual(statement.state, "sending")
        # tests print no PDF by themselves
        reports = type(self.env["ir.actions.report"])
        printed = patch.object(
            reports, "_render_qweb_pdf", lambda *args: (b"%PDF-1.4", "pdf")
        )
        with self._mail_server() as arrived, printed:
            self._mail()
        self.assertEqual(
            [message["To"] for message in arrived], ['"Ms. Li" <li@client.example>']
        )
        message = arrived[0]
        self.assertIn(statement.number, message["Subject"])
        body = message.get_body(("html",)).get_content()
        self.assertIn("1,234.50", body)
        self.assertIn(
            f"/my/statements/{statement.id}?access_token={statement.access_token}", body
        )
        self.assertEqual(
            [
                (part.get_content_type(), part.get_filename().rpartition(".")[2])
                for part in message.iter_attachments()
            ],
            [
                ("application/pdf", "pdf"),
                (
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    "xlsx",
                ),
            ],
        )
        self.assertEqual(statement.state, "sent")
        self.assertEqual(statement.sent_by_id, self.finance)
        # Monday morning and three working days, to the end of Thursday in Shanghai
        self.assertEqual(str(statement.date_answer_due)[:10], "2026-11-26")
        self.assertEqual(message["Message-Id"], statement.mail_ids.message_ref)

    def test_what_was_sent_is_not_sent_again(self):
        statement = self._make_draft()
        statement.with_user(self.finance).action_send()
        with self._mail_server() as arrived:
            self._mail()
            self._mail()
            with self._refused(UserError, "was sent already"):
                statement.with_user(self.finance).action_send()
            self.env["mail.mail"].process_email_queue()
        self.assertEqual(len(arrived), 1)

    def test_finance_alone_makes_and_sends(self):
        statement = self._make_draft()
        for user in (self.manager, self.centre):
            for method in ("action_send", "action_mark_sent", "action_correct"):
                with (
                    self.subTest(user=user.name, method=method),
                    self._refused(AccessError, "by finance"),
                ):
                    getattr(statement.with_user(user), method)()
        self.assertEqual(statement.state, "draft")
        self.assertFalse(statement.mail_ids)

    def test_open_claims_are_looked_at_before_sending(self):
        statements = self._make_drafts(2)
        with patch.object(
            type(statements), "_get_open_claims", lambda self: {statements[0].id: 2}
        ):
            self.assertEqual(statements[0].claim_open_count, 2)
            with self._refused(UserError, "has 2 open claims"):
                statements[0].with_user(self.finance).action_send()
            notice = statements.with_user(self.finance).action_send()
            self.assertIn("1 were left out", notice["params"]["message"])
            self.assertEqual(statements.mapped("state"), ["draft", "sending"])
            statements[0].with_user(self.finance).action_send_with_claims()
        self.assertEqual(statements.mapped("state"), ["sending", "sending"])

    def test_a_payment_that_arrives_meanwhile_stops_the_mail(self):
        statement = self._make_draft()
        statement.with_user(self.finance).action_send()
        self._invoice(50, LAST)
        with self._mail_server() as arrived:
            self._mail()
        self.assertFalse(arrived)
        self.assertEqual(statement.state, "draft")
        self.assertEqual(statement.mail_ids.state, "dropped")
        with self._refused(UserError, "were changed since it was made"):
            statement.with_user(self.finance).action_send()

    def test_a_client_without_an_address_is_called(self):
        self.contact.email = False
        statement = self._make_draft()
        statement.with_user(self.finance).action_send()
        with self._mail_server() as arrived:
            self._mail()
        self.assertFalse(arrived)
        self.assertEqual(statement.state, "draft")
        self.assertEqual(statement.mail_ids.state, "failed")
        self.assertEqual(statement.activity_ids.user_id, self.manager)
        # with an address it is sent after all
        self.contact.email = "li@client.example"
        statement.with_user(self.finance).action_send()
        with self._mail_server() as arrived:
            self._mail()
        self.assertEqual(len(arrived), 1)
        self.assertEqual(statement.state, "sent")

    def test_a_mail_that_comes_back_is_called_about(self):
        statement = self._make_draft()
        statement.with_user(self.finance).action_send()
        with self._mail_server():
            self._mail()
        for _time in range(2):
            statement._message_receive_bounce("li@client.example", self.contact)
        self.assertEqual(statement.state, "draft")
        self.assertEqual(len(statement.activity_ids), 1)

    @mute_logger(SENDER_LOG, "odoo.addons.mail.models.mail_mail")
    def test_a_mail_server_that_does_not_answer_is_tried_again(self):
        statement = self._make_draft()
        statement.with_user(self.finance).action_send()
        with self._mail_server(is_down=True):
            self._mail()
        self.assertEqual(statement.state, "sending")
        self.assertEqual(statement.mail_ids.state, "waiting")
        self.assertFalse(
            self.env["mail.mail"].search([("model", "=", "kuaidi.statement")])
        )
        with self._mail_server() as arrived:
            self._mail()
        self.assertEqual(len(arrived), 1)

    @mute_logger(SENDER_LOG, "odoo.addons.mail.models.mail_mail")
    def test_one_that_cannot_be_printed_does_not_stop_the_others(self):
        statements = self._make_drafts(3)
        statements.with_user(self.finance).action_send()
        make = type(statements)._make_files

        def make_or_fail(statement, owner):
            if statement == statements[1]:
                raise OSError("disk full")
            return make(statement, owner)

        with (
            self._mail_server() as arrived,
            patch.object(type(statements), "_make_files", make_or_fail),
        ):
            self._mail()
        self.assertEqual(len(arrived), 2)
        self.assertEqual(statements.mapped("state"), ["sent", "sending", "sent"])
        self.assertEqual(statements[1].mail_ids.error, "disk full")

    def test_a_client_that_does_not_answer_is_reminded_once(self):
        statement = self._make_sent()
        with self._mail_server() as arrived:
            for day, reminders in (
                ("2026-11-26 01:00:00", 0),
                ("2026-11-27 01:00:00", 1),
                ("2026-11-30 01:00:00", 1),
            ):
                with self.subTest(day=day), freeze_time(day):
                    self._mail()
                    self.assertEqual(len(arrived), reminders)
        self.assertEqual(str(statement.date_reminded), "2026-11-27 01:00:00")
        self.assertIn(statement.number, arrived[0]["Subject"])

    def test_who_has_answered_is_not_reminded(self):
        statement = self._make_sent()
        self._answer(statement)
        with self._mail_server() as arrived, freeze_time("2026-11-27 01:00:00"):
            self._mail()
        self.assertFalse(arrived)

    def test_the_schedule_makes_last_month_on_its_day(self):
        self.company.kuaidi_statement_day = 5
        self.company.kuaidi_statement_made_until = False
        self._invoice(300, date(2026, 10, 2))
        domain = [("account_id", "=", self.account.id)]
        statements = self.env["kuaidi.statement"]
        for day, count in (("2026-11-04", 0), ("2026-11-05", 1), ("2026-11-06", 1)):
            with self.subTest(day=day), freeze_time(f"{day} 02:00:00"):
                self._run_cron("cron_generate_statements")
                self.assertEqual(statements.search_count(domain), count)
        found = statements.search(domain)
        self.assertEqual(
            (found.date_from, found.date_to, found.state),
            (date(2026, 10, 1), LAST, "draft"),
        )

    def test_the_schedule_sends_what_has_no_open_claims(self):
        self.company.kuaidi_statement_auto_send = True
        drafts = self._make_drafts(2)
        accounts = drafts.account_id
        drafts.unlink()
        statements = self.env["kuaidi.statement"]

        def get_claims(found):
            return {row.id: 1 for row in found if row.account_id == accounts[0]}

        with patch.object(type(statements), "_get_open_claims", get_claims):
            statements._generate_month(self.company, LAST)
        found = statements.search([("account_id", "in", accounts.ids)], order="id")
        self.assertEqual(
            {row.account_id: row.state for row in found},
            {accounts[0]: "draft", accounts[1]: "sending"},
        )

    def test_the_workbook_adds_up_by_formula_and_takes_texts_as_texts(self):
        self.partner.name = "=1+1"
        self._invoice(500, date(2026, 9, 5), date(2026, 10, 5))
        self._invoice(300, date(2026, 10, 2), date(2026, 11, 1))
        self._invoice(40, date(2026, 10, 9), move_type="out_refund")
        statement = self._make()
        content, _kind = self.env["ir.actions.report"]._render_xlsx(
            "kuaidi_key_account.statement_xlsx_report", statement.ids, {}
        )
        formulas = openpyxl.load_workbook(io.BytesIO(content)).active
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True).active
        self.assertEqual(formulas["A1"].data_type, "s")
        self.assertEqual(
            [values[f"E{row}"].value for row in range(4, 10)],
            [500, 300, -40, 0, 760, 760],
        )
        self.assertEqual(formulas["E8"].value, "=SUM(E4:E7)")
        self.assertTrue(formulas["E5"].value.startswith("=SUMIFS("))
        self.assertEqual(
            [values[f"G{row}"].value for row in range(12, 15)], [500, 800, 760]
        )

    def test_the_letter_names_what_is_open_and_where_to_pay(self):
        self.env["res.partner.bank"].create(
            {
                "acc_number": "6222 0000",
                "partner_id": self.company.partner_id.id,
                "acc_holder_name": "Shunda Express",
            }
        )
        self._invoice(500, date(2026, 9, 5), date(2026, 10, 5))
        statement = self._make()
        letter = statement.with_user(self.manager)._prepare_letter()
        self.assertIn("500.00", dict(letter["sums"])["Closing Balance"])
        self.assertEqual(len(letter["open_items"]["rows"]), 1)
        self.assertEqual(letter["open_items"]["rows"][0][-1], "26")
        self.assertEqual(letter["bank"]["rows"], ["Shunda Express 6222 0000"])
        self.assertIn("500.00", letter["slip"]["text"])

    def test_the_pdf_that_was_mailed_is_printed_as_it_was(self):
        statement = self._make_draft()
        statement.with_user(self.finance).action_send()
        with self._mail_server():
            self._mail()
        self.assertEqual(
            statement.with_user(self.manager)._get_kept_pdf(),
            statement.mail_ids.document_id.raw,
        )
