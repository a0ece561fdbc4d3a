import io
import json
from datetime import date, timedelta

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .promise_common import MORNING, TODAY, PromiseCommon

MODELS = (
    "kuaidi.receivable.item",
    "kuaidi.receivable.month",
    "kuaidi.payment.behaviour",
    "kuaidi.statement",
    "kuaidi.collection.case",
)


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestReceivableLists(PromiseCommon, HttpCase):
    """Receivables as workbooks of one long list (2.10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._pay(cls.invoice, 400, TODAY - timedelta(days=3))
        cls.statement = cls.env["kuaidi.statement"]._generate(
            cls.account, date(2026, 10, 1), date(2026, 10, 31)
        )
        cls.cases._update_cases(cls.account)
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _export(self, model, user=None, **context):
        """Return the sheet that the list's button leads to."""
        records = self.env[model].with_user(user or self.finance)
        domain = [("account_id", "=", self.account.id)]
        action = records.with_context(
            active_domain=domain, **context
        ).action_export_list()
        content, kind = records.env["ir.actions.report"]._render_xlsx(
            action["report_name"], [], action["data"]
        )
        self.assertEqual(kind, "xlsx")
        return load_workbook(io.BytesIO(content)).active

    def _get_rows(self, sheet):
        """Return dicts of the values by title, without the totals."""
        titles, *rows = sheet.iter_rows(values_only=True)
        return [dict(zip(titles, row, strict=True)) for row in rows[:-1]]

    def _get_total(self, sheet, title):
        column = next(cell.column_letter for cell in sheet[1] if cell.value == title)
        return sheet[f"{column}{sheet.max_row}"].value

    def test_open_items_are_aged_and_summed_in_the_company_currency_alone(self):
        sheet = self._export("kuaidi.receivable.item")
        self.assertEqual(
            [
                (row["Due On"].date(), row["Days Overdue"], row["Open Amount"])
                for row in self._get_rows(sheet)
            ],
            [
                (TODAY - timedelta(days=40), 40, 600),
                (TODAY - timedelta(days=10), 10, 500),
            ],
        )
        self.assertIn("SUBTOTAL", self._get_total(sheet, "Open Amount"))
        for title in ("Days Overdue", "Open in Currency", "Due On"):
            with self.subTest(title=title):
                self.assertIsNone(self._get_total(sheet, title))

    def test_the_ageing_is_that_of_the_day_it_is_shown_for(self):
        day = TODAY - timedelta(days=5)
        sheet = self._export("kuaidi.receivable.item", kuaidi_date=str(day))
        self.assertEqual(
            [
                (row["Days Overdue"], row["Open Amount"])
                for row in self._get_rows(sheet)
            ],
            [(35, 1000), (5, 500)],
        )

    def test_chosen_items_of_a_day_alone_are_in_it(self):
        day = TODAY - timedelta(days=5)
        items = (
            self.env["kuaidi.receivable.item"]
            .with_user(self.finance)
            .with_context(kuaidi_date=str(day))
            .search([("account_id", "=", self.account.id)])
        )
        action = items[1].action_export_list()
        content, _kind = items.env["ir.actions.report"]._render_xlsx(
            action["report_name"], [], action["data"]
        )
        [row] = self._get_rows(load_workbook(io.BytesIO(content)).active)
        self.assertEqual((row["Days Overdue"], row["Open Amount"]), (5, 500))

    def test_months_have_collection_and_days_of_sales(self):
        sheet = self._export("kuaidi.receivable.month")
        rows = self._get_rows(sheet)
        months = self.env["kuaidi.receivable.month"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual(
            [(row["Month"].date(), row["Owed at Month End"]) for row in rows],
            [(month.month, month.amount_balance) for month in months],
        )
        self.assertAlmostEqual(rows[0]["Days Sales Outstanding"], months[0].dso, 6)
        self.assertAlmostEqual(
            rows[0]["Collected of Due (%)"] * 100, months[0].collection_percent, 6
        )
        self.assertIsNone(self._get_total(sheet, "Days Sales Outstanding"))

    def test_payments_have_the_days_that_they_were_late(self):
        sheet = self._export("kuaidi.payment.behaviour")
        self.assertEqual(self._get_rows(sheet), [])
        journal = self.env["account.journal"].create(
            {"name": "Bank", "code": "BNK9", "type": "bank"}
        )
        self._pay(self.invoice_2, 100, TODAY - timedelta(days=2), journal)
        self.env.flush_all()
        sheet = self._export("kuaidi.payment.behaviour")
        [row] = self._get_rows(sheet)
        self.assertEqual((row["Amount Paid"], row["Days Late"]), (100, 8))
        self.assertIsNone(self._get_total(sheet, "Days Late"))

    def test_statements_and_cases_have_a_row_each(self):
        self.statement.date_sent = "2026-11-01 17:00:00"
        [row] = self._get_rows(self._export("kuaidi.statement"))
        self.assertEqual(row["Number"], self.statement.number)
        self.assertEqual(row["Closing Balance"], self.statement.amount_closing)
        # by the day in Shanghai
        self.assertEqual(row["Sent On"].date(), date(2026, 11, 2))
        [row] = self._get_rows(self._export("kuaidi.collection.case"))
        self.assertEqual(row["Overdue Amount"], 1100)
        self.assertEqual(row["Limitation"].date(), self.case.date_limitation)
        self.assertEqual(row["Client Code"], self.account.code)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_may_export(self):
        for model in MODELS:
            for user in (self.finance, self.centre):
                with self.subTest(model=model, user=user.login):
                    titles = [cell.value for cell in self._export(model, user)[1]]
                    self.assertIn("Client Code", titles)
            for user in (self.manager, self.sales, self.portal):
                records = self.env[model].with_user(user)
                report = self.env.ref(records._list_report)
                reports = self.env["ir.actions.report"].with_user(user)
                with self.subTest(model=model, user=user.login):
                    with self._refused(AccessError):
                        records.action_export_list()
                    with self._refused(AccessError):
                        reports._render_xlsx(report.report_name, [], {"domain": []})

    def test_rules_hold_for_what_is_exported(self):
        self.manager_2.group_ids |= self.env.ref("base.group_allow_export")
        self.manager.group_ids |= self.env.ref("base.group_allow_export")
        for model in set(MODELS) - {"kuaidi.payment.behaviour"}:
            with self.subTest(model=model):
                self.assertTrue(self._get_rows(self._export(model, self.manager)))
                self.assertFalse(self._get_rows(self._export(model, self.manager_2)))

    def test_the_browser_gets_the_day(self):
        self.finance.password = self.finance.login
        self.authenticate(self.finance.login, self.finance.login)
        action = (
            self.env["kuaidi.receivable.item"]
            .with_user(self.finance)
            .with_context(
                active_domain=[["account_id", "=", self.account.id]],
                kuaidi_date=str(TODAY - timedelta(days=5)),
            )
            .action_export_list()
        )
        options = json.dumps(action["data"])
        response = self.url_open(
            "/report/download",
            data={
                "data": json.dumps(
                    [f"/report/xlsx/{action['report_name']}?options={options}", "xlsx"]
                ),
                "context": json.dumps({}),
                "csrf_token": Request.csrf_token(self),
            },
        )
        rows = self._get_rows(load_workbook(io.BytesIO(response.content)).active)
        self.assertEqual([row["Open Amount"] for row in rows], [1000, 500])
