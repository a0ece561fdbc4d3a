"""Attack 17 of docs/security.md: files that unfold, lead out or are something else."""

import base64
import time
from collections import Counter

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.kuaidi_key_account.tests.figure_files import (
    SHEET,
    make_big_book,
    make_book,
    make_encrypted_book,
    make_entity_book,
    make_lying_book,
    make_sparse_book,
    put_rows,
    rewrite_book,
)
from odoo.addons.kuaidi_key_account.tests.word_files import OLE, build_docx, change_docx

from .attack_common import QUIET, REFUSALS, AttackCase

# each window that takes a file: what it is for, and its buttons in their order
WINDOWS = {
    "kuaidi.figure.import": (None, ("action_read", "action_read_next")),
    "kuaidi.insurance.import": ("policy_id", ("action_read", "action_read_next")),
    "kuaidi.price.rating": ("agreement_id", ("action_rate", "action_read_next")),
    "kuaidi.price.sheet.import": ("agreement_id", ("action_import",)),
    "kuaidi.tender.requirement.import": ("tender_id", ("action_read",)),
}
STRINGS = "xl/sharedStrings.xml"
LAUGHS = b'<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY x "&b;&b;">'
OUTSIDE = b'<!ENTITY x SYSTEM "file:///etc/passwd">'
ADDRESS = b'<!ENTITY x SYSTEM "http://10.9.8.7/x">'
PART = "word/document.xml"
SECONDS = 2


def make_files():
    """Return the files by what is wrong with them."""
    book, letter = make_book(), build_docx("1.1 x")
    nested = b"<row>" + b"<c>" * 5000 + b"</c>" * 5000 + b"</row>"
    zeros = bytes(64 * 2**20)
    parts = [(f"x{number}", b"") for number in range(2001)]
    return {
        "nothing": b"",
        "an empty archive": b"PK\x05\x06" + bytes(18),
        "an archive bomb": rewrite_book(book, (), [("xl/media/x", zeros)]),
        "a Word bomb": change_docx(letter, {"word/media/a.xml": zeros}),
        "an entity bomb": make_entity_book(STRINGS, LAUGHS),
        "an entity of a file": make_entity_book(SHEET, OUTSIDE),
        "an entity of an address": make_entity_book("xl/workbook.xml", ADDRESS),
        "entities in Word": change_docx(
            letter, {PART: b"<!DOCTYPE x [" + OUTSIDE + b"]><x>&x;</x>"}
        ),
        "a cell far below": make_sparse_book(),
        "two million cells": make_big_book(is_alike=True),
        "lying sizes": make_lying_book(),
        "encrypted parts": make_encrypted_book(),
        "a part outside": rewrite_book(book, (), [("../../etc/x", b"x")]),
        "a part of the system": rewrite_book(book, (), [("/etc/x", b"x")]),
        "a thousand parts": rewrite_book(book, (), parts),
        "macros": rewrite_book(book, (), [("xl/vbaProject.bin", b"x")]),
        "deep nesting": rewrite_book(book, {SHEET: put_rows(nested)}),
        "old Excel": OLE,
        "a web page": b"<html><table><tr><td>1</td></tr></table>",
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(50),
        "a program": b"MZ" + bytes(500),
    }


@tagged("post_install", "-at_install")
class TestAttackByImports(AttackCase):
    """Every window that takes a file gets each of the files, from every role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._serve_strangers()
        cls.records["kuaidi.insurance.policy"].sudo().kind = "cargo"
        cls.files = make_files()

    def _prepare_window(self, name, content):
        link = WINDOWS[name][0]
        values = {"file": base64.b64encode(content), "file_name": "../x.xlsx\r\n"}
        if link:
            comodel = self.env[name]._fields[link].comodel_name
            values[link] = self.records[comodel].id
        return values

    def _read(self, user, name, content):
        """Choose a file and press the buttons; return the refusal, if there is one."""
        window = self._get_env(user)[name].with_context(lang="en_US")
        savepoint = self.env.cr.savepoint()
        try:
            window = window.create(self._prepare_window(name, content))
            for button in WINDOWS[name][1]:
                answer = getattr(window, button)()
            while isinstance(answer, dict) and answer.get("is_done") is False:
                answer = window.action_read_next()
            return None
        except REFUSALS as error:
            return error
        finally:
            self.env.transaction.clear()
            savepoint.close(rollback=True)

    # === TESTS === #

    @mute_logger(*QUIET)
    def test_no_window_takes_a_file_that_does_harm(self):
        tried, succeeded, words = Counter(), [], {name: set() for name in WINDOWS}
        for name in WINDOWS:
            for role, user in self.everybody.items():
                for title, content in self.files.items():
                    tried[role] += 1
                    start = time.process_time()
                    refusal = self._read(user, name, content)
                    seconds = time.process_time() - start
                    if refusal is None or seconds > SECONDS:
                        succeeded.append((role, name, title, seconds))
                    elif not isinstance(refusal, AccessError):
                        self.assertIsInstance(refusal, UserError, (name, title))
                        words[name].add(str(refusal))
        # the files are looked into, not refused for some other reason
        for name, sentences in words.items():
            with self.subTest(name=name):
                self.assertGreater(len(sentences), 4)
                self.assertNotRegex(" ".join(sentences), r"/etc/|Traceback|root:")
        self._report(17, "files of imports", tried, succeeded)
