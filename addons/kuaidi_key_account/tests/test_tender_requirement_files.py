import io
import time
import zipfile

from odoo.tests import BaseCase

from ..tools import pdf_text
from ..tools.requirement_sheet import write_template
from ..tools.tender_error import TenderFileError
from ..tools.tender_file import read_tender_file, read_tender_text
from .figure_files import (
    make_big_book,
    make_book,
    make_encrypted_book,
    make_entity_book,
    make_lying_book,
    make_sparse_book,
    say,
)
from .tender_files import (
    TENDER,
    make_docx,
    make_docx_pages,
    make_pdf,
    make_pdf_bomb,
    make_scanned_pdf,
)

LINES = TENDER.splitlines()


def rewrite(content, name, change):
    """Return a zip file with one part changed."""
    output = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.namelist():
            part = source.read(entry)
            target.writestr(entry, change(part) if entry == name else part)
    return output.getvalue()


class TestTenderRequirementFiles(BaseCase):
    """Tender documents are read, whatever they are and whoever made them (class 17)."""

    def _refuse(self, content, words, seconds=2):
        """Check that a file is refused in those words, and soon."""
        start = time.monotonic()
        with self.assertRaises(TenderFileError) as caught:
            read_tender_file(content)
        self.assertLess(time.monotonic() - start, seconds)
        error = caught.exception
        self.assertIn(words, say(error.message) % (error.values or {}))

    def _list(self, content):
        return [(c.clause, c.text) for c in read_tender_file(content)]

    def test_word_pdf_and_paste_give_the_same_clauses(self):
        expected = [(c.clause, c.text) for c in read_tender_text(TENDER)]
        self.assertEqual(len(expected), 13)
        self.assertEqual(self._list(make_docx(LINES)), expected)
        self.assertEqual(self._list(make_pdf([LINES])), expected)

    def test_pages_are_told(self):
        self.assertEqual(
            [c.page for c in read_tender_file(make_pdf([LINES[:9], LINES[9:]]))][2:5],
            [1, 2, 2],
        )
        document = make_docx_pages(["1.1 甲要求。", "1.2 乙要求。"])
        self.assertEqual([c.page for c in read_tender_file(document)], [1, 2])
        self.assertEqual([c.page for c in read_tender_file(make_docx(LINES))], [0] * 13)

    def test_word_shows_numbers_that_it_does_not_store(self):
        document = make_docx(numbered=["投标人须持有许可证。", "投标人须提供车辆。"])
        self.assertEqual(
            self._list(document),
            [("1", "投标人须持有许可证。"), ("2", "投标人须提供车辆。")],
        )

    def test_a_scoring_table_of_a_document_is_read_as_one(self):
        document = make_docx(
            ["第六章 评标办法", "1、评分如下表所列，按各项之和计。"],
            table=[
                ["序号", "评审因素", "评分标准", "分值"],
                ["1", "网络覆盖", "覆盖全部县级市得满分", "10"],
                ["2", "类似业绩", "每个业绩得2分", "8"],
            ],
        )
        self.assertEqual(
            [(c.clause, c.text, c.score) for c in read_tender_file(document)],
            [
                ("第六章 1", "评分如下表所列，按各项之和计。", 0),
                ("1", "网络覆盖：覆盖全部县级市得满分", 10),
                ("2", "类似业绩：每个业绩得2分", 8),
            ],
        )

    def test_a_workbook_is_read_by_the_names_of_its_columns(self):
        headers = ("条款号", "页码", "招标文件要求", "是否★", "分值", "类别")
        book = make_book(
            [
                ["3.1", 12, "投标人须持有许可证。", "是", "", "商务"],
                ["", 13, "=1+1 也是文字", "", "5分", "技术"],
                ["4", "", "", "是", "", ""],
            ],
            headers,
            strings_to_formulas=False,
        )
        self.assertEqual(
            [
                (c.clause, c.page, c.text, c.is_mandatory, c.score, c.part)
                for c in read_tender_file(book)
            ],
            [
                ("3.1", 12, "投标人须持有许可证。", True, 0, "commercial"),
                ("3.1", 13, "=1+1 也是文字", False, 5, "technical"),
            ],
        )

    def test_the_template_is_read_back(self):
        for is_chinese in (True, False):
            with self.subTest(is_chinese=is_chinese):
                clauses = read_tender_file(write_template(is_chinese, "Sheet"))
                self.assertEqual(
                    [(c.clause, c.page, c.is_mandatory, c.score) for c in clauses],
                    [("3.2", 12, True, 0), ("5.1.2", 31, False, 5)],
                )

    def test_other_files_are_refused_in_words(self):
        ole = b"\xd0\xcf\x11\xe0" + b"\0" * 600
        cases = {
            "empty": (b" ", "The file is empty"),
            "picture as pdf": (b"\x89PNG" + b"\0" * 99, "neither a Word"),
            "text as docx": (b"hello", "neither a Word"),
            "old word": (ole, "old version of Word"),
            "protected word": (
                ole + "EncryptedPackage".encode("utf-16-le"),
                "protected by a password",
            ),
            "zip": (rewrite(make_docx(), "", bytes)[:60], "damaged"),
            "other zip": (
                rewrite(make_book(), "", bytes).replace(b"xl/workbook", b"xl/workbxxx"),
                "no Word document",
            ),
            "no list": (make_book([["a", "b"]], ("x", "y")), "No column of the sheet"),
        }
        for name, (content, words) in cases.items():
            with self.subTest(name=name):
                self._refuse(content, words)

    def test_bad_pdf_is_refused_in_words(self):
        good = make_pdf([LINES])
        cases = {
            "corrupt": (b"%PDF-1.4\n1 0 obj\nnonsense", "damaged or cut short"),
            "cut short": (good[: len(good) // 3], "damaged or cut short"),
            "header alone": (b"%PDF-1.7\n", "damaged or cut short"),
            "scanned": (make_scanned_pdf(), "it was scanned"),
            "password": (make_pdf([LINES], encrypt="secret"), "by a password"),
            "bomb": (make_pdf_bomb(), "unfolds to far more"),
            "pages": (make_scanned_pdf(801), "more than 800 pages"),
            "loop": (
                b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj"
                b"<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>",
                "damaged or cut short",
            ),
        }
        for name, (content, words) in cases.items():
            with self.subTest(name=name):
                self._refuse(content, words)

    def test_a_parser_that_never_ends_is_ended(self):
        content = make_pdf([LINES])
        seconds, pdf_text.MAX_SECONDS = pdf_text.MAX_SECONDS, 0.01
        self.addCleanup(setattr, pdf_text, "MAX_SECONDS", seconds)
        self._refuse(content, "takes too long")

    def test_bad_workbooks_are_refused_in_words(self):
        cases = {
            "sparse": (make_sparse_book(), "rows"),
            "alike": (make_big_book(True), "unfolds to far more"),
            "lying": (make_lying_book(), "damaged"),
            "encrypted": (make_encrypted_book(), "damaged"),
            "entity": (
                make_entity_book(
                    "xl/workbook.xml", b'<!ENTITY x SYSTEM "file:///etc/passwd">'
                ),
                "damaged",
            ),
            "many": (
                make_book(
                    [[str(row), f"要求{row}"] for row in range(2_050)],
                    ("条款号", "要求"),
                ),
                "more than 2000 requirements",
            ),
        }
        for name, (content, words) in cases.items():
            with self.subTest(name=name):
                self._refuse(content, words)

    def test_bad_documents_are_refused_in_words(self):
        document = make_docx(LINES)
        part = "word/document.xml"

        def put_entity(content):
            head, mark, rest = content.partition(b"?>")
            return head + mark + b'<!DOCTYPE x [<!ENTITY x "y">]>' + rest

        cases = {
            "entity": (rewrite(document, part, put_entity), "damaged"),
            "broken": (rewrite(document, part, lambda xml: xml[:200]), "damaged"),
            "bomb": (
                rewrite(document, part, lambda xml: xml + b" " * 250_000_000),
                "unfolds to far more",
            ),
            "no body": (rewrite(document, part, lambda xml: b"<a/>"), "damaged"),
        }
        for name, (content, words) in cases.items():
            with self.subTest(name=name):
                self._refuse(content, words)

    def test_a_text_without_end_is_refused(self):
        with self.assertRaises(TenderFileError):
            read_tender_text("1.1 要求。" * 300_000)
