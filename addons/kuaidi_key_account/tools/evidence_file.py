"""Whether a file can stand in a bid: looked at as it is, not as it is called."""

from io import BytesIO

from PIL import Image, UnidentifiedImageError

from odoo.tools.pdf import PdfFileReader

# an A3 page at 600 dpi has 70 million pixels
MAX_PIXELS = 80_000_000
PICTURE_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
# Odoo lets the library that reads pictures fill up what is cut off with grey: whether a
# picture is whole is told by its end
PICTURE_ENDS = {"image/jpeg": b"\xff\xd9", "image/png": b"IEND\xaeB`\x82"}


def find_fault(raw, mimetype):
    """Return what keeps a file out of a bid, or None.

    :param bytes raw: the file
    :param str mimetype: what it is taken for: a PDF, JPEG or PNG
    :return: "broken", "password" or "pixels"
    """
    if mimetype in PICTURE_FORMATS:
        # cameras write notes of their own after the end
        if raw.rfind(PICTURE_ENDS[mimetype]) < len(raw) // 2:
            return "broken"
        return _find_fault_of_picture(raw, PICTURE_FORMATS[mimetype])
    return _find_fault_of_pdf(raw)


def _find_fault_of_picture(raw, picture_format):
    try:
        with Image.open(BytesIO(raw), formats=[picture_format]) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                return "pixels"
            # a JPEG is decoded at an eighth of its size, that is enough to see it whole
            image.draft("RGB", (max(width // 8, 1), max(height // 8, 1)))
            image.load()
    except Image.DecompressionBombError:
        return "pixels"
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        return "broken"
    return None


def _find_fault_of_pdf(raw):
    try:
        reader = PdfFileReader(BytesIO(raw), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return "password"
    except NotImplementedError:
        return "password"
    except Exception:
        # the reader of PDF files raises whatever its parts raise
        return "broken"
    return _find_fault_of_pages(reader)


def _find_fault_of_pages(reader):
    try:
        return None if len(reader.pages) else "broken"
    except Exception:
        # the page tree is only read here, with errors of any kind
        return "broken"
