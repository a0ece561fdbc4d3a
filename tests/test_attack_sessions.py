"""Attack 13 of docs/security.md: whoever left finds every door shut."""

from collections import Counter

from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.kuaidi_key_account.tests.attack_log import log_attempts

from .attack_common import make_people


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
