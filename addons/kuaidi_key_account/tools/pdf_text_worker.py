"""Reads the text of a PDF in a process of its own, which may take no more than this.

Started by `pdf_text`: the file comes in on the standard input, one line of JSON goes
out. A crafted file can make a parser run for hours or fill the memory; here it ends
with its process.
"""

import json
import logging
import sys
import zlib

MAX_PAGES = 800
MAX_MEMORY = 1024 * 1024 * 1024
MAX_STREAM = 30 * 1024 * 1024
MAX_INFLATED = 200 * 1024 * 1024
MAX_TEXT = 2_000_000
# pages without text, before all of a document counts as scanned
SCANNED_PAGES = 12
# how the fonts of older Chinese documents count their characters
CHINESE_MAPS = {
    "/UniGB-UCS2-H": "utf-16-be",
    "/UniGB-UCS2-V": "utf-16-be",
    "/UniGB-UTF16-H": "utf-16-be",
    "/UniGB-UTF16-V": "utf-16-be",
    "/GBK-EUC-H": "gbk",
    "/GBK-EUC-V": "gbk",
    "/GBKp-EUC-H": "gbk",
    "/GBKp-EUC-V": "gbk",
    "/GBK2K-H": "gb18030",
    "/GBK2K-V": "gb18030",
}


class TooBig(BaseException):
    """The file unfolds to more than a document needs.

    No `Exception`: the library would pass over it.
    """


def limit_resources(seconds):
    """Let the system end the process that takes too much. Not known on Windows."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def guard_library(library, cmaps):
    """Let the library unfold no more than it may, and know the Chinese fonts."""
    left = MAX_INFLATED

    def decompress(data):
        nonlocal left
        unpacker = zlib.decompressobj()
        limit = min(MAX_STREAM, left)
        content = unpacker.decompress(data, limit + 1)
        if len(content) > limit:
            raise TooBig
        left -= len(content)
        return content

    library.decompress = decompress
    getattr(cmaps, "_predefined_cmap", {}).update(CHINESE_MAPS)


def read_pages(content):
    """Return what is in a PDF, as a dict: `pages`, or `error` with the reason."""
    try:
        import PyPDF2 as library
        from PyPDF2 import _cmap as cmaps
        from PyPDF2 import filters
    except ImportError:
        import pypdf as library
        from pypdf import _cmap as cmaps
        from pypdf import filters
    guard_library(filters, cmaps)
    import io

    try:
        reader = library.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return {"error": "password"}
        count = len(reader.pages)
        if not count:
            return {"error": "damaged"}
        if count > MAX_PAGES:
            return {"error": "pages"}
        return read_texts(reader)
    except (TooBig, MemoryError):
        return {"error": "big"}
    except Exception as error:  # noqa: BLE001 the library raises whatever it meets
        name = type(error).__name__
        return {"error": "password" if "Encrypt" in name else "damaged"}


def read_texts(reader):
    pages, length, bad = [], 0, 0
    for number, page in enumerate(reader.pages, 1):
        try:
            text = page.extract_text() or ""
        except (TooBig, MemoryError):
            raise
        except Exception:  # noqa: BLE001 one page that cannot be read is no document
            text = ""
            bad += 1
        length += len(text)
        if length > MAX_TEXT:
            return {"error": "big"}
        pages.append((number, text))
        if number == SCANNED_PAGES and not any(text.strip() for _n, text in pages):
            break
    if bad == len(pages):
        return {"error": "damaged"}
    return {"pages": pages}


def main():
    """Read the standard input and write the answer."""
    limit_resources(int(sys.argv[1]))
    logging.disable(logging.CRITICAL)
    sys.setrecursionlimit(2_000)
    result = read_pages(sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
