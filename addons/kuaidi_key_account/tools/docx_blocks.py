"""What a part of a bid consists of: chapters with texts, tables and evidence."""

from dataclasses import dataclass, field


class BuildError(Exception):
    """What stops a build: ``code``, where it was found, and what it was.

    Codes: mark (the template names no place for the text), format, damaged, large,
    password, pages, time (evidence), word (a chapter in Word), picture (in a text).
    """

    def __init__(self, code, place="", detail=""):
        super().__init__(f"{code}: {place} {detail}")
        self.code = code
        self.place = place
        self.detail = detail


@dataclass
class Chapter:
    """A heading with what follows it; ``bookmark`` names its place for links."""

    title: str
    blocks: list = field(default_factory=list)
    level: int = 1
    bookmark: str = ""


@dataclass
class HtmlText:
    """A text; ``place`` is what it is called when it cannot be taken."""

    html: str
    place: str = ""


@dataclass
class Table:
    """A table: titles, rows of texts and links, shares of the width."""

    heads: tuple
    rows: list
    shares: tuple
    caption: str = ""


@dataclass
class Evidence:
    """A file that is shown whole: a picture, a PDF, or a chapter written in Word.

    ``load`` returns its bytes when its turn comes.
    """

    title: str
    load: object
    bookmark: str = ""


@dataclass
class Signature:
    """Lines to sign, stamp and date."""

    lines: tuple
