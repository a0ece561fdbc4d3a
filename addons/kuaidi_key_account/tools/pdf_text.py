"""Reads the text of a PDF document, which nobody has to trust."""

import json
import re
import subprocess
import sys
from pathlib import Path

from odoo.tools.translate import LazyTranslate

from .pdf_text_worker import MAX_PAGES
from .tender_error import TenderFileError

_lt = LazyTranslate(__name__)

WORKER = Path(__file__).with_name("pdf_text_worker.py")
# a tender document of 300 pages takes ten seconds
MAX_SECONDS = 40
# letters of one page, on average, below which a document is a scan with a stamp on it
MIN_LETTERS = 8
READABLE = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]")
UNREADABLE = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")


def damaged():
    return TenderFileError(
        _lt(
            "The PDF file is damaged or cut short. Export or download it again, or"
            " paste the text."
        )
    )


def too_big():
    return TenderFileError(
        _lt(
            "The PDF file unfolds to far more than a document needs, or takes too long"
            " to read. Copy its text into the field instead."
        )
    )


def read_pdf(content):
    """Return the text of each page of a PDF.

    :param bytes content: the file
    :return: pairs (page number, text)
    :raise TenderFileError: saying what is wrong with it
    """
    if b"%PDF-" not in content[:1024] or b"obj" not in content:
        raise damaged()
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", str(WORKER), str(MAX_SECONDS)],
            input=content,
            capture_output=True,
            timeout=MAX_SECONDS,
            check=True,
        )
        result = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        # it was ended by its limits
        raise too_big() from error
    if "error" in result:
        raise _get_error(result["error"])
    pages = [tuple(page) for page in result["pages"]]
    text = "".join(text for _page, text in pages)
    letters = len(READABLE.findall(text))
    if letters < MIN_LETTERS * len(pages):
        raise TenderFileError(
            _lt(
                "This PDF holds pictures of pages and no text: it was scanned. Have its"
                " text recognised by a scanner program, or paste the requirements."
            )
        )
    if len(UNREADABLE.findall(text)) > letters / 3:
        raise TenderFileError(
            _lt(
                "The text of this PDF cannot be read: its fonts do not tell which"
                " letters they show. Ask for the Word file, or paste the requirements."
            )
        )
    return [(page, UNREADABLE.sub("", text)) for page, text in pages]


def _get_error(reason):
    if reason == "password":
        return TenderFileError(
            _lt(
                "This PDF is protected by a password. Save it without the password, and"
                " upload that."
            )
        )
    if reason == "pages":
        return TenderFileError(
            _lt(
                "The PDF has more than %(limit)s pages. Upload the part with the"
                " requirements."
            ),
            limit=MAX_PAGES,
        )
    return too_big() if reason == "big" else damaged()
