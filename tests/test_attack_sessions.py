"""Attacks 13 and 25 of docs/security.md: whoever left, and whoever guesses."""

from collections import Counter

from odoo.fields import Command
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.kuaidi_key_account.tests.attack_log import log_attempts

from .attack_common import make_people

# wrong passwords after which Odoo lets nobody in from that address for a minute
GUESSES = 5


@tagged("post_install", "-at_install")
class TestAttackBySessions(HttpCase):
    """An open page, a password and a key of somebody who is archived are worthless."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = make_people(cls.env, "kuaidi_left")

    def _read_account(self):
        return self.url_open(
            "/web/dataset/call_kw/kuaidi.key.account/search_read",
            json={
                "jsonrpc": "2.0",
                "params": {
                    "model": "kuaidi.key.account",
                    "method": "search_read",
                    "args": [[], ["id"]],
                    "kwargs": {},
                },
            },
            allow_redirects=False,
        )

    def _is_let_in(self, response):
        if response.headers.get("Content-Type", "").startswith("application/json"):
            return "result" in response.json()
        return response.status_code == 200

    # === TESTS === #

    @mute_logger("odoo.http", "odoo.addons.base.models.res_users")
    def test_who_is_archived_is_out_at_once(self):
        tried, succeeded = Counter(), []
        for role, user in self.people.items():
            self.authenticate(user.login, user.login)
            page = "/my" if role == "portal" else "/odoo"
            ways = {
                "page": lambda page=page: self.url_open(page, allow_redirects=False),
                "cases": lambda: self.url_open("/my/claims", allow_redirects=False),
                "call": self._read_account,
            }
            self.assertTrue(self._is_let_in(ways["page"]()), role)
            user.active = False
            self.env.flush_all()
            for name, way in ways.items():
                tried[role] += 1
                if self._is_let_in(way()):
                    succeeded.append((role, name))
        log_attempts(13, "open pages", tried)
        self.assertEqual(succeeded, [])

    @mute_logger("odoo.http")
    def test_who_loses_a_role_loses_its_rights_at_once(self):
        tried, succeeded = Counter(), []
        for role, user in self.people.items():
            if role in ("portal", "internal"):
                continue
            self.authenticate(user.login, user.login)
            self.assertTrue(self._is_let_in(self._read_account()), role)
            user.group_ids = [Command.set(self.env.ref("base.group_user").ids)]
            self.env.flush_all()
            tried[role] += 1
            if self._is_let_in(self._read_account()):
                succeeded.append(role)
        log_attempts(13, "roles that were lost", tried)
        self.assertEqual(succeeded, [])

    @mute_logger("odoo.addons.base.models.res_users", "odoo.http")
    def test_passwords_are_not_guessed(self):
        self.env["ir.config_parameter"].set_param("base.login_cooldown_after", GUESSES)
        tried, succeeded = Counter(), []
        self.addCleanup(self._forget_failures)
        for role, user in self.people.items():
            self._forget_failures()
            self.assertTrue(self._log_in(user.login, user.login), role)
            for number in range(GUESSES):
                tried[role] += 1
                if self._log_in(user.login, f"guess {number}"):
                    succeeded.append((role, number))
            # now even who knows it waits
            tried[role] += 1
            if self._log_in(user.login, user.login):
                succeeded.append((role, "after the limit"))
        log_attempts(25, "guessed passwords", tried)
        self.assertEqual(succeeded, [])

    def _forget_failures(self):
        failures = getattr(self.env.registry, "_login_failures", None)
        if failures:
            failures.clear()

    def _log_in(self, login, password):
        """Tell whether the form of the login lets somebody in."""
        self.authenticate(None, None)
        data = {
            "login": login,
            "password": password,
            "csrf_token": Request.csrf_token(self),
        }
        response = self.url_open("/web/login", data=data, allow_redirects=False)
        return response.status_code == 303
