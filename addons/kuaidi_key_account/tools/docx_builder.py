"""Builds one part of a bid as a Word document (tender, E).

The company's template is filled in beforehand; in the place of its mark come chapters
with texts, tables, evidence and lines for signatures. Pictures and pages of PDFs lie on
disk and are copied into the document one by one, so that memory does not grow with
them.
"""

import copy
import io
import re
import tempfile

from docx import Document
from docxcompose.composer import Composer

from .docx_blocks import (
    BuildError,
    Chapter,
    Evidence,
    HtmlText,
    Signature,
    Table,
)
from .docx_html import HtmlConverter, HtmlStyles
from .docx_parts import DocxParts
from .docx_pictures import PDF_SIGNATURE, PictureError, PictureShelf
from .docx_styles import BODY, CAPTION, CELL, CONTENTS, GRID, HEADINGS, make_style
from .docx_xml import (
    EMU_PER_PIXEL,
    EMU_PER_TWIP,
    Link,
    W,
    clean_text,
    element,
    fit,
    make_bookmark,
    make_field,
    make_paragraph,
    make_picture,
    make_run,
    make_table,
    spread,
)
from .pdf_pages import PdfError
from .word_guard import OLE_SIGNATURE, WordFileError, check_word_file

__all__ = [
    "BODY_MARK",
    "CONTENTS_MARK",
    "BuildError",
    "Chapter",
    "Evidence",
    "HtmlText",
    "Link",
    "PartBuilder",
    "Signature",
    "Table",
    "check_marks",
]

# what the template's fields `body` and `contents` are filled with
BODY_MARK = "\ue000body\ue000"
CONTENTS_MARK = "\ue000contents\ue000"
WORD_MARK = "\ue000word {}\ue000"
WORD_MARKS = re.compile("\ue000word (\\d+)\ue000")
# numbers of bookmarks and pictures that a template does not reach
FIRST_NUMBER = 100_000
# A4 with common margins, where the template says nothing; twips
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 11_906, 16_838, 1_440
# what a heading and a caption take above a picture that fills its page
CAPTION_HEIGHT = 1_300
LEAST_WIDTH = 2_000


def check_marks(content):
    """Check that a filled-in template has a place for the text.

    :param content: the filled-in template, as bytes
    :raise BuildError: with the code mark
    """
    _find_mark(DocxParts(content).get_body(), BODY_MARK)


def _find_mark(body, mark):
    """Return the paragraph of the text itself that holds a mark."""
    for paragraph in body.findall(W + "p"):
        if mark in "".join(node.text or "" for node in paragraph.iter(W + "t")):
            return paragraph
    raise BuildError("mark")


class PartBuilder:
    """Builds a document from a filled-in template.

    :param content: the template with its fields filled in, as bytes
    :param load_picture: function that returns the bytes of a picture in a text by its
        `src`, or None where it may not be shown
    :param tell: function that is called after each piece, with its name
    """

    def __init__(self, content, load_picture=None, tell=None):
        self._parts = DocxParts(content)
        self._load_picture = load_picture or (lambda source: None)
        self._tell = tell or (lambda name: None)
        self._number = FIRST_NUMBER
        self._contents = []
        self._pictures = {}
        self._word_files = []
        self._place = ""
        self._read_page()
        self._find_styles()

    def build(self, chapters, target, properties):
        """Write the document.

        :param chapters: iterable of Chapter, taken one by one
        :param target: path of the file, or a file open for writing
        :param properties: dict of title and author
        :raise BuildError: saying what stops it
        """
        with tempfile.TemporaryDirectory(prefix="kuaidi-") as folder:
            self._shelf = PictureShelf(folder)
            mark = _find_mark(self._parts.get_body(), BODY_MARK)
            for chapter in chapters:
                for block in self._make_chapter(chapter):
                    mark.addprevious(block)
                self._tell(chapter.title)
            mark.getparent().remove(mark)
            self._write_contents()
            self._parts.set_update()
            parts = self._compose()
            pictures = [
                (relation, picture) for picture, relation in self._pictures.items()
            ]
            parts.save(target, properties, pictures)

    def _read_page(self):
        """Read how large the text of a page may be; twips."""
        section = self._parts.get_body().find(W + "sectPr")
        size = margins = None
        if section is not None:
            size, margins = section.find(W + "pgSz"), section.find(W + "pgMar")
        width, height = (
            _read_number(size, name, default)
            for name, default in (("w", PAGE_WIDTH), ("h", PAGE_HEIGHT))
        )
        left, right, top, bottom = (
            _read_number(margins, side, MARGIN)
            for side in ("left", "right", "top", "bottom")
        )
        self._width = max(width - left - right, LEAST_WIDTH)
        self._height = max(height - top - bottom, LEAST_WIDTH)

    def _find_styles(self):
        find = self._parts.find_style
        self._headings = [find(name, make_style) for name in HEADINGS]
        self._contents_styles = [find(name, make_style) for name in CONTENTS]
        self._body, self._cell, self._caption, self._grid = (
            find(name, make_style) for name in (BODY, CELL, CAPTION, GRID)
        )
        # where the template counts its headings itself, nobody else does
        self._is_counted = self._parts.has_numbers(self._headings[0])
        self._counts = [0] * len(self._headings)
        styles = HtmlStyles(
            self._body, self._cell, self._grid, tuple(self._headings[1:])
        )
        self._converter = HtmlConverter(
            styles, self._width, self._parts.add_list, self._add_text_picture
        )

    def _next_number(self):
        self._number += 1
        return self._number

    def _make_chapter(self, chapter):
        yield self._make_heading(chapter)
        self._place = chapter.title
        for block in chapter.blocks:
            if isinstance(block, Chapter):
                yield from self._make_chapter(block)
            elif isinstance(block, HtmlText):
                yield from self._converter.convert(clean_text(block.html))
            elif isinstance(block, Table):
                yield from self._make_table(block)
            elif isinstance(block, Evidence):
                yield from self._make_evidence(block)
            else:
                yield from self._make_signature(block)

    def _make_heading(self, chapter):
        level = min(chapter.level, len(self._headings))
        title = " ".join(clean_text(chapter.title).split())
        if not self._is_counted:
            self._counts[level - 1] += 1
            self._counts[level:] = [0] * (len(self._counts) - level)
            numbers = [str(count) for count in self._counts[:level]]
            title = f"{'.'.join(numbers)}　{title}"
        bookmark = chapter.bookmark or f"_Toc{self._number}"
        if level <= len(CONTENTS):
            self._contents.append((level, title, bookmark))
        properties = [element("pageBreakBefore")] if level == 1 else []
        paragraph = make_paragraph(
            style=self._headings[level - 1], properties=properties
        )
        paragraph.extend(make_bookmark(bookmark, self._next_number(), make_run(title)))
        return paragraph

    def _make_table(self, table):
        if table.caption:
            yield make_paragraph(table.caption, style=self._caption)
        widths = spread(self._width, table.shares)
        yield make_table(table.heads, table.rows, widths, self._grid, self._cell)
        yield make_paragraph(style=self._cell)

    def _make_signature(self, signature):
        indent = element("ind", left=self._width * 2 // 5, firstLineChars=0)
        for line in signature.lines:
            spacing = element("spacing", before=240)
            properties = (element("keepNext"), spacing, copy.deepcopy(indent))
            yield make_paragraph(clean_text(line), self._body, "left", properties)
        yield make_paragraph(style=self._body)

    def _make_evidence(self, evidence):
        try:
            yield from self._make_file(evidence, evidence.load())
            self._tell(evidence.title)
        except (PdfError, PictureError) as error:
            raise BuildError(error.code, evidence.title) from error
        except WordFileError as error:
            detail = f"{error.code} {error.detail}".strip()
            raise BuildError("word", evidence.title, detail) from error

    def _make_file(self, evidence, content):
        if content.startswith((b"PK", OLE_SIGNATURE)):
            check_word_file(content)
            yield self._make_caption(evidence.title, evidence.bookmark)
            self._word_files.append(content)
            yield make_paragraph(WORD_MARK.format(len(self._word_files)))
            return
        if content.startswith(PDF_SIGNATURE):
            pictures = self._shelf.add_pdf(content)
        else:
            pictures = [self._shelf.add_picture(content)]
        for number, picture in enumerate(pictures, 1):
            title = evidence.title
            if len(pictures) > 1:
                title = f"{title}（{number}/{len(pictures)}）"
            yield self._make_caption(title, evidence.bookmark if number == 1 else "")
            yield self._make_page(picture)

    def _make_caption(self, title, bookmark):
        paragraph = make_paragraph(style=self._caption)
        run = make_run(" ".join(clean_text(title).split()))
        if bookmark:
            paragraph.extend(make_bookmark(bookmark, self._next_number(), run))
        else:
            paragraph.append(run)
        return paragraph

    def _make_page(self, picture):
        """Return a picture as large as its page, below a caption."""
        # a small one is not blown up until its dots are seen
        width, height = fit(
            picture.width * 2 * EMU_PER_PIXEL,
            picture.height * 2 * EMU_PER_PIXEL,
            self._width * EMU_PER_TWIP,
            (self._height - CAPTION_HEIGHT) * EMU_PER_TWIP,
        )
        paragraph = make_paragraph(style=self._caption)
        # not kept with what follows: the next caption belongs to the next picture
        paragraph[0].append(element("keepNext", val="false"))
        paragraph.append(self._make_picture(picture, width, height))
        return paragraph

    def _make_picture(self, picture, width, height):
        relation = self._pictures.setdefault(
            picture, f"rIdPicture{len(self._pictures) + 1}"
        )
        return make_picture(relation, self._next_number(), width, height)

    def _add_text_picture(self, source, width):
        """Return the run of a picture in a text, see HtmlConverter."""
        content = self._load_picture(source)
        if content is None:
            raise BuildError("picture", self._place, source[:80])
        try:
            picture = self._shelf.add_picture(content)
        except PictureError as error:
            raise BuildError(error.code, self._place, source[:80]) from error
        size = fit(
            picture.width * EMU_PER_PIXEL,
            picture.height * EMU_PER_PIXEL,
            width * EMU_PER_TWIP,
            self._height * EMU_PER_TWIP,
        )
        return self._make_picture(picture, *size)

    def _write_contents(self):
        """Write the table of contents, where the template has a place for it."""
        try:
            mark = _find_mark(self._parts.get_body(), CONTENTS_MARK)
        except BuildError:
            return
        begin, code, between, _shown, end = make_field('TOC \\o "1-2" \\h \\z \\u')
        for number, (level, title, bookmark) in enumerate(self._contents):
            tabs = element(
                "tabs",
                element("tab", val="right", leader="dot", pos=self._width),
            )
            line = make_paragraph(
                style=self._contents_styles[level - 1], properties=[tabs]
            )
            if not number:
                line.extend((begin, code, between))
            entry = element(
                "hyperlink",
                make_run(title),
                element("r", element("tab")),
                *make_field(f"PAGEREF {bookmark} \\h", "–"),
                anchor=bookmark,
            )
            line.append(entry)
            mark.addprevious(line)
        if self._contents:
            mark.addprevious(element("p", end))
        mark.getparent().remove(mark)

    def _compose(self):
        """Return the parts after chapters that were written in Word were put in."""
        if not self._word_files:
            return self._parts
        composer = Composer(Document(io.BytesIO(self._parts.get_bytes())))
        body = composer.doc.element.body
        for paragraph in [*body.findall(W + "p")]:
            text = "".join(node.text or "" for node in paragraph.iter(W + "t"))
            found = WORD_MARKS.fullmatch(text)
            if not found:
                continue
            content = self._word_files[int(found[1]) - 1]
            composer.insert(body.index(paragraph), Document(io.BytesIO(content)))
            body.remove(paragraph)
        output = io.BytesIO()
        composer.save(output)
        return DocxParts(output.getvalue())


def _read_number(node, name, default):
    value = node.get(W + name, "") if node is not None else ""
    return abs(int(value)) if value.lstrip("-").isdecimal() else default
