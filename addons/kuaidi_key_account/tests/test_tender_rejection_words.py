from decimal import Decimal

from odoo.tests import BaseCase

from ..tools.bid_words import (
    find_copies,
    find_prices,
    find_validity_days,
    has_page_numbers,
    normalise_name,
    parse_chinese_number,
)
from .tender_files import make_docx


class TestTenderRejectionWords(BaseCase):
    """What has to agree between documents is read as they write it (IR 51)."""

    def test_prices_are_found_in_figures_and_words(self):
        cases = {
            "投标总报价：人民币 1,280,000.00 元": {"1280000"},
            "投标报价（小写）￥1280000.50": {"1280000.50"},
            "我方投标总价为128万元，有效期90天": {"1280000"},
            "投标总价（大写）：壹佰贰拾捌万元整": {"1280000"},
            "投标总价(大写)人民币叁拾万零伍佰元贰角伍分": {"300500.25"},
            "总报价 1.2亿元": {"120000000"},
            "投标报价：{{ amount_bid }}": set(),
            "投标报价得分30分": set(),
            "投标报价应包含全部费用，自2026年起": set(),
            "首重10元": set(),
            "": set(),
        }
        for text, expected in cases.items():
            with self.subTest(text=text):
                self.assertEqual(find_prices(text), set(map(Decimal, expected)))

    def test_chinese_numbers(self):
        cases = {
            "壹佰贰拾捌万": 1_280_000,
            "叁仟零伍": 3005,
            "拾贰": 12,
            "十": 10,
            "二十一": 21,
            "两": 2,
            "壹亿贰仟万": 120_000_000,
            "15": 15,
            "甲": None,
        }
        for text, expected in cases.items():
            with self.subTest(text=text):
                self.assertEqual(parse_chinese_number(text), expected)

    def test_validity_is_read(self):
        cases = {
            "投标有效期为自投标截止之日起90日历天。": 90,
            "投标有效期：120天": 120,
            "投标文件有效期不少于60日": 60,
            "投标有效期见前附表": None,
            "质保期90天": None,
        }
        for text, expected in cases.items():
            with self.subTest(text=text):
                self.assertEqual(find_validity_days(text), expected)

    def test_copies_are_read(self):
        cases = {
            "投标文件一式六份，其中正本1份、副本5份": (1, 5),
            "正本一份，副本四份": (1, 4),
            "副本叁套": (None, 3),
            "密封递交": (None, None),
        }
        for text, expected in cases.items():
            with self.subTest(text=text):
                self.assertEqual(find_copies(text), expected)

    def test_names_are_compared_without_spaces_and_widths(self):
        self.assertEqual(
            normalise_name(" 顺达 快递（上海）有限公司"),
            normalise_name("顺达快递(上海)有限公司"),
        )
        self.assertNotEqual(
            normalise_name("顺达快递有限公司"), normalise_name("顺达速递有限公司")
        )

    def test_page_numbers_are_looked_for(self):
        self.assertFalse(has_page_numbers(make_docx(["甲"])))
        self.assertTrue(has_page_numbers(make_docx(["甲"], has_page_numbers=True)))
        self.assertFalse(has_page_numbers(b"PK nonsense"))
