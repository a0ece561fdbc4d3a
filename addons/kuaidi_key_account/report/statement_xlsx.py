import re

from odoo import api, models
from odoo.exceptions import UserError

# a sheet for each: more of them nobody leafs through
MOST_STATEMENTS = 100
FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
COLOR = "#8a1f1f"
# rows, counted from 0: the sums, and the heads of the entries
FIRST_SUM, HEAD = 3, 10


class StatementXlsx(models.AbstractModel):
    """A workbook of statements: entries, sums by formula, open items by due date."""

    _name = "report.kuaidi_key_account.statement_xlsx"
    _description = "Account Statement as Workbook"
    _inherit = ["report.report_xlsx.abstract"]

    # === BUSINESS METHODS === #

    @api.private
    def get_workbook_options(self):
        """Write every text as text: never as formula or link."""
        return {
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        }

    @api.private
    def generate_xlsx_report(self, workbook, data, objs):
        """Write a sheet for each statement.

        :raise UserError: for more than a hundred
        """
        if len(objs) > MOST_STATEMENTS:
            raise UserError(
                self.env._(
                    "A workbook holds %(count)s statements at most. Choose fewer.",
                    count=MOST_STATEMENTS,
                )
            )
        objs.check_access("read")
        styles = {
            name: workbook.add_format(FONT | values)
            for name, values in {
                "title": {"bold": True, "font_size": 14, "font_color": COLOR},
                "head": {"bold": True, "font_color": "#ffffff", "bg_color": COLOR},
                "text": {},
                "bold": {"bold": True},
                "date": {"num_format": "yyyy-mm-dd", "align": "left"},
                "money": {"num_format": "#,##0.00"},
                "total": {"num_format": "#,##0.00", "bold": True, "top": 1},
                "count": {"num_format": "#,##0"},
            }.items()
        }
        for statement in objs:
            name = re.sub(r"[\[\]:*?/\\']", " ", statement.display_name)[:31].strip()
            sheet = workbook.add_worksheet(name)
            for column, width in enumerate((12, 24, 14, 12, 16, 16, 16, 12, 30)):
                sheet.set_column(column, column, width)
            self._write_statement(sheet, statement, styles)

    def _write_statement(self, sheet, statement, styles):
        # sudo: the name of the client stands on each of its statements
        client = statement.account_id.sudo().partner_id.name
        title = f"{client} · {statement.display_name}"
        sheet.write_string(0, 0, title, styles["title"])
        period = (
            f"{statement._format_day(statement.date_from)} –"
            f" {statement._format_day(statement.date_to)}"
            f" · {statement.currency_id.name}"
        )
        sheet.write_string(1, 0, period, styles["text"])
        lines = statement.line_ids
        first, last = HEAD + 2, HEAD + 1 + max(len(lines), 1)
        self._write_sums(sheet, statement, styles, (first, last))
        self._write_lines(sheet, statement, lines, styles)

    def _write_sums(self, sheet, statement, styles, rows):
        """Write opening and closing balance; what lies between adds up the entries."""
        first, last = rows
        flags, kinds, amounts = (
            f"${column}${first}:${column}${last}" for column in "ICE"
        )
        names = statement._get_kinds()
        other = self.env._("yes")
        by_kind = {
            kind: f'SUMIFS({amounts},{kinds},"{names[kind]}",{flags},"{other}")'
            for kind in names
        }
        top = FIRST_SUM + 1
        for row, (label, formula, value) in enumerate(
            (
                (self.env._("Opening Balance"), None, statement.amount_opening),
                (
                    self.env._("Invoiced"),
                    f"={by_kind['invoice']}",
                    statement.amount_invoiced,
                ),
                (
                    self.env._("Credited"),
                    f"={by_kind['credit']}",
                    statement.amount_credited,
                ),
                (
                    self.env._("Paid"),
                    f"={by_kind['payment']}+{by_kind['entry']}",
                    statement.amount_paid,
                ),
                (
                    self.env._("Closing Balance"),
                    f"=SUM(E{top}:E{top + 3})",
                    statement.amount_closing,
                ),
                (
                    self.env._("Open at the End of the Period"),
                    f"=SUM($F${first}:$F${last})",
                    sum(statement.line_ids.mapped("amount_open")),
                ),
            ),
            FIRST_SUM,
        ):
            sheet.write_string(row, 0, label, styles["bold"])
            if formula:
                sheet.write_formula(row, 4, formula, styles["money"], value)
            else:
                sheet.write_number(row, 4, value, styles["money"])

    def _write_lines(self, sheet, statement, lines, styles):
        heads = (
            self.env._("Date"),
            self.env._("Number"),
            self.env._("Kind of Item"),
            self.env._("Due Date"),
            self.env._("Amount"),
            self.env._("Open Amount"),
            self.env._("Balance"),
            self.env._("Days Overdue"),
            self.env._("Of the Period"),
        )
        for column, head in enumerate(heads):
            sheet.write_string(HEAD, column, head, styles["head"])
        sheet.freeze_panes(HEAD + 1, 2)
        kinds = statement._get_kinds()
        yes, no = self.env._("yes"), self.env._("no")
        balance, before = statement.amount_opening, f"$E${FIRST_SUM + 1}"
        end = statement.date_to
        for row, line in enumerate(lines, HEAD + 1):
            number = row + 1
            sheet.write_datetime(row, 0, line.date, styles["date"])
            sheet.write_string(row, 1, line.reference or "", styles["text"])
            sheet.write_string(row, 2, kinds[line.kind], styles["text"])
            sheet.write_datetime(row, 3, line.date_due or line.date, styles["date"])
            sheet.write_number(row, 4, line.amount, styles["money"])
            sheet.write_number(row, 5, line.amount_open, styles["money"])
            if line.is_in_period:
                balance += line.amount
            sheet.write_formula(
                row,
                6,
                f'={before}+IF(I{number}="{yes}",E{number},0)',
                styles["money"],
                balance,
            )
            before = f"G{number}"
            sheet.write_formula(
                row,
                7,
                f"=IF(F{number}>0,MAX(0,DATE({end.year},{end.month},{end.day})"
                f"-D{number}),0)",
                styles["count"],
                line._get_days_overdue(),
            )
            sheet.write_string(row, 8, yes if line.is_in_period else no, styles["text"])
        if lines:
            sheet.autofilter(HEAD, 0, HEAD + len(lines), len(heads) - 1)
