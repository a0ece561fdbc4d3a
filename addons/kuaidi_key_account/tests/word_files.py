"""Word files as a company, a mistake or an attacker would upload them."""

import io
import zipfile

from docx import Document

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512


def build_docx(*paragraphs, header=None, rows=(), title=""):
    """Return a .docx file with these paragraphs, and a table of one column."""
    document = Document()
    document.core_properties.title = title
    for text in paragraphs:
        document.add_paragraph(text)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if rows:
        table = document.add_table(rows=0, cols=1)
        for text in rows:
            table.add_row().cells[0].text = text
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def change_docx(content, changes=(), removed=()):
    """Return the file with some of its parts replaced, added or left out."""
    changes = dict(changes)
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                if name in removed:
                    continue
                target.writestr(name, changes.pop(name, source.read(name)))
            for name, data in changes.items():
                target.writestr(name, data)
    return output.getvalue()


def read_part(content, name="word/document.xml"):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def get_texts(content):
    """Return the texts of paragraphs, tables and the header, in that order."""
    document = Document(io.BytesIO(content))
    texts = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        texts += [cell.text for row in table.rows for cell in row.cells]
    return texts + [p.text for p in document.sections[0].header.paragraphs]
