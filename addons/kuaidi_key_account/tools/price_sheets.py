"""Writes a price sheet that prints on A4, and reads it again when it was filled in.

The first sheet holds the terms and a table of prices, a row for each zone and some
columns for each weight band; the others hold rebates, excess prices and surcharges.
Cells are told by their place, so that the sheet can be in any language.
"""

import io
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

import xlsxwriter

from .xlsx_sheet import FORMULA, MAX_COLUMNS, XlsxSheet

# what row of the first sheet holds which term, counted from 1
TERM_ROWS = {
    "discount_percent": 6,
    "volumetric_divisor": 7,
    "weight_step_kg": 8,
    "amount_minimum": 9,
    "amount_assessment": 10,
}
MARK_ROW = 11
MARK = re.compile(r"PS1-([24])")
BAND_ROWS = {
    "weight_from": 12,
    "weight_to": 13,
    "weight_first": 14,
    "weight_continued": 15,
}
HEAD_ROW = 16
FIRST_COLUMN = 3
AMOUNTS = (
    "amount_first",
    "amount_continued",
    "amount_floor",
    "amount_floor_continued",
)
MOST_ROWS = 2_000
LARGEST = Decimal(10) ** 9
DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
COLUMNS = {
    "ladder": ("pieces_from", "pieces_to", "discount_percent"),
    "excess": ("pieces_from", "pieces_to", "amount_piece"),
    "surcharge": (
        "name",
        "condition",
        "threshold",
        "date_from",
        "date_to",
        "kind",
        "amount",
    ),
}
WHOLE = ("pieces_from", "pieces_to")
# where 0 stands for no limit
OPEN = ("pieces_to", "threshold")
DATES = ("date_from", "date_to")
CHOICES = ("condition", "kind")
MONEY_FORMAT, COUNT_FORMAT, WEIGHT_FORMAT = "#,##0.00", "#,##0", "0.###"


@dataclass
class BadCell:
    """A cell that cannot be taken: where it is, and the code of the reason."""

    sheet: str
    cell: str
    code: str
    value: str = ""


@dataclass
class Sheets:
    """What a price sheet says; a line's ``cell`` is where its zone stands."""

    terms: dict = field(default_factory=dict)
    lines: list = field(default_factory=list)
    ladder: list = field(default_factory=list)
    excess: list = field(default_factory=list)
    surcharge: list = field(default_factory=list)
    bad: list = field(default_factory=list)
    names: list = field(default_factory=list)


class NotAPriceSheet(Exception):
    """The file is a workbook, but none that was exported here."""


# writing


def get_most_bands(is_standard):
    """Return how many weight bands a sheet has columns for."""
    return (MAX_COLUMNS - FIRST_COLUMN) // (4 if is_standard else 2)


def write_price_sheets(data):
    """Return the workbook of one agreement.

    :param dict data: ``title``, ``facts`` (label and value), ``terms`` (label and value
        by name), ``bands`` (dicts), ``rows`` (code, zone, provinces, amounts by band),
        ``heads``, ``band_labels``, ``names`` of the sheets, ``ladder``, ``excess``,
        ``surcharge`` (rows), ``is_standard``
    :rtype: bytes
    """
    output = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(output, options) as book:
        add_price_sheets(book, data)
    return output.getvalue()


def add_price_sheets(book, data):
    """Add the sheets of one agreement to a workbook, see `write_price_sheets`."""
    styles = add_styles(book)
    _write_table(book.add_worksheet(data["names"][0]), data, styles)
    for name, kind in zip(data["names"][1:], COLUMNS, strict=True):
        sheet = book.add_worksheet(name)
        _write_list(sheet, data["heads"][kind], data[kind], COLUMNS[kind], styles)


def add_styles(book):
    """Return the styles of price sheets, added to a workbook."""
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
    cell = base | {"border": 1, "border_color": "#b9b9b9"}
    head = cell | {"bold": True, "bg_color": "#f3e3e0", "align": "center"}
    return {
        name: book.add_format(values)
        for name, values in {
            "title": base | {"bold": True, "font_size": 16, "font_color": "#8a1f1f"},
            "label": base | {"bold": True},
            "plain": base,
            "mark": base | {"font_color": "#b9b9b9", "font_size": 8},
            "input": cell | {"num_format": "#,##0.###", "align": "left"},
            "head": head | {"text_wrap": True},
            "band": head | {"num_format": WEIGHT_FORMAT},
            "text": cell | {"text_wrap": True},
            "money": cell | {"num_format": MONEY_FORMAT},
            "count": cell | {"num_format": COUNT_FORMAT},
            "weight": cell | {"num_format": WEIGHT_FORMAT},
            "date": cell | {"num_format": "yyyy-mm-dd", "align": "left"},
        }.items()
    }


def _set_print(sheet, is_landscape):
    sheet.set_paper(9)
    if is_landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
    sheet.center_horizontally()
    sheet.set_footer("&L&8&A&R&8&P / &N")


def _write_table(sheet, data, styles):
    width = 4 if data["is_standard"] else 2
    _set_print(sheet, is_landscape=len(data["bands"]) * width > 6)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 20)
    sheet.set_column(2, 2, 34)
    last = FIRST_COLUMN + width * len(data["bands"]) - 1
    sheet.set_column(FIRST_COLUMN, max(last, FIRST_COLUMN), 10.5)
    sheet.write_string(0, 0, data["title"], styles["title"])
    sheet.set_row(0, 26)
    for row, (label, value) in enumerate(data["facts"], 1):
        sheet.write_string(row, 0, label, styles["label"])
        sheet.write_string(row, 1, value, styles["plain"])
    for name, row in TERM_ROWS.items():
        label, value = data["terms"][name]
        sheet.write_string(row - 1, 0, label, styles["label"])
        sheet.write_number(row - 1, 1, value, styles["input"])
    sheet.write_string(MARK_ROW - 1, 0, f"PS1-{width}", styles["mark"])
    for name, row in BAND_ROWS.items():
        sheet.write_string(row - 1, 2, data["band_labels"][name], styles["head"])
        for index, band in enumerate(data["bands"]):
            column = FIRST_COLUMN + width * index
            value = band[name] or (0 if name != "weight_to" else "")
            sheet.merge_range(
                row - 1, column, row - 1, column + width - 1, value, styles["band"]
            )
    heads = [*data["heads"]["zone"]]
    heads += data["heads"]["amounts"][:width] * len(data["bands"])
    sheet.set_row(HEAD_ROW - 1, 30)
    for column, head in enumerate(heads):
        sheet.write_string(HEAD_ROW - 1, column, head, styles["head"])
    for row, (code, zone, provinces, amounts) in enumerate(data["rows"], HEAD_ROW):
        for column, text in enumerate((code, zone, provinces)):
            sheet.write_string(row, column, text, styles["text"])
        for column in range(FIRST_COLUMN, last + 1):
            index, place = divmod(column - FIRST_COLUMN, width)
            value = amounts.get(index, {}).get(AMOUNTS[place])
            if value is None:
                sheet.write_blank(row, column, None, styles["money"])
            else:
                sheet.write_number(row, column, value, styles["money"])
    sheet.repeat_rows(BAND_ROWS["weight_from"] - 1, HEAD_ROW - 1)
    sheet.freeze_panes(HEAD_ROW, FIRST_COLUMN)


def _write_list(sheet, heads, rows, names, styles):
    _set_print(sheet, is_landscape=False)
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(heads):
        sheet.set_column(column, column, 22 if names[column] == "name" else 16)
        sheet.write_string(0, column, head, styles["head"])
    for number, row in enumerate(rows, 1):
        for column, name in enumerate(names):
            value = row[name]
            is_open = name in OPEN and not value
            if is_open or value is None or value is False or value == "":
                sheet.write_blank(number, column, None, styles["text"])
            elif name in DATES:
                sheet.write_datetime(number, column, value, styles["date"])
            elif isinstance(value, str):
                sheet.write_string(number, column, value, styles["text"])
            elif name in WHOLE:
                sheet.write_number(number, column, value, styles["count"])
            else:
                sheet.write_number(number, column, value, styles["money"])


# reading


def read_price_sheets(content, zones, choices):
    """Read a workbook that was written here and filled in.

    :param bytes content: the file
    :param dict zones: zone id by code in small letters
    :param dict choices: key by label, for condition and kind
    :return: Sheets; with bad cells nothing of it is to be taken
    :raise TableFileError: where it is no workbook that can be read
    :raise NotAPriceSheet: where it was not exported here
    """
    first = XlsxSheet(content)
    sheets = Sheets(names=first.names)
    rows = _read_rows(first)
    mark = MARK.fullmatch(str(_get(rows, MARK_ROW, 0) or ""))
    if not mark or len(first.names) < 1 + len(COLUMNS):
        raise NotAPriceSheet
    reader = _Reader(sheets, first.names[0], rows)
    reader.read_terms()
    reader.read_lines(int(mark[1]), zones)
    for number, kind in enumerate(COLUMNS, 1):
        sheet = XlsxSheet(content, number)
        reader = _Reader(sheets, first.names[number], _read_rows(sheet))
        reader.read_list(kind, getattr(sheets, kind), choices)
    return sheets


def _read_rows(sheet):
    sheet.check_size()
    return dict(sheet.read_rows(0, 0, MOST_ROWS)[0])


def _get(rows, row, column):
    cells = rows.get(row, ())
    return cells[column] if column < len(cells) else None


def get_cell_name(row, column):
    """Return the name of a cell by its row, from 1, and column, from 0.

    >>> get_cell_name(17, 27)
    'AB17'
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


class _Reader:
    """Reads one sheet and notes its bad cells."""

    def __init__(self, sheets, name, rows):
        self._sheets = sheets
        self._name = name
        self._rows = rows

    def read_terms(self):
        for name, row in TERM_ROWS.items():
            value = self._read_number(row, 1, default=Decimal(0))
            if value is None:
                continue
            if name == "volumetric_divisor" and not value:
                self._add_bad(row, 1, "divisor")
            elif name == "discount_percent" and value > 100:
                self._add_bad(row, 1, "percent")
            self._sheets.terms[name] = value

    def read_lines(self, width, zones):
        bands = self._read_bands(width)
        last = max(self._rows, default=0)
        for row in range(HEAD_ROW + 1, last + 1):
            cells = self._rows.get(row)
            if not cells:
                continue
            code = cells[0]
            zone = zones.get(str(code or "").strip().lower())
            if not zone:
                self._add_bad(row, 0, "zone" if code else "missing")
                continue
            for index, band in bands.items():
                self._read_line(row, FIRST_COLUMN + width * index, width, zone, band)

    def _read_bands(self, width):
        heads = [self._rows.get(row, ()) for row in BAND_ROWS.values()]
        count = max(map(len, heads), default=0) - FIRST_COLUMN
        bands = {}
        for index in range((count + width - 1) // width if count > 0 else 0):
            column = FIRST_COLUMN + width * index
            if all(_get(self._rows, row, column) is None for row in BAND_ROWS.values()):
                continue
            band = {
                name: self._read_number(
                    row, column, default=Decimal(int(name.endswith("continued")))
                )
                for name, row in BAND_ROWS.items()
            }
            for name in ("weight_first", "weight_continued"):
                if band[name] is not None and band[name] <= 0:
                    self._add_bad(BAND_ROWS[name], column, "unit")
            start, end = band["weight_from"], band["weight_to"]
            if end and start is not None and end <= start:
                self._add_bad(BAND_ROWS["weight_to"], column, "order")
            bands[index] = band
        return bands

    def _read_line(self, row, column, width, zone, band):
        cells = [_get(self._rows, row, column + place) for place in range(width)]
        if all(cell is None for cell in cells):
            return
        if cells[0] is None:
            self._add_bad(row, column, "missing")
            return
        amounts = {
            AMOUNTS[place]: self._read_number(row, column + place, default=Decimal(0))
            for place in range(width)
        }
        self._sheets.lines.append(
            {"zone_id": zone, "cell": get_cell_name(row, column)} | band | amounts
        )

    def read_list(self, kind, found, choices):
        for row in sorted(self._rows):
            if row == 1:
                continue
            values = {}
            for column, name in enumerate(COLUMNS[kind]):
                if name == "name":
                    values[name] = self._read_text(row, column)
                elif name in CHOICES:
                    values[name] = self._read_choice(row, column, choices[name])
                elif name in DATES:
                    values[name] = self._read_date(row, column)
                else:
                    values[name] = self._read_number(row, column, default=Decimal(0))
                    if name in WHOLE and (values[name] or 0) % 1:
                        self._add_bad(row, column, "whole")
            column = COLUMNS[kind].index("discount_percent") if kind == "ladder" else 0
            if kind == "ladder" and (values["discount_percent"] or 0) > 100:
                self._add_bad(row, column, "percent")
            if kind == "surcharge":
                self._check_peak(row, values)
            found.append(values | {"cell": get_cell_name(row, 0)})

    def _check_peak(self, row, values):
        start, end = values["date_from"], values["date_to"]
        if values["condition"] == "peak" and not (start and end and start <= end):
            self._add_bad(row, COLUMNS["surcharge"].index("date_from"), "peak")

    def _read_number(self, row, column, default):
        """Return the number of a cell, or None for one that is bad."""
        value = _get(self._rows, row, column)
        if value is None:
            return default
        if value is FORMULA:
            return self._add_bad(row, column, "formula")
        try:
            number = Decimal(str(value).replace(",", "").replace("%", "").strip())
        except InvalidOperation:
            return self._add_bad(row, column, "number")
        if not number.is_finite() or abs(number) > LARGEST:
            return self._add_bad(row, column, "number")
        if number < 0:
            return self._add_bad(row, column, "negative")
        return number.quantize(Decimal("0.001"), ROUND_HALF_UP).normalize()

    def _read_text(self, row, column):
        value = _get(self._rows, row, column)
        if value is None or value is FORMULA:
            return self._add_bad(row, column, "missing")
        return str(value)

    def _read_choice(self, row, column, choices):
        value = _get(self._rows, row, column)
        key = choices.get(str(value or "").strip())
        return key or self._add_bad(row, column, "choice")

    def _read_date(self, row, column):
        value = _get(self._rows, row, column)
        if value is None or isinstance(value, date):
            return value
        text = str(value).replace("/", "-").strip()
        if DAY.fullmatch(text):
            with suppress(ValueError):
                return date(*map(int, text.split("-")))
        return self._add_bad(row, column, "date")

    def _add_bad(self, row, column, code):
        value = _get(self._rows, row, column)
        shown = "" if value is None or value is FORMULA else str(value)[:60]
        cell = get_cell_name(row, column)
        self._sheets.bad.append(BadCell(self._name, cell, code, shown))
