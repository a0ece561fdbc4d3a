"""Brings pictures into a shape that Word shows, one at a time and on disk."""

import hashlib
import io
import pathlib

from PIL import Image, ImageOps, UnidentifiedImageError

from .pdf_pages import draw_pages

# what a scanner of A4 at 600 dots per inch gives
MOST_PIXELS = 40_000_000
# what is printed on a page of A4 has no more use for than 200 dots per inch
MOST_SIDE = 2_340
QUALITY = 82
FORMATS = {"JPEG": "jpeg", "PNG": "png"}
SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff")
# a drawing packs well as PNG, a photograph does not
LARGE_PNG = 1024 * 1024
PDF_SIGNATURE = b"%PDF"
EXIF_ORIENTATION = 0x0112


class PictureError(Exception):
    """A picture that is not shown; ``code`` is format, damaged or large."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Picture:
    """A picture on disk: its path, kind and size in pixels."""

    def __init__(self, path, kind, width, height):
        self.path = path
        self.kind = kind
        self.width = width
        self.height = height


class PictureShelf:
    """The pictures of one document: each is kept once, in a folder.

    :param folder: where to keep them, removed by the caller
    """

    def __init__(self, folder):
        self._folder = pathlib.Path(folder)
        self._known = {}
        self.pictures = []

    def add_picture(self, content):
        """Keep a PNG or a JPEG, turned upright and no larger than a page needs.

        :raise PictureError: when it is none that can be shown
        """
        key = hashlib.sha256(content).digest()
        if key not in self._known:
            content, kind, size = prepare_picture(content)
            path = self._folder / f"p{len(self.pictures) + 1}.{kind}"
            path.write_bytes(content)
            self._known[key] = self._keep(Picture(path, kind, *size))
        return self._known[key]

    def add_pdf(self, content):
        """Keep the pages of a PDF, and return them in their order.

        :raise PdfError: with the reason why it cannot be shown
        """
        key = hashlib.sha256(content).digest()
        if key not in self._known:
            folder = self._folder / f"pdf{len(self._known)}"
            folder.mkdir()
            source = folder / "source.pdf"
            source.write_bytes(content)
            self._known[key] = [
                self._keep(Picture(path, "jpeg", width, height))
                for path, width, height in draw_pages(source, folder)
            ]
            source.unlink()
        return self._known[key]

    def _keep(self, picture):
        self.pictures.append(picture)
        return picture


def prepare_picture(content):
    """Return a picture as Word takes it: bytes, kind and size in pixels.

    What a camera wrote about place and time is left out.

    :raise PictureError: when it is none that can be shown
    """
    try:
        picture = Image.open(io.BytesIO(content), formats=[*FORMATS])
    except UnidentifiedImageError as error:
        is_known = content.startswith(SIGNATURES)
        raise PictureError("damaged" if is_known else "format") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise PictureError("damaged") from error
    except Image.DecompressionBombError as error:
        raise PictureError("large") from error
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise PictureError("large")
    if not width or not height:
        raise PictureError("damaged")
    try:
        return _prepare(picture, content)
    except (OSError, ValueError, SyntaxError, MemoryError) as error:
        raise PictureError("damaged") from error


def _prepare(picture, content):
    kind = FORMATS[picture.format]
    is_upright = picture.getexif().get(EXIF_ORIENTATION, 1) == 1
    is_small = max(picture.size) <= MOST_SIDE
    if kind == "png" and is_small and is_upright and len(content) <= LARGE_PNG:
        picture.load()
        return content, kind, picture.size
    if kind == "jpeg":
        # the decoder itself leaves out what would be thrown away
        picture.draft("RGB", (MOST_SIDE, MOST_SIDE))
    picture = ImageOps.exif_transpose(picture)
    picture.thumbnail((MOST_SIDE, MOST_SIDE))
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    elif picture.mode not in ("RGB", "L"):
        picture = picture.convert("RGB")
    output = io.BytesIO()
    picture.save(output, "JPEG", quality=QUALITY)
    return output.getvalue(), "jpeg", picture.size
