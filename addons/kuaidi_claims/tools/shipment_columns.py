"""Which column of a list of declared shipments holds what, and what it means (IN-2)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from odoo.tools.translate import LazyTranslate

from odoo.addons.kuaidi_key_account.tools import table_columns
from odoo.addons.kuaidi_key_account.tools.table_cells import (
    TOO_LONG,
    BadValue,
    TableRow,
    check_given,
    is_plain,
    normalise,
    parse_amount,
    parse_date,
    parse_number,
    parse_text,
)
from odoo.addons.kuaidi_key_account.tools.table_columns import (
    TableWords,
    iter_values,
)

from .compensation import ZERO
from .shipment_words import (
    CHINESE_HEADERS,
    CHOICES,
    ENGLISH_HEADERS,
    SYNONYMS,
)

_lt = LazyTranslate(__name__)

REQUIRED = ("waybill_number", "date_shipped", "sum_insured")
WORDS = TableWords(
    chinese=CHINESE_HEADERS,
    english=ENGLISH_HEADERS,
    synonyms=SYNONYMS,
    required=tuple((name,) for name in REQUIRED),
    nothing=_lt("The file holds no shipments. Choose another one, or fill it in."),
)
TEXTS = ("code", "goods", "origin", "destination")
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
MAX_AMOUNT = 10**12
MAX_PIECES = 999_999
MAX_TEXT = 200
MAX_WAYBILL = 40

NOT_PIECES = _lt("Pieces are a whole number of 1 at least.")
NOT_A_FLAG = _lt("Write 是 or 否 (yes or no), or leave it empty.")
NOT_A_CHOICE = _lt("This value is not known. The notes of the template list those.")
NO_SUM = _lt("No sum is insured: it has to be above zero.")
ABOVE_VALUE = _lt(
    "This is above the value of the goods. The excess would be void (Insurance Act,"
    " article 55)."
)


@dataclass(slots=True)
class ShipmentRow(TableRow):
    """One shipment of a file, as far as it could be read."""

    waybill_number: str = ""
    date_shipped: date | None = None
    sum_insured: Decimal | None = None
    clause: str | None = None
    amount_premium_due: Decimal = ZERO


def find_columns(rows):
    """Return the `Columns` of a list of shipments, see `table_columns.find_columns`."""
    return table_columns.find_columns(rows, WORDS)


def parse_rows(rows, columns, first, last):
    """Return a `ShipmentRow` for each row below the titles, with what is wrong in it.

    :param rows: pairs (number, cells)
    :param date first: day from which the policy is in force
    :param date last: its last day
    """
    names = list(columns.indexes)
    parsers = [_PARSERS[name] for name in names]
    found = []
    for number, values in iter_values(rows, columns):
        row = ShipmentRow(number, values=DEFAULTS.copy())
        for name, parse, raw in zip(names, parsers, values, strict=True):
            if raw is None and name not in REQUIRED:
                continue
            try:
                value = parse(raw)
            except BadValue as error:
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


def _parse_waybill(raw):
    text = "".join(parse_text(raw, MAX_TEXT).split()).upper()
    if len(text) > MAX_WAYBILL:
        raise BadValue(TOO_LONG)
    return text


def _parse_pieces(raw):
    is_digits = raw.__class__ is str and is_plain(raw)
    number = int(raw) if is_digits else parse_number(raw)
    if not 1 <= number <= MAX_PIECES or number != int(number):
        raise BadValue(NOT_PIECES)
    return int(number)


def _parse_word(raw, meanings, reason):
    """Return what a word stands for.

    :raise BadValue: with that reason for an unknown one
    """
    check_given(raw)
    try:
        return meanings[normalise(raw)]
    except KeyError:
        raise BadValue(reason) from None


_PARSERS = {
    "waybill_number": _parse_waybill,
    "date_shipped": parse_date,
    "pieces": _parse_pieces,
    **dict.fromkeys(TEXTS, partial(parse_text, longest=MAX_TEXT)),
    **dict.fromkeys(AMOUNTS, partial(parse_amount, largest=MAX_AMOUNT)),
    **dict.fromkeys(
        FLAGS, partial(_parse_word, meanings=MEANINGS["flag"], reason=NOT_A_FLAG)
    ),
    **{
        name: partial(_parse_word, meanings=MEANINGS[name], reason=NOT_A_CHOICE)
        for name in ("goods_kind", "packing")
    },
}
