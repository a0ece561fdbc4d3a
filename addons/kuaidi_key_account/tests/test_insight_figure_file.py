import codecs
from datetime import date, datetime
from decimal import Decimal

from odoo.tests import BaseCase

from ..tools import figure_columns
from ..tools.figure_columns import find_columns, parse_record, parse_rows
from ..tools.table_error import TableFileError
from ..tools.table_file import TITLE_ROWS, open_table_file
from .figure_files import SHEET, make_book, put_rows, rewrite_book, say

TODAY = date(2026, 11, 10)
TITLES = "客户编号,月份,票数,晚点票数"


class TestFigureFile(BaseCase):
    """Files as the offices of express companies send them are understood."""

    def _parse(self, content, step=10_000):
        """Read a file in steps, as the browser asks for it."""
        table = open_table_file(content)
        table.check_size()
        columns = find_columns(table.read_rows(0, 0, TITLE_ROWS)[0])
        rows, position, number = [], 0, 0
        while position is not None:
            table = open_table_file(content)
            found, position, number = table.read_rows(position, number, step)
            rows += parse_rows(found, columns, TODAY)
        return columns, rows

    def _parse_one(self, header, value):
        """Return the row of a file in which one column has that value."""
        values = {"客户编号": "KA1", "月份": "2026-10", "票数": "100", header: value}
        rows = [(1, list(values)), (2, list(values.values()))]
        return parse_rows(rows, find_columns(rows), TODAY)[0]

    def test_csv_is_read_in_the_encodings_of_chinese_offices(self):
        text = f"{TITLES},客户名称\nKA1,2026年10月,1200,3,海纳电器\n"
        for encoding in ("utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"):
            with self.subTest(encoding=encoding):
                _columns, [row] = self._parse(text.encode(encoding))
                self.assertEqual(
                    (row.code, row.name, row.month, row.values),
                    (
                        "KA1",
                        "海纳电器",
                        date(2026, 10, 1),
                        {"pieces": 1200, "late_count": 3},
                    ),
                )
                self.assertFalse(row.problems)
        big_endian = codecs.BOM_UTF16_BE + text.encode("utf-16-be")
        self.assertEqual(self._parse(big_endian)[1][0].name, "海纳电器")

    def test_csv_is_read_with_the_usual_separators_and_line_ends(self):
        for separator in (",", ";", "\t"):
            for end in ("\n", "\r\n", "\r"):
                with self.subTest(separator=separator, end=end):
                    lines = [TITLES, 'KA1,2026-10,"1200",3', "", "KA2,2026-10,5,0"]
                    text = end.join(lines).replace(",", separator)
                    _columns, rows = self._parse(text.encode())
                    self.assertEqual(
                        [(row.number, row.code, row.values["pieces"]) for row in rows],
                        [(2, "KA1", 1200), (4, "KA2", 5)],
                    )

    def test_a_quoted_separator_belongs_to_the_value(self):
        text = TITLES + '\nKA1,2026-10,"1,200",3\n'
        self.assertEqual(self._parse(text.encode())[1][0].values["pieces"], 1200)

    def test_titles_are_known_by_many_names(self):
        names = {
            "code": (
                "客户编号",
                "客户编码",
                "客户代码",
                " 客 户 编 号 *",
                "CLIENT CODE",
            ),
            "month": ("月份", "年月", "Month"),
            "pieces": ("票数", "件数", "Pieces"),
            "weight_kg": ("重量", "重量（kg）", "重量(公斤)", "Weight (kg)"),
            "amount_revenue": ("收入", "运费收入", "收入（元）", "Revenue"),
            "late_count": ("晚点", "晚点票数", "延误票数", "Late"),
            "damaged_count": ("破损", "破损票数", "damaged_count"),
            "lost_count": ("丢失", "遗失件数", "Lost"),
            "accident_count": ("事故", "事故起数", "Accidents"),
        }
        for name, titles in names.items():
            for title in titles:
                with self.subTest(title=title):
                    others = {"code": "客户编号", "month": "月份", "pieces": "票数"}
                    others.pop(name, None)
                    columns = find_columns([(1, [*others.values(), title])])
                    self.assertEqual(columns.indexes[name], len(others))
                    self.assertEqual(columns.ignored, [])

    def test_another_unit_is_another_column(self):
        columns = find_columns([(1, [*TITLES.split(","), "重量(吨)", "收入(万元)"])])
        self.assertEqual(columns.ignored, ["重量(吨)", "收入(万元)"])

    def test_a_title_above_the_columns_is_passed_over(self):
        rows = [(1, ["2026年10月客户票量"]), (3, TITLES.split(","))]
        columns = find_columns(rows)
        self.assertEqual(columns.header_row, 3)
        self.assertEqual(parse_rows(rows, columns, TODAY), [])

    def test_missing_and_repeated_columns_are_named(self):
        cases = {
            "月份,票数": "客户编号 / Client Code",
            "客户编号,票数": "月份 / Month",
            "客户名称,月份": "票数 / Pieces",
            "a,b,c": "客户编号 / Client Code, 月份 / Month, 票数 / Pieces",
            "客户编号,月份,票数,件数": "票数, 件数",
        }
        for titles, words in cases.items():
            with self.subTest(titles=titles):
                with self.assertRaises(TableFileError) as caught:
                    find_columns([(1, titles.split(","))])
                self.assertIn(words, say(caught.exception.message))
        with self.assertRaises(TableFileError) as caught:
            find_columns([])
        self.assertIn("no figures", say(caught.exception.message))

    def test_months_are_read_as_people_write_them(self):
        cases = (
            "2026年10月",
            "2026 年 10 月",
            "2026年10月份",
            "2026年10月15日",
            "２０２６年１０月",
            "2026-10",
            "2026/10",
            "2026.10",
            "202610",
            "20261031",
            "2026-10-01",
            "2026/10/5",
            "2026-10-01 00:00:00",
            "46296",
            date(2026, 10, 31),
        )
        for text in cases:
            with self.subTest(text=text):
                row = self._parse_one("月份", text)
                self.assertEqual((row.month, row.problems), (date(2026, 10, 1), []))

    def test_what_is_no_month_is_bad(self):
        cases = {
            "10月": "Write it like 2026-10",
            "2026-13": "Write it like 2026-10",
            "2026-00": "Write it like 2026-10",
            "1900-01": "Write it like 2026-10",
            "9999-12": "Write it like 2026-10",
            "Oct-26": "Write it like 2026-10",
            "2026-10/01": "Write it like 2026-10",
            "12": "Write it like 2026-10",
            "1e308": "Write it like 2026-10",
            date(1900, 1, 1): "Write it like 2026-10",
            date(9999, 12, 31): "Write it like 2026-10",
            "2026-12": "has not begun",
            None: "Nothing is given",
        }
        for value, words in cases.items():
            with self.subTest(value=value):
                row = self._parse_one("月份", value)
                [problem] = row.problems
                self.assertEqual((row.month, problem.column), (None, "月份"))
                self.assertIn(words, say(problem.reason))

    def test_the_current_month_may_have_figures(self):
        self.assertEqual(self._parse_one("月份", "2026-11").problems, [])

    def test_numbers_are_read_as_people_write_them(self):
        cases = {
            "1234": 1234,
            "1,234": 1234,
            "1 234": 1234,
            "1\u00a0234": 1234,
            "1，234": 1234,
            "１２３４": 1234,
            "1,234,567": 1234567,
            "12.0": 12,
            "1.2e3": 1200,
            "+7": 7,
            "0": 0,
        }
        for text, number in cases.items():
            with self.subTest(text=text):
                row = self._parse_one("票数", text)
                self.assertEqual((row.values["pieces"], row.problems), (number, []))
        cases = {
            "1,234.565": Decimal("1234.57"),
            "-20.5": Decimal("-20.50"),
            None: 0,
        }
        for text, number in cases.items():
            with self.subTest(text=text):
                row = self._parse_one("收入", text)
                self.assertEqual(
                    (row.values["amount_revenue"], row.problems), (number, [])
                )

    def test_what_is_no_number_is_bad(self):
        cases = (
            ("票数", "12%", "not a number"),
            ("票数", "约100", "not a number"),
            ("票数", "100票", "not a number"),
            ("票数", "12,34", "not a number"),
            ("票数", "1.234,56", "not a number"),
            ("票数", "NaN", "not a number"),
            ("票数", "inf", "not a number"),
            ("票数", "1_000", "not a number"),
            ("票数", "0x10", "not a number"),
            ("票数", "#DIV/0!", "not a number"),
            ("票数", date(2026, 10, 1), "not a number"),
            ("票数", None, "Nothing is given"),
            ("票数", "1e308", "too large"),
            ("票数", "9" * 38, "too large"),
            ("票数", "9" * 50, "not a number"),
            ("票数", "1.5", "whole number"),
            ("票数", "-1", "below zero"),
            ("重量", "-0.5", "below zero"),
            ("重量", "1e20", "too large"),
            ("收入", "-1e20", "too large"),
            ("晚点", "101", "More parcels than the 100"),
            ("破损", "101", "More parcels than the 100"),
            ("丢失", "101", "More parcels than the 100"),
            ("客户编号", None, "Nothing is given"),
        )
        for header, value, words in cases:
            with self.subTest(header=header, value=value):
                [problem] = self._parse_one(header, value).problems
                self.assertEqual(problem.column, header)
                self.assertIn(words, say(problem.reason))

    def test_all_that_is_wrong_in_a_row_is_said(self):
        text = f"{TITLES}\n,2027-01,12%,-3\n"
        _columns, [row] = self._parse(text.encode())
        self.assertEqual(
            sorted((problem.column, problem.value) for problem in row.problems),
            [
                ("客户编号", ""),
                ("晚点票数", "-3"),
                ("月份", "2027-01"),
                ("票数", "12%"),
            ],
        )

    def test_a_workbook_is_read_with_dates_percentages_and_formulas(self):
        def write(book, sheet):
            formats = {
                name: book.add_format({"num_format": code})
                for name, code in (
                    ("date", 'yyyy"年"m"月"'),
                    ("percent", "0.00%"),
                    ("colour", "[Red]#,##0"),
                )
            }
            sheet.write_datetime(1, 1, datetime(2026, 10, 31), formats["date"])
            sheet.write_number(2, 3, 0.5, formats["percent"])
            sheet.write_formula(3, 2, "=1+1", None, 2)
            sheet.write_formula(4, 2, "=1+1", None, "")
            sheet.write_number(5, 2, 12, formats["colour"])
            sheet.write_boolean(6, 2, True)

        rows = [["KA1", None, 100, 0]] + [["KA1", "2026-10", 100, 0]] * 5
        _columns, found = self._parse(make_book(rows, write=write))
        self.assertEqual(found[0].month, date(2026, 10, 1))
        self.assertEqual(
            [[problem.value for problem in row.problems] for row in found],
            [[], ["50%"], [], ["="], [], ["TRUE"]],
        )
        self.assertEqual(found[2].values["pieces"], 2)
        self.assertEqual(found[4].values["pieces"], 12)

    def test_east_asian_date_formats_and_the_epoch_of_1904_are_known(self):
        content = make_book([["KA1", 46296, 1, 0]])
        styled = rewrite_book(
            content,
            {
                "xl/styles.xml": lambda part: part.replace(
                    b'<cellXfs count="1"><xf numFmtId="0"',
                    b'<cellXfs count="1"><xf numFmtId="57"',
                ),
                SHEET: lambda part: part.replace(b'<c r="B2"', b'<c r="B2" s="0"'),
            },
        )
        self.assertEqual(self._parse(styled)[1][0].month, date(2026, 10, 1))
        shifted = rewrite_book(
            styled,
            {
                "xl/workbook.xml": lambda part: part.replace(
                    b"<workbookPr ", b'<workbookPr date1904="1" '
                ),
                SHEET: lambda part: part.replace(b"46296", b"44834"),
            },
        )
        self.assertEqual(self._parse(shifted)[1][0].month, date(2026, 10, 1))

    def test_texts_in_the_sheet_and_beside_it_are_read_alike(self):
        rows = [[f"KA{number}", "2026-10", number, 0] for number in range(3000)]
        for options in ({}, {"constant_memory": True}):
            with self.subTest(options=options):
                _columns, found = self._parse(make_book(rows, **options), step=700)
                self.assertEqual(
                    [(row.number, row.code, row.values["pieces"]) for row in found],
                    [(number + 2, f"KA{number}", number) for number in range(3000)],
                )

    def test_csv_read_in_steps_is_the_same_as_at_once(self):
        lines = [f'"KA{number}\n",2026-10,{number},0\n' for number in range(1000)]
        content = "\n".join([TITLES, *lines]).encode()
        at_once = self._parse(content)[1]
        for step in (7, 500, 1000, 1001):
            with self.subTest(step=step):
                self.assertEqual(self._parse(content, step)[1], at_once)
        self.assertEqual(len(at_once), 1000)

    def test_hidden_sheets_are_passed_over(self):
        def write(book, sheet):
            shown = book.add_worksheet()
            shown.write_row(0, 0, TITLES.split(","))
            shown.write_row(1, 0, ["KA2", "2026-10", 5, 0])
            shown.activate()
            shown.set_first_sheet()
            sheet.hide()

        _columns, [row] = self._parse(
            make_book([["KA1", "2026-10", 1, 0]], write=write)
        )
        self.assertEqual(row.code, "KA2")

    def test_rows_and_cells_without_a_number_count_on(self):
        rows = (
            b"<row>"
            + b"".join(
                b'<c t="inlineStr"><is><t>%s</t></is></c>' % title.encode()
                for title in TITLES.split(",")
            )
            + b"</row><!-- note --><row><c t='str'><v>KA1</v></c>"
            b"<c t='inlineStr'><is><r><t>2026</t></r><r><t>-10</t></r></is></c>"
            b"<c><v>7</v></c></row>"
        )
        _columns, [row] = self._parse(
            rewrite_book(make_book(), {SHEET: put_rows(rows)})
        )
        self.assertEqual(
            (row.number, row.code, row.values),
            (2, "KA1", {"pieces": 7, "late_count": 0}),
        )
        self.assertEqual(row.month, date(2026, 10, 1))

    def test_remarks_in_the_parts_of_a_workbook_say_nothing(self):
        def remark(part):
            return part.replace(b"</si>", b"</si><!-- a --><si><!-- b --></si>", 1)

        content = make_book([["KA1", "2026-10", 1, 0]], ["月份"])
        remarked = rewrite_book(content, {"xl/sharedStrings.xml": remark})
        rows, _position, _number = open_table_file(remarked).read_rows(0, 0, 10)
        # the text between the first one and the others is empty
        self.assertEqual(rows, [(1, ["月份"]), (2, [None, "KA1", "1", "0"])])

    def test_remarks_among_cells_and_values_move_and_cut_nothing(self):
        rows = (
            b"<row><!-- a --><c><v>1<!-- b -->2</v></c><?pi c?>"
            b"<c t='inlineStr'><is><!-- d --><t>K<!-- e -->A</t></is></c></row>"
        )
        content = rewrite_book(make_book(), {SHEET: put_rows(rows)})
        rows, _position, _number = open_table_file(content).read_rows(0, 0, 10)
        self.assertEqual(rows, [(1, ["12", "KA"])])

    def test_values_of_programs_are_judged_like_those_of_files(self):
        good = {"code": "KA1", "month": "2026-10", "pieces": 100}
        self.assertEqual(parse_record(1, good, TODAY).problems, [])
        cases = (
            ({"pieces": True}, "not a number"),
            ({"pieces": None}, "Nothing is given"),
            ({"pieces": float("nan")}, "not a number"),
            ({"pieces": 1e308}, "too large"),
            ({"pieces": [1]}, "not a number"),
            ({"pieces": -1}, "below zero"),
            ({"late_count": 101}, "More parcels than"),
            ({"month": None}, "Nothing is given"),
            ({"month": {}}, "Write it like"),
            ({"code": ""}, "Nothing is given"),
            ({"code": "\0"}, "Nothing is given"),
            ({"partner_id": 3}, "no such column"),
        )
        for values, words in cases:
            with self.subTest(values=values):
                [problem] = parse_record(1, good | values, TODAY).problems
                self.assertIn(words, say(problem.reason))
        row = parse_record(1, good | {"code": "KA\ud800\0"}, TODAY)
        self.assertEqual((row.code, row.problems), ("KA", []))

    def test_the_template_speaks_the_language_of_the_import(self):
        for headers in (figure_columns.CHINESE_HEADERS, figure_columns.ENGLISH_HEADERS):
            columns = find_columns([(1, list(headers.values()))])
            self.assertEqual(list(columns.indexes), list(headers))
            self.assertEqual(columns.ignored, [])
