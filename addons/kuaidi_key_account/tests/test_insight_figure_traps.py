import json
import subprocess
import sys
import tempfile
from pathlib import Path

from odoo.tests import BaseCase

from ..tools.table_error import TableFileError
from ..tools.table_file import TITLE_ROWS, open_table_file
from .figure_files import (
    SHEET,
    make_big_book,
    make_book,
    make_encrypted_book,
    make_entity_book,
    make_lying_book,
    make_sparse_book,
    put_rows,
    rewrite_book,
    say,
)

STRINGS = "xl/sharedStrings.xml"
BOMB = b'<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY x "&b;&b;">'
EXTERNAL = b'<!ENTITY x SYSTEM "file:///etc/hostname">'
TITLES = "客户编号,月份,票数\n"
# what a refusal may take
SECONDS, MEBIBYTES = 2, 100
# runs in a process of its own, so that its memory is nobody else's
MEASURE = """
import json, sys, time, types
package = types.ModuleType("reader")
package.__path__ = [sys.argv[1]]
sys.modules["reader"] = package
from reader.table_error import TableFileError
from reader.table_file import open_table_file
def read_status(name):
    with open("/proc/self/status") as file:
        [line] = [line for line in file if line.startswith(name)]
    return int(line.split()[1]) / 1024
for path in sys.argv[2:]:
    with open(path, "rb") as file:
        content = file.read()
    before = read_status("VmRSS")
    start, reason = time.process_time(), None
    try:
        table = open_table_file(content)
        table.check_size()
        position, number = 0, 0
        while position is not None:
            rows, position, number = table.read_rows(position, number, 10_000)
    except TableFileError as error:
        reason = error.message._translate("en_US")
    seconds = time.process_time() - start
    print(json.dumps([reason, seconds, read_status("VmHWM") - before]))
"""


class TestFigureTraps(BaseCase):
    """Files that are something else, broken or meant to do harm are refused."""

    def _refuse(self, content):
        """Return the sentence with which a file is refused."""
        with self.assertRaises(TableFileError) as caught:
            table = open_table_file(content)
            table.check_size()
            position, number = 0, 0
            while position is not None:
                _rows, position, number = table.read_rows(position, number, 50_000)
        return say(caught.exception.message)

    def test_each_file_is_refused_with_a_sentence_that_helps(self):
        book = make_book([["KA1", "2026-10", 1, 0]])
        rows = b'<row r="5"><c><v>1</v></c></row>'
        nested = b"<row>" + b"<c>" * 5000 + b"</c>" * 5000 + b"</row>"
        cases = {
            "nothing": (b"", "is empty"),
            "blanks": (b"\xef\xbb\xbf \r\n\t", "is empty"),
            "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "(.xls)"),
            "web page": (b"<html><table><tr><td>1</td></tr></table>", "web page"),
            "web page with a mark": (b"\xef\xbb\xbf<!DOCTYPE html>", "web page"),
            "PDF": (b"%PDF-1.4\n", "neither an Excel file"),
            "picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), "neither an Excel file"),
            "empty zip": (b"PK\x05\x06" + bytes(18), "Excel file is empty"),
            "binary": (b"a,b\0c\n", "binary data"),
            "unknown text": (b"a,b\n\xff\xfe\xff", "neither UTF-8 nor GBK"),
            "NUL in UTF-16": ("a\0b".encode("utf-16"), "neither UTF-8 nor GBK"),
            "cut character": (f"{TITLES}海".encode()[:-1], "cut short"),
            "open quote": (f'{TITLES}"KA1,2026-10,1\n'.encode(), "quotation mark"),
            "long text": (TITLES.encode() + b"x" * 300_000, "without end"),
            "many columns": (b"a," * 40 + b"a\n", "40 columns"),
            "many lines": (b"a\n" * 200_002, "200000 rows"),
            "many blank lines": (b"a\n" + b"\n" * 500_000, "200000 rows"),
            "zip of something": (
                rewrite_book(book).replace(b"xl/workbook.xml", b"xl/Workbook.xml"),
                "zip file",
            ),
            "cut short": (book[:-200], "damaged"),
            "half": (book[: len(book) // 2], "damaged"),
            "macros": (rewrite_book(book, (), [("xl/vbaProject.bin", b"x")]), "macros"),
            "way out": (rewrite_book(book, (), [("../../x", b"x")]), "damaged"),
            "root": (rewrite_book(book, (), [("/etc/x", b"x")]), "damaged"),
            "drive": (rewrite_book(book, (), [("C:\\x", b"x")]), "damaged"),
            "encrypted": (make_encrypted_book(), "damaged"),
            "many parts": (
                rewrite_book(book, (), [(f"x{n}", b"") for n in range(1001)]),
                "unfolds",
            ),
            "zip bomb": (
                rewrite_book(book, (), [("xl/media/x", bytes(64 * 2**20))]),
                "unfolds",
            ),
            "lying sizes": (make_lying_book(), "damaged"),
            "entities beside the sheet": (make_entity_book(STRINGS, BOMB), "damaged"),
            "entities in the sheet": (make_entity_book(SHEET, BOMB), "damaged"),
            "entities in the book": (
                make_entity_book("xl/workbook.xml", BOMB),
                "damaged",
            ),
            "another file": (make_entity_book(STRINGS, EXTERNAL), "damaged"),
            "nested": (rewrite_book(book, {SHEET: put_rows(nested)}), "damaged"),
            "rows that go back": (
                rewrite_book(book, {SHEET: put_rows(rows + rows)}),
                "damaged",
            ),
            "wide sheet": (
                make_book(write=lambda book, sheet: sheet.write_number(3, 40, 1)),
                "40 columns",
            ),
            "sheet without end": (
                rewrite_book(book, {SHEET: lambda part: part[: part.find(b"</row>")]}),
                "damaged",
            ),
            "no sheet data": (
                rewrite_book(book, {SHEET: lambda part: b"<worksheet></worksheet>"}),
                "damaged",
            ),
            "unknown text of a cell": (
                rewrite_book(
                    book, {SHEET: lambda part: part.replace(b"<v>0</v>", b"<v>99</v>")}
                ),
                "damaged",
            ),
            "hidden": (
                rewrite_book(
                    book,
                    {
                        "xl/workbook.xml": lambda part: part.replace(
                            b"<sheet ", b'<sheet state="veryHidden" '
                        )
                    },
                ),
                "no visible sheet",
            ),
        }
        for name, (content, words) in cases.items():
            with self.subTest(name):
                self.assertIn(words, self._refuse(content))

    def test_a_part_that_is_there_twice_is_refused(self):
        with self.assertWarns(UserWarning):
            content = rewrite_book(make_book(), (), [(SHEET, b"<worksheet/>")])
        self.assertIn("damaged", self._refuse(content))

    def test_what_would_unfold_is_refused_within_2_seconds_and_100_mebibytes(self):
        files = {
            "sparse": (make_sparse_book(), "200000 rows"),
            "two million cells alike": (make_big_book(is_alike=True), "unfolds"),
            "two million cells": (make_big_book(is_alike=False), "1500000 cells"),
            "zip bomb": (
                rewrite_book(make_book(), (), [("xl/media/x", bytes(64 * 2**20))]),
                "unfolds",
            ),
            "entity bomb": (make_entity_book(STRINGS, BOMB), "damaged"),
            "cut short": (make_big_book(is_alike=False)[:-200], "damaged"),
            "20 MB of commas": (b"," * 20 * 2**20, "without end"),
            "20 MB of quoted lines": (b'"\n",' * 4 * 2**20, "200000 rows"),
            "2 MB of quoted lines": (b'"\n",' * 300_000, "without end"),
            "20 MB of lines": (b"a" + b"\n" * 20 * 2**20, "200000 rows"),
            "20 MB without end": (b'a,b\n"' + b"x" * 20 * 2**20, "without end"),
        }
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number, (content, _words) in enumerate(files.values()):
                path = Path(folder, str(number))
                path.write_bytes(content)
                paths.append(str(path))
            done = subprocess.run(
                [
                    sys.executable,
                    "-W",
                    "ignore",
                    "-c",
                    MEASURE,
                    str(Path(__file__).parents[1] / "tools"),
                    *paths,
                ],
                env={"PYTHONPATH": ":".join(sys.path)},
                capture_output=True,
                timeout=120,
                check=True,
            )
        reports = [json.loads(line) for line in done.stdout.splitlines()]
        for (name, (_content, words)), report in zip(
            files.items(), reports, strict=True
        ):
            reason, seconds, mebibytes = report
            with self.subTest(name):
                self.assertIn(words, reason or "")
                self.assertLess(seconds, SECONDS)
                self.assertLess(mebibytes, MEBIBYTES)

    def test_an_honest_file_of_a_hundred_thousand_rows_passes(self):
        lines = "".join(f"KA{number},2026-10,{number}\n" for number in range(100_000))
        table = open_table_file((TITLES + lines).encode())
        table.check_size()
        rows, position, number = table.read_rows(0, 0, TITLE_ROWS)
        self.assertEqual((len(rows), position, number), (10, 10, 10))
