"""Attacks 24, 27 and 28 of docs/security.md: what our own addresses let pass."""

import itertools
import re
from collections import Counter

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.kuaidi_key_account.tests.attack_log import log_attempts

from . import access_tables
from .attack_common import make_people

# the one page that a link with a key opens without a login
PUBLIC = {"/my/statements/<int:statement_id>"}
NUMBERS = ("0", "-1", "999999999", "99999999999999999999", "x", "1%27--")
ODD = ("999999999",)
# where a page shall lead to
SITES = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
)
ABROAD = re.compile(r"^(https?:)?[/\\]{2}(?!127\.0\.0\.1)|^\w+:(?!//127\.0\.0\.1)")
# what tells of the server: its code, its files
INSIDE = re.compile(
    r"Traceback|File \"|site-packages|dist-packages|\.py\b|psycopg|/odoo/addons/"
)
BODIES = (
    {"offer_id": "9" * 5000, "rating": "x" * 5000, "amount": "1e400"},
    {"paper_id": ["1", "2"], "type": ["loss", "damage"], "files": "no file"},
    {"type_id": b"\xff\xfe", "date_shipped": "9999-99-99", "amount_claimed": "NaN"},
    {"waybill_number": "\u202e'\"\\", "description": "{{ 7 }}" * 3000},
)


@tagged("post_install", "-at_install")
class TestAttackOnRoutes(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        head, *rows = access_tables.make(cls.env, "routes")
        cls.routes = [dict(zip(head, row, strict=True)) for row in rows]
        cls.people = make_people(cls.env, "kuaidi_routes")
        cls.client = cls.people["portal"].login

    def _iter_paths(self, method, numbers=NUMBERS):
        """Yield the addresses that take a method, with a bad number in each place."""
        for route in self.routes:
            if method not in route["methods"].split():
                continue
            for number in numbers if "<" in route["path"] else numbers[:1]:
                yield re.sub(r"<[^>]+>", number, route["path"])

    def _iter_visits(self, method):
        """Yield each role, logged in, with each address; clients try all numbers."""
        for role, user in self.people.items():
            self.authenticate(user.login, user.login)
            for path in self._iter_paths(method, NUMBERS if role == "portal" else ODD):
                yield role, path
        self.authenticate(None, None)
        for path in self._iter_paths(method, ODD):
            yield "public", path

    def _report(self, number, attack, tried, succeeded):
        log_attempts(number, attack, tried)
        self.assertEqual(succeeded, [])

    def _send(self, path, **kwargs):
        response = self.url_open(path, allow_redirects=False, **kwargs)
        self.assertNotRegex(response.text, INSIDE)
        return response

    def _log_in(self, login, password, **values):
        self.authenticate(None, None)
        data = {
            "login": login,
            "password": password,
            "csrf_token": Request.csrf_token(self),
            **values,
        }
        return self._send("/web/login", data=data)

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
        tried, succeeded = Counter(), []
        for role, path in self._iter_visits("POST"):
            for token in (None, "", "0" * 40):
                data = {"amount": "1"} | (
                    {} if token is None else {"csrf_token": token}
                )
                tried[role] += 1
                status = self._send(path, data=data).status_code
                if status not in (400, 404) + ((303,) if role == "public" else ()):
                    succeeded.append((role, path, token, status))
        self.assertGreater(min(tried.values()), 15)
        self._report(24, "forged forms", tried, succeeded)

    @mute_logger("odoo.http")
    def test_nothing_changes_by_a_link_alone(self):
        tried, succeeded = Counter(), []
        posted = set(self._iter_paths("POST", ODD)) - set(self._iter_paths("GET", ODD))
        for role, user in self.people.items():
            self.authenticate(user.login, user.login)
            for path in sorted(posted):
                tried[role] += 1
                status = self._send(
                    f"{path}?answer=accept&rating=satisfied"
                ).status_code
                if status not in (404, 405):
                    succeeded.append((role, path, status))
        self._report(24, "links that change something", tried, succeeded)

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_no_bad_number_or_form_breaks_the_server(self):
        tried, succeeded = Counter(), []
        for role, path in self._iter_visits("GET"):
            tried[role] += 1
            if self._send(path).status_code >= 500:
                succeeded.append((role, path))
        bodies = itertools.cycle(BODIES)
        for role, path in self._iter_visits("POST"):
            data = {"csrf_token": Request.csrf_token(self), **next(bodies)}
            tried[role] += 1
            if self._send(path, data=data).status_code >= 500:
                succeeded.append((role, path, data))
        self.assertGreater(tried["portal"], 80)
        self._report(28, "bad numbers and forms", tried, succeeded)

    @mute_logger("odoo.http")
    def test_nobody_is_led_to_another_site(self):
        tried, succeeded = Counter(), []
        for (role, path), site in zip(
            self._iter_visits("GET"), itertools.cycle(SITES), strict=False
        ):
            query = "&".join(f"{name}={site}" for name in ("redirect", "next", "url"))
            tried[role] += 1
            place = self._send(f"{path}?{query}").headers.get("Location", "")
            if ABROAD.search(place):
                succeeded.append((role, path, place))
        self._report(27, "redirects of pages", tried, succeeded)

    @mute_logger("odoo.http")
    def test_nobody_who_logs_in_is_led_to_another_site(self):
        tried, succeeded = Counter(), []
        for role, user in self.people.items():
            for site in SITES:
                tried[role] += 1
                place = self._log_in(user.login, user.login, redirect=site).headers.get(
                    "Location", ""
                )
                if not place or ABROAD.search(place):
                    succeeded.append((role, site, place))
        self._report(27, "redirects of the login", tried, succeeded)

    def test_the_back_office_is_neither_kept_nor_framed(self):
        tried, succeeded = Counter(), []
        for role, user in self.people.items():
            if role == "portal":
                continue
            self.authenticate(user.login, user.login)
            headers = self._send("/odoo").headers
            tried[role] += 2
            if headers.get("X-Frame-Options") != "DENY":
                succeeded.append((role, "framed"))
            if "no-store" not in headers.get("Cache-Control", ""):
                succeeded.append((role, "kept"))
        self._report(27, "frames and caches", tried, succeeded)

    def test_pages_of_clients_are_neither_kept_nor_framed(self):
        self.authenticate(self.client, self.client)
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
