from datetime import date
from decimal import Decimal
from functools import partial

from odoo.tests import BaseCase

from ..tools.table_cells import (
    BadValue,
    parse_amount,
    parse_count,
    parse_date,
    parse_month,
    parse_text,
)
from ..tools.table_columns import Columns, TableWords, find_columns, iter_values
from ..tools.table_error import TableFileError, translate_reason
from ..tools.xlsx_sheet import FORMULA
from .figure_files import say

DAY = date(2026, 10, 5)
WORDS = TableWords(
    chinese={"code": "编号", "day": "日期"},
    english={"code": "Code", "day": "Day"},
    synonyms={"code": "编号 号码 code", "day": "日期 day"},
    required=(("code",), ("day",)),
    nothing="Nothing is in it.",
)


class TestTableCells(BaseCase):
    """A cell means the same in every file that is imported."""

    def test_cells_are_read_as_people_write_them(self):
        parse_yuan = partial(parse_amount, largest=1000)
        cases = (
            (parse_text, " KA1 ", "KA1"),
            (parse_text, DAY, "2026-10-05"),
            (parse_count, "１,234", 1234),
            (parse_count, "12.0", 12),
            (parse_yuan, "12.345", Decimal("12.35")),
            (partial(parse_yuan, is_signed=True), "-1", Decimal("-1.00")),
            (parse_date, DAY, DAY),
            (parse_date, "2026/10/5", DAY),
            (parse_date, "2026-10-05 13:30", DAY),
            (parse_date, "２０２６年10月5号", DAY),
            (parse_date, "20261005", DAY),
            (parse_date, "46300", DAY),
            (parse_month, "2026年10月份", date(2026, 10, 1)),
            (parse_month, DAY, date(2026, 10, 1)),
        )
        for parse, raw, value in cases:
            with self.subTest(raw=raw):
                self.assertEqual(parse(raw), value)

    def test_what_a_cell_cannot_mean_is_said(self):
        cases = (
            (parse_text, None, "Nothing is given"),
            (parse_text, FORMULA, "no stored value"),
            (partial(parse_text, longest=3), "KA12", "too long"),
            (parse_count, "1.5", "whole number"),
            (parse_count, DAY, "not a number"),
            (partial(parse_amount, largest=1000), "1000.01", "too large"),
            (partial(parse_amount, largest=1000), "-1", "below zero"),
            (parse_date, "2026-10", "no date"),
            (parse_date, "2026-02-30", "no date"),
            (parse_date, "1999-12-31", "no date"),
            (parse_date, "2026-10/05", "no date"),
            (parse_month, "2026-13", "no month"),
        )
        for parse, raw, words in cases:
            with self.subTest(raw=raw), self.assertRaises(BadValue) as caught:
                parse(raw)
            self.assertIn(words, say(caught.exception.args[0]))

    def test_columns_are_found_below_the_title_of_a_report(self):
        rows = [(1, ["Report"]), (2, ["* 号码：", "Note", "DAY"]), (3, ["KA1"])]
        columns = find_columns(rows, WORDS)
        self.assertEqual(
            columns,
            Columns(
                2, {"code": 0, "day": 2}, {"code": "* 号码：", "day": "DAY"}, ["Note"]
            ),
        )
        self.assertEqual([*iter_values(rows, columns)], [(3, ("KA1", None))])

    def test_columns_that_are_missing_or_there_twice_are_named(self):
        for rows, words in (
            ([], "Nothing is in it"),
            ([(1, ["编号"])], "日期 / Day"),
            ([(1, ["编号", "code", "day", "日期"])], "编号, code, day, 日期"),
        ):
            with self.subTest(rows=rows), self.assertRaises(TableFileError) as caught:
                find_columns(rows, WORDS)
            self.assertIn(words, translate_reason(caught.exception.message, None))
