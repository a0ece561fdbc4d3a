import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .complaint_common import NOW, ComplaintCommon

REPORT = "kuaidi_claims.complaint_list_xlsx"


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestComplaintExport(ComplaintCommon):
    """The list of complaints as a workbook: for whoever may export, texts as texts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._complain(
            waybill_number="SD0000000077",
            description='=HYPERLINK("http://evil.example")',
            contact_name="+86 931",
            compensation=120.5,
        )
        cls.other = cls._complain(
            kind="delay", account_id=cls._create_account(manager_id=cls.manager_2.id).id
        )
        cls.env.flush_all()

    def _export(self, user, complaints=None, **context):
        """Return the sheet that the list's button leads to."""
        if complaints is None:
            complaints = self.complaints
        action = complaints.with_user(user).with_context(**context).action_export_list()
        self.assertEqual(action["report_name"], REPORT)
        content, kind = (
            self.env["ir.actions.report"]
            .with_user(user)
            ._render_xlsx(REPORT, [], action["data"])
        )
        self.assertEqual(kind, "xlsx")
        return load_workbook(io.BytesIO(content)).active

    def _get_rows(self, sheet):
        """Return dicts of the cells by title, without the totals."""
        titles, *rows = sheet.iter_rows()
        names = [cell.value for cell in titles]
        return [dict(zip(names, row, strict=True)) for row in rows[:-1]]

    def test_a_row_says_what_the_list_says_and_no_formula_is_run(self):
        [row] = self._get_rows(self._export(self.centre, self.complaint))
        values = {title: cell.value for title, cell in row.items()}
        self.assertEqual(values["Number"], self.complaint.number)
        self.assertEqual(values["Client"], self.client.name)
        self.assertEqual(values["Client Code"], self.account.code)
        self.assertEqual(values["State"], "New")
        self.assertEqual(values["Compensation Asked"], 120.5)
        self.assertEqual(str(values["Received On"].date()), "2026-10-30")
        for title, text in (
            ("What Happened", '=HYPERLINK("http://evil.example")'),
            ("Caller", "+86 931"),
        ):
            with self.subTest(title=title):
                self.assertEqual((row[title].data_type, values[title]), ("s", text))

    def test_what_the_search_finds_is_exported(self):
        sheet = self._export(self.centre, active_domain=[("id", "=", self.other.id)])
        [row] = self._get_rows(sheet)
        self.assertEqual(row["Number"].value, self.other.number)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_may_not_export_lists_exports_no_complaints(self):
        for user in (self.officer, self.claims_manager, self.manager, self.portal):
            reports = self.env["ir.actions.report"].with_user(user)
            with self.subTest(user=user.login):
                with self._refused(AccessError):
                    self.complaints.with_user(user).action_export_list()
                with self._refused(AccessError):
                    reports._render_xlsx(REPORT, [], {"domain": []})

    def test_rules_hold_for_what_is_exported(self):
        self.manager.group_ids |= self.env.ref("base.group_allow_export")
        everything = (self.complaint | self.other).ids
        sheet = self._export(self.manager, active_domain=[("id", "in", everything)])
        self.assertEqual(
            [row["Number"].value for row in self._get_rows(sheet)],
            [self.complaint.number],
        )
