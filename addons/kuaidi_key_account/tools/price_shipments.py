"""Rates a list of shipments, row by row, as fast as plain Python goes."""

import io
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

import xlsxwriter

from .price_arithmetic import ZERO, PriceError
from .table_cells import read_date
from .table_columns import Columns
from .table_sheets import OPTIONS

# how the columns of a list are called, without blanks, brackets and units
TITLES = {
    "waybill": "运单号 运单编号 单号 快递单号 waybill waybillno",
    "date": "日期 寄件日期 发货日期 揽收日期 date shippedon",
    "destination": "目的地 目的省 目的省份 省份 收件省份 区域 价格区域 到达地"
    " destination province zone zonecode",
    "weight": "重量 实际重量 实重 weight",
    "length": "长 长度 length",
    "width": "宽 宽度 width",
    "height": "高 高度 height",
    "services": "附加服务 增值服务 services ondemand",
}
NAMES = {title: name for name, titles in TITLES.items() for title in titles.split()}
SIZES = ("length", "width", "height")
NEEDED = ("destination", "weight")
UNIT = re.compile(r"[\s_.:：/]|[(（].*?[)）]|[kK][gG]$|[cC][mM]$|公斤|厘米|千克")
WEIGHT_UNIT = re.compile(r"\s*([kK][gG]|[cC][mM]|公斤|厘米|千克)$")
SHOWN = 60
LARGEST = Decimal(100_000)


def find_shipment_columns(rows):
    """Find the row of titles among the first rows.

    :param rows: pairs (number, cells)
    :return: Columns, or None where destination or weight is missing
    """
    for number, cells in rows:
        indexes = {}
        for index, cell in enumerate(cells):
            name = NAMES.get(UNIT.sub("", str(cell or "")).lower())
            if name:
                indexes.setdefault(name, index)
        if all(name in indexes for name in NEEDED):
            return Columns(number, indexes)
    return None


@dataclass
class Rater:
    """Rates rows of a list; what it counts is carried on from piece to piece.

    ``zones`` is the zone by name in small letters. ``month_pieces`` decides on the
    volume rebate by month, or ``fixed_pieces`` on that of all months; ``positions``
    counts the parcels of each day.
    """

    table: object
    zones: dict
    columns: Columns
    month_pieces: dict = field(default_factory=dict)
    positions: Counter = field(default_factory=Counter)
    fixed_pieces: int | None = None

    def __post_init__(self):
        self._found = {}
        self._prefixes = sorted(
            (key for key in self.zones if isinstance(key, str) and not key.isascii()),
            key=len,
            reverse=True,
        )
        self._demand = {
            surcharge.name
            for surcharge in self.table.terms.surcharges
            if surcharge.condition == "demand"
        }
        self._rebates = {}
        self.amount = ZERO
        self.priced_count = 0

    def count_months(self, rows):
        """Count the parcels of each month, as the volume rebate goes by them."""
        index = self.columns.indexes.get("date")
        for number, cells in rows:
            if number > self.columns.header_row:
                month = self._get_month(_get(cells, index))
                self.month_pieces[month] = self.month_pieces.get(month, 0) + 1

    def rate(self, rows):
        """Rate rows and return a list for each of them.

        :param rows: pairs (number, cells)
        :return: lists of number, waybill, date, destination, weight, length, width,
            height, charged weight, amount (texts), code of the reason, its value
        """
        indexes = self.columns.indexes
        waybill, day = indexes.get("waybill"), indexes.get("date")
        destination, weight = indexes["destination"], indexes["weight"]
        sizes = [indexes.get(name) for name in SIZES]
        services = indexes.get("services")
        has_sizes = all(index is not None for index in sizes)
        results = []
        for number, cells in rows:
            if number <= self.columns.header_row:
                continue
            shown = [_get(cells, destination), _get(cells, weight)]
            size_cells = [_get(cells, index) for index in sizes] if has_sizes else None
            day_cell, service = _get(cells, day), _get(cells, services)
            try:
                charged, amount = self._rate_row(shown, size_cells, day_cell, service)
                reason = (None, None)
            except PriceError as error:
                charged = amount = None
                reason = error.code, error.values.get("value")
            results.append(
                [
                    number,
                    _show(_get(cells, waybill)),
                    _show(day_cell),
                    *map(_show, shown),
                    *(map(_show, size_cells) if has_sizes else ("", "", "")),
                    charged,
                    amount,
                    *reason,
                ]
            )
        return results

    def _rate_row(self, shown, size_cells, day_cell, service):
        destination, weight_cell = shown
        zone = self._find_zone(destination)
        weight = _read_number(weight_cell)
        if weight is None:
            raise PriceError("number", value=_show(weight_cell))
        sizes = None
        if size_cells and any(cell not in (None, "0") for cell in size_cells):
            sizes = [_read_number(cell) for cell in size_cells]
            if None in sizes:
                raise PriceError("size")
        day = _read_day(day_cell)
        if day is None and day_cell:
            raise PriceError("date", value=_show(day_cell))
        position = self.positions[day] + 1
        charged_by = self.table.rate(
            zone,
            weight,
            sizes,
            self._get_rebate(day),
            position,
            day,
            self._find_services(service) if service else (),
        )
        # what has no price takes no place among the parcels of its day
        self.positions[day] = position
        amount, _freight, charged = charged_by
        self.amount += amount
        self.priced_count += 1
        return str(charged.normalize()), str(amount)

    def _find_zone(self, text):
        if not text:
            raise PriceError("missing")
        try:
            zone = self._found[text]
        except KeyError:
            zone = self._found[text] = self._look_up(str(text).strip().lower())
        if zone is None:
            raise PriceError("destination", value=_show(text))
        return zone

    def _look_up(self, text):
        if text in self.zones:
            return self.zones[text]
        for prefix in self._prefixes:
            if text.startswith(prefix):
                return self.zones[prefix]
        return None

    def _find_services(self, cell):
        names = [name for name in re.split(r"[,，、;；]\s*", str(cell)) if name]
        for name in names:
            if name not in self._demand:
                raise PriceError("service", value=_show(name))
        return names

    def _get_month(self, cell):
        day = _read_day(cell)
        return f"{day:%Y-%m}" if day else ""

    def _get_rebate(self, day):
        month = f"{day:%Y-%m}" if day and self.month_pieces else ""
        try:
            return self._rebates[month]
        except KeyError:
            pieces = self.fixed_pieces or self.month_pieces.get(month)
            rebate = self.table.get_rebate(pieces)
            self._rebates[month] = rebate
            return rebate


def _get(cells, index):
    return cells[index] if index is not None and index < len(cells) else None


def _show(cell):
    return "" if cell is None or type(cell) is object else str(cell)[:SHOWN]


def _read_number(cell):
    """Return a number, or None; a weight may be followed by its unit."""
    try:
        number = Decimal(cell)
    except (InvalidOperation, TypeError, ValueError):
        text = WEIGHT_UNIT.sub("", _show(cell).strip()).replace(",", "")
        try:
            number = Decimal(text)
        except InvalidOperation:
            return None
    return number if number.is_finite() and abs(number) <= LARGEST else None


def _read_day(cell):
    if cell is None or isinstance(cell, date):
        return cell
    return read_date(str(cell))


def write_rated(heads, name, chunks, totals, describe):
    """Return the workbook of rated shipments, row by row in constant memory.

    :param heads: titles of the twelve columns
    :param chunks: iterable of what `Rater.rate` returned
    :param totals: pairs (label, amount) below the rows
    :param describe: returns a reason in words, by code and value
    :rtype: bytes
    """
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, OPTIONS) as book:
        bold = book.add_format({"bold": True, "bg_color": "#f3e3e0", "border": 1})
        money = book.add_format({"num_format": "#,##0.00"})
        strong = book.add_format({"bold": True, "num_format": "#,##0.00"})
        red = book.add_format({"font_color": "#b00020"})
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, width in enumerate((8, 20, 12, 24, 10, 8, 8, 8, 12, 12, 60)):
            sheet.set_column(column, column, width)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        row = 0
        for chunk in chunks:
            for number, *texts, charged, amount, code, value in chunk:
                row += 1
                sheet.write_number(row, 0, number)
                for column, text in enumerate(texts, 1):
                    if text:
                        sheet.write_string(row, column, text)
                if code:
                    sheet.write_string(row, 10, describe(code, value), red)
                else:
                    sheet.write_number(row, 8, float(charged))
                    sheet.write_number(row, 9, float(amount), money)
        for label, amount in totals:
            row += 1
            sheet.write_string(row, 8, label, strong)
            sheet.write_number(row, 9, float(amount), strong)
    return output.getvalue()
