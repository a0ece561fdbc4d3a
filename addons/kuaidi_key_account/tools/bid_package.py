"""Writes what goes with the documents of a bid: price sheet, manifest and archive."""

import hashlib
import json
import re
import unicodedata
import zipfile

import xlsxwriter

from .price_sheets import add_price_sheets, add_styles

# what no system takes in the name of a file, or reads otherwise than it is written
BAD_MARKS = re.compile(r'[\\/:*?"<>|#%&{}$!\'`@+=\x00-\x1f\x7f]|\.{2,}')
RESERVED = re.compile(r"^(CON|PRN|AUX|NUL|COM\d|LPT\d)$", re.IGNORECASE)
MOST_CHARACTERS = 80
CHUNK = 1024 * 1024
MANIFEST = "MANIFEST.json"
SUMS = "SHA256SUMS.txt"
SHEET_OPTIONS = {
    "constant_memory": False,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def make_file_name(text, extension=""):
    """Return a file name that every system takes; without an extension, its stem.

    >>> make_file_name("../../a:b", "docx")
    'a b.docx'
    """
    # marks that turn the direction of writing hide what a file is
    text = "".join(
        " " if unicodedata.category(mark) in ("Cc", "Cf", "Cs", "Zl", "Zp") else mark
        for mark in text
    )
    text = " ".join(BAD_MARKS.sub(" ", text).split()).strip(" .")
    text = text[:MOST_CHARACTERS].strip(" .")
    if not text or RESERVED.match(text.partition(".")[0]):
        text = f"_{text}"
    return f"{text}.{extension}" if extension else text


def get_checksum(path):
    """Return the SHA-256 of a file, and its size in bytes."""
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def get_fingerprint(plan):
    """Return a SHA-256 of what a bid consists of: plain values in dicts and lists."""
    text = json.dumps(plan, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def write_archive(path, files, facts):
    """Write one ZIP of all files, with their hashes.

    :param files: list of (name, path, SHA-256, size)
    :param dict facts: what the manifest says of the bid
    """
    sums = "".join(f"{checksum}  {name}\n" for name, _path, checksum, _size in files)
    manifest = facts | {
        "files": [
            {"name": name, "sha256": checksum, "bytes": size}
            for name, _path, checksum, size in files
        ]
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, source, _checksum, _size in files:
            archive.write(source, name)
        archive.writestr(SUMS, sums)
        archive.writestr(
            MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
        )


def write_price_sheet(path, data):
    """Write the price sheet of a bid: lots with their total, and the price tables.

    :param dict data: ``name`` of the first sheet, ``title``, ``facts`` (label and
        text), ``heads`` of the four columns number, lot, price, ceiling; ``lots`` (rows
        of two texts and two numbers), ``labels`` of the total and of the share of the
        ceiling, ``total`` (our price and the ceiling of the whole), ``agreement`` (see
        `price_sheets`, None without one)
    """
    with xlsxwriter.Workbook(str(path), SHEET_OPTIONS) as book:
        styles = add_styles(book)
        _write_lots(book, book.add_worksheet(data["name"]), data, styles)
        if data["agreement"]:
            add_price_sheets(book, data["agreement"])


def _write_lots(book, sheet, data, styles):
    total = book.add_format(
        {
            "font_name": "Microsoft YaHei",
            "font_size": 10,
            "bold": True,
            "border": 1,
            "num_format": "#,##0.00",
        }
    )
    share = book.add_format(
        {
            "font_name": "Microsoft YaHei",
            "font_size": 10,
            "border": 1,
            "num_format": "0.00%",
        }
    )
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 44)
    sheet.set_column(2, 4, 18)
    sheet.write_string(0, 0, data["title"], styles["title"])
    row = 1
    for label, value in data["facts"]:
        sheet.write_string(row, 0, label, styles["label"])
        sheet.write_string(row, 1, value, styles["plain"])
        row += 1
    row += 1
    for column, head in enumerate(data["heads"]):
        sheet.write_string(row, column, head, styles["head"])
    first = row + 1
    for number, lot, price, ceiling in data["lots"]:
        row += 1
        sheet.write_string(row, 0, number, styles["text"])
        sheet.write_string(row, 1, lot, styles["text"])
        sheet.write_number(row, 2, price, styles["money"])
        if ceiling:
            sheet.write_number(row, 3, ceiling, styles["money"])
        else:
            sheet.write_blank(row, 3, None, styles["money"])
        sheet.write_formula(
            row,
            4,
            f'=IF(N(D{row + 1})=0,"",C{row + 1}/D{row + 1})',
            share,
            price / ceiling if ceiling else "",
        )
    row += 1
    sheet.write_string(row, 0, data["labels"][0], total)
    sheet.write_blank(row, 1, None, total)
    for column, letter, value in zip((2, 3), "CD", data["total"], strict=True):
        sheet.write_formula(
            row, column, f"=SUM({letter}{first + 1}:{letter}{row})", total, value
        )
    sheet.write_formula(
        row,
        4,
        f'=IF(N(D{row + 1})=0,"",C{row + 1}/D{row + 1})',
        share,
        data["total"][0] / data["total"][1] if data["total"][1] else "",
    )
