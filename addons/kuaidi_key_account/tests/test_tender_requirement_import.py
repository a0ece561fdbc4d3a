import base64
import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .figure_files import make_sparse_book
from .tender_files import TENDER, make_docx, make_pdf, make_scanned_pdf
from .tender_requirement_common import TODAY, TenderRequirementCommon

LINES = TENDER.splitlines()


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderRequirementImport(TenderRequirementCommon):
    """A document becomes requirements when a person has confirmed its clauses."""

    def _open(self, user=None, content=None, **values):
        wizard = self.env["kuaidi.tender.requirement.import"].with_user(
            user or self.sales
        )
        if content is not None:
            values["file"] = base64.b64encode(content)
        return wizard.create({"tender_id": self.tender.id, **values})

    def _paste(self, text=TENDER, **values):
        wizard = self._open(source="paste", text=text, **values)
        wizard.action_read()
        return wizard

    def test_what_is_found_is_shown_before_anything_is_imported(self):
        wizard = self._paste()
        self.assertEqual(
            (wizard.state, wizard.found_count, wizard.taken_count, wizard.known_count),
            ("preview", 13, 13, 0),
        )
        self.assertFalse(self.tender.requirement_ids)
        self.assertEqual(wizard.line_ids[1].heading, "招标公告 › 投标人资格要求")

    def test_a_person_corrects_joins_and_drops(self):
        wizard = self._paste("1.1 甲要求。\n1.2 乙要求★。\n1.3 丙要求（5分）。\n1.4 丁")
        first, second, third, fourth = wizard.line_ids
        fourth.is_taken = False
        first.write({"name": "甲的要求。", "part": "price", "is_mandatory": True})
        third.action_join()
        self.assertEqual(
            (second.name, second.is_mandatory, second.score_max),
            ("乙要求★。\n丙要求（5分）。", True, 5),
        )
        with self._refused(UserError, "first clause"):
            first.action_join()
        wizard.action_import()
        self.assertEqual(
            [
                (r.clause, r.name, r.part, r.is_mandatory, r.score_max)
                for r in self.tender.requirement_ids
            ],
            [
                ("1.1", "甲的要求。", "price", True, 0),
                ("1.2", "乙要求★。\n丙要求（5分）。", "commercial", True, 5),
            ],
        )

    def test_every_kind_of_document_can_be_read(self):
        for name, content in (
            ("docx", make_docx(LINES)),
            ("pdf", make_pdf([LINES])),
        ):
            with self.subTest(name=name):
                wizard = self._open(content=content, file_name=f"tender.{name}")
                wizard.action_read()
                self.assertEqual((wizard.found_count, bool(wizard.file)), (13, False))

    def test_the_same_document_twice_makes_no_doubles(self):
        self._paste().action_import()
        self.assertEqual(len(self.tender.requirement_ids), 13)
        again = self._open(content=make_docx([*LINES, "3、信誉得分（10分）"]))
        again.action_read()
        self.assertEqual((again.taken_count, again.known_count), (1, 13))
        # also where somebody ticks all of it
        again.line_ids.is_taken = True
        again.action_import()
        self.assertEqual(len(self.tender.requirement_ids), 14)
        self.assertEqual(self.tender.requirement_ids[-1].name, "信誉得分（10分）")

    def test_a_clause_that_stands_twice_is_taken_once(self):
        wizard = self._paste("1.1 甲要求。\n1.1 甲要求。")
        self.assertEqual((wizard.taken_count, wizard.known_count), (1, 1))
        wizard.line_ids.is_taken = True
        wizard.action_import()
        self.assertEqual(len(self.tender.requirement_ids), 1)

    def test_requirements_are_shared_out_among_the_team(self):
        self._paste(date_due="2026-03-20").action_import()
        lines = self.tender.requirement_ids
        self.assertEqual(
            {(line.part, line.user_id) for line in lines},
            {
                ("technical", self.manager),
                ("commercial", self.sales),
                ("price", self.sales),
                ("form", self.sales),
            },
        )
        self.assertEqual(set(map(str, lines.mapped("date_due"))), {"2026-03-20"})

    def test_only_stars_and_points_can_be_taken(self):
        wizard = self._paste()
        wizard.action_take_mandatory()
        self.assertEqual(wizard.taken_count, 4)
        wizard.action_take_all()
        self.assertEqual(wizard.taken_count, 13)
        wizard.action_back()
        self.assertEqual((wizard.state, wizard.found_count), ("source", 0))

    def test_bad_documents_are_refused_and_leave_nothing(self):
        self.company.kuaidi_upload_limit_mb = 1
        cases = (
            ({"content": make_scanned_pdf()}, "scanned"),
            ({"content": make_pdf([LINES], encrypt="x")}, "password"),
            ({"content": make_sparse_book()}, "rows"),
            ({"content": b"%PDF-1.4 nonsense"}, "damaged"),
            ({"content": b"x" * 1_100_000}, "larger than 1 MB"),
            ({}, "Choose the tender document"),
            ({"source": "paste"}, "Paste the text"),
            ({"source": "paste", "text": "海纳电器"}, "No numbered clause"),
        )
        for values, message in cases:
            with self.subTest(message=message):
                wizard = self._open(**values)
                with self._refused(UserError, message):
                    wizard.action_read()
                self.assertEqual((wizard.state, wizard.found_count), ("source", 0))
        self.assertFalse(self.tender.requirement_ids)

    def test_messages_are_in_the_words_of_the_user(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        wizard = self._open(content=b"x").with_context(lang="zh_CN")
        with self._refused(UserError, "docx"):
            wizard.action_read()

    def test_nothing_ticked_imports_nothing(self):
        wizard = self._paste()
        wizard.line_ids.is_taken = False
        with self._refused(UserError, "No clause is taken"):
            wizard.action_import()
        self.assertFalse(self.tender.requirement_ids)

    def test_only_who_works_on_the_tender_imports(self):
        for user in (self.sales_2, self.manager_2):
            with self.subTest(user=user.login), self._refused(AccessError):
                wizard = self._open(user, source="paste", text=TENDER)
                wizard.action_read()
        with self._refused(AccessError):
            self._open(self.finance)
        wizard = self._paste()
        self.tender.member_ids.unlink()
        self.tender.user_id = self.sales_2
        with self._refused(AccessError):
            wizard.action_import()
        self.assertFalse(self.tender.requirement_ids)

    def test_a_sealed_bid_takes_no_import(self):
        wizard = self._paste()
        self.tender._move("sealed")
        with self._refused(UserError, "sealed"):
            wizard.action_import()
        self.assertFalse(self.tender.requirement_ids)

    def test_the_template_is_downloaded_and_the_list_exported(self):
        wizard = self._open()
        self.assertIn("template_file", wizard.action_download_template()["url"])
        book = load_workbook(io.BytesIO(base64.b64decode(wizard.template_file)))
        self.assertEqual(book.active["C1"].value, "Requirement")
        self._create_requirement(answer="=1+1")
        self.sales.group_ids |= self.env.ref("base.group_allow_export")
        requirements = self.tender.requirement_ids.with_user(self.sales)
        action = requirements.action_export_list()
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.sales)
            .with_context(active_model=requirements._name)
            ._render_xlsx(action["report_name"], [], action["data"])
        )
        book = load_workbook(io.BytesIO(content))
        kinds = {cell.value: cell.data_type for row in book.active.rows for cell in row}
        self.assertEqual(kinds["=1+1"], "s")
