import io
import re
import uuid

import openpyxl
from lxml import html

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .portal_common import PortalCommon


@freeze_time("2026-11-20 02:00:00")
@tagged("post_install", "-at_install")
class TestPortalDocuments(PortalCommon):
    """Clients read their own signed contracts, prices, plans and statements (SP-7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contracts = (
            cls._create_contract(cls.account),
            cls._create_contract(cls.rival_account),
        )
        for client in (cls.client, cls.rival_client):
            cls._create_invoice(client, 300, "2026-09-10")
        cls.statements = [
            cls.env["kuaidi.statement"]._generate(
                account,
                fields.Date.to_date("2026-09-01"),
                fields.Date.to_date("2026-09-30"),
            )
            for account in (cls.account, cls.rival_account)
        ]
        for statement in cls.statements:
            statement.state = "sent"
        cls.prices = [
            cls.env["kuaidi.price.agreement"].create(
                {
                    "account_id": account.id,
                    "company_id": cls.company.id,
                    "date_from": "2026-01-01",
                }
            )
            for account in (cls.account, cls.rival_account)
        ]
        level = cls.env["kuaidi.star.level"].search([("stars", "=", 3)], limit=1)
        (cls.account | cls.rival_account).sudo().write(
            {"star_id": level.id, "stars": 3, "amount_annual": level.amount_min}
        )
        cls.plans = [
            cls.env["kuaidi.service.plan"].create(
                {
                    "account_id": account.id,
                    "date_from": "2026-01-01",
                    "date_to": "2026-12-31",
                }
            )
            for account in (cls.account, cls.rival_account)
        ]

    @classmethod
    def _create_contract(cls, account):
        contract = cls.env["kuaidi.contract"].create(
            {
                "account_id": account.id,
                "kind": "cooperation",
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "attachment_ids": [
                    Command.create(
                        {"name": f"signed {account.id}.pdf", "raw": b"%PDF-1.4 signed"}
                    )
                ],
            }
        )
        contract.sudo().write({"state": "running", "date_signed": "2026-01-01"})
        return contract

    def _get_file_path(self, contract, file_of=None):
        file = (file_of or contract).attachment_ids
        return f"/my/contracts/{contract.id}/files/{file.id}"

    def test_one_s_own_papers_are_listed_and_handed_out(self):
        own, other = self.contracts
        self._login()
        page = self._get("/my/agreements").text
        self.assertIn(self._get_file_path(own), page)
        self.assertNotIn(self._get_file_path(other), page)
        self.assertIn(self.statements[0].number, page)
        self.assertNotIn(self.statements[1].number, page)
        answer = self._get(self._get_file_path(own))
        self.assertEqual(answer.content, b"%PDF-1.4 signed")

    def test_another_s_papers_are_not_there(self):
        own, other = self.contracts
        self._login()
        for record in (*self.prices, *self.plans):
            record.sudo().write({"state": "draft"})
        for path in (
            self._get_file_path(other),
            self._get_file_path(own, file_of=other),
            "/my/contracts/999999999999/files/1",
            *(f"/my/prices/{row.id}" for row in self.prices),
            "/my/prices/999999999999",
            *(f"/my/service-plans/{row.id}" for row in self.plans),
            "/my/service-plans/999999999999",
        ):
            with self.subTest(path=path):
                self.assertEqual(self._get(path).status_code, 404)

    def test_prices_in_force_are_handed_out_to_their_client_alone(self):
        for prices in self.prices:
            prices.sudo().state = "running"
        self._login()
        answer = self._get(f"/my/prices/{self.prices[0].id}")
        self.assertEqual((answer.status_code, answer.content[:2]), (200, b"PK"))
        answer = self._get(f"/my/prices/{self.prices[1].id}")
        self.assertEqual(answer.status_code, 404)

    def test_a_plan_is_read_once_it_was_handed_over(self):
        for plan in self.plans:
            plan.sudo().state = "published"
        self._login()
        path = f"/my/service-plans/{self.plans[0].id}"
        self.assertEqual(self._get(path).status_code, 404)
        for plan in self.plans:
            plan.sudo().date_disclosed = fields.Datetime.now()
        self.assertIn(path, self._get("/my/agreements").text)
        answer = self._get(f"/my/service-plans/{self.plans[1].id}")
        self.assertEqual(answer.status_code, 404)

    def test_a_statement_opens_by_the_login_of_its_client(self):
        own, other = self.statements
        self._login()
        page = self._get(f"/my/statements/{own.id}").text
        self.assertIn(own.number, page)
        # and leads to its answer, and back to the other papers
        for path in (f"/my/statements/{own.id}/answer", "/my/agreements"):
            self.assertIn(f'href="{path}"', page)
        for statement_id in (other.id, 999999999999):
            response = self._get(f"/my/statements/{statement_id}")
            self.assertEqual(response.status_code, 303)
            self.assertNotIn(other.number, response.text)
        own.write(
            {
                "state": "confirmed",
                "date_answered": "2026-11-20",
                "answered_by": "Li Na",
                "answer_channel": "portal",
            }
        )
        page = self._get(f"/my/statements/{own.id}").text
        self.assertNotIn(f"/my/statements/{own.id}/answer", page)
        own.state = "draft"
        self.assertEqual(self._get(f"/my/statements/{own.id}").status_code, 303)

    # class 3: the key of a statement's mail

    def test_a_key_opens_its_own_statement_alone(self):
        own, other = self.statements
        key = own._portal_ensure_token()
        self.assertNotEqual(key, other._portal_ensure_token())
        for user in (None, self.rival, self.portal):
            self.authenticate(user and user.login, user and user.login)
            foreign = own if user == self.rival else other
            wrong = other.access_token if foreign == own else key
            for text in (wrong, "None", "x" * 36, f"{key}x"):
                for suffix in ("", "&report_type=pdf"):
                    path = f"/my/statements/{foreign.id}?access_token={text}{suffix}"
                    with self.subTest(user=user, path=path):
                        response = self._get(path)
                        self.assertEqual(response.status_code, 303)
                        self.assertNotIn("/web/content", response.headers["Location"])
        own.access_token = False
        self.authenticate(None, None)
        response = self._get(f"/my/statements/{own.id}?access_token={key}")
        self.assertEqual(response.status_code, 303)

    def test_a_key_is_not_guessed(self):
        own, _other = self.statements
        key = own._portal_ensure_token()
        self.authenticate(None, None)
        guesses = [uuid.uuid4() for _number in range(100)]
        # all but the last letter, its case, spaces around it
        guesses += [key[:-1], key.upper(), f" {key}", f"{key}%00", "%25", "*", ""]
        for guess in guesses:
            response = self._get(f"/my/statements/{own.id}?access_token={guess}")
            self.assertEqual(response.status_code, 303, guess)
        self._log_requests(25, "guessed keys")

    def test_no_list_tells_a_key_and_no_other_site_is_told(self):
        own, _other = self.statements
        key = own._portal_ensure_token()
        self._login()
        for path in ("/my/agreements", f"/my/statements/{own.id}/answer", "/my/home"):
            with self.subTest(path=path):
                self.assertNotIn(key, self._get(path).text)
        headers = self._get(f"/my/statements/{own.id}").headers
        self.assertEqual(headers["Referrer-Policy"], "same-origin")
        self.assertEqual(headers["Cache-Control"], "no-store")

    def test_who_goes_to_another_client_reads_that_one_s_papers_alone(self):
        own, other = self.statements
        self.portal.partner_id.parent_id = self.rival_client
        self._login()
        page = self._get("/my/agreements").text
        self.assertNotIn(own.number, page)
        self.assertIn(other.number, page)
        response = self._get(f"/my/statements/{own.id}")
        self.assertEqual(response.status_code, 303)

    # classes 4 and 24

    @mute_logger("odoo.http")
    def test_an_answer_needs_the_token_of_the_session_and_takes_its_fields_alone(self):
        own, _other = self.statements
        path = f"/my/statements/{own.id}/answer"
        self._login()
        for code, response in (
            (400, self._post(path, csrf_token="x", answer="confirmed")),
            (400, self._post(path, token="x", answer="confirmed")),
            (200, self._get(f"{path}?answer=confirmed")),
        ):
            with self.subTest(code=code):
                self.assertEqual((response.status_code, own.state), (code, "sent"))
        self._post(
            path,
            answer="confirmed",
            answered_by="The boss",
            date_answered="2020-01-01",
            amount_closing="1",
            account_id=str(self.rival_account.id),
        )
        self.assertEqual(
            (own.state, own.answered_by, own.account_id),
            ("confirmed", "Ms. Li", self.account),
        )
        self.assertEqual(own.date_answered, fields.Date.to_date("2026-11-20"))

    def test_papers_say_what_they_should_and_no_star(self):
        self.prices[0].sudo().state = "running"
        self.plans[0].sudo().write(
            {"state": "published", "date_disclosed": fields.Datetime.now()}
        )
        self._login()
        answer = self._get(f"/my/prices/{self.prices[0].id}")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        cells = [
            str(cell)
            for sheet in book
            for row in sheet.iter_rows(values_only=True)
            for cell in row
            if cell is not None
        ]
        self.assertTrue(cells)
        plan = (
            self.env["ir.actions.report"]
            ._render_qweb_html(
                "kuaidi_key_account.report_service_plan_client_copy", self.plans[0].ids
            )[0]
            .decode()
        )
        self.assertIn(self.client.name, plan)
        for text in (" ".join(cells), plan, self._get("/my/agreements").text):
            with self.subTest(text=text[:40]):
                read = re.sub(
                    r"(?s)<style.*?</style>|<script.*?</script>|<[^>]+>", " ", text
                )
                self.assertNotRegex(read, r"(?i)\bstars?\b|★|\bcost\b|\bmargin\b")

    def test_a_client_confirms_a_statement_once(self):
        own, other = self.statements
        self._login()
        path = f"/my/statements/{own.id}/answer"
        self.assertIn("300.00", self._get(path).text)
        self.assertEqual(self._post(path, answer="paid").status_code, 400)
        self.assertEqual(own.state, "sent")
        self.assertEqual(self._post(path, answer="confirmed").status_code, 303)
        self.assertEqual(
            (own.state, own.answered_by, own.answer_channel, own.date_answered),
            ("confirmed", "Ms. Li", "portal", fields.Date.to_date("2026-11-20")),
        )
        line = str(own.line_ids[:1].id)
        values = {"answer": "disputed", "reason": "price", "line_ids": line}
        self.assertEqual(self._post(path, **values).status_code, 400)
        self.assertEqual(own.state, "confirmed")
        foreign = self._post(f"/my/statements/{other.id}/answer", answer="confirmed")
        self.assertEqual((foreign.status_code, other.state), (404, "sent"))

    def test_the_enter_key_in_the_reason_of_a_dispute_confirms_nothing(self):
        """A browser presses the first button of the form that a text stands in."""
        own, _other = self.statements
        self._login()
        page = html.fromstring(self._get(f"/my/statements/{own.id}/answer").text)
        answers = "/button[@name='answer']/@value"
        self.assertEqual(page.xpath(f"//form/{answers}"), ["confirmed", "disputed"])
        self.assertEqual(
            page.xpath(f"//form[.//input[@name='note']]/{answers}"), ["disputed"]
        )

    def test_a_client_disputes_lines_of_its_own_statement_alone(self):
        own, other = self.statements
        self._login()
        path = f"/my/statements/{own.id}/answer"
        for values in (
            {"reason": "price"},
            {"reason": "price", "line_ids": str(other.line_ids[:1].id)},
            {"reason": "hate", "line_ids": str(own.line_ids[:1].id)},
        ):
            with self.subTest(values=values):
                response = self._post(path, answer="disputed", note="30 %", **values)
                self.assertEqual((response.status_code, own.state), (400, "sent"))
                self.assertIn('value="30 %"', response.text)
        line = own.line_ids.filtered("move_line_id")[:1]
        self._post(
            path, answer="disputed", reason="price", note="30 %", line_ids=str(line.id)
        )
        self.assertEqual((own.state, line.is_disputed), ("disputed", True))
        self.assertFalse(any(other.line_ids.mapped("is_disputed")))
        self.assertIn("We look into the ticked lines", self._get(path).text)
        listed = self._get("/my/agreements").text
        self.assertIn(f'href="{path}"', listed)
        self.assertIn("Disputed", listed)
