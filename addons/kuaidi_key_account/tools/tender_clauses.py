"""Splits the text of a tender document into its numbered clauses (TE-2).

Chinese tender documents number as 第一章, 一、, (一), 1., 1.1, 1.1.1, (1), ①, and mark
with ★ what a bid must meet. What is found is proposed to a person, who confirms it.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from .tender_words import STARS, TRIANGLES, find_part, find_score, is_mandatory

MAX_CLAUSES = 2_000
# titles, and numbers of what is no requirement, come on top
MAX_NUMBERS = 10_000
MAX_TEXT = 5_000
MAX_CHARACTERS = 1_500_000

CHINESE = "〇零一二三四五六七八九十百两"
CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
# what follows a number that counts something, and is no number of a clause
UNITS = (
    r"(?:[年月日天周个份次件票单台辆人名家条种类项户倍元万亿%％‰度吨米厘公千克斤立"
    r"小时分秒点至到-]|kg|KG|cm|mm|GB|MB|m|h)"
)
MARKS = rf"[{re.escape(STARS + TRIANGLES)}\s]*"
# (rank, pattern): a clause of a higher rank stands below those of a lower one; the
# first group is the label, the second what a successor is judged by
KINDS = (
    (0, re.compile(rf"(第\s*([{CHINESE}\d]+)\s*(?:[章篇卷册]|部分))")),
    (1, re.compile(rf"(第\s*([{CHINESE}\d]+)\s*节)")),
    (2, re.compile(rf"(第\s*([{CHINESE}\d]+)\s*条)")),
    (3, re.compile(rf"(([{CHINESE}]{{1,4}}))\s*[、．.](?!\d)")),
    (4, re.compile(rf"([(（]\s*([{CHINESE}]{{1,4}})\s*[)）])")),
    (5, re.compile(r"((\d{1,3}(?:[.．]\d{1,3}){1,5}))[.．、]?(?!\d)")),
    (5, re.compile(r"((\d{1,3}))\s*[、．.](?!\d)")),
    (5, re.compile(r"((\d{1,2}))\s+(?=[\u4e00-\u9fff])")),
    (11, re.compile(r"([(（]\s*(\d{1,3})\s*[)）])")),
    (12, re.compile(r"((\d{1,3})\s*[)）])")),
    (13, re.compile(rf"(([{CIRCLES}]))")),
    (14, re.compile(r"(([A-Za-z])\s*[)）.．、])(?=\s*[\u4e00-\u9fff])")),
)
DECIMAL = 5
CONTENTS_LINE = re.compile(r"(?:\.{4,}|…{2,}|·{4,}|_{4,}|(?:\. ){3,})\s*\d{1,4}\s*$")
PAGE_LINE = re.compile(
    r"^(?:[-—–－\s]*\d{1,4}[-—–－\s]*|第\s*\d+\s*页(?:[\s/,，]*共\s*\d+\s*页)?|\d+\s*/\s*\d+"
    r"|Page\s+\d+(?:\s+of\s+\d+)?)$",
    re.IGNORECASE,
)
SENTENCE_END = tuple("。；;：:！？!?）)")
HEADING_LENGTH = 30
TITLE_LINE = re.compile(
    r"[^。；;：:，,、！!？?\s]{1,9}[^。；;：:，,、\s于为的和及与或在自由至到按并须应得不]"
)
# which a PDF has between Chinese words and figures
NUMBER_SPACE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=\d)|(?<=\d) (?=[\u4e00-\u9fff])")
LATIN = re.compile(r"[A-Za-z0-9,.;:)%]")


@dataclass
class Clause:
    """One clause as it was found. `page` is 0 where the file tells none."""

    clause: str = ""
    page: int = 0
    text: str = ""
    part: str = "commercial"
    is_mandatory: bool = False
    score: float = 0.0
    headings: list = field(default_factory=list)


@dataclass
class _Node:
    rank: int
    own: str
    number: str
    page: int
    depth: int
    lines: list = field(default_factory=list)
    marks: str = ""
    label: str = ""

    @property
    def text(self):
        return _join(self.lines)


class TooManyClauses(Exception):
    """The text has more clauses than a tender document has."""


def split_clauses(pages):
    """Return the clauses of a document, in its order.

    Titles stand as `headings` of the clauses below them and are none themselves; the
    table of contents, page numbers and the lines that head every page are left out.

    :param pages: pairs (page number, text); one page 0 for pasted text
    :rtype: list[Clause]
    :raise TooManyClauses: for more than `MAX_CLAUSES`
    """
    nodes = []
    stack = []
    previous = ""
    for page, line in _iter_lines(pages):
        node = _read_marker(line, page, stack, previous)
        if node:
            while stack and stack[-1].rank + stack[-1].depth >= node.rank + node.depth:
                stack.pop()
            node.label = _join_labels([*stack, node])
            nodes.append((node, list(stack)))
            stack.append(node)
            if len(nodes) > MAX_NUMBERS:
                raise TooManyClauses
        elif nodes:
            nodes[-1][0].lines.append(line)
        else:
            nodes.append((_Node(-1, "", "", page, 0, [line]), []))
        previous = line
    clauses = _make_clauses(nodes)
    if len(clauses) > MAX_CLAUSES:
        raise TooManyClauses
    return clauses


def get_fingerprint(clause, text):
    """Return the hash by which a clause is known again, however it is spaced.

    :param clause: its number
    :param text: its words
    """
    plain = unicodedata.normalize("NFKC", f"{clause or ''}\x1f{text or ''}").lower()
    plain = re.sub(r"[^\w\x1f]+", "", plain.replace("_", ""))
    return hashlib.sha256(plain.encode()).hexdigest()


def _iter_lines(pages):
    """Yield (page, line) of what belongs to the text."""
    pages = [
        (page, [line.strip(" \t\u3000\xa0") for line in text.splitlines()])
        for page, text in pages
    ]
    repeated = _find_repeated([lines for _page, lines in pages])
    for page, lines in pages:
        for line in lines:
            line = re.sub(r"[ \t\u3000\xa0]{2,}", " ", line)
            if (
                line
                and line not in repeated
                and not PAGE_LINE.match(line)
                and not CONTENTS_LINE.search(line)
                and line.replace(" ", "") not in ("目录", "目次")
            ):
                yield page, line


def _find_repeated(pages):
    """Return the lines that head or end most pages."""
    if len(pages) < 3:
        return set()
    edges = Counter()
    for lines in pages:
        filled = [line for line in lines if line]
        edges.update({*filled[:2], *filled[-2:]})
    return {line for line, count in edges.items() if count > max(2, len(pages) // 2)}


def _read_marker(line, page, stack, previous):
    """Return the node that a line begins, or None where it goes on with the last."""
    marks = re.match(MARKS, line)[0]
    rest = line[len(marks) :]
    for rank, pattern in KINDS:
        found = pattern.match(rest)
        if not found:
            continue
        number = found[2]
        body = rest[found.end() :].lstrip(" 、.．:：\u3000")
        if rank in (1, 2, 0) and body[:1] in "的中规所之及和与":
            return None
        depth = number.replace("．", ".").count(".") if rank == DECIMAL else 0
        is_bare = rank == DECIMAL and not rest[found.end(1) : found.end()].strip()
        if is_bare and re.match(UNITS, rest[found.end() :].lstrip()):
            return None
        node = _Node(rank, found[1], number.replace("．", "."), page, depth)
        if rank == DECIMAL and not _is_plausible(node, stack, previous):
            return None
        node.marks = "".join(mark for mark in marks if not mark.isspace())
        node.lines = [body] if body else []
        # the mark may stand behind the number, as in 3.1 ★
        behind = re.match(MARKS, body)[0]
        if behind.strip():
            node.marks += behind.strip()
            node.lines = [body[len(behind) :]]
        return node
    return None


def _is_plausible(node, stack, previous):
    """Tell whether a number goes on with those before it, or begins anew.

    A number at the start of a wrapped line may be a price or a date.
    """
    if not previous or previous.endswith(SENTENCE_END):
        return max(int(part) for part in node.number.split(".")) <= 200
    numbers = [int(part) for part in node.number.split(".")]
    if numbers[-1] <= 1 and all(numbers[:-1]):
        return True
    for other in stack:
        if other.rank != DECIMAL:
            continue
        known = [int(part) for part in other.number.split(".")]
        shared = known[: len(numbers)]
        if len(shared) == len(numbers) and shared[:-1] == numbers[:-1]:
            return 0 < numbers[-1] - shared[-1] <= 3
    return False


def _join_labels(nodes):
    """Return the whole number of a clause: chapter, and the numbers below it."""
    labels = []
    for position, node in enumerate(nodes):
        is_last_decimal = not any(
            other.rank == DECIMAL for other in nodes[position + 1 :]
        )
        if node.rank == DECIMAL and not is_last_decimal:
            continue
        own = node.number if node.rank == DECIMAL else node.own
        labels.append(re.sub(r"\s+", "", own))
    return " ".join(labels)


def _make_clauses(nodes):
    """Turn nodes into clauses; a title with clauses below it becomes their heading."""
    parents = {id(parent) for _node, above in nodes for parent in above}
    titles = {
        id(node): node.text
        for node, _above in nodes
        if id(node) in parents and _is_title(node)
    }
    clauses = []
    for node, above in nodes:
        text = node.text[:MAX_TEXT]
        if id(node) in titles or not text:
            continue
        if node.rank == -1 and not is_mandatory(text):
            # what stands before the first number is the cover
            continue
        headings = [titles[id(parent)] for parent in above if id(parent) in titles]
        # a mark at a clause holds for those that it is divided into
        marks = node.marks + "".join(parent.marks for parent in above)
        if set(node.marks) & set(TRIANGLES):
            # weighs in the score without being mandatory, so it stays to be seen
            text = f"▲{text}"
        clauses.append(
            Clause(
                clause=node.label,
                page=node.page,
                text=text,
                part=find_part(text, headings),
                is_mandatory=bool(set(marks) & set(STARS)) or is_mandatory(text),
                score=find_score(text),
                headings=headings,
            )
        )
    return clauses


def _is_title(node):
    return len(node.text) <= HEADING_LENGTH and not node.text.endswith(
        tuple("。；;！!？?")
    )


def _join(lines):
    """Join wrapped lines: words of Latin letters keep their space, Chinese has none."""
    text = ""
    for line in lines:
        if (
            text == lines[0]
            and TITLE_LINE.fullmatch(text)
            and re.match(r"[\u4e00-\u9fff《]", line)
        ):
            # a title that text without a number of its own follows
            text += "："
        elif text and LATIN.match(text[-1]) and re.match(r"[A-Za-z0-9(]", line):
            text += " "
        text += line
    return NUMBER_SPACE.sub("", text.strip())
