from odoo.tests import BaseCase

from ..tools.docx_numbering import format_number
from ..tools.tender_clauses import get_fingerprint, split_clauses
from ..tools.tender_words import find_part, find_score, is_mandatory, read_flag
from .tender_files import TENDER


def split(text):
    return split_clauses([(0, text)])


class TestTenderRequirementSplit(BaseCase):
    """Chinese tender documents are split as a person would number them (TE-2)."""

    def test_a_tender_document_falls_into_its_clauses(self):
        found = [
            (
                clause.clause,
                clause.part,
                clause.is_mandatory,
                clause.score,
                clause.text[:8],
            )
            for clause in split(TENDER)
        ]
        self.assertEqual(
            found,
            [
                ("第一章 1", "commercial", False, 0, "项目名称：海纳电"),
                ("第一章 3.1", "commercial", True, 0, "投标人须持有《快"),
                ("第一章 3.2", "commercial", False, 0, "近三年具有不少于"),
                ("第二章 一 （一）", "form", False, 0, "投标文件一式六份"),
                ("第二章 一 （二）", "form", False, 0, "投标有效期为自投"),
                ("第二章 二 1", "commercial", True, 0, "未按要求提交投标"),
                ("第五章 第一节 1.1", "technical", False, 0, "省内次日达，妥投"),
                ("第五章 第一节 1.2", "technical", False, 0, "▲省际48小时到"),
                ("第五章 第一节 1.2.1", "technical", False, 0, "偏远地区不超过1"),
                ("第五章 第一节 2.1 (1)", "technical", False, 0, "电子面单打印；"),
                ("第五章 第一节 2.1 (2)", "technical", False, 0, "异常件预警。"),
                ("第六章 1", "technical", False, 20, "服务方案（满分2"),
                ("第六章 2", "price", False, 30, "投标报价得分（3"),
            ],
        )

    def test_a_wrapped_line_goes_on_with_its_clause(self):
        cases = {
            "1.1 合同金额不低于\n500万元。\n1.2 其他。": "合同金额不低于500万元。",
            "1.1 达成率不低于\n95.5%以上。\n1.2 其他。": "达成率不低于95.5%以上。",
            "1.1 起止为\n2026.10.1至2027.9.30。": "起止为2026.10.1至2027.9.30。",
            "1.1 应答时间为\n2 个工作日以内。": "应答时间为2个工作日以内。",
            "1.1 提供 REST\nAPI 接口。": "提供 REST API 接口。",
            "1.1 服务时间\n每日8:00到20:00。": "服务时间：每日8:00到20:00。",
            "1.1 见合同范本\n9.7 的约定办理，且": "见合同范本9.7的约定办理，且",
            "1.1 按照本招标文件的规定\n第三章的要求执行。": (
                "按照本招标文件的规定：第三章的要求执行。"
            ),
        }
        for text, expected in cases.items():
            with self.subTest(text=text):
                self.assertEqual(split(text)[0].text, expected)

    def test_numbers_are_known_in_all_their_forms(self):
        cases = {
            "第三章 技术\n第二节 安全\n第十一条 车辆安检。": "第三章 第二节 第十一条",
            "十二、投标人须提供承诺函。": "十二",
            "（十二）投标人须提供承诺函。": "（十二）",
            "12、投标人须提供承诺函。": "12",
            "3．1．2 投标人须提供承诺函。": "3.1.2",
            "3.1.2.4.1 投标人须提供承诺函。": "3.1.2.4.1",
            "(12) 投标人须提供承诺函。": "(12)",
            "12）投标人须提供承诺函。": "12）",
            "③ 投标人须提供承诺函。": "③",
            "a) 投标人须提供承诺函。": "a)",
            "　　1.2　投标人须提供承诺函。": "1.2",
            "★★ 4.2 投标人须提供承诺函。": "4.2",
        }
        for text, expected in cases.items():
            with self.subTest(text=text):
                self.assertEqual([c.clause for c in split(text)], [expected])

    def test_a_star_holds_for_what_is_below_it(self):
        clauses = split("★3.1 投标人须具备：\n(1) 营业执照；\n(2) 许可证。\n3.2 车辆。")
        self.assertEqual(
            [(c.clause, c.is_mandatory, c.headings) for c in clauses],
            [
                ("3.1 (1)", True, ["投标人须具备："]),
                ("3.1 (2)", True, ["投标人须具备："]),
                ("3.2", False, []),
            ],
        )

    def test_headers_page_numbers_and_contents_are_left_out(self):
        pages = [
            (
                page,
                f"海纳电器招标文件\n{page}.1 要求{page}的内容。\n第 {page} 页 共 4 页",
            )
            for page in range(1, 5)
        ]
        self.assertEqual(
            [(c.page, c.clause, c.text) for c in split_clauses(pages)],
            [(page, f"{page}.1", f"要求{page}的内容。") for page in range(1, 5)],
        )

    def test_text_without_numbers_gives_no_clause(self):
        for text in ("", "\n\n", "海纳电器\n全国快递物流服务", "........ 5", "12"):
            with self.subTest(text=text):
                self.assertEqual(split(text), [])

    def test_scores_are_read_as_documents_write_them(self):
        cases = {
            "服务方案（满分20分）：优秀得20分，一般得8分": 20,
            "每提供一个类似业绩得2分，最高得10分": 10,
            "应急预案 0～5分": 5,
            "应急预案 0-5 分": 5,
            "分值：7.5": 7.5,
            "网络覆盖（8分）": 8,
            "网点数排名第一得6分，第二得4分": 6,
            "每缺一项扣2分": 0,
            "48小时内送达": 0,
        }
        for text, expected in cases.items():
            with self.subTest(text=text):
                self.assertEqual(find_score(text), expected)

    def test_mandatory_words_are_known(self):
        cases = {
            "★投标人须具备许可证": True,
            "*投标人须具备许可证": True,
            "未提交的，其投标将被否决": True,
            "未提交的按无效投标处理": True,
            "本条为实质性要求": True,
            "不允许负偏离": True,
            "否则视为废标": True,
            "▲时限达成率不低于95%": False,
            "投标人应提供方案": False,
            "2*3米货车": False,
        }
        for text, expected in cases.items():
            with self.subTest(text=text):
                self.assertIs(is_mandatory(text), expected)

    def test_the_part_follows_from_words_and_headings(self):
        cases = (
            ("投标文件须胶装并逐页编码", ["技术要求"], "form"),
            ("首重与续重单价含税", [], "price"),
            ("提供说明", ["第五章", "技术要求"], "technical"),
            ("提供说明", ["商务要求"], "commercial"),
            ("近三年审计报告", [], "commercial"),
            ("全国网点覆盖", [], "technical"),
            ("其他", [], "commercial"),
        )
        for text, headings, expected in cases:
            with self.subTest(text=text):
                self.assertEqual(find_part(text, headings), expected)

    def test_a_cell_says_yes_in_many_ways(self):
        for text, expected in (
            ("是", True),
            ("★", True),
            ("√", True),
            ("Y", True),
            ("*", True),
            ("否", False),
            ("", False),
            (None, False),
            ("×", False),
        ):
            with self.subTest(text=text):
                self.assertIs(read_flag(text), expected)

    def test_the_same_clause_is_known_however_it_is_spaced(self):
        known = get_fingerprint("3.1", "投标人须持有《快递业务经营许可证》。")
        for clause, text, is_same in (
            ("3.1", " 投标人须持有 《快递业务经营许可证》 。", True),
            ("３.１", "投标人须持有《快递业务经营许可证》", True),
            ("3.2", "投标人须持有《快递业务经营许可证》。", False),
            ("3.1", "投标人须持有《道路运输经营许可证》。", False),
        ):
            with self.subTest(text=text):
                self.assertIs(get_fingerprint(clause, text) == known, is_same)

    def test_word_counts_in_chinese(self):
        cases = {
            ("chineseCounting", 1): "一",
            ("chineseCountingThousand", 10): "十",
            ("japaneseCounting", 21): "二十一",
            ("lowerLetter", 28): "bb",
            ("upperRoman", 14): "XIV",
            ("decimalEnclosedCircle", 3): "③",
            ("decimalZero", 7): "07",
            ("decimal", 12): "12",
        }
        for (kind, number), expected in cases.items():
            with self.subTest(kind=kind):
                self.assertEqual(format_number(number, kind), expected)
