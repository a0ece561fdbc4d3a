"""Writes the Word template with which a company starts its bids, in Chinese."""

import io

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from lxml import etree

from .docx_styles import (
    BODY,
    CAPTION,
    CELL,
    CONTENTS,
    GRID,
    HEADINGS,
    HEI,
    LATIN,
    SONG,
    make_style,
)
from .docx_xml import element, make_field

FANG = "仿宋"
KEPT_STYLES = {
    "normal",
    "header",
    "header char",
    "footer",
    "footer char",
    "default paragraph font",
    "normal table",
    "no list",
}
NEEDLESS_PARTS = ("/thumbnail", "/customXml", "/stylesWithEffects", "/webSettings")
# label and field, on the cover
COVER = (
    ("招标编号", "{{ number }}"),
    ("招 标 人", "{{ issuer }}"),
    ("投 标 人", "{{ bidder }}（盖单位章）"),
    ("法定代表人或其委托代理人", "　　　　　　　（签字）"),
    ("日　　期", "{{ date }}"),
)


def build_bid_template():
    """Return the template as the bytes of a .docx file."""
    document = Document()
    _remove_styles(document)
    for name in (*HEADINGS, *CONTENTS, BODY, CELL, CAPTION, GRID):
        document.styles.element.append(_adopt(make_style(name)))
    _set_font(document.styles["Normal"], SONG, 12)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.4)
    section.header_distance, section.footer_distance = Cm(1.5), Cm(1.4)
    # the cover has neither header nor number
    section.different_first_page_header_footer = True
    # written anew for each bid
    properties = document.core_properties
    properties.title = properties.author = properties.comments = ""
    _remove_parts(document)
    _add_header(section)
    _add_cover(document)
    title = _add_line(document, "目　录", HEI, 18)
    title.paragraph_format.space_after = Pt(12)
    document.add_paragraph("{{ contents }}")
    document.add_paragraph("{{ body }}")
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _adopt(node):
    """Return an element as this library knows it."""
    return parse_xml(etree.tostring(node))


def _remove_styles(document):
    """Leave the styles that a bid is set in, and none of the library's examples."""
    for style in [*document.styles.element.findall(qn("w:style"))]:
        name = style.find(qn("w:name")).get(qn("w:val"))
        if name.lower() not in KEPT_STYLES:
            style.getparent().remove(style)


def _remove_parts(document):
    """Leave out what the library's own template brings and nobody needs."""
    for owner in (document.part, document.part.package):
        for key, relation in [*owner.rels.items()]:
            if relation.reltype.endswith(NEEDLESS_PARTS):
                del owner.rels[key]


def _set_font(owner, name, size):
    owner.font.name = LATIN
    owner.font.size = Pt(size)
    fonts = owner.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)


def _add_line(document, text, font, size, is_bold=False):
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    _set_font(run, font, size)
    run.bold = is_bold
    return paragraph


def _add_header(section):
    header = section.header.paragraphs[0]
    header.text = "{{ project }}\t{{ part }}"
    # Word's own stops are those of a page of its country
    header.style.paragraph_format.tab_stops.clear_all()
    width = section.page_width - section.left_margin - section.right_margin
    header.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
    _set_font(header.runs[0], SONG, 9)
    line = element("bottom", val="single", sz=6, space=4, color="auto")
    header._p.get_or_add_pPr().insert_element_before(
        _adopt(element("pBdr", line)), "w:tabs", "w:spacing", "w:ind", "w:jc"
    )
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES"), (" 页", "")):
        _set_font(footer.add_run(text), SONG, 9)
        if field:
            footer._p.extend(map(_adopt, make_field(field, "1")))


def _add_cover(document):
    for _number in range(3):
        document.add_paragraph()
    _add_line(document, "{{ project }}", HEI, 24, is_bold=True)
    for _number in range(2):
        document.add_paragraph()
    _add_line(document, "投　标　文　件", HEI, 36, is_bold=True)
    _add_line(document, "（{{ part }}）", HEI, 22)
    for _number in range(6):
        document.add_paragraph()
    for label, field in COVER:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(2)
        paragraph.paragraph_format.space_after = Pt(12)
        _set_font(paragraph.add_run(f"{label}：{field}"), FANG, 16)
    document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
