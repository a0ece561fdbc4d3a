"""Writes a long list as a sheet: row by row, every text as text.

The workbook has to be opened with OPTIONS. Each column has a kind that is known before
the first row, so that no cell is looked at twice.
"""

from datetime import date

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
# kind: number format and width
KINDS = {
    "text": (None, 24),
    "count": ("#,##0", 12),
    "amount": ("#,##0.00", 14),
    "number": ("#,##0", 12),
    "ratio": ("#,##0.0", 12),
    "money": ("#,##0.00", 14),
    "percent": ("0.0##%", 11),
    "date": ("yyyy-mm-dd", 12),
    "month": ("yyyy-mm", 10),
}
SUMMED = ("count", "amount")
DAYS = ("date", "month")
# Excel counts days from here
EPOCH = date(1899, 12, 30)
# Excel takes no longer text
MOST_CHARACTERS = 32_767
FONT = {"font_name": "Microsoft YaHei", "font_size": 10}
COLOR = "#8a1f1f"


def write_list(workbook, sheet_name, columns, rows, total_label):
    """Write a sheet: titles, rows, and the totals of counts and amounts.

    :param columns: pairs of a title and a kind, one of KINDS
    :param rows: iterable of as many values each: texts, numbers (percents as such,
        2.5 for 2.5 %), dates; None leaves the cell empty
    :param total_label: what stands before the totals; the first column has none
    :return: number of rows
    """
    sheet = workbook.add_worksheet(sheet_name)
    sheet.freeze_panes(1, 1)
    head = workbook.add_format(
        FONT | {"bold": True, "font_color": "#ffffff", "bg_color": COLOR}
    )
    styles = _add_styles(workbook, columns, FONT)
    for column, (title, kind) in enumerate(columns):
        sheet.set_column(column, column, KINDS[kind][1])
        sheet.write_string(0, column, title, head)
    totals = [0] * len(columns)
    line = 0
    for line, row in enumerate(rows, 1):
        _write_row(sheet, line, row, columns, styles, totals)
    if line:
        sheet.autofilter(0, 0, line, len(columns) - 1)
        _write_totals(workbook, sheet, line, columns, totals, total_label)
    return line


def _add_styles(workbook, columns, values):
    known = {
        kind: workbook.add_format(
            values | ({"num_format": KINDS[kind][0]} if KINDS[kind][0] else {})
        )
        for kind in dict.fromkeys(kind for _title, kind in columns)
    }
    return [known[kind] for _title, kind in columns]


def _write_row(sheet, line, row, columns, styles, totals):
    for column, value in enumerate(row):
        if value is None:
            continue
        kind = columns[column][1]
        if kind == "text":
            sheet.write_string(line, column, value[:MOST_CHARACTERS], styles[column])
            continue
        if kind in SUMMED:
            totals[column] += value
        elif kind == "percent":
            value /= 100
        elif kind in DAYS:
            value = (value - EPOCH).days
        sheet.write_number(line, column, value, styles[column])


def _write_totals(workbook, sheet, last, columns, totals, total_label):
    """Write sums that follow the filter a reader sets, below the rows."""
    styles = _add_styles(workbook, columns, FONT | {"bold": True, "top": 1})
    sheet.write_string(last + 1, 0, total_label, styles[0])
    for column, (_title, kind) in enumerate(columns):
        if kind in SUMMED and column:
            name = _get_column_name(column)
            sheet.write_formula(
                last + 1,
                column,
                f"=SUBTOTAL(9,{name}2:{name}{last + 1})",
                styles[column],
                totals[column],
            )


def _get_column_name(column):
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(65 + letter) + name
    return name
