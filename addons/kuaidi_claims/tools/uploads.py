"""Judge files that come from outside by what they are, not by what they are called."""

import io
import unicodedata

from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

# what a phone photographs and an office scans; a photograph of some phones holds
# several pictures, its first one is read
KINDS = (
    (JpegImageFile, ("image/jpeg", ".jpg")),
    (PngImageFile, ("image/png", ".png")),
)
WEBP = ("image/webp", ".webp")
PDF = ("application/pdf", ".pdf")
# of a picture: the best phones of today make 200 million
MOST_PIXELS = 250_000_000
MOST_NAME = 80


def detect_kind(content):
    """Return MIME type and extension of a file, by its content.

    The header of a picture is read, its pixels are not: a small file that unpacks to
    gigabytes costs nothing.

    :param bytes content: the whole file
    :return: a pair, or None for what is neither a picture of a known kind nor a PDF
    """
    if content.startswith(b"%PDF-"):
        return PDF
    if _is_webp(content):
        return WEBP
    # the readers of these formats alone: no other one of the library is tried
    for reader, kind in KINDS:
        try:
            with reader(io.BytesIO(content)) as picture:
                width, height = picture.size
        except (OSError, SyntaxError, ValueError):
            continue
        return kind if 0 < width * height <= MOST_PIXELS else None
    return None


def _is_webp(content):
    """Return whether this is a whole WebP; not every installation can open one."""
    size = int.from_bytes(content[4:8], "little") + 8
    return (
        content[:4] == b"RIFF"
        and content[8:15] == b"WEBPVP8"
        and 20 < size <= len(content)
    )


def clean_name(name, extension, fallback):
    """Return a file name that is only a name, with the extension of its content.

    Folders, control characters, marks that turn the direction of writing and whatever
    else cannot be seen are left out.

    :param str name: as the browser sent it
    :param str extension: with its dot
    :param str fallback: for a name of which nothing is left
    """
    base = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(
        character
        for character in unicodedata.normalize("NFC", base)
        if unicodedata.category(character)[0] not in "CZ" or character == " "
    )
    stem = visible.rsplit(".", 1)[0] if "." in visible else visible
    stem = "".join(" " if mark in '<>:"|?*%#&;' else mark for mark in stem)
    return (" ".join(stem.split()).strip(" .")[:MOST_NAME] or fallback) + extension
