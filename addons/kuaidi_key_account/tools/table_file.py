"""Reads the rows of an uploaded file, XLSX or CSV, whatever wrote it."""

import codecs
import csv
import io
from collections import deque
from itertools import islice

from odoo.tools.translate import LazyTranslate

from .table_error import TableFileError
from .xlsx_sheet import (
    MAX_COLUMNS,
    MAX_ROWS,
    XlsxSheet,
    too_many_columns,
    too_many_rows,
)

_lt = LazyTranslate(__name__)

# how files begin that are something else, whatever they are called
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"
ZIP_SIGNATURE = b"PK\x03\x04"
OTHER_SIGNATURES = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
)
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SEPARATORS = ",;\t"
# a report may have a title above the names of its columns
TITLE_ROWS = 10
PIECE = 1024 * 1024
# characters; Odoo has lifted the limit that Python's csv has by itself
MAX_ROW_LENGTH = 256 * 1024


def open_table_file(content):
    """Return what reads a file: an `XlsxSheet`, or a `CsvTable`.

    It is told by what is in it, not by its name.

    :param bytes content: the file
    :raise TableFileError: saying what is wrong with it
    """
    start = content[:4096].lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    if not start:
        raise TableFileError(_lt("The file is empty. Choose the one with the figures."))
    if start.startswith(OLE_SIGNATURE):
        raise TableFileError(
            _lt(
                "This is an old Excel file (.xls), or one with a password. Open it in"
                " Excel, save it as .xlsx without a password, and upload that."
            )
        )
    if start.startswith(ZIP_SIGNATURE):
        return XlsxSheet(content)
    if start.startswith(b"PK"):
        raise TableFileError(
            _lt("The Excel file is empty. Choose the one with the figures.")
        )
    if start.startswith(b"<") or b"<html" in start.lower():
        raise TableFileError(
            _lt(
                "This is a web page under another name, as some systems export it. Open"
                " it in Excel, save it as .xlsx, and upload that."
            )
        )
    if start.startswith(OTHER_SIGNATURES):
        raise TableFileError(
            _lt("This is neither an Excel file (.xlsx) nor a CSV file. Upload one.")
        )
    return CsvTable(content)


class CsvTable:
    """Text of values with separators. A position is a number of lines."""

    def __init__(self, content):
        """Find out encoding and separator.

        :param bytes content: the file
        :raise TableFileError: saying what is wrong with it
        """
        self._content = content
        self._encoding = _find_encoding(content)
        lines = max(content.count(b"\n"), content.count(b"\r"))
        if lines > 2 * MAX_ROWS:
            raise too_many_rows()
        self.length = lines + 1
        first = list(islice(self._open(), TITLE_ROWS))
        self._separator = max(
            SEPARATORS, key=lambda mark: max(line.count(mark) for line in first)
        )

    def check_size(self):
        """Nothing unfolds: the number of lines was looked at."""

    def read_rows(self, position, number, limit):
        """Read rows on from a position, as `XlsxSheet.read_rows` does."""
        rows = []
        file = self._open()
        # lines of rows that were read before, as fast as they can be passed over
        deque(islice(file, position), maxlen=0)
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=self._separator, strict=True)
        try:
            for record in reader:
                lines.begin_row()
                number += 1
                if number > MAX_ROWS:
                    raise too_many_rows()
                cells = [cell.strip() or None for cell in record]
                while cells and cells[-1] is None:
                    cells.pop()
                if len(cells) > MAX_COLUMNS:
                    raise too_many_columns()
                if cells:
                    rows.append((number, cells))
                if len(rows) == limit:
                    return rows, position + reader.line_num, number
        except csv.Error as error:
            raise TableFileError(
                _lt(
                    "Row %(number)s has a quotation mark that is not closed, or a text"
                    " without end. Correct it, or save the file as .xlsx.",
                    number=number + 1,
                )
            ) from error
        return rows, None, number

    def _open(self):
        return io.TextIOWrapper(
            io.BytesIO(self._content), encoding=self._encoding, newline=""
        )


class _Lines:
    """Hands lines on to the parser, as long as its next row stays within bounds."""

    def __init__(self, file):
        self._file = file
        self._left = MAX_ROW_LENGTH

    def __iter__(self):
        for line in self._file:
            self._left -= len(line)
            if self._left < 0:
                raise csv.Error
            yield line

    def begin_row(self):
        """Tell that the lines until here were one row."""
        self._left = MAX_ROW_LENGTH


def _find_encoding(content):
    if content.startswith(UTF_16_MARKS):
        encodings = ("utf-16",)
    else:
        if b"\0" in content:
            raise TableFileError(
                _lt(
                    "The file holds binary data, so it is no CSV file. Save the figures"
                    " as .xlsx or as CSV, and upload that."
                )
            )
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            if _has_nul(content, encoding):
                break
        except UnicodeDecodeError as error:
            if encoding != "gb18030" and "unexpected end" in error.reason:
                raise TableFileError(
                    _lt(
                        "The file ends in the middle of a character: it was cut short."
                        " Export or copy it again."
                    )
                ) from error
        else:
            return encoding
    raise TableFileError(
        _lt(
            "The text of the file is neither UTF-8 nor GBK nor UTF-16. Save the figures"
            " as .xlsx, and upload that."
        )
    )


def _has_nul(content, encoding):
    """Tell whether the text has NUL characters; it is not kept in memory.

    :raise UnicodeDecodeError: if it is in another encoding
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    has_nul = False
    for start in range(0, len(content), PIECE):
        has_nul |= "\0" in decoder.decode(content[start : start + PIECE])
    decoder.decode(b"", final=True)
    return has_nul
