from odoo.addons.web.controllers import export

from ..tools.text_cells import as_text


class TextCellsMixin:
    """Writes every text as text: never as a formula, never as a link."""

    def write(self, row, column, cell_value, style=None):
        if isinstance(cell_value, str):
            return self.worksheet.write_string(row, column, cell_value, style)
        return super().write(row, column, cell_value, style)


class TextXlsxWriter(TextCellsMixin, export.ExportXlsxWriter):
    """Core's writer of a flat list, with texts as texts."""


class TextGroupXlsxWriter(TextCellsMixin, export.GroupExportXlsxWriter):
    """Core's writer of a grouped list, with texts as texts."""


class ExcelExport(export.ExcelExport):
    """Keeps a name that a client chose from running in our spreadsheet (CWE-1236)."""

    def from_data(self, fields, columns_headers, rows):
        with TextXlsxWriter(fields, columns_headers, len(rows)) as writer:
            for row_number, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    writer.write_cell(row_number, column, value)
        return writer.value

    def from_group_data(self, fields, columns_headers, groups):
        with TextGroupXlsxWriter(fields, columns_headers, groups.count) as writer:
            position = 1, 0
            for name, group in groups.children.items():
                position = writer.write_group(*position, name, group)
        return writer.value


class CSVExport(export.CSVExport):
    """Marks as text what core's own list of dangerous characters leaves out."""

    def from_data(self, fields, columns_headers, rows):
        return super().from_data(
            fields,
            [as_text(header) for header in columns_headers],
            [[as_text(value) for value in row] for row in rows],
        )
