"""Writes the workbooks around the import: the template, and what is to be corrected.

Texts are written as texts: a name that begins with ``=`` is no formula in our
workbooks, and an address is no link.
"""

import io

import xlsxwriter

from .figure_columns import AMOUNTS, CHINESE_HEADERS, ENGLISH_HEADERS

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
SAMPLE = {
    "code": "KA00001",
    "month": "2026-10",
    "pieces": 12500,
    "weight_kg": 18250.5,
    "amount_revenue": 96400,
    "late_count": 35,
    "damaged_count": 4,
    "lost_count": 1,
    "accident_count": 0,
}
SAMPLE_NAMES = {True: "示例客户有限公司", False: "Sample Client Ltd."}


def write_template(is_chinese, sheet_name, notes_name, notes):
    """Return the workbook to fill in: titles, a sample row, a sheet of notes.

    :param bool is_chinese: which titles to write
    :param list notes: lines of the second sheet
    :rtype: bytes
    """
    headers = CHINESE_HEADERS if is_chinese else ENGLISH_HEADERS
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, OPTIONS) as book:
        title = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        formats = {
            # keeps 00123 and 2026-10 as they are typed
            "text": book.add_format({"num_format": "@"}),
            "count": book.add_format({"num_format": "#,##0"}),
            "amount": book.add_format({"num_format": "#,##0.00"}),
        }
        sheet = book.add_worksheet(sheet_name)
        sheet.freeze_panes(1, 0)
        kinds = {name: "amount" if name in AMOUNTS else "count" for name in headers}
        kinds |= dict.fromkeys(("code", "name", "month"), "text")
        for column, name in enumerate(headers):
            width = 28 if name == "name" else 14
            sheet.set_column(column, column, width, formats[kinds[name]])
        for column, header in enumerate(headers.values()):
            sheet.write_string(0, column, header, title)
        sample = {"name": SAMPLE_NAMES[is_chinese], **SAMPLE}
        for column, name in enumerate(headers):
            cell_format = formats[kinds[name]]
            if kinds[name] == "text":
                sheet.write_string(1, column, sample[name], cell_format)
            else:
                sheet.write_number(1, column, sample[name], cell_format)
        sheet = book.add_worksheet(notes_name)
        sheet.set_column(0, 0, 100, book.add_format({"text_wrap": True}))
        for row, line in enumerate(notes):
            sheet.write_string(row, 0, line)
    return output.getvalue()


def write_bad_rows(sheet_name, titles, rows):
    """Return a workbook of texts alone.

    :param rows: iterable of as many values as there are titles
    :rtype: bytes
    """
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, OPTIONS) as book:
        sheet = book.add_worksheet(sheet_name)
        sheet.freeze_panes(1, 0)
        for column, width in enumerate((8, 24, 20, 30, 90)):
            sheet.set_column(column, column, width)
        title = book.add_format({"bold": True})
        for column, text in enumerate(titles):
            sheet.write_string(0, column, text, title)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                sheet.write_string(number, column, str(value or ""))
    return output.getvalue()
