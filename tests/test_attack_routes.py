"""Attacks 24, 27 and 28 of docs/security.md: what our own addresses let pass."""

import re
from collections import Counter

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from . import access_tables

# the one page that a link with a key opens without a login
PUBLIC = {"/my/statements/<int:statement_id>"}
NUMBERS = ("0", "-1", "999999999", "99999999999999999999", "x", "1%27--")


@tagged("post_install", "-at_install")
class TestAttackOnRoutes(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        head, *rows = access_tables.make(cls.env, "routes")
        cls.routes = [dict(zip(head, row, strict=True)) for row in rows]
        cls.env["res.lang"]._activate_lang("en_US")
        new_test_user(cls.env, login="kuaidi_client", groups="base.group_portal")

    def _iter_paths(self, method):
        """Yield the addresses that take a method, with a bad number in each place."""
        for route in self.routes:
            if method not in route["methods"].split():
                continue
            for number in NUMBERS if "<" in route["path"] else NUMBERS[:1]:
                yield re.sub(r"<[^>]+>", number, route["path"])

    def _send(self, path, **kwargs):
        response = self.url_open(path, allow_redirects=False, **kwargs)
        self.assertNotIn("Traceback", response.text)
        return response

    # === TESTS === #

    def test_whatever_changes_something_is_posted_with_a_token(self):
        self.assertGreater(len(self.routes), 20)
        for route in self.routes:
            with self.subTest(path=route["path"]):
                self.assertIn(route["methods"], ("GET", "POST"))
                self.assertEqual(route["csrf"], "yes")
                self.assertEqual(route["type"], "http")
                self.assertEqual(
                    route["auth"], "public" if route["path"] in PUBLIC else "user"
                )

    @mute_logger("odoo.http")
    def test_a_form_of_another_site_is_refused(self):
        self.authenticate("kuaidi_client", "kuaidi_client")
        tried = Counter()
        for path in self._iter_paths("POST"):
            for token in (None, "", "0" * 40):
                data = {"amount": "1"} | (
                    {} if token is None else {"csrf_token": token}
                )
                response = self._send(path, data=data)
                tried[response.status_code] += 1
                with self.subTest(path=path, token=token):
                    self.assertIn(response.status_code, (400, 404))
        self.assertGreater(tried[400], 15)

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_no_number_in_an_address_breaks_the_server(self):
        self.authenticate("kuaidi_client", "kuaidi_client")
        answers = {
            ("GET", path): self._send(path).status_code
            for path in self._iter_paths("GET")
        }
        for path in self._iter_paths("POST"):
            data = {"csrf_token": Request.csrf_token(self)}
            answers["POST", path] = self._send(path, data=data).status_code
        self.assertGreater(len(answers), 80)
        self.assertEqual([key for key, status in answers.items() if status >= 500], [])

    @mute_logger("odoo.http")
    def test_nobody_is_led_to_another_site(self):
        self.authenticate("kuaidi_client", "kuaidi_client")
        for path in self._iter_paths("GET"):
            query = "&".join(
                f"{name}=//evil.example/" for name in ("redirect", "next", "url")
            )
            place = self._send(f"{path}?{query}").headers.get("Location", "")
            with self.subTest(path=path):
                self.assertNotRegex(place, r"^(https?:)?//(?!127\.0\.0\.1)")

    def test_pages_of_clients_are_neither_kept_nor_framed(self):
        self.authenticate("kuaidi_client", "kuaidi_client")
        for path in ("/my/claims", "/my/complaints", "/my/agreements"):
            headers = self.url_open(path).headers
            with self.subTest(path=path):
                self.assertEqual(headers["Cache-Control"], "no-store")
                self.assertEqual(headers["X-Frame-Options"], "SAMEORIGIN")
                self.assertEqual(headers["Referrer-Policy"], "same-origin")

    def test_strangers_are_led_to_the_login(self):
        self.authenticate(None, None)
        for path in self._iter_paths("GET"):
            response = self._send(path)
            with self.subTest(path=path):
                self.assertIn(response.status_code, (303, 404))
