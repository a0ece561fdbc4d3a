"""Reads the text of a Word document, with the numbers that Word shows before it."""

import zipfile
import zlib

from lxml import etree

from odoo.tools.translate import LazyTranslate

from .archive_guard import ArchiveDamaged, ArchiveTooBig, open_guarded
from .docx_numbering import Numbering, W
from .tender_error import TenderFileError

_lt = LazyTranslate(__name__)

MAX_ENTRIES = 3_000
# pictures are never unfolded, the text of 1,000 pages has some 20 MB of markup
MAX_INFLATED = 300 * 1024 * 1024
MAX_PART = 40 * 1024 * 1024
PARTS = ("word/document.xml", "word/numbering.xml", "word/styles.xml")
BLOCKS = {f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo"}
SKIPPED = {f"{W}del", f"{W}moveFrom", f"{W}pict", f"{W}drawing", f"{W}instrText"}
# the same drawing twice, for old and new versions of Word
ALTERNATIVE = (
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
)


def damaged():
    return TenderFileError(
        _lt(
            "The Word file is damaged or cut short. Open it in Word, save it anew as"
            " .docx, and upload that."
        )
    )


def read_docx(content, take_table):
    """Return the text of a document, its paragraphs and tables in their order.

    :param bytes content: the file
    :param take_table: called with the rows of each table, pairs (page, texts of the
        cells); a table for which it returns True is left out of the text
    :return: pairs (page number, text), by the breaks that Word noted when it saved the
        file; page 0 where it noted none
    :raise TenderFileError: saying what is wrong with it
    """
    try:
        with open_guarded(content, MAX_ENTRIES, MAX_INFLATED) as archive:
            if "word/document.xml" not in archive.namelist():
                raise TenderFileError(
                    _lt(
                        "This is no Word document. Upload the tender document itself as"
                        " .docx, .pdf or .xlsx, or paste its text."
                    )
                )
            document, numbering, styles = (_parse_part(archive, name) for name in PARTS)
    except ArchiveTooBig as error:
        raise TenderFileError(
            _lt(
                "The Word file unfolds to far more than a document needs, so it was not"
                " read. Copy its text into the field instead."
            )
        ) from error
    except (
        ArchiveDamaged,
        zipfile.BadZipFile,
        zlib.error,
        etree.LxmlError,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise damaged() from error
    body = document.find(f"{W}body")
    if body is None:
        raise damaged()
    reader = _Reader(Numbering(numbering, styles), take_table)
    reader.read_blocks(body)
    return reader.get_pages()


class _Reader:
    def __init__(self, numbering, take_table):
        self._numbering = numbering
        self._take_table = take_table
        self._page = 1
        self._lines = {}

    def get_pages(self):
        if self._page == 1:
            return [(0, "\n".join(self._lines.get(1, [])))]
        lines = self._lines or {1: []}
        return [(page, "\n".join(texts)) for page, texts in lines.items()]

    def read_blocks(self, parent):
        for element in parent:
            if element.tag == f"{W}p":
                self._add_line(*self._read_paragraph(element))
            elif element.tag == f"{W}tbl":
                self._read_table(element)
            elif element.tag in BLOCKS:
                self.read_blocks(element)

    def _add_line(self, page, text):
        if text:
            self._lines.setdefault(page, []).append(text)

    def _read_paragraph(self, paragraph):
        """Return the page on which a paragraph begins, and its text."""
        label = self._numbering.get_label(paragraph.find(f"{W}pPr"))
        page, text = None, ""
        for piece in self._iter_text(paragraph):
            if page is None and piece.strip():
                page = self._page
            text += piece
        text = text.strip()
        return page, f"{label} {text}" if label and text else text

    def _iter_text(self, parent):
        for element in parent:
            tag = element.tag
            if tag in SKIPPED or tag == ALTERNATIVE:
                continue
            if tag == f"{W}t":
                yield element.text or ""
            elif tag == f"{W}tab":
                yield " "
            elif tag == f"{W}br":
                if element.get(f"{W}type") == "page":
                    self._page += 1
                else:
                    yield "\n"
            elif tag == f"{W}cr":
                yield "\n"
            elif tag == f"{W}lastRenderedPageBreak":
                self._page += 1
            elif len(element):
                yield from self._iter_text(element)

    def _read_table(self, table):
        """Read a table, each of its rows as one line."""
        rows = []
        for row in table.iterfind(f"{W}tr"):
            page, cells = self._page, []
            for cell in row.iterfind(f"{W}tc"):
                # a table within the cell is read as paragraphs
                texts = [self._read_paragraph(line)[1] for line in cell.iter(f"{W}p")]
                cells.append(" ".join(filter(None, texts)).replace("\n", " "))
            rows.append((page, cells))
        if not self._take_table(rows):
            for page, cells in rows:
                self._add_line(page, " ".join(filter(None, cells)))


def _parse_part(archive, name):
    """Return the root of a part, or None where the document has no such part."""
    if name not in archive.namelist():
        return None
    if archive.getinfo(name).file_size > MAX_PART:
        raise ArchiveTooBig
    with archive.open(name) as stream:
        content = stream.read(MAX_PART + 1)
    if len(content) > MAX_PART:
        raise ArchiveTooBig
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise damaged()
    return etree.fromstring(
        content,
        etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        ),
    )
