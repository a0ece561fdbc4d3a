"""Reads from the words of tender documents and bids what has to agree between them.

Prices and names that a bid writes twice, the validity and the number of copies that
the documents demand, page numbers of a built document (IR 51).
"""

import re
import unicodedata
import zipfile
from decimal import Decimal

from .archive_guard import ArchiveDamaged, ArchiveTooBig, open_guarded

DIGITS = {
    word: number
    for words in ("零壹贰叁肆伍陆柒捌玖", "〇一二三四五六七八九")
    for number, word in enumerate(words)
} | {"两": 2, "○": 0}
UNITS = {"拾": 10, "佰": 100, "仟": 1000, "十": 10, "百": 100, "千": 1000}
GROUPS = (("亿", 10**8), ("万", 10**4))
CAPITALS = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿"
PRICE_WORD = (
    r"(?:投标总报价|投标总价|投标报价|报价总额|总报价|投标价|合计总价|总价)"
    r"(?:[（(](?:大写|小写|含税|人民币|元)[）)])*"
)
FIGURE = r"(\d{1,3}(?:[,，]\d{3})+(?:\.\d{1,2})?|\d{1,12}(?:\.\d{1,2})?)"
PRICE = re.compile(
    rf"{PRICE_WORD}[^\d。；;\n]{{0,12}}?(?P<mark>[￥¥]|人民币|RMB)?\s*{FIGURE}"
    r"\s*(?P<unit>亿元|万元|元|圆)?"
)
CAPITAL_PRICE = re.compile(
    rf"{PRICE_WORD}[^。；;\n]{{0,40}}?([{CAPITALS}]{{2,24}})[元圆](?:([{CAPITALS}])角)?"
    rf"(?:([{CAPITALS}])分)?"
)
FACTORS = {"万元": 10**4, "亿元": 10**8}
NUMBER = r"([\d零〇一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾]{1,4})"
VALIDITY = re.compile(
    r"(?:投标|报价|响应)?(?:文件)?有效期[^。；;\n\d]{0,24}?(\d{2,3})\s*个?(?:日历)?[天日]"
)
ORIGINALS = re.compile(rf"正本\s*(?:为|各)?\s*{NUMBER}\s*[份套]")
COPIES = re.compile(rf"副本\s*(?:为|各)?\s*{NUMBER}\s*[份套]")
PAGE_FIELD = re.compile(
    rb"<w:instrText[^>]*>\s*PAGE\b|w:instr=\"\s*PAGE\b", re.IGNORECASE
)
MAX_ENTRIES = 10_000
MAX_INFLATED = 2 * 1024 * 1024 * 1024


def parse_chinese_number(text):
    """Return the number that Chinese numerals write, None where they write none."""
    if re.fullmatch(r"\d+", text):
        return int(text)
    for word, factor in GROUPS:
        head, found, tail = text.partition(word)
        if found:
            first = parse_chinese_number(head) if head else None
            rest = parse_chinese_number(tail.lstrip("零")) if tail.lstrip("零") else 0
            if first is None or rest is None:
                return None
            return first * factor + rest
    total, digit = 0, None
    for word in text:
        if word in DIGITS:
            digit = DIGITS[word]
        elif word in UNITS:
            total += (1 if digit is None else digit) * UNITS[word]
            digit = None
        else:
            return None
    return total + (digit or 0)


def find_prices(text):
    """Return the total prices that a text names, in yuan.

    :rtype: set[Decimal]
    """
    text = unicodedata.normalize("NFKC", text or "").replace("¥", "￥")
    prices = set()
    for found in PRICE.finditer(text):
        if found["mark"] or found["unit"]:
            figure = Decimal(re.sub("[,，]", "", found[2]))
            prices.add(figure * FACTORS.get(found["unit"], 1))
    for whole, tenths, cents in CAPITAL_PRICE.findall(text):
        number = parse_chinese_number(whole)
        if number:
            fraction = Decimal(DIGITS.get(tenths, 0) * 10 + DIGITS.get(cents, 0)) / 100
            prices.add(number + fraction)
    return prices


def find_validity_days(text):
    """Return for how many days a bid has to be valid, None where it is not said."""
    found = [int(days) for days in VALIDITY.findall(text or "")]
    return max(found) if found else None


def find_copies(text):
    """Return how many originals and copies are demanded, None for what is not said."""

    def find(pattern):
        found = pattern.search(text or "")
        return parse_chinese_number(found[1]) if found else None

    return find(ORIGINALS), find(COPIES)


def normalise_name(name):
    """Return a company's name without what scanners and keyboards add to it."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name or "")).lower()


def has_page_numbers(content):
    """Tell whether a Word document numbers its pages, in a header or footer.

    :param bytes content: the file
    """
    try:
        with open_guarded(content, MAX_ENTRIES, MAX_INFLATED) as archive:
            return any(
                PAGE_FIELD.search(archive.read(name))
                for name in archive.namelist()
                if re.fullmatch(r"word/(?:header|footer)\d*\.xml", name)
            )
    except (ArchiveDamaged, ArchiveTooBig, zipfile.BadZipFile, ValueError):
        return False
