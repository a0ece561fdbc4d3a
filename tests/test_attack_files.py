"""Attacks 20 and 23 of docs/security.md: files that employees and clients attach."""

import re
from collections import Counter

from werkzeug.http import parse_options_header

from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.kuaidi_claims.tests.common import ClaimsCommon
from odoo.addons.kuaidi_key_account.tests.attack_log import log_attempts

from . import access_tables
from .attack_common import QUIET, get_staff

PAGE = b"<html><script>alert(1)</script></html>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NAMES = (
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\windows\\system.dll",
    "CON.pdf",
    "exe\u202egpj.scr",
    "a\r\nSet-Cookie: stolen=1\r\n.pdf",
    'a"; filename="b.html',
    "x" * 300 + ".pdf",
    "..",
    "😀破损.pdf",
)
KINDS = (
    ("page.html", PAGE, "text/html"),
    ("page.jpg", PAGE, "image/jpeg"),
    ("page.xhtml", PAGE, "application/xhtml+xml"),
    ("drawing.svg", DRAWING, "image/svg+xml"),
    ("drawing.png", DRAWING, "image/svg+xml; charset=utf-8"),
    ("sheet.xml", b'<?xml version="1.0"?><x/>', "text/xml"),
)
KEPT = re.compile(r"[0-9a-f]{2}/[0-9a-f]{40,64}")


@tagged("post_install", "-at_install")
class TestAttackByFiles(ClaimsCommon, HttpCase):
    """Each role attaches files, fetches them, and reads what the browser is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            "portal": cls.portal,
            "internal": new_test_user(cls.env, login="kuaidi_plain"),
            **get_staff(cls),
        }

    def _upload(self, model, record_id, name, content, mimetype):
        return self.url_open(
            "/web/binary/upload_attachment",
            data={
                "model": model,
                "id": str(record_id),
                "csrf_token": Request.csrf_token(self),
            },
            files=[("ufile", (name, content, mimetype))],
            allow_redirects=False,
        )

    def _attach(self, user, **values):
        """Keep a file of the user's own; return it, or nothing."""
        files = self.env["ir.attachment"].with_user(user)
        try:
            with self.env.cr.savepoint():
                return files.create(values).sudo()
        except (AccessError, UserError, ValueError):
            return files.browse()

    def _fetch(self, file, query=""):
        self.env.flush_all()
        return self.url_open(f"/web/content/{file.id}{query}", allow_redirects=False)

    # === TESTS === #

    @mute_logger(*QUIET, "odoo.http")
    def test_the_name_of_a_file_is_only_a_name(self):
        tried, succeeded, kept = Counter(), [], Counter()
        for role, user in self.people.items():
            self.authenticate(user.login, user.login)
            for name in NAMES:
                tried[role] += 1
                file = self._attach(user, name=name, raw=b"%PDF-1.4 x")
                if not file:
                    continue
                kept[role] += 1
                answer = self._fetch(file, "?download=true")
                place = answer.headers.get("Content-Disposition", "")
                kind, options = parse_options_header(place)
                if (
                    not KEPT.fullmatch(file.store_fname)
                    or answer.status_code != 200
                    or "stolen" in answer.cookies
                    or kind != "attachment"
                    or options.get("filename") == "b.html"
                ):
                    succeeded.append((role, name, place))
        self.assertGreater(kept["admin"], 8)
        log_attempts(20, "names of files", tried)
        self.assertEqual(succeeded, [])

    @mute_logger(*QUIET, "odoo.http")
    def test_no_file_that_is_attached_runs_in_the_browser(self):
        tried, succeeded, kept = Counter(), [], Counter()
        for role, user in self.people.items():
            self.authenticate(user.login, user.login)
            for name, content, mimetype in KINDS:
                tried[role] += 1
                file = self._attach(user, name=name, raw=content, mimetype=mimetype)
                if not file:
                    continue
                kept[role] += 1
                answer = self._fetch(file)
                kind = answer.headers["Content-Type"].partition(";")[0]
                policy = answer.headers.get("Content-Security-Policy", "")
                runs = re.search("html|svg|xml", kind)
                if runs and "default-src 'none'" not in policy:
                    succeeded.append((role, name, kind))
                if answer.headers.get("X-Content-Type-Options") != "nosniff":
                    succeeded.append((role, name, "sniffed"))
        self.assertGreater(kept["account_manager"], 4)
        log_attempts(23, "kinds of files", tried)
        self.assertEqual(succeeded, [])

    @mute_logger(
        "odoo.addons.base.models.ir_model",
        "odoo.http",
        "odoo.addons.base.models.ir_rule",
    )
    def test_nobody_attaches_a_file_to_what_they_may_not_change(self):
        account = self._create_account(manager_id=self.centre_2.id)
        claim = self.env["kuaidi.claim"].create(
            {
                "account_id": account.id,
                "type": "damage",
                "waybill_number": "SD0000000001",
                "user_id": self.officer.id,
            }
        )
        records = (account, claim, self.company, self.env.ref("base.user_admin"))
        files = self.env["ir.attachment"].sudo()
        tried, succeeded = Counter(), []
        self.env.flush_all()
        for role, user in self.people.items():
            self.authenticate(user.login, user.login)
            for record in records:
                if record.with_user(user).has_access("write"):
                    continue
                tried[role] += 1
                before = files.search_count([])
                answer = self._upload(record._name, record.id, *KINDS[0])
                if files.search_count([]) != before or answer.status_code >= 500:
                    succeeded.append((role, record._name, answer.status_code))
        self.assertGreater(tried["portal"], 3)
        self.assertEqual(set(self.people), set(access_tables.ROLES))
        log_attempts(23, "files for others' records", tried)
        self.assertEqual(succeeded, [])
