"""The styles that a bid uses, made where the company's own template lacks them."""

from .docx_xml import element

SONG, HEI = "宋体", "黑体"
LATIN = "Times New Roman"
# name: font of the script, half points, before and after in twips, bold
HEADINGS = {
    "heading 1": (HEI, 32, 240, 200, True),
    "heading 2": (HEI, 28, 200, 140, True),
    "heading 3": (HEI, 24, 160, 100, True),
    "heading 4": (SONG, 24, 120, 80, True),
}
CONTENTS = ("toc 1", "toc 2")
BODY, CELL, CAPTION, GRID = "Bid Text", "Bid Cell", "caption", "Table Grid"
# half points: 小四 and 五号
BODY_SIZE, CELL_SIZE = 24, 21
# lines and a half, in twentieths of a point times twelve
BODY_SPACING = 360


def make_style(name):
    """Return a style by its name: one of those above."""
    if name in HEADINGS:
        return _make_heading(name)
    if name == GRID:
        return _make_grid()
    paragraph, letters = {
        BODY: (
            (
                element("spacing", line=BODY_SPACING, lineRule="auto"),
                element("ind", firstLineChars=200, firstLine=2 * BODY_SIZE * 10),
                element("jc", val="both"),
            ),
            (SONG, BODY_SIZE, False),
        ),
        CELL: (
            (
                element("spacing", before=40, after=40, line=280, lineRule="auto"),
                element("ind", firstLineChars=0, firstLine=0),
            ),
            (SONG, CELL_SIZE, False),
        ),
        CAPTION: (
            (
                element("keepNext"),
                element("spacing", before=80, after=80),
                element("jc", val="center"),
            ),
            (HEI, CELL_SIZE, False),
        ),
        CONTENTS[0]: (_make_contents(0), (SONG, BODY_SIZE, False)),
        CONTENTS[1]: (_make_contents(420), (SONG, CELL_SIZE, False)),
    }[name]
    return _make_paragraph_style(name, paragraph, letters)


def _make_heading(name):
    font, size, before, after, is_bold = HEADINGS[name]
    level = int(name[-1]) - 1
    paragraph = [
        element("keepNext"),
        element("keepLines"),
        element("spacing", before=before, after=after),
        element("outlineLvl", val=level),
    ]
    if not level:
        paragraph.insert(3, element("jc", val="center"))
    return _make_paragraph_style(name, paragraph, (font, size, is_bold))


def _make_contents(indent):
    return (
        element("tabs", element("tab", val="right", leader="dot", pos=9070)),
        element("spacing", before=40, after=40),
        element("ind", left=indent),
    )


def _make_paragraph_style(name, paragraph, letters):
    font, size, is_bold = letters
    properties = element(
        "rPr", element("rFonts", ascii=LATIN, hAnsi=LATIN, eastAsia=font)
    )
    if is_bold:
        properties.append(element("b"))
    properties.extend((element("sz", val=size), element("szCs", val=size)))
    return element(
        "style",
        element("name", val=name),
        element("basedOn", val="Normal"),
        element("qFormat"),
        element("pPr", *paragraph),
        properties,
        type="paragraph",
        styleId="Kuaidi" + name.title().replace(" ", ""),
    )


def _make_grid():
    borders = element(
        "tblBorders",
        *(
            element(side, val="single", sz=4, space=0, color="808080")
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        ),
    )
    return element(
        "style",
        element("name", val=GRID),
        element("tblPr", borders),
        type="table",
        styleId="KuaidiTableGrid",
    )
