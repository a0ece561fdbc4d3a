"""Which column of a file holds what, and what the values in it mean."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from odoo.tools.translate import LazyTranslate

from . import table_columns
from .table_cells import (
    MISSING,
    BadValue,
    TableRow,
    is_plain,
    parse_amount,
    parse_count,
    parse_month,
    parse_text,
    shorten,
)
from .table_columns import TableWords, iter_values
from .xlsx_sheet import FORMULA

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
# as they are after `normalise`; a unit other than these makes another column of it
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
WORDS = TableWords(
    chinese=CHINESE_HEADERS,
    english=ENGLISH_HEADERS,
    synonyms=SYNONYMS,
    required=(("code", "name"), ("month",), ("pieces",)),
    nothing=_lt("The file holds no figures. Choose another one, or fill it in."),
)

MAX_AMOUNT = 10**13
PARSERS = {
    "code": parse_text,
    "name": parse_text,
    "month": parse_month,
    **dict.fromkeys(COUNTS, parse_count),
    "weight_kg": partial(parse_amount, largest=MAX_AMOUNT),
    "amount_revenue": partial(parse_amount, largest=MAX_AMOUNT, is_signed=True),
}

UNKNOWN_COLUMN = _lt("There is no such column. Leave it out.")
IN_THE_FUTURE = _lt("This month has not begun.")


@dataclass(slots=True)
class FigureRow(TableRow):
    """What one client shipped in one month, as far as it could be read.

    An empty value is 0.
    """

    name: str = ""
    month: date | None = None


def find_columns(rows):
    """Return the `Columns` of a file of figures, see `table_columns.find_columns`."""
    return table_columns.find_columns(rows, WORDS)


def parse_rows(rows, columns, today):
    """Return a `FigureRow` for each row below the titles, with what is wrong in it.

    :param rows: pairs (number, cells)
    :param date today: months after it have no figures yet
    """
    names = list(columns.indexes)
    return [
        _parse_row(FigureRow(number), names, values, columns.labels, today)
        for number, values in iter_values(rows, columns)
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


def _clean(value):
    """Return a value as a text that a database takes: JSON has others too."""
    return str(value).encode(errors="ignore").decode().replace("\0", "")


def _parse_row(row, names, raw_values, labels, today):
    values = row.values
    for name, raw in zip(names, raw_values, strict=True):
        try:
            if name not in MEASURES:
                if raw is not None or name == "month":
                    setattr(row, name, PARSERS[name](raw))
            elif raw.__class__ is str and is_plain(raw):
                # nearly all values of a file
                values[name] = int(raw)
            elif raw is None and name != "pieces":
                values[name] = 0
            else:
                values[name] = PARSERS[name](raw)
        except BadValue as error:
            row.add_problem(labels.get(name, name), raw, error.args[0])
    if row.month and row.month > today:
        shown = dict(zip(names, raw_values, strict=True))["month"]
        row.add_problem(labels.get("month", "month"), shown, IN_THE_FUTURE)
        row.month = None
    if not (row.code or row.name):
        _check_client(row, dict(zip(names, raw_values, strict=True)), labels)
    _check_parts(row, labels)
    return row


def _check_client(row, raw, labels):
    """Say of a row without code and name that it needs one, unless it was said."""
    if FORMULA not in (raw.get("code"), raw.get("name")):
        name = "code" if "code" in raw or "name" not in raw else "name"
        row.add_problem(labels.get(name, name), None, MISSING)


def _check_parts(row, labels):
    """Say where more parcels were late, damaged or lost than shipped."""
    pieces = row.values.get("pieces")
    if pieces is None:
        return
    for name in PARTS:
        if row.values.get(name, 0) > pieces:
            reason = _lt(
                "More parcels than the %(pieces)s shipped in the month.", pieces=pieces
            )
            row.add_problem(labels.get(name, name), row.values[name], reason)
