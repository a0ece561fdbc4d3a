"""Refusing workbooks of some KB that would unfold in memory.

As a script it reads a file from its standard input, as the import does, and prints
what that took.
"""

import io
import json
import pathlib
import random
import subprocess
import sys
import zipfile

import xlsxwriter
from measure import Comparison, Mark, Path, measure

# a refusal may take so many
SECONDS, MEBIBYTES = 2, 100


def refuse(bench):
    """Refuse crafted workbooks, each in a process of its own."""
    reports = {}

    def make_run(content):
        def run(env):
            reports.setdefault(content, []).append(_measure_refusal(content))

        return run

    contents = {
        "sparse sheet": make_sparse_book(),
        "two million cells": make_big_book(),
        "as many, all different": make_big_book(is_alike=False),
    }
    timings = measure(
        bench,
        [
            Path(name, make_run(content), lambda env, result: {})
            for name, content in contents.items()
        ],
    )
    marks = []
    for name, content in contents.items():
        size = len(content) / 1024
        worst = {
            key: max(report[key] for report in reports[content])
            for key in ("seconds", "mebibytes", "is_read")
        }
        marks += [
            Mark(f"{name}, {size:.0f} KB: seconds", worst["seconds"], SECONDS),
            Mark(f"{name}: MiB more", worst["mebibytes"], MEBIBYTES),
            Mark(f"{name}: read", worst["is_read"], 0),
        ]
    return Comparison(
        "figures",
        "Refusing workbooks that unfold (time with the start of a process)",
        timings,
        marks,
        floor="sparse sheet",
        is_growing=False,
    )


def make_sparse_book():
    """Return a workbook of 5 KB with one cell at row 300,000."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("code", "month", "pieces"))
        sheet.write_number(299_999, 99, 1)
    return output.getvalue()


def make_big_book(is_alike=True):
    """Return a workbook with two million cells: in 220 KB, or in some megabytes.

    :param bool is_alike: whether all cells hold the same, so that they pack well
    """
    draw = random.Random(7)
    rows = []
    for number in range(1, 50_001):
        values = ["1"] * 40
        if not is_alike:
            values = [str(draw.randrange(100_000)) for _column in range(40)]
        cells = "".join(f"<c><v>{value}</v></c>" for value in values)
        rows.append(f'<row r="{number}">{cells}</row>')
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(make_sparse_book())) as source:
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                content = source.read(name)
                if name.endswith("sheet1.xml"):
                    head = content.partition(b"<sheetData>")[0]
                    data = "".join(rows).encode()
                    content = b"%s<sheetData>%s</sheetData></worksheet>" % (head, data)
                target.writestr(name, content)
    return output.getvalue()


def _measure_refusal(content):
    """Open a file in a process of its own; return seconds and memory it took."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__],
        cwd=pathlib.Path(__file__).parent,
        input=content,
        capture_output=True,
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout)


def _report_refusal():
    """Read a file from the standard input as the import does; print what it took."""
    import time

    import database

    from odoo.modules.module import initialize_sys_path

    database.configure("bench_none")
    initialize_sys_path()
    from odoo.addons.kuaidi_key_account.tools.figure_columns import find_columns
    from odoo.addons.kuaidi_key_account.tools.table_error import TableFileError
    from odoo.addons.kuaidi_key_account.tools.table_file import open_table_file

    content = sys.stdin.buffer.read()
    before = _read_status("VmRSS")
    start = time.perf_counter()
    try:
        table = open_table_file(content)
        table.check_size()
        find_columns(table.read_rows(0, 0, 10)[0])
        is_read = 1
    except TableFileError:
        is_read = 0
    seconds = time.perf_counter() - start
    mebibytes = _read_status("VmHWM") - before
    report = {"is_read": is_read, "seconds": seconds, "mebibytes": mebibytes}
    print(json.dumps(report))


def _read_status(name):
    """Return a line of what Linux says of this process, in MiB."""
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(name)]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    _report_refusal()
