"""How letters of HTML look: what tags and styles add to them."""

import re
from dataclasses import dataclass

from .docx_xml import element

# what a tag or a style adds to the letters
TAG_MARKS = {
    "b": "b",
    "strong": "b",
    "th": "b",
    "i": "i",
    "em": "i",
    "cite": "i",
    "u": "u",
    "ins": "u",
    "s": "strike",
    "strike": "strike",
    "del": "strike",
    "sub": "subscript",
    "sup": "superscript",
}
STYLE_MARKS = (
    ("font-weight", re.compile(r"bold|[6-9]00"), "b"),
    ("font-style", re.compile(r"italic|oblique"), "i"),
    ("text-decoration", re.compile(r"underline"), "u"),
    ("text-decoration-line", re.compile(r"underline"), "u"),
    ("text-decoration", re.compile(r"line-through"), "strike"),
    ("text-decoration-line", re.compile(r"line-through"), "strike"),
)
# in the order in which Word's schema wants them
MARKS = ("b", "i", "strike", "color", "u", "subscript", "superscript")
HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
RGB = re.compile(r"rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})")


@dataclass(frozen=True)
class Letters:
    """How letters look, handed from a tag to what it holds."""

    marks: frozenset = frozenset()
    color: str = ""

    def get_properties(self):
        made = []
        for name in MARKS:
            if name == "color":
                if self.color:
                    made.append(element("color", val=self.color))
            elif name not in self.marks:
                continue
            elif name == "u":
                made.append(element("u", val="single"))
            elif name.endswith("script"):
                made.append(element("vertAlign", val=name))
            else:
                made.append(element(name))
        return made


def get_style(node, name):
    """Return what a property of the style attribute is set to, in small letters."""
    for rule in (node.get("style") or "").lower().split(";"):
        key, _mark, value = rule.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def get_letters(node, letters):
    """Return how letters look within a tag."""
    marks = set(letters.marks)
    mark = TAG_MARKS.get(node.tag)
    if mark:
        marks.add(mark)
    for name, pattern, mark in STYLE_MARKS:
        if pattern.search(get_style(node, name)):
            marks.add(mark)
    color = _get_color(get_style(node, "color") or node.get("color") or "")
    return Letters(frozenset(marks), color or letters.color)


def _get_color(text):
    found = HEX.match(text)
    if found:
        digits = found[1].upper()
        return digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    found = RGB.match(text)
    if found:
        return "".join(f"{min(int(value), 255):02X}" for value in found.groups())
    return ""
