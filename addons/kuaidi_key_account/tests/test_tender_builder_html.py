from lxml import etree

from odoo.tests import BaseCase, tagged

from ..tools.docx_html import MOST_COLUMNS, HtmlConverter, HtmlStyles

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def shorten(node):
    """Return an element as text, without its namespaces."""
    text = etree.tostring(node, encoding="unicode")
    for noise in (
        ' xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
        ' xml:space="preserve"',
        "w:",
    ):
        text = text.replace(noise, "")
    return text


def get_text(node):
    return "".join(part.text or "" for part in node.iter(W + "t"))


@tagged("post_install", "-at_install")
class TestTenderBuilderHtml(BaseCase):
    """HTML of sections becomes paragraphs, lists and tables of Word."""

    def setUp(self):
        super().setUp()
        self.lists = []
        self.sources = []

        def add_list(is_counted):
            self.lists.append(is_counted)
            return len(self.lists)

        def add_picture(source, width):
            self.sources.append((source, width))
            return None

        styles = HtmlStyles("Text", "Cell", "Grid", ("H2", "H3"))
        self.converter = HtmlConverter(styles, 9000, add_list, add_picture)

    def _convert(self, text):
        return [shorten(block) for block in self.converter.convert(text)]

    def test_a_paragraph_keeps_letters_and_blanks(self):
        style = '<pPr><pStyle val="Text"/></pPr>'
        cases = (
            ("<p>a b</p>", f"<p>{style}<r><t>a b</t></r></p>"),
            ("plain", f"<p>{style}<r><t>plain</t></r></p>"),
            ("<p>a\n   b</p>", f"<p>{style}<r><t>a b</t></r></p>"),
            (
                "<p>a<br/> b</p>",
                f"<p>{style}<r><t>a</t></r><r><br/></r><r><t>b</t></r></p>",
            ),
            (
                "<p>a <b>b</b> c</p>",
                f"<p>{style}<r><t>a</t></r><r><rPr><b/></rPr><t> b</t></r>"
                "<r><t> c</t></r></p>",
            ),
            (
                "<p><i><u>x</u></i></p>",
                f'<p>{style}<r><rPr><i/><u val="single"/></rPr><t>x</t></r></p>',
            ),
            (
                '<p><span style="color: rgb(255,0,16);font-weight:700">x</span></p>',
                f'<p>{style}<r><rPr><b/><color val="FF0010"/></rPr><t>x</t></r></p>',
            ),
            (
                "<p>m<sup>2</sup></p>",
                f'<p>{style}<r><t>m</t></r><r><rPr><vertAlign val="superscript"/></rPr>'
                "<t>2</t></r></p>",
            ),
            ("<p><br></p>", f"<p>{style}</p>"),
            ("<pre>a\n  b</pre>", f"<p>{style}<r><t>a</t><br/><t>  b</t></r></p>"),
            ("<h1>Head</h1>", '<p><pPr><pStyle val="H2"/></pPr><r><t>Head</t></r></p>'),
            ("<h6>Low</h6>", '<p><pPr><pStyle val="H3"/></pPr><r><t>Low</t></r></p>'),
            (
                '<p style="text-align: center">c</p>',
                '<p><pPr><pStyle val="Text"/><ind firstLineChars="0" firstLine="0"/>'
                '<jc val="center"/></pPr><r><t>c</t></r></p>',
            ),
        )
        for text, expected in cases:
            with self.subTest(text=text):
                self.assertEqual(self._convert(text), [expected])

    def test_nothing_makes_nothing(self):
        for text in ("", "   ", "<p></p>".replace("p", "div"), None, "<table></table>"):
            with self.subTest(text=text):
                self.assertEqual(self._convert(text), [])

    def test_marks_of_xml_come_out_as_text(self):
        cases = {
            "<p>A &amp; &lt;B&gt;&lt;/w:t&gt; ]]&gt; C</p>": "A & <B></w:t> ]]> C",
            "<p>&quot;quoted&quot; 'text'</p>": "\"quoted\" 'text'",
            "<p>a\x01b\x0bc</p>": "abc",
            "<p>中文，全角　空格</p>": "中文，全角　空格",
            "<script>alert(1)</script><p>x</p>": "x",
        }
        for text, expected in cases.items():
            with self.subTest(text=text):
                blocks = self.converter.convert(text)
                # what is written is read again as the same text
                read = etree.fromstring(etree.tostring(blocks[-1]))
                self.assertEqual(get_text(read), expected)

    def test_lists_count_by_level(self):
        blocks = self.converter.convert(
            "<ul><li>one</li><li><p>two</p><p>more</p><ol><li>deep</li></ol></li></ul>"
            "<ol><li>new</li></ol>"
        )
        found = []
        for block in blocks:
            number = block.find(f".//{W}numId")
            level = block.find(f".//{W}ilvl")
            found.append(
                (
                    get_text(block),
                    number is not None and number.get(W + "val"),
                    level is not None and level.get(W + "val"),
                )
            )
        self.assertEqual(
            found,
            [
                ("one", "1", "0"),
                ("two", "1", "0"),
                ("more", False, False),
                ("deep", "2", "1"),
                ("new", "3", "0"),
            ],
        )
        self.assertEqual(self.lists, [False, True, True])

    def test_cells_of_a_table_span_rows_and_columns(self):
        table, after = self.converter.convert(
            "<table><tbody><tr><td rowspan='2'>a</td><td colspan='2'>b</td></tr>"
            "<tr><td>c</td><td>d</td></tr><tr><td>e</td></tr></tbody></table>"
        )
        rows = [
            [
                (
                    get_text(cell),
                    cell.find(f"{W}tcPr/{W}gridSpan") is not None,
                    getattr(cell.find(f"{W}tcPr/{W}vMerge"), "attrib", {}).get(
                        W + "val"
                    ),
                )
                for cell in row.iter(W + "tc")
            ]
            for row in table.iter(W + "tr")
        ]
        self.assertEqual(
            rows,
            [
                [("a", False, "restart"), ("b", True, None)],
                [("", False, "continue"), ("c", False, None), ("d", False, None)],
                [("e", False, None), ("", False, None), ("", False, None)],
            ],
        )
        self.assertEqual(after.tag, W + "p")

    def test_a_table_within_a_cell_ends_with_a_paragraph(self):
        table, _after = self.converter.convert(
            "<table><tr><td><table><tr><td>in</td></tr></table></td></tr></table>"
        )
        cell = next(table.iter(W + "tc"))
        self.assertEqual(cell[-1].tag, W + "p")
        self.assertEqual(get_text(cell), "in")

    def test_wild_spans_stay_within_bounds(self):
        table, _after = self.converter.convert(
            "<table><tr>" + "<td colspan='9999' rowspan='999999'>x</td>" * 200 + "</tr>"
            "<tr><td colspan='-3' rowspan='x'>y</td></tr></table>"
        )
        columns = len([*table.iter(W + "gridCol")])
        self.assertEqual(columns, MOST_COLUMNS)
        self.assertEqual(len([*table.iter(W + "tr")]), 2)

    def test_what_lies_deep_stays_as_text(self):
        blocks = self.converter.convert("<div>" * 150 + "deep" + "</div>" * 150)
        self.assertEqual("".join(map(get_text, blocks)), "deep")

    def test_pictures_are_asked_for_with_their_room(self):
        self.converter.convert(
            "<p><img src='/web/image/7'></p>"
            "<table><tr><td><img src='/x'></td><td>y</td></tr></table>"
        )
        self.assertEqual(self.sources, [("/web/image/7", 9000), ("/x", 4500 - 216)])
