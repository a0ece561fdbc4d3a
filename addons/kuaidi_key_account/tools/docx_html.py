"""Turns the HTML of a text field into paragraphs, lists and tables of Word.

The HTML was cleaned when it was stored; what Word has no word for is left out, and its
text stays.
"""

import re
from dataclasses import dataclass, field, replace

from lxml import html

from .docx_letters import Letters, get_letters, get_style
from .docx_xml import W, element, make_frame, make_paragraph, make_run

BLOCKS = {
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "main",
    "nav",
    "p",
    "section",
}
HEADINGS = {f"h{level}": level for level in range(1, 7)}
SKIPPED = {"head", "script", "style", "title", "template", "iframe", "object", "svg"}
ALIGNS = {"left": "left", "center": "center", "right": "right", "justify": "both"}
BLANKS = re.compile(r"[ \t\n\r\f]+")
# as deep as anybody writes; what lies deeper is taken as plain text
MOST_DEPTH = 60
MOST_LIST_LEVEL = 8
MOST_SPAN = 40
MOST_COLUMNS = 60
# twips
LIST_INDENT = 420
CELL_MARGIN = 108


@dataclass
class _Place:
    """Where paragraphs go and how they are set."""

    style: str
    align: str = ""
    # list: id of its numbering and its level, from 0
    number: int = 0
    level: int = -1
    is_item_open: bool = False
    is_kept: bool = False
    blocks: list = field(default_factory=list)


@dataclass
class HtmlStyles:
    """Ids of the styles that the document has.

    ``headings`` are those of the levels below the section's own heading.
    """

    text: str
    cell: str
    table: str
    headings: tuple


class HtmlConverter:
    """Converts texts of one document.

    :param styles: HtmlStyles
    :param width: of the text on the page, in twips
    :param add_list: function that returns the number of a new list, by whether it
        counts
    :param add_picture: function that returns the run of a picture by its `src` and
        the width it may have in twips, or None to leave it out
    """

    def __init__(self, styles, width, add_list, add_picture):
        self._styles = styles
        self._width = width
        self._add_list = add_list
        self._add_picture = add_picture

    def convert(self, text):
        """Return the elements of the body that a text makes."""
        if not text or not text.strip():
            return []
        root = html.fragment_fromstring(text, create_parent="div")
        place = _Place(self._styles.text)
        _Flow(self, place, self._width).walk_whole(root, Letters())
        return place.blocks


class _Flow:
    """Walks through one text, or through one cell of a table."""

    def __init__(self, converter, place, width):
        self._converter = converter
        self._place = place
        self._width = width
        self._paragraph = None
        # a blank counts once something stands before and behind it
        self._is_blank_due = False

    def walk(self, node, letters, depth):
        if depth > MOST_DEPTH:
            self._add_text("".join(node.itertext()), letters)
            return
        self._add_text(node.text, letters)
        for child in node:
            if isinstance(child.tag, str) and child.tag not in SKIPPED:
                self._open(child, get_letters(child, letters), depth + 1)
            self._add_text(child.tail, letters)

    def walk_whole(self, node, letters, depth=0):
        """Walk through a node whose end ends the last paragraph as well."""
        self.walk(node, letters, depth)
        self._close()

    def _open(self, node, letters, depth):
        tag = node.tag
        if tag == "br":
            self._get_paragraph().append(element("r", element("br")))
            self._is_blank_due = False
        elif tag == "img":
            self._add_picture(node)
        elif tag == "hr":
            self._close()
            line = element("bottom", val="single", sz=6, space=1, color="auto")
            self._place.blocks.append(
                make_paragraph(properties=[element("pBdr", line)])
            )
        elif tag == "table":
            self._close()
            _Table(self._converter, node, self._width).add_to(
                self._place.blocks, letters, depth
            )
        elif tag in ("ul", "ol"):
            self._walk_list(node, letters, depth)
        elif tag in HEADINGS:
            headings = self._converter._styles.headings
            style = headings[min(HEADINGS[tag], len(headings)) - 1]
            self._walk_block(node, letters, depth, style=style)
        elif tag == "li":
            self._walk_item(node, letters, depth)
        elif tag == "pre":
            self._walk_block(node, letters, depth, is_kept=True)
        elif tag in BLOCKS:
            self._walk_block(node, letters, depth)
        else:
            self.walk(node, letters, depth)

    def _walk_block(self, node, letters, depth, style=None, is_kept=False):
        self._close()
        outer = self._place
        align = ALIGNS.get(get_style(node, "text-align"), outer.align)
        if node.tag == "center":
            align = "center"
        self._place = replace(
            outer,
            align=align,
            style=style or outer.style,
            number=0 if style else outer.number,
            is_kept=is_kept,
        )
        self.walk(node, letters, depth)
        has_written = self._paragraph is not None
        self._close()
        if node.tag == "p" and not has_written and not len(node):
            self._place.blocks.append(make_paragraph(style=self._place.style))
        outer.is_item_open = self._place.is_item_open
        self._place = outer

    def _walk_list(self, node, letters, depth):
        self._close()
        outer = self._place
        level = min(outer.level + 1, MOST_LIST_LEVEL)
        number = self._converter._add_list(node.tag == "ol")
        self._place = replace(outer, number=number, level=level)
        self.walk(node, letters, depth)
        self._close()
        self._place = outer

    def _walk_item(self, node, letters, depth):
        self._close()
        self._place.is_item_open = True
        self.walk(node, letters, depth)
        self._close()
        self._place.is_item_open = False

    def _add_picture(self, node):
        run = self._converter._add_picture(node.get("src") or "", self._width)
        if run is not None:
            self._get_paragraph(is_picture=True).append(run)

    def _add_text(self, text, letters):
        if not text:
            return
        if not self._place.is_kept:
            text = BLANKS.sub(" ", text)
            is_led = text.startswith(" ") or self._is_blank_due
            has_followed = text.endswith(" ")
            text = text.strip(" ")
            if not text:
                self._is_blank_due = self._paragraph is not None
                return
            if is_led and self._paragraph is not None and not self._ends_with_break():
                text = f" {text}"
            self._is_blank_due = has_followed
        self._get_paragraph().append(make_run(text, letters.get_properties()))

    def _ends_with_break(self):
        last = self._paragraph[-1]
        return last.tag == W + "r" and last[-1].tag == W + "br"

    def _get_paragraph(self, is_picture=False):
        """Return the paragraph that is being written, a new one where there is none."""
        if self._paragraph is None:
            place = self._place
            properties = []
            if place.number and place.is_item_open:
                properties.append(
                    element(
                        "numPr",
                        element("ilvl", val=place.level),
                        element("numId", val=place.number),
                    )
                )
                place.is_item_open = False
            elif place.number:
                properties.append(
                    element(
                        "ind", left=LIST_INDENT * (place.level + 1), firstLineChars=0
                    )
                )
            elif is_picture or place.align in ("center", "right"):
                properties.append(element("ind", firstLineChars=0, firstLine=0))
            self._paragraph = make_paragraph(
                style=place.style, align=place.align, properties=properties
            )
            place.blocks.append(self._paragraph)
        return self._paragraph

    def _close(self):
        if self._paragraph is not None and self._ends_with_break():
            # as in a browser: it ends the line that the paragraph ends anyhow
            self._paragraph.remove(self._paragraph[-1])
        self._paragraph = None
        self._is_blank_due = False


class _Table:
    """One table of a text: its cells with what they span."""

    def __init__(self, converter, node, width):
        self._converter = converter
        self._rows = [
            [cell for cell in row if cell.tag in ("td", "th")]
            for row in _list_rows(node)
        ]
        self._rows = [row for row in self._rows if row]
        self._width = width

    def add_to(self, blocks, letters, depth):
        """Append the table, and the empty paragraph that Word wants after it."""
        if not self._rows:
            return
        places = self._lay_out()
        columns = 1 + max(column for _row, column in places)
        width = self._width // columns
        table = make_frame([width] * columns, self._converter._styles.table)
        for number in range(len(self._rows)):
            row = element("tr")
            for column in range(columns):
                found = places.get((number, column), (None, 1, ""))
                if found:
                    row.append(self._make_cell(*found, width, letters, depth))
            table.append(row)
        blocks += [table, make_paragraph(style=self._converter._styles.cell)]

    def _lay_out(self):
        """Return by row and column what begins there: cell, columns, how it merges.

        None stands where a cell reaches over from the left.
        """
        places = {}
        for number, cells in enumerate(self._rows):
            column = 0
            for cell in cells:
                while (number, column) in places:
                    column += 1
                if column >= MOST_COLUMNS:
                    break
                span = min(_get_span(cell, "colspan"), MOST_COLUMNS - column)
                free = range(column + 1, column + span)
                taken = [place for place in free if (number, place) in places]
                if taken:
                    span = taken[0] - column
                height = min(_get_span(cell, "rowspan"), len(self._rows) - number)
                for down in range(height):
                    merge = ("continue" if down else "restart") if height > 1 else ""
                    start = None if down else cell
                    places[number + down, column] = (start, span, merge)
                    for right in range(1, span):
                        places[number + down, column + right] = None
                column += span
        return places

    def _make_cell(self, cell, span, merge, width, letters, depth):
        properties = element("tcPr", element("tcW", w=width * span, type="dxa"))
        if span > 1:
            properties.append(element("gridSpan", val=span))
        if merge:
            properties.append(element("vMerge", val=merge))
        place = _Place(self._converter._styles.cell)
        if cell is not None:
            place.align = ALIGNS.get(get_style(cell, "text-align"), "")
            flow = _Flow(self._converter, place, width * span - 2 * CELL_MARGIN)
            flow.walk_whole(cell, get_letters(cell, letters), depth + 1)
        # Word refuses a cell that does not end with a paragraph
        if not place.blocks or place.blocks[-1].tag != W + "p":
            place.blocks.append(make_paragraph(style=self._converter._styles.cell))
        return element("tc", properties, *place.blocks)


def _list_rows(table):
    """Yield the rows of a table, without those of tables within it."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _get_span(cell, name):
    value = cell.get(name) or ""
    return min(int(value), MOST_SPAN) if value.isdecimal() and int(value) else 1
