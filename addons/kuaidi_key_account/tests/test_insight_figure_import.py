import base64
import io
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..tools.figure_columns import CHINESE_HEADERS, ENGLISH_HEADERS
from .figure_common import TITLES, FigureCommon
from .figure_files import make_book, make_sparse_book

MONTHLY_FIGURE = (
    "odoo.addons.kuaidi_key_account.models.insight.monthly_figure.KuaidiMonthlyFigure"
)


@tagged("post_install", "-at_install")
class TestFigureImport(FigureCommon):
    """A file is shown first, and becomes figures as a whole, or not at all (AN-3)."""

    def test_a_file_is_previewed_and_then_imported(self):
        self._create_figure(self.haina, "2026-08-01", pieces=80)
        self._create_figure(self.haina, "2026-09-01", pieces=90)
        wizard = self._read(
            self._make_csv(
                "KA-H,2026年8月,80,,,,,,",
                'KA-H,2026-09,"1,095",12.5,99.10,3,2,1,0',
                "KA-Y,202610,７０,1,1,0,0,0,0",
            )
        )
        self.assertEqual(wizard.state, "ready")
        self.assertEqual(self._get_counts(wizard), (1, 1, 1, 0))
        self.assertEqual(wizard.message, "Every row is good. Nothing is imported yet.")
        self.assertEqual(
            [(row.number, row.account_id, row.status) for row in wizard.preview_ids],
            [
                (2, self.haina, "same"),
                (3, self.haina, "changed"),
                (4, self.yuan, "new"),
            ],
        )
        before = {("KA-H", "2026-08-01"): 80, ("KA-H", "2026-09-01"): 90}
        self.assertEqual(self._get_pieces(), before)
        wizard.action_import()
        self.assertEqual(
            self._get_pieces(),
            before | {("KA-H", "2026-09-01"): 1095, ("KA-Y", "2026-10-01"): 70},
        )
        self.assertEqual(wizard.state, "done")
        self.assertEqual(wizard.message, "1 figures were added and 1 changed.")
        self.assertFalse(wizard.file)
        figure = self.figures.search([("pieces", "=", 1095)])
        self.assertEqual(
            (figure.weight_kg, figure.amount_revenue, figure.late_count),
            (12.5, 99.1, 3),
        )
        self.assertEqual(figure.write_uid, self.centre)
        self.assertEqual(figure.create_uid, self.centre)

    def test_the_same_file_twice_changes_nothing_and_says_so(self):
        content = self._make_csv(
            "KA-H,2026-10,100,1.25,2.5,1,1,1,1", "KA-Y,2026-10,5,,,,,,"
        )
        self._read(content).action_import()
        places = self._get_places()
        wizard = self._read(content)
        self.assertEqual(self._get_counts(wizard), (0, 0, 2, 0))
        self.assertIn("All 2 good rows are among the figures", wizard.message)
        wizard.action_import()
        self.assertIn("nothing changes", wizard.message)
        self.assertEqual(self._get_places(), places)

    def _get_places(self):
        """Return where the figures lie in the table: what is written moves."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id, ctid FROM kuaidi_monthly_figure WHERE company_id = %s",
            [self.company.id],
        )
        return sorted(self.env.cr.fetchall())

    def test_columns_that_are_left_out_stay_as_they_are(self):
        figure = self._create_figure(self.haina, late_count=7, weight_kg=3.5)
        wizard = self._read(
            self._make_csv("KA-H,2026-10,120,0", titles="客户编号,月份,票数,破损票数")
        )
        wizard.action_import()
        self.assertEqual(
            (figure.pieces, figure.late_count, figure.weight_kg), (120, 7, 3.5)
        )

    def test_late_parcels_kept_from_before_stay_within_the_new_pieces(self):
        figure = self._create_figure(self.haina, pieces=100, late_count=50)
        wizard = self._read(
            self._make_csv("KA-H,2026-10,40", titles="客户编号,月份,票数")
        )
        self.assertEqual(self._get_counts(wizard), (0, 0, 0, 1))
        self.assertIn("kept from before", self._get_bad(wizard)[0][3])
        with self.assertRaisesRegex(UserError, "No row can be imported"):
            wizard.action_import_good()
        self.assertEqual(figure.pieces, 100)

    def test_clients_are_found_by_code_and_else_by_exact_name(self):
        wizard = self._read(
            self._make_csv(
                ",海纳电器,2026-10,5",
                "KA-Y,some other name,2026-10,6",
                ",海纳,2026-09,7",
                titles="客户编号,客户名称,月份,票数",
            )
        )
        self.assertEqual(
            [(row.account_id, row.status) for row in wizard.preview_ids],
            [
                (self.haina, "new"),
                (self.yuan, "new"),
                (self.env["kuaidi.key.account"], "bad"),
            ],
        )

    def test_every_bad_row_is_named_with_column_value_and_reason(self):
        self._create_account(partner_id=self._create_partner(name="Twin").id, code="T1")
        self._create_account(partner_id=self._create_partner(name="Twin").id, code="T2")
        closed = self._create_account(code="KA-C")
        closed.action_close()
        archived = self._create_account(code="KA-A")
        archived.active = False
        other = self.env["res.company"].create({"name": "Other"})
        self._create_account(code="KA-O", company_id=other.id, manager_id=False)
        cases = (
            ("KA-X,,2026-10,5,0", "客户编号", "KA-X", "no such client"),
            (",Twin,2026-10,5,0", "客户名称", "Twin", "Several clients"),
            ("KA-C,,2026-10,5,0", "客户编号", "KA-C", "closed or archived"),
            ("KA-A,,2026-10,5,0", "客户编号", "KA-A", "closed or archived"),
            ("KA-O,,2026-10,5,0", "客户编号", "KA-O", "no such client"),
            ("KA-H,,2026-12,5,0", "月份", "2026-12", "has not begun"),
            ("KA-H,,十月,5,0", "月份", "十月", "no month"),
            ("KA-H,,2026-01,12%,0", "票数", "12%", "not a number"),
            ("KA-H,,2026-02,5,6", "晚点票数", "6", "More parcels than the 5"),
            ("KA-H,,2026-03,-5,0", "票数", "-5", "below zero"),
            ("KA-H,,2026-04,1e308,0", "票数", "1e308", "too large"),
            (f"{'x' * 99},,2026-04,5,0", "客户编号", "x" * 39 + "…", "no such client"),
        )
        wizard = self._read(
            self._make_csv(
                *(case[0] for case in cases),
                titles="客户编号,客户名称,月份,票数,晚点票数",
            )
        )
        bad = self._get_bad(wizard)
        self.assertEqual(len(bad), len(cases))
        for number, (row, (_line, column, value, words)) in enumerate(
            zip(bad, cases, strict=True), 2
        ):
            with self.subTest(value=value):
                self.assertEqual(row[:3], (number, column, value))
                self.assertIn(words, row[3])
        with self.assertRaisesRegex(UserError, "No row can be imported"):
            wizard.action_import_good()
        self.assertEqual(self._get_pieces(), {})

    def test_rows_for_the_same_month_name_each_other(self):
        wizard = self._read(
            self._make_csv(
                "KA-H,,2026-10,5",
                "KA-Y,,2026-10,6",
                ",海纳电器,2026年10月,5",
                "KA-H,,2026/10/31,x",
                titles="客户编号,客户名称,月份,票数",
            )
        )
        bad = self._get_bad(wizard)
        self.assertEqual([row[0] for row in bad], [2, 4, 5])
        self.assertIn("Row 4 is for the same client and month", bad[0][3])
        self.assertIn("Row 2 is for the same client and month", bad[1][3])
        self.assertEqual(bad[2][1:3], ("票数, 客户编号", "x | KA-H"))
        self.assertIn("Row 2 is for the same client and month", bad[2][3])
        self.assertEqual(self._get_counts(wizard), (1, 0, 0, 3))

    def test_one_bad_row_keeps_the_whole_file_out(self):
        wizard = self._read(
            self._make_csv("KA-H,2026-10,5,,,,,,", "KA-X,2026-10,5,,,,,,")
        )
        self.assertIn("1 rows cannot be imported", wizard.message)
        with self.assertRaisesRegex(UserError, "1 rows are bad"):
            wizard.action_import()
        self.assertEqual(self._get_pieces(), {})
        self.assertEqual(wizard.state, "ready")

    def test_the_good_rows_are_imported_on_request(self):
        wizard = self._read(
            self._make_csv("KA-H,2026-10,5,,,,,,", "KA-X,2026-10,5,,,,,,")
        )
        wizard.action_import_good()
        self.assertEqual(self._get_pieces(), {("KA-H", "2026-10-01"): 5})
        self.assertEqual(self._get_counts(wizard), (1, 0, 0, 1))
        # and the bad one can still be looked up
        self.assertEqual([row[0] for row in self._get_bad(wizard)], [3])

    def test_rows_that_a_crash_took_are_not_taken_for_figures_that_are_there(self):
        content = self._make_csv("KA-H,2026-10,5,,,,,,", "KA-Y,2026-10,5,,,,,,")
        wizard = self._read(content)
        # the table is out of the write-ahead log: PostgreSQL empties it after a crash
        self.env.cr.execute("DELETE FROM kuaidi_figure_import_row")
        self.env.invalidate_all()
        for action in (wizard.action_import, wizard.action_import_good):
            with self.assertRaisesRegex(UserError, "Choose the file again"):
                action()
        self.assertEqual((wizard.state, self._get_pieces()), ("ready", {}))
        self._read(content).action_import()
        self.assertEqual(len(self._get_pieces()), 2)

    def test_an_import_is_done_once(self):
        wizard = self._read(self._make_csv("KA-H,2026-10,5,,,,,,"))
        wizard.action_import()
        self.figures.search([("company_id", "=", self.company.id)]).pieces = 9
        for action in (wizard.action_import, wizard.action_import_good):
            with self.assertRaisesRegex(UserError, "read or imported already"):
                action()
        self.assertEqual(self._get_pieces(), {("KA-H", "2026-10-01"): 9})

    def test_what_changed_since_the_preview_is_looked_at_again(self):
        wizard = self._read(
            self._make_csv("KA-H,2026-10,5,,,,,,", "KA-Y,2026-10,6,,,,,,")
        )
        self.haina.action_close()
        wizard.action_import()
        self.assertEqual(wizard.state, "ready")
        self.assertEqual(self._get_pieces(), {})
        [bad] = self._get_bad(wizard)
        self.assertEqual(bad[:3], (2, "客户编号", "KA-H"))
        self.assertIn("closed", bad[3])
        wizard.action_import_good()
        self.assertEqual(self._get_pieces(), {("KA-Y", "2026-10-01"): 6})

    def test_locked_months_are_bad_and_stay_as_they_are(self):
        figure = self._create_figure(self.haina, "2026-09-01")
        content = self._make_csv("KA-H,2026-09,5,,,,,,", "KA-H,2026-10,6,,,,,,")
        early = self._read(content)
        with patch(f"{MONTHLY_FIGURE}._get_locked", autospec=True) as get_locked:
            locked = {(self.haina.id, figure.month)}
            get_locked.side_effect = lambda model, pairs: locked & pairs
            wizard = self._read(content)
            [bad] = self._get_bad(wizard)
            self.assertEqual(bad[:3], (2, "月份", "2026-09"))
            self.assertIn("was sent", bad[3])
            # a month that was locked since the preview
            early.action_import()
            self.assertEqual(early.state, "ready")
            self.assertEqual(self._get_bad(early)[0][0], 2)
            wizard.action_import_good()
        self.assertEqual(
            self._get_pieces(),
            {("KA-H", "2026-09-01"): 100, ("KA-H", "2026-10-01"): 6},
        )

    def test_a_long_file_is_read_step_by_step(self):
        months = [
            f"{year}-{month:02}" for year in range(2020, 2026) for month in range(1, 13)
        ]
        lines = [f"KA-H,{month},{number},,,,,," for number, month in enumerate(months)]
        contents = (
            self._make_csv(*lines),
            make_book([[*line.split(",")] for line in lines], TITLES.split(",")),
        )
        imports = type(self.env["kuaidi.figure.import"])
        for content in contents:
            with self.subTest(start=content[:2]):
                with patch.object(imports, "_step_rows", 30):
                    wizard = self._upload(content)
                    wizard.action_read()
                    steps = [wizard.action_read_next()]
                    while not steps[-1]["is_done"]:
                        steps.append(wizard.action_read_next())
                self.assertEqual(self._get_counts(wizard), (72, 0, 0, 0))
                self.assertEqual(steps[-1]["row_count"], 72)
                percents = [step["percent"] for step in steps]
                self.assertEqual(percents, sorted(percents))
                self.assertEqual(percents[-1], 100)
                # a window that asks once too often changes nothing
                self.assertTrue(wizard.action_read_next()["is_done"])
                self.assertEqual(wizard.row_count, 72)
                self.assertEqual(len(wizard.preview_ids), 50)

    def test_unknown_columns_are_named(self):
        wizard = self._read(
            self._make_csv("KA-H,2026-10,5,x,y", titles="客户编号,月份,票数,备注,区域")
        )
        self.assertEqual(wizard.ignored_columns, "备注, 区域")
        self.assertEqual(self._get_counts(wizard), (1, 0, 0, 0))

    def test_a_file_without_rows_says_so(self):
        wizard = self._read(self._make_csv())
        self.assertIn("no figures below", wizard.message)
        with self.assertRaisesRegex(UserError, "No row can be imported"):
            wizard.action_import()

    def test_files_that_cannot_be_read_are_refused_in_words(self):
        self.company.kuaidi_upload_limit_mb = 1
        cases = (
            (make_sparse_book(), "more than 200000 rows"),
            (b"a,b\nc,d\n", "These columns are missing"),
            (TITLES.encode() + b"\n" * 1_100_000, "larger than 1 MB"),
            (b"<html></html>", "web page"),
        )
        for content, words in cases:
            with self.subTest(words=words):
                wizard = self._upload(content)
                with self.assertRaisesRegex(UserError, words):
                    wizard.action_read()
                self.assertEqual(wizard.state, "upload")
        wizard = self.env["kuaidi.figure.import"].with_user(self.centre).create({})
        with self.assertRaisesRegex(UserError, "Choose the file"):
            wizard.action_read()

    def test_a_fault_further_down_stops_the_reading(self):
        wizard = self._upload(self._make_csv(*["KA-H,2026-10,5,,,,,,"] * 18, '"KA-H'))
        wizard.action_read()
        with self.assertRaisesRegex(UserError, "Row 20 has a quotation mark"):
            wizard.action_read_next()

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_an_import_goes_on_by_its_buttons_alone(self):
        wizard = self._upload(self._make_csv("KA-H,2026-10,5,,,,,,"))
        for values in ({"state": "ready"}, {"columns": {}}, {"position": 5}):
            with self.subTest(values=values):
                with self.assertRaises(AccessError):
                    wizard.write(values)
                with self.assertRaises(AccessError):
                    wizard.create(values)
                with self.assertRaises(UserError):
                    wizard.action_import()
        forged = wizard.with_context(default_state="ready").create({})
        self.assertEqual(forged.state, "upload")
        wizard.action_read()
        with self.assertRaisesRegex(UserError, "read already"):
            wizard.file = base64.b64encode(b"a")
        with self.assertRaisesRegex(UserError, "read or imported already"):
            wizard.action_read()
        self.assertEqual(self._get_pieces(), {})

    def test_the_form_leads_from_file_to_figures(self):
        model = self.env["kuaidi.figure.import"].with_user(self.centre)
        form = Form(model)
        form.file = base64.b64encode(self._make_csv("KA-H,2026-10,5,,,,,,"))
        wizard = form.save()
        action = wizard.action_read()
        self.assertEqual((action["res_id"], action["target"]), (wizard.id, "new"))
        self.assertTrue(wizard.action_read_next()["is_done"])
        wizard.action_import()
        self.assertEqual(
            wizard.action_view_figures()["res_model"], "kuaidi.monthly.figure"
        )
        again = model.browse(wizard.action_restart()["res_id"])
        self.assertEqual((again.state, again.file), ("upload", False))

    def test_the_template_can_be_imported_once_it_is_filled_in(self):
        for lang, headers in (("zh_CN", CHINESE_HEADERS), ("en_US", ENGLISH_HEADERS)):
            with self.subTest(lang=lang):
                wizard = self._upload(b"").with_context(lang=lang)
                content = base64.b64decode(wizard.template_file)
                book = openpyxl.load_workbook(io.BytesIO(content))
                sheet = book.worksheets[0]
                titles = [cell.value for cell in sheet[1]]
                self.assertEqual(titles, list(headers.values()))
                for column in "ABC":
                    self.assertEqual(sheet[f"{column}2"].number_format, "@")
                    dimension = sheet.column_dimensions["A"]
                    self.assertEqual(dimension.number_format, "@")
                self.assertGreater(book.worksheets[1].max_row, 5)
                sheet["A2"] = "KA-H"
                output = io.BytesIO()
                book.save(output)
                done = self._read(output.getvalue())
                self.assertEqual(done.bad_count, 0, self._get_bad(done))
                done.action_import()
        self.assertEqual(self._get_pieces(), {("KA-H", "2026-10-01"): 12500})

    def test_bad_rows_are_downloaded_as_texts(self):
        evil = ["=1+1", "+1", "@SUM(A1)", "-2", "http://evil.example", "{=1}", "＝1"]
        wizard = self._read(
            self._make_csv(*(f"{text},2026-10,5,,,,,," for text in evil))
        )
        book = openpyxl.load_workbook(
            io.BytesIO(base64.b64decode(wizard.bad_rows_file))
        )
        sheet = book.active
        rows = list(sheet.iter_rows(min_row=2))
        self.assertEqual([row[1].value for row in rows], evil)
        self.assertEqual([row[3].value for row in rows], evil)
        self.assertEqual([row[0].value for row in rows], [str(n) for n in range(2, 9)])
        cells = [cell for row in sheet.iter_rows() for cell in row]
        self.assertEqual({cell.data_type for cell in cells}, {"s"})
        self.assertFalse([cell for cell in cells if cell.hyperlink])
        action = wizard.action_download_bad_rows()
        self.assertIn(f"/{wizard.id}/bad_rows_file/", action["url"])
        self.assertEqual(
            wizard.action_view_bad_rows()["res_model"], "kuaidi.figure.import.row"
        )

    def test_rows_go_with_their_import(self):
        rows = self.env["kuaidi.figure.import.row"]
        gone = self._read(self._make_csv("KA-H,2026-10,5,,,,,,"))
        kept = self._read(self._make_csv("KA-H,2026-10,5,,,,,,"))
        ids = [gone.id, kept.id]
        gone.sudo().unlink()
        rows._gc_rows()
        self.env.invalidate_all()
        self.assertEqual(
            rows.search([("import_id", "in", ids)]).import_id.ids, kept.ids
        )

    def test_queries_do_not_grow_with_the_rows(self):
        def count_queries(months):
            lines = [f"KA-H,{month},5,,,,,," for month in months]
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._read(self._make_csv(*lines)).action_import()
            return self.env.cr.sql_log_count - before

        months = [
            f"{year}-{month:02}" for year in range(2018, 2026) for month in range(1, 13)
        ]
        count_queries(["2026-01"])
        few = count_queries(months[:5])
        self.assertEqual(count_queries(months[5:]), few)
