"""Which column of a list of declared shipments holds what, and what it means (IN-2)."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from operator import itemgetter

from odoo.tools.translate import LazyTranslate

from odoo.addons.kuaidi_key_account.tools.figure_columns import (
    Columns,
    Problem,
    shorten,
)
from odoo.addons.kuaidi_key_account.tools.table_error import TableFileError
from odoo.addons.kuaidi_key_account.tools.table_file import TITLE_ROWS
from odoo.addons.kuaidi_key_account.tools.xlsx_sheet import EPOCH, FORMULA

from .compensation import FEN, ZERO
from .shipment_words import (
    CHINESE_HEADERS,
    CHOICES,
    ENGLISH_HEADERS,
    SYNONYMS,
)

_lt = LazyTranslate(__name__)

REQUIRED = ("waybill_number", "date_shipped", "sum_insured")
FIELDS = {word: name for name, words in SYNONYMS.items() for word in words.split()}
TEXTS = ("goods", "origin", "destination")
AMOUNTS = ("amount_value", "sum_insured", "amount_premium")
FLAGS = ("is_used", "is_declared_specially")
MEANINGS = {
    name: {word: key for key, words in choices.items() for word in words.split()}
    for name, choices in CHOICES.items()
}
# an empty cell, and a column that is left out
DEFAULTS = {
    "goods": "",
    "goods_kind": None,
    "origin": "",
    "destination": "",
    "pieces": 1,
    "is_used": False,
    "packing": None,
    "is_declared_specially": False,
    "amount_value": ZERO,
    "amount_premium": ZERO,
}

FIRST_YEAR, LAST_YEAR = 2000, 2100
DATE_FORMS = (
    re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"),
    re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
# how Excel writes a date that has lost its format
SERIAL = re.compile(r"\d{5}")
is_plain_date = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII).fullmatch
is_plain_amount = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?").fullmatch
is_plain_count = re.compile(r"[0-9]{1,6}(?:\.0+)?").fullmatch
NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
MAX_NUMBER = 40
MAX_AMOUNT = Decimal(10) ** 12
MAX_PIECES = 999_999
MAX_TEXT = 200
MAX_WAYBILL = 40

MISSING = _lt("Nothing is given here. Fill it in.")
NO_FORMULA_VALUE = _lt(
    "This formula has no stored value. Save the file in Excel, or paste the values."
)
NOT_A_NUMBER = _lt("This is not a number. Write digits, without unit or percent sign.")
NOT_PIECES = _lt("Pieces are a whole number of 1 at least.")
NEGATIVE = _lt("This cannot be below zero.")
TOO_LARGE = _lt("This number is too large to be true.")
NOT_A_DATE = _lt("This is no date. Write it like 2026-10-05 or 2026年10月5日.")
NOT_A_FLAG = _lt("Write 是 or 否 (yes or no), or leave it empty.")
NOT_A_CHOICE = _lt("This value is not known. The notes of the template list those.")
TOO_LONG = _lt("This is too long. Shorten it.")
NO_SUM = _lt("No sum is insured: it has to be above zero.")
ABOVE_VALUE = _lt(
    "This is above the value of the goods. The excess would be void (Insurance Act,"
    " article 55)."
)


@dataclass(slots=True)
class ShipmentRow:
    """One shipment of a file, as far as it could be read."""

    number: int
    code: str = ""
    waybill_number: str = ""
    date_shipped: date | None = None
    sum_insured: Decimal | None = None
    # by name of the field
    values: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    account_id: int | None = None
    clause: str | None = None
    amount_premium_due: Decimal = ZERO

    def add_problem(self, column, value, reason):
        """Note what is wrong, and where.

        :param reason: a text, or a lazy translation
        """
        self.problems.append(Problem(column, shorten(value), reason))


class _BadValue(Exception):
    """A value that means nothing; says why."""


def find_columns(rows):
    """Return the `Columns` of a file.

    :param rows: pairs (number, cells) from the beginning
    :raise TableFileError: naming what is missing, or there twice
    """
    best = None
    for number, cells in rows:
        if number > TITLE_ROWS:
            break
        found = [FIELDS.get(_normalise(cell)) for cell in cells]
        if best is None or _count(found) > _count(best[2]):
            best = number, cells, found
    if best is None:
        raise TableFileError(
            _lt("The file holds no shipments. Choose another one, or fill it in.")
        )
    number, cells, found = best
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        raise TableFileError(
            _lt(
                "These columns are missing: %(missing)s. The first row names the"
                " columns, as in the template: %(found)s.",
                missing=", ".join(
                    f"{CHINESE_HEADERS[name]} / {ENGLISH_HEADERS[name]}"
                    for name in missing
                ),
                found=", ".join(shorten(cell) for cell in cells if cell)[:200],
            )
        )
    twice = {name for name in found if name and found.count(name) > 1}
    if twice:
        raise TableFileError(
            _lt(
                "Several columns hold the same: %(columns)s. Keep one of them.",
                columns=", ".join(
                    shorten(cell)
                    for cell, name in zip(cells, found, strict=True)
                    if name in twice
                ),
            )
        )
    indexes = {name: index for index, name in enumerate(found) if name}
    return Columns(
        header_row=number,
        indexes=indexes,
        labels={name: shorten(cells[index]) for name, index in indexes.items()},
        ignored=[
            shorten(cell)
            for cell, name in zip(cells, found, strict=True)
            if cell and not name
        ],
    )


def parse_rows(rows, columns, first, last):
    """Return a `ShipmentRow` for each row below the titles, with what is wrong in it.

    :param rows: pairs (number, cells)
    :param date first: day from which the policy is in force
    :param date last: its last day
    """
    names = list(columns.indexes)
    parsers = [_PARSERS[name] for name in names]
    get_values = itemgetter(*columns.indexes.values())
    padding = [None] * (1 + max(columns.indexes.values()))
    found = []
    for number, cells in rows:
        if number > columns.header_row:
            row = ShipmentRow(number, values=DEFAULTS.copy())
            raw_values = get_values(cells + padding)
            for name, parse, raw in zip(names, parsers, raw_values, strict=True):
                try:
                    value = parse(name, raw)
                except _BadValue as error:
                    row.add_problem(columns.labels[name], raw, error.args[0])
                else:
                    if name in DEFAULTS:
                        row.values[name] = value
                    else:
                        setattr(row, name, value)
            _check_row(row, columns.labels, first, last)
            found.append(row)
    return found


def _check_row(row, labels, first, last):
    """Say what of a row does not go together."""
    day, insured = row.date_shipped, row.sum_insured
    if day and not first <= day <= last:
        row.add_problem(
            labels["date_shipped"],
            day,
            _lt(
                "The policy is in force from %(first)s to %(last)s alone.",
                first=first,
                last=last,
            ),
        )
    if insured is not None:
        if not insured:
            row.add_problem(labels["sum_insured"], insured, NO_SUM)
        elif 0 < row.values["amount_value"] < insured:
            row.add_problem(labels["sum_insured"], insured, ABOVE_VALUE)


def _normalise(cell):
    """Return a title or word without spaces, marks of duty, width and case."""
    text = unicodedata.normalize("NFKC", str(cell or "")).lower()
    return re.sub(r"[\s*:]", "", text)


def _count(found):
    return len(set(found) - {None})


def _parse_text(name, raw):
    if raw is None:
        return ""
    if raw is FORMULA:
        raise _BadValue(NO_FORMULA_VALUE)
    text = str(raw).strip()
    if len(text) > MAX_TEXT:
        raise _BadValue(TOO_LONG)
    return text


def _parse_waybill(name, raw):
    if raw is None:
        raise _BadValue(MISSING)
    text = "".join(_parse_text(name, raw).split()).upper()
    if len(text) > MAX_WAYBILL:
        raise _BadValue(TOO_LONG)
    return text


def _parse_date(name, raw):
    if raw is None:
        raise _BadValue(MISSING)
    if raw is FORMULA:
        raise _BadValue(NO_FORMULA_VALUE)
    day = raw if isinstance(raw, date) else _read_date(str(raw))
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _BadValue(NOT_A_DATE)
    return day


@lru_cache(maxsize=4096)
def _read_date(text):
    """Return a day as people and programs write it, or None.

    >>> str(_read_date("2026年10月5日")), str(_read_date("20261005")), _read_date("Oct")
    ('2026-10-05', '2026-10-05', None)
    """
    text = unicodedata.normalize("NFKC", text).strip()
    try:
        if is_plain_date(text):
            return date.fromisoformat(text)
        for form in DATE_FORMS:
            if found := form.fullmatch(text):
                numbers = [int(part) for part in found.groups() if part.isdigit()]
                return date(*numbers)
    except ValueError:
        return None
    return EPOCH + timedelta(days=int(text)) if SERIAL.fullmatch(text) else None


def _parse_amount(name, raw):
    """Return an amount with two decimals."""
    if raw is None:
        if name in REQUIRED:
            raise _BadValue(MISSING)
        return ZERO
    if raw.__class__ is str and is_plain_amount(raw):
        return Decimal(raw)
    number = _read_number(raw)
    if number < 0:
        raise _BadValue(NEGATIVE)
    if number > MAX_AMOUNT:
        raise _BadValue(TOO_LARGE)
    return number.quantize(FEN, ROUND_HALF_UP)


def _parse_count(name, raw):
    if raw is None:
        return 1
    if raw.__class__ is str and is_plain_count(raw):
        number = int(raw.partition(".")[0])
    else:
        number = _read_number(raw)
    if not 1 <= number <= MAX_PIECES or number != int(number):
        raise _BadValue(NOT_PIECES)
    return int(number)


def _read_number(raw):
    if raw is FORMULA:
        raise _BadValue(NO_FORMULA_VALUE)
    if not isinstance(raw, str) or len(raw) > MAX_NUMBER:
        raise _BadValue(NOT_A_NUMBER)
    text = unicodedata.normalize("NFKC", raw).strip()
    if GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if not NUMBER.fullmatch(text):
        raise _BadValue(NOT_A_NUMBER)
    return Decimal(text)


def _parse_flag(name, raw):
    if raw is None:
        return False
    if raw is FORMULA:
        raise _BadValue(NO_FORMULA_VALUE)
    meaning = MEANINGS["flag"].get(_normalise(raw))
    if meaning is None:
        raise _BadValue(NOT_A_FLAG)
    return meaning


def _parse_choice(name, raw):
    if raw is None:
        return None
    if raw is FORMULA:
        raise _BadValue(NO_FORMULA_VALUE)
    meaning = MEANINGS[name].get(_normalise(raw))
    if meaning is None:
        raise _BadValue(NOT_A_CHOICE)
    return meaning


_PARSERS = {
    "waybill_number": _parse_waybill,
    "date_shipped": _parse_date,
    "code": _parse_text,
    "pieces": _parse_count,
    **dict.fromkeys(TEXTS, _parse_text),
    **dict.fromkeys(AMOUNTS, _parse_amount),
    **dict.fromkeys(FLAGS, _parse_flag),
    **dict.fromkeys(("goods_kind", "packing"), _parse_choice),
}
