"""Writes the XML of Word: elements, runs, paragraphs, tables by cloning a row.

Everything is lxml, nothing goes through an object for each cell: the time grows with
the rows and not with their square.
"""

import copy
import re

from lxml import etree

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
}
W = f"{{{NAMESPACES['w']}}}"
R = f"{{{NAMESPACES['r']}}}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# what no XML may hold; tabs and line ends have elements of their own
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# English Metric Units: 914,400 to the inch; Word's own unit is a twentieth of a point
EMU_PER_TWIP = 635
EMU_PER_PIXEL = 914_400 // 96
TWIPS_PER_CM = 567

_PICTURE = """<w:drawing {names}><wp:inline distT="0" distB="0" distL="0" distR="0">
<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{number}" name="Picture {number}"/>
<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>
<a:graphic><a:graphicData uri="{pic}"><pic:pic><pic:nvPicPr>
<pic:cNvPr id="{number}" name="Picture {number}"/><pic:cNvPicPr/></pic:nvPicPr>
<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch>
</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>
<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>
</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>
</w:drawing>"""


def clean_text(text):
    """Return text as XML may hold it: without control characters."""
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def element(tag, *children, **attributes):
    """Return an element of Word's main namespace; `val="x"` becomes `w:val="x"`."""
    node = etree.Element(W + tag, nsmap={"w": NAMESPACES["w"]})
    for name, value in attributes.items():
        node.set(W + name, str(value))
    node.extend(children)
    return node


def make_run(text, properties=()):
    """Return a run; line ends and tabs of the text stay what they are.

    :param properties: elements of the run's properties, copied
    """
    run = element("r")
    if properties:
        run.append(element("rPr", *map(copy.deepcopy, properties)))
    fill_run(run, clean_text(text))
    return run


def fill_run(run, text):
    """Add clean text to a run."""
    for number, line in enumerate(text.split("\n")):
        if number:
            run.append(element("br"))
        for place, piece in enumerate(line.split("\t")):
            if place:
                run.append(element("tab"))
            if piece:
                node = element("t")
                node.set(SPACE, "preserve")
                node.text = piece
                run.append(node)


def make_paragraph(text="", style=None, align=None, properties=()):
    """Return a paragraph of one run.

    :param style: id of the paragraph's style
    :param properties: more elements of the paragraph's properties, in Word's order
    """
    paragraph = element("p")
    details = list(properties)
    if style:
        details.insert(0, element("pStyle", val=style))
    if align:
        details.append(element("jc", val=align))
    if details:
        paragraph.append(element("pPr", *details))
    if text:
        paragraph.append(make_run(text))
    return paragraph


def make_field(instruction, shown="", is_dirty=False):
    """Return the runs of a field that Word works out: PAGE, PAGEREF, TOC.

    :param shown: what stands there until Word does
    """
    begin = element("fldChar", fldCharType="begin")
    if is_dirty:
        begin.set(W + "dirty", "true")
    code = element("instrText")
    code.set(SPACE, "preserve")
    code.text = f" {instruction} "
    return [
        element("r", begin),
        element("r", code),
        element("r", element("fldChar", fldCharType="separate")),
        make_run(shown),
        element("r", element("fldChar", fldCharType="end")),
    ]


def make_bookmark(name, number, *content):
    """Return content between the two ends of a bookmark."""
    start = element("bookmarkStart", id=number, name=name)
    return [start, *content, element("bookmarkEnd", id=number)]


def make_picture(relation, number, width, height):
    """Return a run with a picture that stands in its line.

    :param relation: id of the relationship to the picture
    :param width: in EMU, as the height
    """
    names = " ".join(f'xmlns:{key}="{uri}"' for key, uri in NAMESPACES.items())
    xml = _PICTURE.format(
        names=names,
        pic=NAMESPACES["pic"],
        relation=relation,
        number=number,
        width=width,
        height=height,
    )
    return element("r", etree.fromstring(xml))


def fit(width, height, most_width, most_height):
    """Return a size that keeps its proportion and exceeds neither limit.

    >>> fit(400, 200, 100, 100)
    (100, 50)
    >>> fit(40, 20, 100, 100)
    (40, 20)
    """
    scale = min(1, most_width / width, most_height / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


class Link:
    """Names a place of the document; # in the text becomes the page it stands on."""

    def __init__(self, text, bookmark):
        self.text = text
        self.bookmark = bookmark


def make_table(heads, rows, widths, style, cell_style):
    """Return a table whose head is repeated on every page.

    :param heads: titles of the columns
    :param rows: tuples of as many cells: a text, or a list of links
    :param widths: of the columns, in twips
    :param style: id of the table's style
    :param cell_style: id of the style of paragraphs in cells
    """
    table = make_frame(widths, style)
    bold = element("b")
    head = _make_row(
        heads, widths, cell_style, element("shd", val="clear", fill="EDEDED"), bold
    )
    head.insert(0, element("trPr", element("cantSplit"), element("tblHeader")))
    table.append(head)
    pattern = _make_row([""] * len(heads), widths, cell_style)
    pattern.insert(0, element("trPr", element("cantSplit")))
    for values in rows:
        row = copy.deepcopy(pattern)
        for node, value in zip(row.iter(W + "t"), values, strict=True):
            if not isinstance(value, str):
                _fill_links(node.getparent(), value)
                continue
            text = CONTROLS.sub("", value)
            if "\n" in text or "\t" in text or "\r" in text:
                run = node.getparent()
                run.remove(node)
                fill_run(run, clean_text(value))
            else:
                node.text = text
        table.append(row)
    return table


def make_frame(widths, style):
    """Return a table with lines around its cells, and no rows yet."""
    borders = element(
        "tblBorders",
        *(
            element(side, val="single", sz=4, space=0, color="808080")
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        ),
    )
    return element(
        "tbl",
        element(
            "tblPr",
            element("tblStyle", val=style),
            element("tblW", w=sum(widths), type="dxa"),
            element("jc", val="center"),
            borders,
            element("tblLayout", type="fixed"),
        ),
        element("tblGrid", *(element("gridCol", w=width) for width in widths)),
    )


def _make_row(texts, widths, cell_style, shade=None, properties=None):
    row = element("tr")
    for text, width in zip(texts, widths, strict=True):
        cell = element("tcPr", element("tcW", w=width, type="dxa"))
        if shade is not None:
            cell.append(copy.deepcopy(shade))
        node = element("t")
        node.set(SPACE, "preserve")
        node.text = clean_text(text)
        run = element("r", node)
        if properties is not None:
            run.insert(0, element("rPr", copy.deepcopy(properties)))
        paragraph = element("p", element("pPr", element("pStyle", val=cell_style)), run)
        row.append(element("tc", cell, paragraph))
    return row


def _fill_links(run, links):
    """Write texts and pages of places instead of plain text, a line for each."""
    paragraph = run.getparent()
    paragraph.remove(run)
    for number, link in enumerate(links):
        if number:
            paragraph.append(element("r", element("br")))
        before, mark, after = link.text.partition("#")
        paragraph.append(make_run(before))
        if mark:
            paragraph.extend(make_field(f"PAGEREF {link.bookmark} \\h", "–"))
            paragraph.append(make_run(after))


def spread(width, shares):
    """Return widths of columns that fill a page.

    >>> spread(100, (1, 1, 2))
    [25, 25, 50]
    """
    total = sum(shares)
    return [int(width * share / total) for share in shares]
