"""Opens the zip file that a workbook is, after checking what it declares.

A workbook is a zip file of XML, so that 300 KB can unfold to gigabytes.
"""

import io
import re
import zipfile
import zlib

from lxml import etree

from odoo.tools.translate import LazyTranslate

from .figure_error import FigureFileError

_lt = LazyTranslate(__name__)

MAX_ENTRIES = 1_000
MAX_INFLATED = 200 * 1024 * 1024
# what is smaller unfolds in no time, however well it is packed
RATIO_FREE = 1024 * 1024
MAX_RATIO = 100

PARSER_OPTIONS = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    # remarks say nothing, wherever they stand
    "remove_comments": True,
    "remove_pis": True,
}


def damaged():
    return FigureFileError(
        _lt(
            "The Excel file is damaged or cut short. Open it in Excel, save it anew as"
            " .xlsx, and upload that."
        )
    )


def too_big():
    return FigureFileError(
        _lt(
            "The Excel file unfolds to far more than figures need, so it was not read."
            " Copy the figures into the template and upload that."
        )
    )


class Guard:
    """Turns whatever a crafted file raises into one sentence."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if isinstance(
            error,
            zipfile.BadZipFile
            | zlib.error
            | etree.LxmlError
            | ValueError
            | KeyError
            | IndexError
            | OverflowError
            | NotImplementedError
            | EOFError
            | RuntimeError,
        ):
            raise damaged() from error


class CountedStream(io.RawIOBase):
    """Passes a part on to the parser, as long as it holds no more than it may."""

    def __init__(self, stream, token, limit):
        self._stream = stream
        self._token = token
        self._left = limit

    def readable(self):
        return True

    def readinto(self, buffer):
        piece = self._stream.read(len(buffer))
        if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
            raise damaged()
        self._left -= piece.count(self._token)
        if self._left < 0:
            raise too_big()
        buffer[: len(piece)] = piece
        return len(piece)


def open_archive(content):
    # before the directory is read, which takes long with many entries
    if content.count(b"PK\x01\x02") > MAX_ENTRIES:
        raise too_big()
    archive = zipfile.ZipFile(io.BytesIO(content))
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise damaged()
    for entry in entries:
        parts = re.split(r"[/\\]", entry.orig_filename)
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            raise damaged()
        if entry.flag_bits & 0x1 or entry.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        ):
            raise damaged()
        if (
            entry.file_size > RATIO_FREE
            and entry.file_size > MAX_RATIO * entry.compress_size
        ):
            raise too_big()
        if entry.filename.lower().endswith(".bin") and "vba" in entry.filename.lower():
            raise FigureFileError(
                _lt(
                    "The workbook holds macros. Save it without them, as .xlsx, and"
                    " upload that."
                )
            )
    if sum(entry.file_size for entry in entries) > MAX_INFLATED:
        raise too_big()
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(names):
        raise FigureFileError(
            _lt(
                "This is a zip file, and not an Excel file. Upload the workbook (.xlsx)"
                " itself."
            )
        )
    return archive
