"""Bid documents: long tables beside bare XML, and a whole package with evidence.

As a script it builds the package once and prints the seconds and the memory it took.
"""

import copy
import ctypes
import gc
import io
import json
import pathlib
import subprocess
import sys
import time
import zipfile
from datetime import timedelta
from unittest.mock import patch

from docx import Document
from lxml import etree
from measure import Comparison, Mark, Path, Timing, measure
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from odoo import fields

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HEADS = ("No.", "Clause", "Requirement", "Answer", "Deviation", "Note")
SHARES = (1, 2, 5, 6, 2, 3)
ROWS, MANY_ROWS = 200, 1_000
# P13
TIMES_RAW, GROWTH = 2.5, 5.5
# 45 scans of six pages, 15 pictures of one: with texts and tables some 300 pages
SCANS, SCAN_PAGES, PICTURES = 45, 6, 15
SECTIONS = 15
SECONDS, MEBIBYTES = 60, 400


def run_tender(bench):
    """Compare long tables, and build a package of 300 pages."""
    yield _compare_tables(bench)
    yield _measure_package(bench)


# tables


def _compare_tables(bench):
    from odoo.addons.kuaidi_key_account.tools.bid_template import build_bid_template

    template = build_bid_template()
    layout = _fill_in(template)
    paths = [
        Path("raw zip + lxml", lambda env: _write_raw(layout, ROWS), _count_rows),
        Path(
            "product",
            lambda env: _write_part(_fill_in(template), ROWS),
            _count_rows,
        ),
        Path("builder alone", lambda env: _write_part(layout, ROWS), _count_rows),
        Path("python-docx rows", lambda env: _write_slow(layout, ROWS), _count_rows),
    ]
    timings = measure(bench, paths)
    many = measure(
        bench,
        [
            Path(
                f"product, {MANY_ROWS} rows",
                lambda env: _write_part(_fill_in(template), MANY_ROWS),
                lambda env, content: {},
            )
        ],
    )
    timings |= many
    product = timings["product"].median
    [slowest] = many.values()
    return Comparison(
        "tender",
        f"Word document with a table of {ROWS} rows of {len(HEADS)} columns",
        timings,
        [
            Mark(
                "time / raw zip + lxml",
                product / timings["raw zip + lxml"].median,
                TIMES_RAW,
            ),
            Mark(f"{MANY_ROWS} rows / {ROWS} rows", slowest.median / product, GROWTH),
        ],
        floor="raw zip + lxml",
        is_growing=False,
    )


def _draw_rows(count):
    return [
        (
            str(number),
            f"3.{number}",
            f"第 {number} 项：投标人须具备快递业务经营许可证 & 提供复印件 <加盖公章>",
            "完全响应，详见附件。",
            "无偏离",
            "",
        )
        for number in range(1, count + 1)
    ]


def _write_raw(layout, count):
    """Clone a row, with nothing else done to the document."""
    with zipfile.ZipFile(io.BytesIO(layout)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    root = etree.fromstring(parts["word/document.xml"])
    body = root.find(W + "body")
    cell = (
        '<w:tc><w:tcPr><w:tcW w:w="1500" w:type="dxa"/></w:tcPr>'
        "<w:p><w:r><w:t/></w:r></w:p></w:tc>"
    )
    table = etree.fromstring(
        f'<w:tbl xmlns:w="{W[1:-1]}"><w:tblPr/><w:tblGrid/>'
        f"<w:tr>{cell * len(HEADS)}</w:tr></w:tbl>"
    )
    row = table[-1]
    for values in (HEADS, *_draw_rows(count)):
        clone = copy.deepcopy(row)
        for node, value in zip(clone.iter(W + "t"), values, strict=True):
            node.text = value
        table.append(clone)
    table.remove(row)
    body.insert(len(body) - 1, table)
    parts["word/document.xml"] = etree.tostring(root, xml_declaration=True)
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return output.getvalue()


def _fill_in(template):
    """Check the company's template and fill it in, once for each part."""
    from odoo.addons.kuaidi_key_account.tools import docx_builder
    from odoo.addons.kuaidi_key_account.tools.word_template import WordTemplate

    names = ("project", "part", "number", "issuer", "bidder", "date")
    values = dict.fromkeys(names, "海纳家电") | {
        "body": docx_builder.BODY_MARK,
        "contents": docx_builder.CONTENTS_MARK,
    }
    return WordTemplate(template, dict.fromkeys(values)).render(values)


def _write_part(layout, count):
    """Build the part as a package does: chapter, contents, styles, table."""
    from odoo.addons.kuaidi_key_account.tools import docx_builder

    table = docx_builder.Table(HEADS, _draw_rows(count), SHARES)
    output = io.BytesIO()
    builder = docx_builder.PartBuilder(layout)
    chapters = [docx_builder.Chapter("偏离表", [table])]
    builder.build(chapters, output, {"title": "", "author": ""})
    return output.getvalue()


def _write_slow(layout, count):
    """Add rows as the library's manual does."""
    document = Document(io.BytesIO(layout))
    table = document.add_table(rows=0, cols=len(HEADS))
    for values in (HEADS, *_draw_rows(count)):
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _count_rows(env, content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {"rows": archive.read("word/document.xml").count(b"</w:tr>") - 1}


# package


def _measure_package(bench):
    """Build a package in a process of its own, and read what it took."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, bench.database],
        cwd=pathlib.Path(__file__).parent,
        capture_output=True,
        check=True,
        timeout=900,
    )
    result = json.loads(done.stdout.splitlines()[-1])
    path = Path("product", lambda env: None, lambda env, result: {})
    timing = Timing(path, [result["seconds"]], values=result)
    return Comparison(
        "tender",
        f"Package with {SCANS + PICTURES} files of evidence, {result['pages']} pages"
        f" of them, {result['megabytes']} MB",
        {"product": timing},
        [
            Mark("seconds", result["seconds"], SECONDS),
            Mark("MiB more", result["mebibytes"], MEBIBYTES),
        ],
        floor="product",
        is_growing=False,
    )


def _draw_scan(paper, number):
    """Return a page as a scanner gives it: A4 at 150 dots, text on grainy paper."""
    picture = paper.copy()
    draw = ImageDraw.Draw(picture)
    for line in range(8):
        draw.text((120, 100 + 200 * line), f"{number} / {line} " + "text " * 25, fill=0)
    output = io.BytesIO()
    picture.save(output, "JPEG", quality=70)
    return output.getvalue()


def _draw_pdf(scans):
    output = io.BytesIO()
    pdf = canvas.Canvas(output, pageCompression=0)
    for scan in scans:
        pdf.drawImage(ImageReader(io.BytesIO(scan)), 0, 0, 595, 842)
        pdf.showPage()
    pdf.save()
    return output.getvalue()


def _create_tender(env):
    """Return a tender with sections, requirements, and evidence from the library."""
    company = env["res.company"].search([], limit=1)
    issuer = env["res.partner"].create({"name": "Benchmark Issuer", "is_company": True})
    tender = env["kuaidi.tender"].create(
        {
            "name": "全国快递服务采购",
            "partner_id": issuer.id,
            "company_id": company.id,
            "date_deadline": fields.Datetime.now() + timedelta(days=30),
        }
    )
    kind = env.ref("kuaidi_key_account.bid_asset_type_honour")
    assets = env["kuaidi.bid.asset"]
    paper = Image.effect_noise((1240, 1754), 12).convert("RGB")
    for number in range(SCANS + PICTURES):
        is_scan = number < SCANS
        count = SCAN_PAGES if is_scan else 1
        pages = [_draw_scan(paper, f"{number}-{page}") for page in range(count)]
        raw = _draw_pdf(pages) if is_scan else pages[0]
        name = f"证书 {number + 1}"
        file = env["ir.attachment"].create({"name": name, "raw": raw})
        assets += assets.create(
            {
                "name": name,
                "type_id": kind.id,
                "company_id": company.id,
                "attachment_ids": [fields.Command.link(file.id)],
            }
        )
    per_section = (SCANS + PICTURES) // SECTIONS
    text = "<p>" + "我司按照招标文件要求组织收寄、分拣、运输与派送。" * 40 + "</p>"
    for number in range(SECTIONS):
        chosen = assets[number * per_section : (number + 1) * per_section]
        env["kuaidi.tender.section"].create(
            {
                "tender_id": tender.id,
                "name": f"第 {number + 1} 章",
                "part": "commercial" if number % 2 else "technical",
                "body": text * 3,
                "asset_ids": [fields.Command.set(chosen.ids)],
            }
        )
    env["kuaidi.tender.section"].create(
        {"tender_id": tender.id, "name": "偏离表", "content": "deviations"}
    )
    env["kuaidi.tender.requirement"].create(
        [
            {"tender_id": tender.id, "clause": row[1], "name": row[2], "answer": row[3]}
            for row in _draw_rows(ROWS)
        ]
    )
    return tender


def _report_package(name):
    import database

    database.configure(name)
    registry = database.open_current(name)
    with database.environment(registry) as env:
        tender = _create_tender(env)
        tender.action_build_package()
        env.flush_all()
        env.invalidate_all()
        package = tender.package_ids
        cron = type(env["ir.cron"])
        # what drawing the scans took goes back to the system first
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)
        before = _read_status("VmRSS")
        pathlib.Path("/proc/self/clear_refs").write_text("5")
        start = time.perf_counter()
        # what is measured here is undone
        with patch.object(cron, "_commit_progress", lambda *args, **kwargs: 60.0):
            package._build()
        seconds = time.perf_counter() - start
        mebibytes = _read_status("VmHWM") - before
        if package.state != "built":
            raise AssertionError(package.error)
        size = sum(package.file_ids.mapped("file_size"))
    result = {
        "seconds": round(seconds, 2),
        "mebibytes": round(mebibytes),
        "pages": SCANS * SCAN_PAGES + PICTURES,
        "megabytes": size // 2 // 1024 // 1024,
    }
    print(json.dumps(result))


def _read_status(name):
    """Return a line of what Linux says of this process, in MiB."""
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(name)]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    _report_package(sys.argv[1])
