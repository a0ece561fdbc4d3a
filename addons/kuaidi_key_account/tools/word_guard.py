"""Looks through a Word file for what would fetch, run or hide something.

A document that leaves the house names no file outside of it, and brings no program:
neither as a part of the file nor as a field that Word works out.
"""

import re
import zipfile
import zlib

from lxml import etree

from .archive_guard import ArchiveDamaged, ArchiveTooBig, has_macros, open_guarded

MAX_ENTRIES = 2_000
MAX_INFLATED = 200 * 1024 * 1024
MAX_XML = 40 * 1024 * 1024
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# fields that read files, call programs or run macros
BAD_FIELDS = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DATABASE"
    r"|MACROBUTTON|RD|EMBED|HTMLACTIVEX)\b",
    re.IGNORECASE,
)
BAD_RELATIONS = ("/oleObject", "/package", "/aFChunk", "/subDocument", "/control")
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
FIELD_CODE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}instrText"
FIELD_SIMPLE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}fldSimple"
INSTRUCTION = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}instr"


class WordFileError(Exception):
    """A Word file that is not taken.

    ``code`` is damaged, protected, large, macros, outside, objects or fields;
    ``detail`` names what was found.
    """

    def __init__(self, code, detail=""):
        super().__init__(code)
        self.code = code
        self.detail = detail


def check_word_file(content):
    """Check that a Word file is one, and brings nothing that acts.

    :param bytes content: the file
    :raise WordFileError: with the reason
    """
    if content.startswith(OLE_SIGNATURE):
        raise WordFileError("protected")
    try:
        archive = open_guarded(content, MAX_ENTRIES, MAX_INFLATED)
        names = archive.namelist()
        if "word/document.xml" not in names or "[Content_Types].xml" not in names:
            raise WordFileError("damaged")
        if has_macros(archive):
            raise WordFileError("macros")
        for name in names:
            if name.endswith((".xml", ".rels")):
                _check_part(archive, name)
    except ArchiveTooBig as error:
        raise WordFileError("large") from error
    except (
        ArchiveDamaged,
        EOFError,
        NotImplementedError,
        ValueError,
        etree.LxmlError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise WordFileError("damaged") from error


def _check_part(archive, name):
    if archive.getinfo(name).file_size > MAX_XML:
        raise WordFileError("large")
    text = archive.read(name)
    if b"<!DOCTYPE" in text.replace(b"\x00", b""):
        raise WordFileError("damaged")
    root = etree.fromstring(text)
    if name.endswith(".rels"):
        for relation in root.iter(RELATION):
            kind, target = relation.get("Type", ""), relation.get("Target", "")
            is_outside = relation.get("TargetMode", "").lower() == "external"
            if is_outside and not kind.endswith("/hyperlink"):
                raise WordFileError("outside", target[:80])
            if kind.endswith(BAD_RELATIONS):
                raise WordFileError("objects", target[:80])
        return
    # a code may be spread over many runs
    codes = "".join(node.text or "" for node in root.iter(FIELD_CODE))
    simple = " ".join(node.get(INSTRUCTION, "") for node in root.iter(FIELD_SIMPLE))
    found = BAD_FIELDS.search(f"{codes} {simple}")
    if found:
        raise WordFileError("fields", found[0])
