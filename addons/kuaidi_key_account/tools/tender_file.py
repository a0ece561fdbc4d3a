"""Turns an uploaded tender document, whatever kind it is, into clauses."""

import zipfile

from odoo.tools.translate import LazyTranslate

from .archive_guard import ArchiveDamaged, ArchiveTooBig, open_guarded
from .docx_text import MAX_ENTRIES, damaged, read_docx
from .pdf_text import read_pdf
from .requirement_sheet import read_table, read_workbook, too_many
from .tender_clauses import (
    MAX_CHARACTERS,
    MAX_CLAUSES,
    TooManyClauses,
    split_clauses,
)
from .tender_error import TenderFileError

_lt = LazyTranslate(__name__)

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
MAX_INFLATED = 2 * 1024 * 1024 * 1024


def read_tender_file(content):
    """Return the clauses of a .docx, .pdf or .xlsx file, told by what is in it.

    :param bytes content: the file
    :rtype: list[Clause]
    :raise TenderFileError: saying what is wrong with it
    """
    if not content.strip():
        raise TenderFileError(
            _lt("The file is empty. Choose the tender document itself.")
        )
    if content.startswith(OLE_SIGNATURE):
        raise _get_old_error(content)
    if b"%PDF-" in content[:1024]:
        return _split(read_pdf(content))
    if content.startswith(b"PK"):
        return _read_archive(content)
    raise TenderFileError(
        _lt(
            "This is neither a Word (.docx), nor a PDF, nor an Excel file (.xlsx),"
            " whatever its name says. Save the tender document as one of them, or paste"
            " its text."
        )
    )


def read_tender_text(text):
    """Return the clauses of a text that was pasted.

    :raise TenderFileError: when it is too long, or has too many clauses
    """
    return _split([(0, text)])


def _read_archive(content):
    try:
        with open_guarded(content, MAX_ENTRIES, MAX_INFLATED) as archive:
            names = set(archive.namelist())
    except ArchiveTooBig as error:
        raise TenderFileError(
            _lt(
                "The file unfolds to far more than a document needs, so it was not"
                " read. Save it anew, or paste its text."
            )
        ) from error
    except (ArchiveDamaged, zipfile.BadZipFile, ValueError, NotImplementedError) as err:
        raise damaged() from err
    if "xl/workbook.xml" in names:
        return read_workbook(content)
    listed = []

    def take_table(rows):
        found = read_table(rows)
        listed.extend(found or ())
        return bool(found)

    pages = read_docx(content, take_table)
    if pages[0][0] == 0:
        # Word noted no pages
        for clause in listed:
            clause.page = 0
    clauses = _split(pages) + listed
    if len(clauses) > MAX_CLAUSES:
        raise too_many()
    return clauses


def _split(pages):
    if sum(len(text) for _page, text in pages) > MAX_CHARACTERS:
        raise TenderFileError(
            _lt(
                "The text has more than %(limit)s characters. Import the part with the"
                " requirements alone."
            ),
            limit=MAX_CHARACTERS,
        )
    try:
        return split_clauses(pages)
    except TooManyClauses as error:
        raise too_many() from error


def _get_old_error(content):
    if ENCRYPTED_STREAM in content:
        return TenderFileError(
            _lt(
                "This file is protected by a password. Save it without the password,"
                " and upload that."
            )
        )
    return TenderFileError(
        _lt(
            "This is a file of an old version of Word or Excel. Open it, save it as"
            " .docx or .xlsx, and upload that."
        )
    )
