"""Looks at what a zip file declares before anything of it is unfolded.

Workbooks and text documents are zip files of XML: 300 KB can unfold to gigabytes.
"""

import io
import re
import zipfile

# what is smaller unfolds in no time, however well it is packed
RATIO_FREE = 1024 * 1024
MAX_RATIO = 100


class ArchiveDamaged(Exception):
    """The file is no zip file, or not one that an office program writes."""


class ArchiveTooBig(Exception):
    """The file unfolds to more than it may."""


def open_guarded(content, max_entries, max_inflated):
    """Return the zip file after checking its directory.

    :raise ArchiveDamaged: for paths that leave the folder, twins, encrypted entries
    :raise ArchiveTooBig: for too many entries, or too much in them
    :raise zipfile.BadZipFile: when it is no zip file
    """
    # before the directory is read, which takes long with many entries
    if content.count(b"PK\x01\x02") > max_entries:
        raise ArchiveTooBig
    archive = zipfile.ZipFile(io.BytesIO(content))
    entries = archive.infolist()
    if len({entry.filename for entry in entries}) < len(entries):
        raise ArchiveDamaged
    for entry in entries:
        parts = re.split(r"[/\\]", entry.orig_filename)
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            raise ArchiveDamaged
        if entry.flag_bits & 0x1 or entry.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        ):
            raise ArchiveDamaged
        if (
            entry.file_size > RATIO_FREE
            and entry.file_size > MAX_RATIO * entry.compress_size
        ):
            raise ArchiveTooBig
    if sum(entry.file_size for entry in entries) > max_inflated:
        raise ArchiveTooBig
    return archive


def has_macros(archive):
    """Return whether an office file brings program code of its own."""
    return any(
        name.lower().endswith(".bin") and "vba" in name.lower()
        for name in archive.namelist()
    )
