"""Which column of a file holds what, and what the values in it mean."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from operator import itemgetter

from odoo.tools.translate import LazyTranslate

from .table_error import TableFileError
from .table_file import TITLE_ROWS
from .xlsx_sheet import EPOCH, FORMULA

_lt = LazyTranslate(__name__)

COUNTS = ("pieces", "late_count", "damaged_count", "lost_count", "accident_count")
AMOUNTS = ("weight_kg", "amount_revenue")
MEASURES = {*COUNTS, *AMOUNTS}
# each of them is a part of the pieces
PARTS = ("late_count", "damaged_count", "lost_count")
# what the template calls the columns, and in which order it has them
CHINESE_HEADERS = {
    "code": "客户编号",
    "name": "客户名称",
    "month": "月份",
    "pieces": "票数",
    "weight_kg": "重量(kg)",
    "amount_revenue": "收入(元)",
    "late_count": "晚点票数",
    "damaged_count": "破损票数",
    "lost_count": "丢失票数",
    "accident_count": "事故起数",
}
ENGLISH_HEADERS = {
    "code": "Client Code",
    "name": "Client Name",
    "month": "Month",
    "pieces": "Pieces",
    "weight_kg": "Weight (kg)",
    "amount_revenue": "Revenue",
    "late_count": "Late",
    "damaged_count": "Damaged",
    "lost_count": "Lost",
    "accident_count": "Accidents",
}
# as they are after `_normalise`; a unit other than these makes another column of it
SYNONYMS = {
    "code": "客户编号 客户编码 客户代码 客户号 code clientcode client_code customercode"
    " accountcode",
    "name": "客户名称 客户 客户全称 name client clientname client_name customer"
    " customername keyaccount",
    "month": "月份 月 年月 统计月份 month period",
    "pieces": "票数 件数 票量 件量 总票数 总件数 发货票数 发货件数 pieces parcels",
    "weight_kg": "重量 重量(kg) 重量(公斤) 重量(千克) 总重量 总重量(kg) 总重量(公斤)"
    " weight weight(kg) weightkg weight_kg",
    "amount_revenue": "收入 收入(元) 运费收入 运费收入(元) 运费 运费(元) 营业收入"
    " 营业收入(元) revenue revenue(cny) revenue(rmb) amount_revenue freight",
    "late_count": "晚点 晚点数 晚点票数 晚点件数 延误 延误数 延误票数 延误件数 late"
    " latecount late_count lateparcels",
    "damaged_count": "破损 破损数 破损票数 破损件数 damaged damagedcount"
    " damaged_count damagedparcels",
    "lost_count": "丢失 丢失数 丢失票数 丢失件数 遗失 遗失数 遗失票数 遗失件数 lost"
    " lostcount lost_count lostparcels",
    "accident_count": "事故 事故数 事故起数 事故次数 事故件数 accidents accident"
    " accidentcount accident_count",
}
FIELDS = {word: name for name, words in SYNONYMS.items() for word in words.split()}

FIRST_YEAR, LAST_YEAR = 2000, 2100
MONTH_FORMS = (
    re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月(?:份|\s*(\d{1,2})\s*[日号])?"),
    re.compile(r"(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2})(?:[ T]00:00(?::00)?)?)?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})?"),
)
# how Excel writes a date that has lost its format
SERIAL = re.compile(r"\d{5}")
is_plain = re.compile(r"[0-9]{1,9}").fullmatch
is_plain_amount = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?").fullmatch
NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([, ])\d{3})(?:\1\d{3})*(?:\.\d*)?")
MAX_COUNT = 2_147_483_647
MAX_AMOUNT = 10**13
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
NOT_A_MONTH = _lt(
    "This is no month of the years from 2000 on. Write it like 2026-10 or 2026年10月."
)
UNKNOWN_COLUMN = _lt("There is no such column. Leave it out.")
IN_THE_FUTURE = _lt("This month has not begun.")


@dataclass(slots=True)
class Problem:
    """What is wrong with one value: its column, itself, and why."""

    column: str
    value: str
    reason: object


@dataclass(slots=True)
class FigureRow:
    """What one client shipped in one month, as far as it could be read."""

    number: int
    code: str = ""
    name: str = ""
    month: date | None = None
    # by name of the field; an empty value is 0
    values: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    account_id: int | None = None

    def add_problem(self, column, value, reason):
        """Note what is wrong, and where.

        :param reason: a text, or a lazy translation
        """
        self.problems.append(Problem(column, shorten(value), reason))


@dataclass
class Columns:
    """Where a file holds what: indexes and titles by name of the field."""

    header_row: int
    indexes: dict
    labels: dict
    # titles that mean nothing to us
    ignored: list


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
            _lt("The file holds no figures. Choose another one, or fill it in.")
        )
    number, cells, found = best
    missing = [
        name for name in ("code", "month", "pieces") if not _has_column(found, name)
    ]
    if missing:
        raise TableFileError(
            _lt(
                "These columns are missing: %(missing)s. The first row names the"
                " columns, as in the template: %(found)s.",
                missing=", ".join(_get_title(name) for name in missing),
                found=", ".join(shorten(cell) for cell in cells if cell)[:200],
            )
        )
    for name in found:
        if name and found.count(name) > 1:
            raise TableFileError(
                _lt(
                    "Several columns hold the same: %(columns)s. Keep one of them.",
                    columns=", ".join(
                        shorten(cell)
                        for cell, other in zip(cells, found, strict=True)
                        if other == name
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


def parse_rows(rows, columns, today):
    """Return a `FigureRow` for each row below the titles, with what is wrong in it.

    :param rows: pairs (number, cells)
    :param date today: months after it have no figures yet
    """
    names = list(columns.indexes)
    get_values = itemgetter(*columns.indexes.values())
    padding = [None] * (1 + max(columns.indexes.values()))
    return [
        _parse_row(
            FigureRow(number), names, get_values(cells + padding), columns.labels, today
        )
        for number, cells in rows
        if number > columns.header_row
    ]


def parse_record(number, record, today):
    """Return the `FigureRow` of a dict that a program sent.

    :param int number: of the row, from 1
    :param dict record: texts or numbers by name of the field
    :param date today: months after it have no figures yet
    """
    row = FigureRow(number)
    for name in record:
        if name not in SYNONYMS:
            row.add_problem(shorten(name), record[name], UNKNOWN_COLUMN)
    raw = {"month": None, "pieces": None} | {
        name: None if value is None else _clean(value)
        for name, value in record.items()
        if name in SYNONYMS
    }
    return _parse_row(row, list(raw), list(raw.values()), {}, today)


def shorten(value):
    """Return a value as people are shown it."""
    text = "" if value is None else "=" if value is FORMULA else str(value)
    text = " ".join(text.split())
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def _clean(value):
    """Return a value as a text that a database takes: JSON has others too."""
    return str(value).encode(errors="ignore").decode().replace("\0", "")


def _normalise(cell):
    """Return a title without spaces, marks of duty, width and case."""
    text = unicodedata.normalize("NFKC", str(cell or "")).lower()
    return re.sub(r"[\s*:]", "", text)


def _count(found):
    return len(set(found) - {None})


def _has_column(found, name):
    return name in found or (name == "code" and "name" in found)


def _get_title(name):
    return f"{CHINESE_HEADERS[name]} / {ENGLISH_HEADERS[name]}"


def _parse_row(row, names, raw_values, labels, today):
    values = row.values
    for name, raw in zip(names, raw_values, strict=True):
        if name in MEASURES and raw.__class__ is str and is_plain(raw):
            # nearly all values of a file
            values[name] = int(raw)
            continue
        try:
            if name == "month":
                row.month = _parse_month(raw, today)
            elif name == "code":
                row.code = _parse_text(raw)
            elif name == "name":
                row.name = _parse_text(raw)
            else:
                values[name] = _parse_number(name, raw)
        except _BadValue as error:
            row.add_problem(labels.get(name, name), raw, error.args[0])
    if not (row.code or row.name):
        _check_client(row, dict(zip(names, raw_values, strict=True)), labels)
    pieces = values.get("pieces")
    if pieces is not None:
        for name in PARTS:
            if name in values and values[name] > pieces:
                reason = _lt(
                    "More parcels than the %(pieces)s shipped in the month.",
                    pieces=pieces,
                )
                row.add_problem(labels.get(name, name), values[name], reason)
    return row


def _check_client(row, raw, labels):
    """Say of a row without code and name that it needs one, unless it was said."""
    if FORMULA not in (raw.get("code"), raw.get("name")):
        name = "code" if "code" in raw or "name" not in raw else "name"
        row.add_problem(labels.get(name, name), None, MISSING)


def _parse_text(raw):
    if raw is FORMULA:
        raise _BadValue(NO_FORMULA_VALUE)
    return "" if raw is None else str(raw).strip()


def _parse_month(raw, today):
    if raw is FORMULA:
        raise _BadValue(NO_FORMULA_VALUE)
    if raw is None:
        raise _BadValue(MISSING)
    month = (
        raw.replace(day=1)
        if isinstance(raw, date) and FIRST_YEAR <= raw.year <= LAST_YEAR
        else _read_month(str(raw))
    )
    if month is None:
        raise _BadValue(NOT_A_MONTH)
    if month > today:
        raise _BadValue(IN_THE_FUTURE)
    return month


@lru_cache(maxsize=4096)
def _read_month(text):
    """Return the first day of a month, or None if the text means none.

    >>> str(_read_month("2026年10月")), str(_read_month("202610")), _read_month("Oct")
    ('2026-10-01', '2026-10-01', None)
    """
    text = unicodedata.normalize("NFKC", text).strip()
    for form in MONTH_FORMS:
        if found := form.fullmatch(text):
            numbers = [int(part) for part in found.groups() if part and part.isdigit()]
            year, month, day = [*numbers, 1][:3]
            try:
                day = date(year, month, day)
            except ValueError:
                return None
            break
    else:
        if not SERIAL.fullmatch(text):
            return None
        day = EPOCH + timedelta(days=int(text))
    return day.replace(day=1) if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _parse_number(name, raw):
    """Return a whole number, or an amount with two decimals."""
    if raw is None:
        if name == "pieces":
            raise _BadValue(MISSING)
        return 0
    if raw is FORMULA:
        raise _BadValue(NO_FORMULA_VALUE)
    if not isinstance(raw, str):
        raise _BadValue(NOT_A_NUMBER)
    if name in AMOUNTS and is_plain_amount(raw):
        return Decimal(raw)
    number = _read_number(raw)
    if number is None:
        raise _BadValue(NOT_A_NUMBER)
    if number < 0 and name != "amount_revenue":
        raise _BadValue(NEGATIVE)
    if abs(number) > (MAX_AMOUNT if name in AMOUNTS else MAX_COUNT):
        raise _BadValue(TOO_LARGE)
    if name in AMOUNTS:
        return number.quantize(CENT, ROUND_HALF_UP)
    if number != number.to_integral_value():
        raise _BadValue(NOT_WHOLE)
    return int(number)


def _read_number(text):
    """Return a number as people and programs write it, or None.

    >>> _read_number("1,234.50"), _read_number("１ 234"), _read_number("12%")
    (Decimal('1234.50'), Decimal('1234'), None)
    """
    if len(text) > MAX_SHOWN:
        return None
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = text.strip()
    if GROUPED.fullmatch(text):
        text = text.replace(",", "").replace(" ", "")
    return Decimal(text) if NUMBER.fullmatch(text) else None
