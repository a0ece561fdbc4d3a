"""Writes the workbook that declared shipments are filled into."""

import io

import xlsxwriter

from odoo.addons.kuaidi_key_account.tools.figure_sheets import OPTIONS

from .shipment_columns import AMOUNTS
from .shipment_words import CHINESE_HEADERS, ENGLISH_HEADERS

SAMPLES = {
    True: (
        "SF1234567890",
        "2026-10-05",
        "KA00001",
        "家电配件",
        "家电",
        "深圳",
        "兰州",
        1,
        "否",
        "原厂",
        "否",
        1492.8,
        1492.8,
        4.48,
    ),
    False: (
        "SF1234567890",
        "2026-10-05",
        "KA00001",
        "Appliance parts",
        "Home Appliances",
        "Shenzhen",
        "Lanzhou",
        1,
        "no",
        "original",
        "no",
        1492.8,
        1492.8,
        4.48,
    ),
}


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
            # keeps 00123 and 2026-10-05 as they are typed
            "text": book.add_format({"num_format": "@"}),
            "count": book.add_format({"num_format": "#,##0"}),
            "amount": book.add_format({"num_format": "#,##0.00"}),
        }
        kinds = ["text"] * len(headers)
        for column, name in enumerate(headers):
            if name in AMOUNTS:
                kinds[column] = "amount"
            elif name == "pieces":
                kinds[column] = "count"
        sheet = book.add_worksheet(sheet_name)
        sheet.freeze_panes(1, 0)
        for column, kind in enumerate(kinds):
            sheet.set_column(column, column, 15, formats[kind])
        for column, header in enumerate(headers.values()):
            sheet.write_string(0, column, header, title)
        sample = SAMPLES[is_chinese]
        for column, (kind, value) in enumerate(zip(kinds, sample, strict=True)):
            if kind == "text":
                sheet.write_string(1, column, value, formats[kind])
            else:
                sheet.write_number(1, column, value, formats[kind])
        sheet = book.add_worksheet(notes_name)
        sheet.set_column(0, 0, 100, book.add_format({"text_wrap": True}))
        for row, line in enumerate(notes):
            sheet.write_string(row, 0, line)
    return output.getvalue()
