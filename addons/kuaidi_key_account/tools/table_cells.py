"""What the cells of a table mean: texts, numbers, amounts, days and months.

A cell is a text, a date, `FORMULA`, or None where it is empty.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from odoo.tools.translate import LazyTranslate

from .xlsx_sheet import EPOCH, FORMULA

_lt = LazyTranslate(__name__)

FIRST_YEAR, LAST_YEAR = 2000, 2100
# year, month, and the day where one is given
DAY_FORMS = (
    re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月(?:份|\s*(\d{1,2})\s*[日号])?"),
    re.compile(
        r"(\d{4})([-/.])(\d{1,2})"
        r"(?:\2(\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?)?"
    ),
    re.compile(r"(\d{4})(\d{2})(\d{2})?"),
)
# how Excel writes a date that has lost its format
SERIAL = re.compile(r"\d{5}")
# nearly all numbers of a file
is_plain = re.compile(r"[0-9]{1,9}").fullmatch
is_plain_amount = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?").fullmatch
NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([, ])\d{3})(?:\1\d{3})*(?:\.\d*)?")
MAX_COUNT = 2_147_483_647
CENT = Decimal("0.01")
MAX_SHOWN = 40

MISSING = _lt("Nothing is given here. Fill it in.")
NO_FORMULA_VALUE = _lt(
    "This formula has no stored value. Save the file in Excel, or paste the values."
)
NOT_A_NUMBER = _lt("This is not a number. Write digits, without unit or percent sign.")
NOT_WHOLE = _lt("This has to be a whole number.")
NEGATIVE = _lt("This cannot be below zero.")
TOO_LARGE = _lt("This number is too large to be true.")
TOO_LONG = _lt("This is too long. Shorten it.")
NOT_A_MONTH = _lt(
    "This is no month of the years from 2000 on. Write it like 2026-10 or 2026年10月."
)
NOT_A_DATE = _lt("This is no date. Write it like 2026-10-05 or 2026年10月5日.")


class BadValue(Exception):
    """A value that means nothing; its first argument, a lazy translation, says why."""


@dataclass(slots=True)
class Problem:
    """What is wrong with one value: its column, itself, and why."""

    column: str
    value: str
    reason: object


@dataclass(slots=True)
class TableRow:
    """One row of a table, as far as it could be read."""

    number: int
    code: str = ""
    # by name of the field
    values: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    account_id: int | None = None

    def add_problem(self, column, value, reason):
        """Note what is wrong, and where.

        :param reason: a text, or a lazy translation
        """
        self.problems.append(Problem(column, shorten(value), reason))


def shorten(value):
    """Return a value as people are shown it."""
    text = "" if value is None else "=" if value is FORMULA else str(value)
    text = " ".join(text.split())
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


@lru_cache(maxsize=4096)
def normalise(cell):
    """Return a title or word without spaces, marks of duty, width and case.

    >>> normalise("* Weight（KG）:")
    'weight(kg)'
    """
    text = unicodedata.normalize("NFKC", str(cell or "")).lower()
    return re.sub(r"[\s*:]", "", text)


def check_given(raw):
    """Refuse a cell without a value.

    :raise BadValue: where it is empty, or a formula that nobody worked out
    """
    if raw is None:
        raise BadValue(MISSING)
    if raw is FORMULA:
        raise BadValue(NO_FORMULA_VALUE)


def parse_text(raw, longest=None):
    """Return the text of a cell.

    :param longest: number of characters that it may have, if that is limited
    :raise BadValue: where it has none, or one that is too long
    """
    if raw.__class__ is not str:
        check_given(raw)
    text = str(raw).strip()
    if longest and len(text) > longest:
        raise BadValue(TOO_LONG)
    return text


def parse_number(raw):
    """Return a number as people and programs write it, as a decimal.

    >>> parse_number("1,234.50"), parse_number("１ 234")
    (Decimal('1234.50'), Decimal('1234'))

    :raise BadValue: where it is none
    """
    check_given(raw)
    if raw.__class__ is not str or len(raw) > MAX_SHOWN:
        raise BadValue(NOT_A_NUMBER)
    text = raw if raw.isascii() else unicodedata.normalize("NFKC", raw)
    text = text.strip()
    if GROUPED.fullmatch(text):
        text = text.replace(",", "").replace(" ", "")
    if not NUMBER.fullmatch(text):
        raise BadValue(NOT_A_NUMBER)
    return Decimal(text)


def parse_count(raw):
    """Return a whole number from 0 on.

    :raise BadValue: where it is none
    """
    number = parse_number(raw)
    _check_range(number, MAX_COUNT)
    if number != number.to_integral_value():
        raise BadValue(NOT_WHOLE)
    return int(number)


def parse_amount(raw, largest, is_signed=False):
    """Return an amount with two decimals.

    :param largest: number that an amount stays within
    :param is_signed: whether it may be below zero
    :raise BadValue: where it is none
    """
    if raw.__class__ is str and is_plain_amount(raw):
        # nearly all amounts of a file
        number = Decimal(raw)
        if number <= largest:
            return number
    number = parse_number(raw)
    _check_range(number, largest, is_signed)
    return number.quantize(CENT, ROUND_HALF_UP)


def _check_range(number, largest, is_signed=False):
    if number < 0 and not is_signed:
        raise BadValue(NEGATIVE)
    if abs(number) > largest:
        raise BadValue(TOO_LARGE)


def parse_date(raw):
    """Return a day.

    :raise BadValue: where it is none of the years from 2000 to 2100
    """
    check_given(raw)
    day = raw if isinstance(raw, date) else read_date(str(raw))
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadValue(NOT_A_DATE)
    return day


def parse_month(raw):
    """Return the first day of a month; a day of the month stands for it.

    :raise BadValue: where it is none of the years from 2000 to 2100
    """
    check_given(raw)
    month = raw.replace(day=1) if isinstance(raw, date) else _read_month(str(raw))
    if month is None or not FIRST_YEAR <= month.year <= LAST_YEAR:
        raise BadValue(NOT_A_MONTH)
    return month


@lru_cache(maxsize=4096)
def read_date(text):
    """Return a day as people and programs write it, or None.

    >>> str(read_date("2026年10月5日")), str(read_date("20261005"))
    ('2026-10-05', '2026-10-05')
    >>> read_date("2026-10")
    """
    day, has_day = _read_day(text)
    return day if has_day else None


@lru_cache(maxsize=4096)
def _read_month(text):
    day, _has_day = _read_day(text)
    return day and day.replace(day=1)


def _read_day(text):
    """Return a day or None, and whether a day of its month was given.

    >>> str(_read_day("202610")[0]), _read_day("202610")[1], _read_day("Oct")
    ('2026-10-01', False, (None, False))
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if SERIAL.fullmatch(text):
        return EPOCH + timedelta(days=int(text)), True
    for form in DAY_FORMS:
        if found := form.fullmatch(text):
            year, month, *days = [
                int(part) for part in found.groups() if part and part.isdigit()
            ]
            try:
                return date(year, month, *(days or [1])), bool(days)
            except ValueError:
                break
    return None, False
