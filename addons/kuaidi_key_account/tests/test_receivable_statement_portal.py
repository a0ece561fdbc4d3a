from odoo.tests import HttpCase, tagged

from .attack_log import log_attempts
from .receivable_common import ReceivableCommon
from .test_receivable_statement import FIRST, LAST


@tagged("post_install", "-at_install")
class TestReceivableStatementPortal(ReceivableCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_invoice(cls.partner, 300, "2026-10-02")
        cls.statement = cls.env["kuaidi.statement"]._generate(cls.account, FIRST, LAST)
        cls.statement.state = "sent"
        cls.url = f"/my/statements/{cls.statement.id}"
        cls.token = cls.statement._portal_ensure_token()

    def _open(self, path):
        self.env.flush_all()
        response = self.url_open(path)
        self.env.invalidate_all()
        return response

    def test_whoever_holds_the_link_reads_the_statement_and_is_noted(self):
        response = self._open(f"{self.url}?access_token={self.token}")
        self.assertEqual(response.status_code, 200)
        self.assertIn(self.statement.number, response.text)
        self.assertIn("300.00", response.text)
        self.assertTrue(self.statement.date_opened)

    def test_without_the_right_key_nothing_is_shown_nor_noted(self):
        paths = (
            self.url,
            f"{self.url}?access_token=",
            f"{self.url}?access_token={self.token[:-1]}x",
            f"/my/statements/{self.statement.id + 9999}?access_token={self.token}",
        )
        for path in paths:
            with self.subTest(path=path):
                response = self._open(path)
                self.assertNotIn(self.statement.number, response.text)
                self.assertFalse(self.statement.date_opened)
        log_attempts(3, "links of statements", {"public": len(paths)})

    def test_a_draft_is_shown_to_nobody(self):
        self.statement.state = "draft"
        response = self._open(f"{self.url}?access_token={self.token}")
        self.assertNotIn(self.statement.number, response.text)

    def test_a_client_s_own_login_opens_no_statement_of_others(self):
        self.authenticate(self.portal.login, self.portal.login)
        response = self._open(self.url)
        self.assertNotIn(self.statement.number, response.text)

    def test_colleagues_who_look_are_not_noted_as_the_client(self):
        self.authenticate(self.finance.login, self.finance.login)
        response = self._open(self.url)
        self.assertIn(self.statement.number, response.text)
        self.assertFalse(self.statement.date_opened)
