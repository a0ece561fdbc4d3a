"""Attacks 14, 16, 20, 21 and 22 of docs/security.md: words that are more than words."""

import base64
import io
import re
import socket
import zipfile
from collections import Counter
from unittest.mock import patch

from odoo.http import content_disposition
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .attack_common import MARK, QUIET, REFUSALS, AttackCase

# what an expression comes to where it is worked out
RESULT = str(7919 * 104729)
TEMPLATES = (
    "{{ 7919*104729 }}{% if 1 %}{{ 7919*104729 }}{% endif %}${7919*104729}"
    "<t t-out='7919*104729'/>{{ object.__class__ }}%(id)s{0.__class__}"
)
ADDRESS = "http://10.9.8.7/"
PICTURE = f"<img src='{ADDRESS}' onerror='alert(1)'>"
LINES = "\r\nBcc: all@evil.example\r\n\r\n"
FOLDERS = "../../..\\CON:\u202egpj.\u2028"
LIVE = re.compile(r"<img[^>]*\bonerror\s*=|<script[^>]*>[^<]*alert|javascript:", re.I)
WORKED_OUT = re.compile(rf"{RESULT}|<class |&lt;class ")
FETCHED = re.compile(rf"""(src|href|url|data)\s*[=(]\s*["']?{re.escape(ADDRESS)}""")


@tagged("post_install", "-at_install")
class TestAttackByWords(AttackCase):
    """Every word of the strangers is a template, an address, a header and a path."""

    evil = f"{TEMPLATES}{PICTURE}{FOLDERS}{MARK}{LINES}"

    def _as(self, user, record):
        """Return a record as somebody sees it in the company of its own."""
        return record.with_env(self._get_env(user)).with_context(lang="en_US")

    def _iter_pages(self):
        """Yield who prints what, and the page, or None where it is refused."""
        for report in self._get_own("ir.actions.report"):
            record = self.records.get(report.model)
            if report.report_type == "xlsx" or not record:
                continue
            for role, user in self.everybody.items():
                try:
                    with self.env.cr.savepoint():
                        self._as(user, record).check_access("read")
                        page, _kind = self._as(user, report)._render_qweb_html(
                            report.report_name, record.ids
                        )
                except REFUSALS:
                    page = None
                yield role, report, page and str(page, "utf-8")

    def _build(self, part):
        """Return the message that goes to the mail server."""
        return self.env["ir.mail_server"]._build_email__(
            part["email_from"],
            part["email_to"] or ["nobody@client.example"],
            part["subject"],
            part["body"],
            email_cc=part["email_cc"],
            reply_to=part["reply_to"],
            subtype="html",
        )

    # === TESTS === #

    @mute_logger(*QUIET)
    def test_no_printed_page_works_out_runs_or_fetches_a_word(self):
        tried, succeeded, marked = Counter(), [], Counter()
        for role, report, page in self._iter_pages():
            tried[role] += 1
            if page is None:
                continue
            marked[role] += MARK in page
            for pattern in (WORKED_OUT, LIVE, FETCHED):
                found = pattern.search(page)
                if found:
                    succeeded.append((role, report.report_name, found[0]))
        self.assertGreater(marked["admin"], 5)
        for number in (14, 16, 21):
            self._report(number, "printed pages", tried, succeeded)

    @mute_logger(*QUIET)
    def test_no_name_of_a_printed_file_is_a_path_or_a_header(self):
        tried, succeeded = Counter(), []
        for report in self._get_own("ir.actions.report"):
            record = self.records.get(report.model)
            if not report.print_report_name or not record:
                continue
            for role, user in self.everybody.items():
                tried[role] += 1
                try:
                    name = safe_eval(
                        report.print_report_name, {"object": self._as(user, record)}
                    )
                except REFUSALS:
                    continue
                header = content_disposition(f"{name}.pdf")
                if re.search(r"[\r\n/\\\u202e]", header) or RESULT in header:
                    succeeded.append((role, report.report_name, header))
        self._report(20, "names of printed files", tried, succeeded)

    @mute_logger(*QUIET, "odoo.addons.mail.models.mail_mail")
    def test_no_mail_gets_a_second_header_or_works_a_word_out(self):
        tried, succeeded, marked, built = Counter(), [], Counter(), Counter()
        self.stranger.email = f"li@client.example{LINES}"
        for role, user in self.everybody.items():
            for template in self._get_own("mail.template"):
                record = self.records.get(template.model)
                if not record:
                    continue
                tried[role] += 1
                try:
                    with self.env.cr.savepoint():
                        number = self._as(user, template).send_mail(record.id)
                except REFUSALS:
                    continue
                mail = self.env["mail.mail"].browse(number)
                marked[role] += MARK in mail.body_html
                for part in mail._prepare_outgoing_list():
                    try:
                        message = self._build(part)
                    except ValueError:
                        continue  # a header of two lines is not sent at all
                    sent = message.as_bytes().partition(b"\r\n\r\n")[0]
                    built[role] += 1
                    if message["Bcc"] or b"\nBcc:" in sent:
                        succeeded.append((role, template.name, "header"))
                for text, pattern in (
                    (mail.subject, WORKED_OUT),
                    (mail.body_html, WORKED_OUT),
                    (mail.body_html, LIVE),
                ):
                    found = pattern.search(text)
                    if found:
                        succeeded.append((role, template.name, found[0]))
        self.assertGreater(marked["admin"], 5)
        self.assertGreater(built["admin"], 5)
        for number in (16, 22):
            self._report(number, "mails", tried, succeeded)

    @mute_logger(*QUIET, "odoo.addons.mail.models.mail_mail")
    def test_no_mail_of_whoever_gives_themselves_two_lines_gets_a_header(self):
        tried, succeeded = Counter(), []
        template = self._get_own("mail.template").filtered(
            lambda row: row.model == "kuaidi.claim"
        )[:1]
        claim = self.records["kuaidi.claim"]
        claim.sudo().email = "li@client.example"
        for role, user in self.everybody.items():
            for values in (
                {"name": f"{role}{LINES}"},
                {"email": f"{role}@shunda.example{LINES}"},
            ):
                tried[role] += 1
                savepoint = self.env.cr.savepoint()
                try:
                    user.with_user(user).write(values)
                    mail = self.env["mail.mail"].browse(
                        self._as(user, template).send_mail(claim.id)
                    )
                    sent = self._build(mail._prepare_outgoing_list()[0]).as_bytes()
                    if b"\nBcc:" in sent.partition(b"\r\n\r\n")[0]:
                        succeeded.append((role, values))
                except REFUSALS:
                    continue
                finally:
                    savepoint.close(rollback=True)
        self._report(22, "names of senders", tried, succeeded)

    @mute_logger(*QUIET)
    def test_no_word_file_of_a_contract_works_a_word_out(self):
        tried, succeeded, marked = Counter(), [], Counter()
        contract = self.records["kuaidi.contract"]
        # a title stands among the properties of the file too, which are short
        contract.sudo().title = f"{MARK}{TEMPLATES}"
        template = self.env["kuaidi.contract.template"].search([], limit=1)
        for role, user in self.everybody.items():
            tried[role] += 1
            wizard = self._as(user, self.env["kuaidi.contract.print"])
            try:
                with self.env.cr.savepoint():
                    made = wizard.create(
                        {"contract_id": contract.id, "template_id": template.id}
                    )
                    action = made.action_print()
            except REFUSALS:
                continue
            content = base64.b64decode(
                made.sudo().with_context(bin_size=False).document
            )
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                text = archive.read("word/document.xml").decode()
            marked[role] += MARK in text
            # the name is the last part of an address, and is a name alone
            name = action["url"].partition("/document/")[2].partition("?")[0]
            if WORKED_OUT.search(text) or not re.fullmatch(
                r"[^\r\n\u202e/\\#%<>]+\.docx", name
            ):
                succeeded.append((role, action["url"]))
        self.assertTrue(marked["crm_centre"])
        for number in (16, 20):
            self._report(number, "contracts in Word", tried, succeeded)

    @mute_logger(*QUIET, "odoo.addons.mail.models.mail_mail")
    def test_nothing_that_is_typed_makes_the_server_call_an_address(self):
        tried, called = Counter(), []
        addresses = (
            ADDRESS,
            "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
            "gopher://127.0.0.1:6379/_x",
            "//127.0.0.1/",
        )

        def note(_socket, address, *args):
            called.append(address)
            raise OSError("no calls")

        with patch.object(socket.socket, "connect", note):
            for role, user in self.everybody.items():
                for address in addresses:
                    for model, method, arguments in (
                        ("res.partner", "write", [{"website": address}]),
                        ("kuaidi.key.account", "write", [{"handover_other": PICTURE}]),
                        ("ir.attachment", "create", [{"name": "x", "url": address}]),
                    ):
                        tried[role] += 1
                        ids = [] if method == "create" else [self.records[model].ids]
                        self._call(user, model, method, *ids, *arguments)
        self.assertEqual(called, [])
        self._report(21, "addresses", tried, called)
