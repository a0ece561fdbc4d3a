"""Attacks 14, 15, 21 and 30 of docs/security.md: what strangers' texts do."""

import io
import pathlib
import re
import zipfile
from collections import Counter

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from . import access_tables
from .attack_common import MARK, QUIET, AttackCase

ADDONS = pathlib.Path(__file__).resolve().parent.parent / "addons"
# the script as code, not as the text that it is
LIVE = re.compile(r"<img[^>]*\bonerror\s*=|<script[^>]*>[^<]*alert|javascript:", re.I)
# how code makes a page of a text by itself, and how it runs a text
UNSAFE_MARKUP = re.compile(r"\bt-raw\b|innerHTML|outerHTML|insertAdjacentHTML|\beval\(")
UNSAFE_PYTHON = re.compile(
    r"\bsafe_eval\b|(?<!_)\beval\(|\bexec\(|pickle|yaml\.load\(|os\.system|shell=True"
    r"|Markup\(f[\"']|Markup\([a-z]"
)
# how code would call an address that somebody typed
CALLS = re.compile(
    r"\b(import requests|from requests|httpx|aiohttp|urllib\.request|http\.client)\b"
    r"|\b(ftplib|smtplib|socket)\b|urlopen\(|(?<!search_)fetch\(|XMLHttpRequest"
)
# a drawing that escapes its labels, and a text that is stripped of its tags
REVIEWED = (
    '"chart": Markup(draw_rates(bars, heads)),',
    "tag=Markup(broken[0]).striptags(),",
)


@tagged("post_install", "-at_install")
class TestAttackByContent(AttackCase):
    """Every name and text of the strangers is a formula and a script at once."""

    def _iter_sources(self, *suffixes):
        for path in sorted(ADDONS.rglob("*")):
            if path.suffix in suffixes and not {"tests", "demo"} & set(path.parts):
                yield path

    # === TESTS === #

    def test_no_field_of_rich_text_keeps_or_shows_a_script(self):
        seen = Counter()
        for name, model in access_tables.get_own_models(self.env).items():
            if model._abstract:
                continue
            for field in self.env[name]._fields.values():
                if field.type != "html":
                    continue
                with self.subTest(model=name, field=field.name):
                    # a page that the server makes itself escapes its values
                    self.assertTrue(field.sanitize or not field.store)
                    value = self.records[name][:1].sudo()[field.name] or ""
                    seen[MARK in value] += 1
                    self.assertNotRegex(value, LIVE)
        self.assertGreater(seen[True], 5)

    @mute_logger(*QUIET)
    def test_no_printed_page_runs_a_script(self):
        seen = Counter()
        for report in self._get_own("ir.actions.report"):
            record = self.records.get(report.model)
            if report.report_type == "xlsx" or not record:
                continue
            with self.subTest(report=report.report_name):
                try:
                    page, _kind = report.with_context(lang="en_US")._render_qweb_html(
                        report.report_name, record.ids
                    )
                except UserError:
                    continue  # not printed in this state
                text = page.decode() if isinstance(page, bytes) else str(page)
                seen[MARK in text] += 1
                self.assertNotRegex(text, LIVE)
        self.assertGreater(seen[True], 5)

    @mute_logger(*QUIET)
    def test_no_mail_runs_a_script_or_gets_a_second_header(self):
        seen = Counter()
        for template in self._get_own("mail.template"):
            record = self.records.get(template.model)
            if not record:
                continue
            with self.subTest(template=template.name):
                body = str(template._render_field("body_html", record.ids)[record.id])
                subject = template._render_field("subject", record.ids)[record.id]
                seen[MARK in body] += 1
                self.assertNotRegex(body, LIVE)
                self.assertNotRegex(subject, r"[\r\n]")
        self.assertGreater(seen[True], 5)

    def test_no_source_makes_markup_or_code_of_a_text(self):
        for suffixes, pattern in (
            ((".xml", ".js"), UNSAFE_MARKUP),
            ((".py",), UNSAFE_PYTHON),
        ):
            found = [
                f"{path.relative_to(ADDONS)}: {line.strip()}"
                for path in self._iter_sources(*suffixes)
                for line in path.read_text(encoding="utf-8").splitlines()
                if pattern.search(line) and line.strip() not in REVIEWED
            ]
            with self.subTest(suffixes=suffixes):
                self.assertEqual(found, [])

    def test_no_source_calls_an_address(self):
        found = [
            f"{path.relative_to(ADDONS)}: {line.strip()}"
            for path in self._iter_sources(".py", ".js")
            for line in path.read_text(encoding="utf-8").splitlines()
            if CALLS.search(line)
        ]
        self.assertEqual(found, [])

    @mute_logger(*QUIET)
    def test_no_workbook_holds_a_formula_or_a_link_of_a_name(self):
        tried, seen = Counter(), Counter()
        for report in self._get_own("ir.actions.report"):
            if report.report_type != "xlsx":
                continue
            name = f"report.{report.report_name}"
            record = self.records.get(report.model, self.env["res.partner"])
            for role, user in self.everybody.items():
                tried[role] += 1
                answer = self._ask(
                    user,
                    name,
                    "create_xlsx_report",
                    [],
                    record.ids,
                    {"domain": [("id", "in", record.ids)]},
                    context={"active_model": report.model},
                )
                with self.subTest(report=report.report_name, role=role):
                    if answer:
                        seen[role, self._look_into(answer[0])] += 1
        self.assertGreater(seen["admin", True], 8)
        self._report(15, "workbooks", tried, [])

    @mute_logger(*QUIET)
    def test_whoever_may_not_export_gets_no_list_by_the_report_s_own_address(self):
        for report in self._get_own("ir.actions.report"):
            writer = self.env.get(f"report.{report.report_name}")
            if report.report_type != "xlsx" or report.report_name.endswith(
                ("statement_xlsx", "client_review_xlsx")  # papers of one client
            ):
                continue
            for user in (self.portal, self.internal, self.manager, self.sales):
                answer = self._ask(
                    user,
                    writer._name,
                    "create_xlsx_report",
                    [],
                    [],
                    {"domain": []},
                    context={"active_model": report.model},
                )
                with self.subTest(report=report.report_name, user=user.login):
                    self.assertIsNone(answer)

    def test_every_workbook_is_made_without_formulas_and_links(self):
        makers = [
            path
            for path in self._iter_sources(".py")
            if "xlsxwriter.Workbook(" in path.read_text(encoding="utf-8")
        ]
        self.assertGreater(len(makers), 3)
        for path in makers:
            text = path.read_text(encoding="utf-8")
            with self.subTest(path=str(path.relative_to(ADDONS))):
                for option in ("strings_to_formulas", "strings_to_urls"):
                    self.assertRegex(text, rf'"{option}": False|OPTIONS')

    def _look_into(self, content):
        """Check a workbook's sheets; return whether a stranger's name stands in it."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheets = [name for name in archive.namelist() if "worksheets/" in name]
            text = "".join(archive.read(name).decode() for name in sheets)
            names = archive.namelist()
            words = text + "".join(
                archive.read(name).decode() for name in names if "sharedStr" in name
            )
        for formula in re.findall(r"<f>(.*?)</f>", text):
            # sums of our own
            self.assertNotIn(MARK, formula)
            self.assertNotIn("1+1", formula)
        self.assertNotIn("<hyperlink", text)
        self.assertFalse([name for name in names if "externalLink" in name])
        return MARK in words
