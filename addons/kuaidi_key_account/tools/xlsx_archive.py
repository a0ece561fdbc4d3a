"""Opens the zip file that a workbook is, after checking what it declares.

A workbook is a zip file of XML, so that 300 KB can unfold to gigabytes.
"""

import io
import zipfile
import zlib

from lxml import etree

from odoo.tools.translate import LazyTranslate

from .archive_guard import (
    ArchiveDamaged,
    ArchiveTooBig,
    has_macros,
    open_guarded,
)
from .table_error import TableFileError

_lt = LazyTranslate(__name__)

MAX_ENTRIES = 1_000
MAX_INFLATED = 200 * 1024 * 1024

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
    return TableFileError(
        _lt(
            "The Excel file is damaged or cut short. Open it in Excel, save it anew as"
            " .xlsx, and upload that."
        )
    )


def too_big():
    return TableFileError(
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
    try:
        archive = open_guarded(content, MAX_ENTRIES, MAX_INFLATED)
    except ArchiveTooBig as error:
        raise too_big() from error
    except ArchiveDamaged as error:
        raise damaged() from error
    if has_macros(archive):
        raise TableFileError(
            _lt(
                "The workbook holds macros. Save it without them, as .xlsx, and upload"
                " that."
            )
        )
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(archive.namelist()):
        raise TableFileError(
            _lt(
                "This is a zip file, and not an Excel file. Upload the workbook (.xlsx)"
                " itself."
            )
        )
    return archive
