"""Workbooks as tests need them: honest ones, and crafted ones."""

import io
import random
import zipfile

import xlsxwriter

HEADERS = ("客户编号", "月份", "票数", "晚点票数")
SHEET = "xl/worksheets/sheet1.xml"


def make_book(rows=(), headers=HEADERS, write=None, **options):
    """Return a workbook of one sheet.

    :param rows: lists of values, written as they are
    :param write: function called with the book and its sheet, to write more
    """
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, headers)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
        if write:
            write(book, sheet)
    return output.getvalue()


def rewrite_book(content, changed=(), added=(), compression=zipfile.ZIP_DEFLATED):
    """Return a workbook with other parts.

    :param changed: functions from old to new content, by name of the part
    :param added: pairs (name, content) of parts to add
    """
    output = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(output, "w", compression) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, dict(changed).get(name, bytes)(part))
        for name, part in added:
            target.writestr(name, part)
    return output.getvalue()


def put_rows(rows):
    """Return a function that puts other rows into a sheet."""

    def put(part):
        head = part.partition(b"<sheetData>")[0]
        return b"%s<sheetData>%s</sheetData></worksheet>" % (head, rows)

    return put


def make_sparse_book():
    """Return 5 KB with one cell at row 300,000."""
    return make_book(write=lambda book, sheet: sheet.write_number(299_999, 30, 1))


def make_big_book(is_alike):
    """Return two million cells: in 220 KB, or in some megabytes if they differ."""
    draw = random.Random(7)
    line = "".join("<c><v>1</v></c>" for _column in range(40))
    rows = "".join(
        f'<row r="{number}">'
        + (
            line
            if is_alike
            else "".join(f"<c><v>{draw.random()}</v></c>" for _column in range(40))
        )
        + "</row>"
        for number in range(1, 50_001)
    )
    return rewrite_book(make_book(), {SHEET: put_rows(rows.encode())})


def make_entity_book(name, entities):
    """Return a workbook with a document type before the root of a part."""

    def put(part):
        head, mark, rest = part.partition(b"?>")
        return head + mark + b"<!DOCTYPE x [" + entities + b"]>" + rest

    return rewrite_book(make_book([["&x;", "2026-10", 1, 0]]), {name: put})


def make_lying_book():
    """Return a workbook whose sheet unfolds to more than it declares."""
    rows = b'<row r="1"><c t="str"><v>x</v></c></row>' + b" " * 5_000_000
    content = rewrite_book(make_book(), {SHEET: put_rows(rows)})
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        size = book.getinfo(SHEET).file_size
    return content.replace(size.to_bytes(4, "little"), (500).to_bytes(4, "little"))


def make_encrypted_book():
    """Return a workbook whose parts are marked as encrypted."""
    content = bytearray(make_book())
    position = -1
    while (position := content.find(b"PK\x01\x02", position + 1)) >= 0:
        content[position + 8] |= 1
    return bytes(content)


def say(reason):
    """Return a lazy translation in English, whichever user runs the tests."""
    return reason._translate("en_US")
