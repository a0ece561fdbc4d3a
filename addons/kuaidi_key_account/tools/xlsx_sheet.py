"""Reads a visible sheet of an XLSX file in pieces of some hundred rows.

No more than that is ever in memory, except for the texts that Excel keeps apart from
the cells. The sheet is counted before it is parsed, which takes a tenth of the time.
"""

import posixpath
import re
from datetime import date, timedelta
from functools import lru_cache

from lxml import etree

from odoo.tools.translate import LazyTranslate

from .table_error import TableFileError
from .xlsx_archive import (
    PARSER_OPTIONS,
    CountedStream,
    Guard,
    damaged,
    open_archive,
    too_big,
)

_lt = LazyTranslate(__name__)

# the first line names the columns
MAX_ROWS = 200_001
MAX_COLUMNS = 40
# 100,000 clients with all columns have 1.1 million
MAX_CELLS = 1_500_000
MAX_STRINGS = 500_000
MAX_PART = 8 * 1024 * 1024
# a sheet begins with column widths and the like
MAX_HEAD = 1024 * 1024
MAX_ROW_BYTES = 16 * 1024 * 1024
PIECE = 256 * 1024

# number formats that every workbook knows; the higher ones are East Asian dates, such
# as 27 and 57 for 2026年10月
BUILTIN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
BUILTIN_PERCENTS = {9, 10}
# quoted words, escaped characters, colours and conditions of a format
FORMAT_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
SHEET_DATA = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)sheetData\b[^<>]*?(/?)>")
ROW_NUMBER = re.compile(rb'[<:]row [^<>]*?\br="(\d{1,9})"')
# days count from here, or from 1904 in books that began on an old Macintosh
EPOCH, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
MAX_SERIAL = 2_958_465
# how a cell is told that has a formula, and no value that Excel worked out for it
FORMULA = object()


def too_many_rows():
    return TableFileError(
        _lt(
            "The file has more than %(limit)s rows, or cells far below the last row."
            " Delete what is below the figures, or split the file.",
            limit=MAX_ROWS - 1,
        )
    )


def too_many_columns():
    return TableFileError(
        _lt(
            "The file has more than %(limit)s columns. Keep those of the template.",
            limit=MAX_COLUMNS,
        )
    )


class XlsxSheet:
    """One visible sheet of a workbook, the first one by default.

    A position is a number of bytes into the unfolded sheet. ``names`` are the names of
    all visible sheets.
    """

    def __init__(self, content, number=0):
        """Open the workbook after checking what it declares.

        :param bytes content: the file
        :param int number: which of its visible sheets to read
        :raise TableFileError: saying what is wrong with it
        """
        with Guard():
            self._archive = open_archive(content)
            self._read_workbook(number)
            self._read_head()
        self._strings = None
        self.length = self._archive.getinfo(self._path).file_size

    def check_size(self):
        """Count rows and cells without parsing them.

        :raise TableFileError: for more than are read
        """
        row_count = cell_count = last_row = 0
        with Guard(), self._archive.open(self._path) as stream:
            # a tag that two pieces share escapes the count: one in thousands
            while piece := stream.read(PIECE):
                row_count += piece.count(b"<row") + piece.count(b":row ")
                cell_count += piece.count(b"<c ") + piece.count(b":c ")
                cell_count += piece.count(b"<c>") + piece.count(b"<c/>")
                start = max(piece.rfind(b"<row "), piece.rfind(b":row "))
                if start >= 0 and (found := ROW_NUMBER.match(piece, start)):
                    last_row = int(found[1])
                if max(row_count, last_row) > MAX_ROWS:
                    raise too_many_rows()
                if cell_count > MAX_CELLS:
                    raise TableFileError(
                        _lt(
                            "The sheet has more than %(limit)s cells. Split it into"
                            " several files.",
                            limit=MAX_CELLS,
                        )
                    )

    def read_rows(self, position, number, limit):
        """Read rows on from a position.

        :param int position: 0, or where an earlier call stopped
        :param int number: of the row before it
        :param int limit: about how many rows to read
        :return: (rows, position, number); rows are pairs (number, cells), those
            without a value left out; the position is None at the end
        """
        rows = []
        with Guard():
            if self._strings is None:
                self._strings = self._read_strings()
            for piece, end in self._iter_pieces(position or self._start):
                parsed = list(self._parse(piece, number))
                rows += [(row_number, cells) for row_number, cells in parsed if cells]
                number = parsed[-1][0] if parsed else number
                if len(rows) >= limit:
                    return rows, end, number
        return rows, None, number

    # what is around the sheet

    def _read_workbook(self, number):
        names = set(self._archive.namelist())
        book = self._parse_part("xl/workbook.xml")
        properties = book.find("{*}workbookPr")
        is_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        self._epoch = EPOCH_1904 if is_1904 else EPOCH
        targets = {}
        for relation in self._parse_part("xl/_rels/workbook.xml.rels"):
            kind = (relation.get("Type") or "").rpartition("/")[2]
            target = posixpath.join("/xl", relation.get("Target") or "")
            targets[relation.get("Id")] = kind, posixpath.normpath(target).lstrip("/")
        visible = []
        for sheet in book.iterfind("{*}sheets/{*}sheet"):
            ids = [
                value
                for key, value in sheet.attrib.items()
                if key.endswith("}id") and "relationships" in key
            ]
            kind, path = targets.get(ids[0] if ids else None, ("", ""))
            if (
                kind == "worksheet"
                and path in names
                and sheet.get("state", "visible") == "visible"
            ):
                visible.append((sheet.get("name") or "", path))
        if len(visible) <= number:
            raise TableFileError(
                _lt("The workbook has no visible sheet. Show the one with the figures.")
            )
        self.names = [name for name, _path in visible]
        self._path = visible[number][1]
        paths = {kind: path for kind, path in targets.values() if path in names}
        self._strings_path = paths.get("sharedStrings")
        self._read_styles(paths.get("styles"))

    def _read_styles(self, path):
        """Learn which styles show a number as a date, and which as a percentage."""
        self._dates, self._percents = set(), set()
        if not path:
            return
        styles = self._parse_part(path)
        dates, percents = set(BUILTIN_DATES), set(BUILTIN_PERCENTS)
        for number_format in styles.iterfind("{*}numFmts/{*}numFmt"):
            key = int(number_format.get("numFmtId"))
            code = FORMAT_LITERALS.sub("", number_format.get("formatCode") or "")
            dates.discard(key)
            if "%" in code:
                percents.add(key)
            elif code.lower() != "general" and set("ymdhs") & set(code.lower()):
                dates.add(key)
        for index, xf in enumerate(styles.iterfind("{*}cellXfs/{*}xf")):
            key = int(xf.get("numFmtId") or 0)
            if key in dates:
                self._dates.add(str(index))
            elif key in percents:
                self._percents.add(str(index))

    def _read_head(self):
        """Find where the rows begin, and what encloses them."""
        head = b""
        with self._archive.open(self._path) as stream:
            while not (found := SHEET_DATA.search(head)):
                piece = stream.read(PIECE)
                if not piece or len(head) > MAX_HEAD:
                    raise damaged()
                head += piece
        head, prefix = head[: found.end()], found[1]
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise damaged()
        self._start = found.end()
        self._is_empty = bool(found[2])
        self._row_end = b"</" + prefix + b"row>"
        self._data_end = b"</" + prefix + b"sheetData"
        # the declarations that the rows refer to
        root = re.search(rb"<(?:[A-Za-z_][\w.-]*:)?worksheet\b[^>]*>", head)
        if not root or root[0].endswith(b"/>"):
            raise damaged()
        name = root[0][1:].split(None, 1)[0].rstrip(b">")
        self._wrapping = root[0], b"</" + name + b">"

    def _read_strings(self):
        if not self._strings_path:
            return []
        strings = []
        with self._archive.open(self._strings_path) as stream:
            parts = etree.iterparse(
                CountedStream(stream, b"<si", MAX_STRINGS),
                tag="{*}si",
                **PARSER_OPTIONS,
            )
            for _event, item in parts:
                strings.append(_join_text(item))
                item.clear()
                while item.getprevious() is not None:
                    del item.getparent()[0]
        return strings

    def _parse_part(self, name):
        if name not in self._archive.namelist():
            raise damaged()
        if self._archive.getinfo(name).file_size > MAX_PART:
            raise too_big()
        content = self._archive.read(name)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise damaged()
        return etree.fromstring(content, etree.XMLParser(**PARSER_OPTIONS))

    # the rows

    def _iter_pieces(self, position):
        """Yield whole rows as bytes, with the position behind them."""
        if self._is_empty:
            return
        with self._archive.open(self._path) as stream:
            # inflates up to there, a fifth of a second for 100,000 rows
            stream.seek(position)
            rest = b""
            while True:
                piece = stream.read(PIECE)
                rest += piece
                end = rest.find(self._data_end)
                if end >= 0:
                    yield rest[:end], position + end
                    return
                end = rest.rfind(self._row_end)
                if end >= 0:
                    end += len(self._row_end)
                    position += end
                    yield rest[:end], position
                    rest = rest[end:]
                elif not piece or len(rest) > MAX_ROW_BYTES:
                    raise damaged()

    def _parse(self, piece, number):
        """Yield (number, cells) of each row; no cells where all are empty."""
        start, end = self._wrapping
        root = etree.fromstring(start + piece + end, etree.XMLParser(**PARSER_OPTIONS))
        for row in root:
            position = int(row.get("r") or number + 1)
            if position <= number:
                raise damaged()
            if position > MAX_ROWS:
                raise too_many_rows()
            number = position
            yield number, self._parse_row(row)

    def _parse_row(self, row):
        cells = []
        column = -1
        for cell in row:
            reference = cell.get("r")
            if reference:
                column = _get_column(reference.rstrip("0123456789"))
            else:
                column += 1
            value = self._read_cell(cell)
            if value is None or value == "":
                continue
            if column >= MAX_COLUMNS:
                raise too_many_columns()
            if column < len(cells):
                raise damaged()
            cells.extend([None] * (column - len(cells)))
            cells.append(value)
        return cells

    def _read_cell(self, cell):
        """Return a text, a date, or FORMULA; numbers are left as they are written."""
        text, has_formula = None, False
        for child in cell:
            if child.tag.endswith("}v"):
                text = child.text
            elif child.tag.endswith("}f"):
                has_formula = True
            elif child.tag.endswith("}is"):
                text = _join_text(child)
        if text is None:
            return FORMULA if has_formula else None
        kind = cell.get("t")
        if kind == "s":
            index = int(text)
            if not 0 <= index < len(self._strings):
                raise damaged()
            return self._strings[index].strip()
        if kind in (None, "n"):
            style = cell.get("s")
            if style in self._dates:
                return self._read_date(text)
            if style in self._percents:
                return f"{float(text) * 100:g}%"
        elif kind == "b":
            return "TRUE" if text == "1" else "FALSE"
        return text.strip()

    def _read_date(self, text):
        serial = float(text)
        if not 1 <= serial <= MAX_SERIAL - (self._epoch - EPOCH).days:
            return text
        return self._epoch + timedelta(days=int(serial))


def _join_text(item):
    """Return the text of a string with all its formats; readings are left out."""
    first = item[0] if len(item) else None
    if len(item) == 1 and first.tag.endswith("}t"):
        return first.text or ""
    return "".join(
        node.text or ""
        for node in item.iter("{*}t")
        if not node.getparent().tag.endswith("}rPh")
    )


@lru_cache(maxsize=1024)
def _get_column(letters):
    """Return the index of a column, such as 27 for AB."""
    if not (1 <= len(letters) <= 3 and letters.isascii() and letters.isalpha()):
        raise damaged()
    column = 0
    for letter in letters.upper():
        column = 26 * column + ord(letter) - 64
    return column - 1
