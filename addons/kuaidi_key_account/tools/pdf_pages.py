"""Draws the pages of a PDF as pictures, in a process of its own.

PDFs come from anywhere. What is wrong with one may cost that process its memory, its
time or its life, and nothing else. The process imports neither Odoo nor its settings.
"""

import contextlib
import json
import os
import pathlib
import resource
import subprocess
import sys

MOST_PAGES = 300
MOST_SECONDS = 120
MOST_MEMORY = 1536 * 1024 * 1024
# a picture of a page: A4 at 150 dots per inch
MOST_WIDTH, MOST_HEIGHT = 1240, 1754
QUALITY = 78
# what PDFium answers to a file that it may not open
WRONG_PASSWORD = 4


class PdfError(Exception):
    """A PDF that cannot be shown; ``code`` is damaged, password, pages or time."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def count_pages(path):
    """Return how many pages a PDF has.

    :raise PdfError: with the reason why it cannot be shown
    """
    return _call(path, "")["pages"]


def draw_pages(path, folder):
    """Write each page of a PDF as a JPEG, and return them in their order.

    :param folder: an empty folder
    :return: list of path, width and height in pixels
    :raise PdfError: with the reason why it cannot be shown
    """
    answer = _call(path, str(folder))
    return [
        (pathlib.Path(folder, name), width, height)
        for name, width, height in answer["pictures"]
    ]


def _call(path, folder):
    # the same libraries, and none of the server's secrets
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", __file__, str(path), folder],
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=MOST_SECONDS,
            check=False,
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise PdfError("time") from error
    except ValueError as error:
        # it was killed, or ran out of memory
        raise PdfError("damaged") from error
    if "error" in answer:
        if answer["error"] == "full":
            raise OSError(answer["number"], os.strerror(answer["number"]))
        raise PdfError(answer["error"])
    return answer


def _main(path, folder):
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code == WRONG_PASSWORD
        return {"error": "password" if is_locked else "damaged"}
    pages = len(pdf)
    if not pages:
        return {"error": "damaged"}
    if pages > MOST_PAGES:
        return {"error": "pages"}
    if not folder:
        return {"pages": pages}
    # what was filled into a form is drawn too
    with contextlib.suppress(pypdfium2.PdfiumError):
        pdf.init_forms()
    try:
        return {"pictures": [_draw(pdf, n, folder) for n in range(pages)]}
    except (pypdfium2.PdfiumError, ValueError, MemoryError):
        return {"error": "damaged"}
    except OSError as error:
        return {"error": "full", "number": error.errno or 0}


def _draw(pdf, number, folder):
    page = pdf[number]
    width, height = page.get_size()
    limits = sorted((MOST_WIDTH, MOST_HEIGHT), reverse=width > height)
    scale = min(limits[0] / max(width, 1), limits[1] / max(height, 1))
    picture = page.render(scale=scale).to_pil().convert("RGB")
    name = f"{number + 1:04}.jpg"
    picture.save(pathlib.Path(folder, name), quality=QUALITY)
    page.close()
    return name, *picture.size


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_main(*sys.argv[1:])))
