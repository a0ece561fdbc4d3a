import re

from odoo import api, models
from odoo.exceptions import UserError

from ..models.insight.client_review import RATES
from ..tools.forecast import YEAR, get_change

MONTHS = 24
# a sheet for each analysis: more of them nobody leafs through
MOST_REVIEWS = 100
COUNTS = ("late_count", "damaged_count", "lost_count", "accident_count")
NOTES = ("note_accident", "note_need", "note_cause", "note_action")
# first row of the months, counted from 0
FIRST = 3


class ClientReviewXlsx(models.AbstractModel):
    """A workbook of analyses: a summary, and two years of each client with charts."""

    _name = "report.kuaidi_key_account.client_review_xlsx"
    _description = "Monthly Client Analysis as Workbook"
    _inherit = ["report.report_xlsx.abstract"]

    # === BUSINESS METHODS === #

    @api.private
    def get_workbook_options(self):
        """Write row by row, and every text as text: never as formula or link."""
        return {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        }

    @api.private
    def generate_xlsx_report(self, workbook, data, objs):
        """Write the workbook of these analyses.

        :raise UserError: for more than a hundred
        """
        if len(objs) > MOST_REVIEWS:
            raise UserError(
                self.env._(
                    "A workbook holds %(count)s analyses at most. Choose fewer.",
                    count=MOST_REVIEWS,
                )
            )
        objs.check_access("read")
        styles = self._add_styles(workbook)
        self._write_summary(workbook, objs, styles)
        for review in objs:
            self._write_figures(workbook, review, styles)

    def _add_styles(self, workbook):
        base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
        number = base | {"num_format": "#,##0"}
        return {
            name: workbook.add_format(values)
            for name, values in {
                "title": base
                | {"bold": True, "font_size": 14, "font_color": "#8a1f1f"},
                "head": base
                | {
                    "bold": True,
                    "font_color": "#ffffff",
                    "bg_color": "#8a1f1f",
                    "text_wrap": True,
                    "align": "center",
                },
                "text": base | {"text_wrap": True, "valign": "top"},
                "date": base | {"num_format": "yyyy-mm", "align": "left"},
                "count": number,
                "money": base | {"num_format": "#,##0.00"},
                "change": base | {"num_format": "+0.0%;[Red]-0.0%;0.0%;@"},
                "rate": base | {"num_format": "0.000%"},
            }.items()
        }

    def _write_heads(self, sheet, row, heads, styles):
        sheet.set_row(row, 30)
        for column, head in enumerate(heads):
            sheet.write_string(row, column, head, styles["head"])

    def _write_ratio(self, sheet, cell, numerator, denominator, value, style):
        """Write a ratio as formula; without a denominator it shows a dash."""
        row, column = cell
        sheet.write_formula(
            row,
            column,
            f'=IF(N({denominator})=0,"–",{numerator}/{denominator})',
            style,
            "–" if value is None else value,
        )

    # summary

    def _write_summary(self, workbook, reviews, styles):
        sheet = workbook.add_worksheet(self.env._("Summary"))
        widths = (28, 10, 16, 10, 12, 12, 12, 10, 10, 14, *[9] * 8, 14, 14, 12)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_column(len(widths), len(widths) + len(NOTES), 40)
        sheet.freeze_panes(FIRST, 1)
        sheet.write_string(0, 0, self.env._("Monthly Client Analysis"), styles["title"])
        labels = {
            name: description["string"]
            for name, description in reviews.fields_get(attributes=["string"]).items()
        }
        names = (
            "account_id",
            "month",
            "manager_id",
            "state",
            "pieces",
            "pieces_last_month",
            "pieces_last_year",
            "change_month_percent",
            "change_year_percent",
            "amount_revenue",
            *COUNTS,
            *RATES,
            "amount_receivable",
            "amount_overdue",
            "forecast_pieces",
            *NOTES,
        )
        self._write_heads(sheet, FIRST - 1, [labels[name] for name in names], styles)
        for row, review in enumerate(reviews, FIRST):
            self._write_summary_row(sheet, row, review, styles)

    def _write_summary_row(self, sheet, row, review, styles):
        line = row + 1
        # sudo: as on every page, the names of client and manager are shown
        review_sudo = review.sudo()
        sheet.write_string(row, 0, review_sudo.account_id.display_name, styles["text"])
        sheet.write_datetime(row, 1, review.month, styles["date"])
        sheet.write_string(row, 2, review_sudo.manager_id.name or "", styles["text"])
        state = dict(review._fields["state"]._description_selection(self.env))
        sheet.write_string(row, 3, state[review.state], styles["text"])
        for column, is_known, pieces in (
            (4, review.has_figure, review.pieces),
            (5, review.has_last_month, review.pieces_last_month),
            (6, review.has_last_year, review.pieces_last_year),
        ):
            if is_known:
                sheet.write_number(row, column, pieces, styles["count"])
            else:
                sheet.write_string(row, column, "–", styles["text"])
        pieces = review.pieces if review.has_figure else None
        for column, base, before in (
            (7, "F", review.has_last_month and review.pieces_last_month),
            (8, "G", review.has_last_year and review.pieces_last_year),
        ):
            self._write_change(
                sheet,
                (row, column),
                (f"E{line}", f"{base}{line}"),
                get_change(pieces, before),
                styles,
            )
        sheet.write_number(row, 9, review.amount_revenue, styles["money"])
        for column, name in enumerate(COUNTS, 10):
            sheet.write_number(row, column, review[name], styles["count"])
        for column, name in enumerate(RATES, 14):
            self._write_ratio(
                sheet,
                (row, column),
                f"{'KLMN'[column - 14]}{line}",
                f"E{line}",
                review[RATES[name]] / review.pieces if review.pieces else None,
                styles["rate"],
            )
        sheet.write_number(row, 18, review.amount_receivable, styles["money"])
        sheet.write_number(row, 19, review.amount_overdue, styles["money"])
        if review.forecast_method in (False, "none"):
            sheet.write_string(row, 20, "–", styles["text"])
        else:
            sheet.write_number(row, 20, review.forecast_pieces, styles["count"])
        for column, name in enumerate(NOTES, 21):
            sheet.write_string(row, column, review[name] or "", styles["text"])

    def _write_change(self, sheet, cell, pair, percent, styles):
        """Write a change as formula; where one of both is missing it shows a dash."""
        now, before = pair
        sheet.write_formula(
            *cell,
            f'=IF(OR(NOT(ISNUMBER({now})),N({before})=0),"–",({now}-{before})/{before})',
            styles["change"],
            "–" if percent is None else percent / 100,
        )

    # figures of one client

    def _write_figures(self, workbook, review, styles):
        name = review.account_id.sudo().display_name
        sheet = workbook.add_worksheet(self._get_sheet_name(name, review.month))
        sheet.set_column(0, 0, 11)
        sheet.set_column(1, 13, 12)
        sheet.freeze_panes(FIRST, 1)
        title = f"{name} · {review._format_month(review.month)}"
        sheet.write_string(0, 0, title, styles["title"])
        self._write_heads(
            sheet,
            FIRST - 1,
            [
                self.env._("Month"),
                self.env._("Parcels"),
                self.env._("Same Month of Last Year"),
                self.env._("On Last Month"),
                self.env._("On Last Year"),
                self.env._("Revenue"),
                self.env._("Late Parcels"),
                self.env._("Damaged"),
                self.env._("Lost"),
                self.env._("Accidents"),
                self.env._("Late (%)"),
                self.env._("Damaged (%)"),
                self.env._("Lost (%)"),
                self.env._("Accidents (%)"),
            ],
            styles,
        )
        history = review._get_history()[-MONTHS:]
        for index in range(len(history)):
            self._write_month(sheet, history, index, styles)
        self._add_charts(workbook, sheet)

    def _get_sheet_name(self, name, month):
        """Return a name that a sheet may have; the library numbers what comes twice."""
        cleaned = re.sub(r"[\[\]:*?/\\']", " ", name).strip()
        return f"{cleaned[:18].strip()} {month:%Y-%m}".strip()

    def _write_month(self, sheet, history, index, styles):
        """Write one month; rates and changes are formulas, what is missing is empty."""
        month, row = history[index], FIRST + index
        line = row + 1
        pieces = month["pieces"]
        sheet.write_datetime(row, 0, month["month"], styles["date"])
        if pieces is not None:
            sheet.write_number(row, 1, pieces, styles["count"])
        before = history[index - 1]["pieces"] if index else None
        last_year = history[index - YEAR]["pieces"] if index >= YEAR else None
        if last_year is not None:
            sheet.write_formula(row, 2, f"=B{line - YEAR}", styles["count"], last_year)
        if index:
            self._write_change(
                sheet,
                (row, 3),
                (f"B{line}", f"B{line - 1}"),
                get_change(pieces, before),
                styles,
            )
        if index >= YEAR:
            self._write_change(
                sheet,
                (row, 4),
                (f"B{line}", f"B{line - YEAR}"),
                get_change(pieces, last_year),
                styles,
            )
        if pieces is None:
            return
        sheet.write_number(row, 5, month["amount_revenue"], styles["money"])
        for column, name in enumerate(COUNTS, 6):
            sheet.write_number(row, column, month[name], styles["count"])
        for column, name in enumerate(COUNTS, 10):
            self._write_ratio(
                sheet,
                (row, column),
                f"{'GHIJ'[column - 10]}{line}",
                f"B{line}",
                month[name] / pieces if pieces else None,
                styles["rate"],
            )

    def _add_charts(self, workbook, sheet):
        last = FIRST + MONTHS - 1
        sheet_name = sheet.get_name()
        months = [sheet_name, FIRST, 0, last, 0]

        def get_series(column, **values):
            return {
                "name": [sheet_name, FIRST - 1, column],
                "categories": months,
                "values": [sheet_name, FIRST, column, last, column],
                **values,
            }

        volume = workbook.add_chart({"type": "column"})
        volume.add_series(get_series(1, fill={"color": "#cfa9a2"}, gap=60))
        line = workbook.add_chart({"type": "line"})
        line.add_series(get_series(2, line={"color": "#2f5d8a", "width": 2}))
        volume.combine(line)
        volume.set_title({"name": self.env._("Parcels"), "overlay": False})
        rates = workbook.add_chart({"type": "line"})
        colors = ("#8a1f1f", "#c77f2a", "#2f5d8a", "#4f7f5b")
        for column, color in enumerate(colors, 10):
            rates.add_series(get_series(column, line={"color": color, "width": 2}))
        rates.set_title({"name": self.env._("Service quality"), "overlay": False})
        rates.set_y_axis({"num_format": "0.0%"})
        for chart, column in ((volume, 0), (rates, 7)):
            chart.set_legend({"position": "bottom"})
            chart.set_x_axis({"num_format": "yy/m", "text_axis": True})
            chart.set_size({"width": 600, "height": 320})
            sheet.insert_chart(last + 2, column, chart)
