"""Works out the numbers that Word shows before paragraphs without storing them."""

import re

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DIGITS = "零一二三四五六七八九"
ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
CHINESE_FORMATS = {
    "chineseCounting",
    "chineseCountingThousand",
    "chineseLegalSimplified",
    "japaneseCounting",
    "ideographTraditional",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "ideographDigital",
}
MAX_LEVEL = 8
# a list of numbers that begins beyond them is none that a person wrote
MAX_START = 10_000


class Numbering:
    """The lists of one document, counted on paragraph by paragraph.

    :param numbering: root of word/numbering.xml, or None
    :param styles: root of word/styles.xml, or None
    """

    def __init__(self, numbering, styles):
        self._levels = {}
        self._abstract = {}
        self._overrides = {}
        self._counts = {}
        self._styles = {}
        if numbering is not None:
            self._read_lists(numbering)
        if styles is not None:
            self._read_styles(styles)

    def get_label(self, properties):
        """Return the number before a paragraph, an empty text where it has none.

        :param properties: its `w:pPr` element, or None
        """
        if properties is None:
            return ""
        style = properties.find(f"{W}pStyle")
        list_id, level = self._styles.get(_value(style), (None, 0))
        own = properties.find(f"{W}numPr")
        if own is not None:
            own_id = _value(own.find(f"{W}numId"))
            list_id = own_id or list_id
            level = _number(own.find(f"{W}ilvl"), level)
        abstract = self._abstract.get(list_id)
        if abstract is None or (abstract, level) not in self._levels:
            return ""
        return self._count(list_id, abstract, level)

    def _count(self, list_id, abstract, level):
        counts = self._counts.setdefault(abstract, {})
        start = self._overrides.pop((list_id, level), None)
        if start is not None or level not in counts:
            counts[level] = self._levels[abstract, level][0] if start is None else start
        else:
            counts[level] += 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        _start, kind, text, is_legal = self._levels[abstract, level]
        if kind in ("bullet", "none"):
            return ""

        def show(found):
            other = int(found[1]) - 1
            first, other_kind, _text, _legal = self._levels.get(
                (abstract, other), (1, "decimal", "", False)
            )
            number = counts.setdefault(other, first) if other <= level else first
            return format_number(number, "decimal" if is_legal else other_kind)

        return re.sub(r"%([1-9])", show, text)

    def _read_lists(self, numbering):
        for abstract in numbering.iterfind(f"{W}abstractNum"):
            key = abstract.get(f"{W}abstractNumId")
            for level in abstract.iterfind(f"{W}lvl"):
                index = int(level.get(f"{W}ilvl") or 0)
                self._levels[key, index] = (
                    _number(level.find(f"{W}start"), 1),
                    _value(level.find(f"{W}numFmt")) or "decimal",
                    _value(level.find(f"{W}lvlText")) or "",
                    level.find(f"{W}isLgl") is not None,
                )
                style = _value(level.find(f"{W}pStyle"))
                if style:
                    self._styles[style] = (None, index)
        for entry in numbering.iterfind(f"{W}num"):
            list_id = entry.get(f"{W}numId")
            self._abstract[list_id] = _value(entry.find(f"{W}abstractNumId"))
            for override in entry.iterfind(f"{W}lvlOverride"):
                start = override.find(f"{W}startOverride")
                if start is not None:
                    level = int(override.get(f"{W}ilvl") or 0)
                    self._overrides[list_id, level] = _number(start, 1)

    def _read_styles(self, styles):
        linked = {}
        own = {}
        for style in styles.iterfind(f"{W}style"):
            key = style.get(f"{W}styleId")
            linked[key] = _value(style.find(f"{W}basedOn"))
            properties = style.find(f"{W}pPr/{W}numPr")
            if properties is not None:
                list_id = _value(properties.find(f"{W}numId"))
                level = _number(
                    properties.find(f"{W}ilvl"), self._styles.get(key, (None, 0))[1]
                )
                own[key] = (list_id, level)
        for key in linked:
            seen = set()
            base = key
            while base and base not in own and base not in seen:
                seen.add(base)
                base = linked.get(base)
            if base in own:
                self._styles[key] = own[base]


def format_number(number, kind):
    """Return a number as a list of that kind shows it."""
    if kind in CHINESE_FORMATS:
        return _format_chinese(number)
    if kind in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("lowerRoman", "upperRoman"):
        rest, text = number, ""
        for value, sign in ROMAN:
            text += sign * (rest // value)
            rest %= value
        return text.upper() if kind == "upperRoman" else text
    if kind.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    if kind == "decimalZero":
        return f"{number:02d}"
    return str(number)


def _format_chinese(number):
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    text = "" if tens == 0 else ("十" if tens == 1 else DIGITS[tens] + "十")
    if ones or not tens:
        text += DIGITS[ones]
    return text


def _value(element):
    return None if element is None else element.get(f"{W}val")


def _number(element, default):
    value = _value(element)
    if value is None or not re.fullmatch(r"\d{1,5}", value):
        return default
    return min(int(value), MAX_START)
