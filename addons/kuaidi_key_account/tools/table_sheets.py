"""Writes the workbooks around an import: the template, and what is to be corrected.

Texts are written as texts: a name that begins with ``=`` is no formula in our
workbooks, and an address is no link.
"""

import io
from dataclasses import dataclass

import xlsxwriter

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
FORMATS = {
    # keeps 00123 and 2026-10 as they are typed
    "text": "@",
    "count": "#,##0",
    "amount": "#,##0.00",
}


@dataclass
class TemplateColumn:
    """A column of a template: its title, kind (of `FORMATS`), and a value to show."""

    title: str
    kind: str
    sample: object
    width: int = 14


def write_template(columns, sheet_name, notes_name, notes):
    """Return the workbook to fill in: titles, a sample row, a sheet of notes.

    :param columns: list of `TemplateColumn`
    :param list notes: lines of the second sheet
    :rtype: bytes
    """
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, OPTIONS) as book:
        title = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        formats = {
            kind: book.add_format({"num_format": code})
            for kind, code in FORMATS.items()
        }
        sheet = book.add_worksheet(sheet_name)
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width, formats[column.kind])
        for index, column in enumerate(columns):
            sheet.write_string(0, index, column.title, title)
        for index, column in enumerate(columns):
            is_text = column.kind == "text"
            write = sheet.write_string if is_text else sheet.write_number
            write(1, index, column.sample, formats[column.kind])
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
