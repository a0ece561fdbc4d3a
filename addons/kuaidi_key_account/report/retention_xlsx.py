from odoo import api, models

# columns of the rows: field, label of the report's field, width, style
COLUMNS = (
    ("account_id", 28, "text"),
    ("contract_id", 34, "text"),
    ("stars", 8, "count"),
    ("industry_id", 18, "text"),
    ("manager_id", 14, "text"),
    ("date_end", 12, "date"),
    ("result", 12, "text"),
    ("amount_due", 16, "money"),
    ("amount_renewed", 16, "money"),
    ("amount_lost", 16, "money"),
    ("amount_expanded", 16, "money"),
)
SUMMARY = (
    ("due_count:sum", "count"),
    ("renewed_count:sum", "count"),
    ("lost_count:sum", "count"),
    ("expanded_count:sum", "count"),
    ("amount_due:sum", "money"),
    ("amount_renewed:sum", "money"),
    ("amount_lost:sum", "money"),
    ("amount_expanded:sum", "money"),
    ("gross_percent:avg", "rate"),
    ("net_percent:avg", "rate"),
)
GROUPS = ("date_end:quarter", "stars", "industry_id", "manager_id")
BATCH = 1000


class RetentionXlsx(models.AbstractModel):
    """A workbook of what came up for renewal: sums by each grouping, and all rows."""

    _name = "report.kuaidi_key_account.retention_xlsx"
    _description = "Retention as Workbook"
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
        """Write the chosen rows; without a choice all that the user may see.

        :raise AccessError: for whoever may not export
        """
        self.env["kuaidi.list.export"]._check_exportable()
        rows = self.env["kuaidi.retention.report"]
        domain = [("id", "in", objs.ids)] if objs else []
        styles = self._add_styles(workbook)
        self._write_summary(workbook, rows, domain, styles)
        self._write_rows(workbook, rows, domain, styles)

    def _add_styles(self, workbook):
        base = {"font_name": "Microsoft YaHei", "font_size": 10}
        return {
            name: workbook.add_format(base | values)
            for name, values in {
                "head": {
                    "bold": True,
                    "font_color": "#ffffff",
                    "bg_color": "#8a1f1f",
                    "text_wrap": True,
                    "align": "center",
                },
                "text": {},
                "count": {"num_format": "#,##0"},
                "money": {"num_format": "#,##0.00"},
                "rate": {"num_format": "0.0"},
                "date": {"num_format": "yyyy-mm-dd", "align": "left"},
            }.items()
        }

    def _write_summary(self, workbook, rows, domain, styles):
        sheet = workbook.add_worksheet(self.env._("Retention Summary"))
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, len(SUMMARY), 15)
        labels = rows.fields_get(
            [spec.partition(":")[0] for spec, _style in SUMMARY]
            + [spec.partition(":")[0] for spec in GROUPS],
            ["string"],
        )
        specs = [spec for spec, _style in SUMMARY]
        line = 0
        for group in GROUPS:
            heads = [group, *specs]
            for column, spec in enumerate(heads):
                name = spec.partition(":")[0]
                sheet.write_string(line, column, labels[name]["string"], styles["head"])
            for key, *numbers in rows._read_group(domain, [group], specs, order=group):
                line += 1
                sheet.write_string(line, 0, self._name_group(key), styles["text"])
                self._write_numbers(sheet, line, numbers, styles)
            line += 2
        for numbers in rows._read_group(domain, [], specs):
            sheet.write_string(line, 0, self.env._("Total"), styles["text"])
            self._write_numbers(sheet, line, numbers, styles)

    def _write_numbers(self, sheet, line, numbers, styles):
        for column, (number, (_spec, style)) in enumerate(
            zip(numbers, SUMMARY, strict=True), start=1
        ):
            if number is not None:
                sheet.write_number(line, column, number, styles[style])

    def _name_group(self, key):
        """Return how a group is called in the workbook."""
        if isinstance(key, models.BaseModel):
            return key.display_name or self.env._("None")
        if hasattr(key, "year"):
            return f"{key.year} Q{(key.month + 2) // 3}"
        return str(key or 0)

    def _write_rows(self, workbook, rows, domain, styles):
        sheet = workbook.add_worksheet(self.env._("Renewals"))
        names = [name for name, _width, _style in COLUMNS]
        labels = rows.fields_get(names, ["string"])
        results = dict(rows._fields["result"]._description_selection(self.env))
        for column, (name, width, _style) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, labels[name]["string"], styles["head"])
        sheet.freeze_panes(1, 0)
        line, offset = 0, 0
        while True:
            found = rows.search_fetch(domain, names, offset=offset, limit=BATCH)
            for row in found:
                line += 1
                for column, (name, _width, style) in enumerate(COLUMNS):
                    value = results[row.result] if name == "result" else row[name]
                    self._write_cell(sheet, line, column, value, styles[style])
            if len(found) < BATCH:
                break
            offset += BATCH
            self.env.invalidate_all(flush=False)

    def _write_cell(self, sheet, line, column, value, style):
        if isinstance(value, models.BaseModel):
            sheet.write_string(line, column, value.display_name or "", style)
        elif hasattr(value, "year"):
            sheet.write_datetime(line, column, value, style)
        elif isinstance(value, str):
            sheet.write_string(line, column, value, style)
        else:
            sheet.write_number(line, column, value or 0, style)
