"""Exporting long lists: beside bare xlsxwriter, and beside Odoo's own export.

As a script it exports the figures of a database and prints how much memory it took.
"""

import io
import json
import pathlib
import re
import subprocess
import sys
import types
import zipfile
from datetime import date
from urllib.parse import quote

import xlsxwriter
from dateutil.relativedelta import relativedelta
from measure import Comparison, Mark, Path, measure, read_status
from werkzeug.test import Client

from odoo import http
from odoo.service import security

ROWS = 20_000
FIGURE = "kuaidi.monthly.figure"
REPORT = "kuaidi_key_account.monthly_figure_list_xlsx"
# what P12 asks
TIMES_BARE, TIMES_CORE, MEBIBYTES = 1.15, 0.75, 40
# twenty columns as a list of ours has them
KINDS = (
    *["text"] * 4,
    "month",
    "date",
    *["count"] * 8,
    *["amount"] * 3,
    *["percent"] * 3,
)
FORMATS = {
    "text": None,
    "count": "#,##0",
    "amount": "#,##0.00",
    "percent": "0.0##%",
    "date": "yyyy-mm-dd",
    "month": "yyyy-mm",
}


def run_xlsx(bench):
    """Write a sheet, and export a list from request to response."""
    yield _compare_writers(bench)
    with bench.environment() as env:
        is_long = env[FIGURE].search_count([]) >= ROWS
    if is_long:
        yield _compare_exports(bench)


def _compare_writers(bench):
    rows = _draw_rows()
    timings = measure(
        bench,
        [
            Path("xlsxwriter", lambda env: _write_bare(rows), _check_bare),
            Path("product", lambda env: _write_list(rows), _check_list),
        ],
    )
    ratio = timings["product"].median / timings["xlsxwriter"].median
    return Comparison(
        "xlsx",
        f"Writing {ROWS} rows of {len(KINDS)} columns as XLSX",
        timings,
        [Mark("time / xlsxwriter", ratio, TIMES_BARE)],
        floor="xlsxwriter",
        is_growing=False,
    )


def _draw_rows():
    """Return rows as the database holds them."""
    first = date(2024, 1, 1)
    values = {
        "text": lambda n: f"海纳家电（上海）有限公司 {n % 1000}",
        "month": lambda n: first + relativedelta(months=n % 24),
        "date": lambda n: first + relativedelta(days=n % 600),
        "count": lambda n: n * 7919 % 20_000,
        "amount": lambda n: n * 7919 % 1_000_000 / 100,
        "percent": lambda n: n % 4000 / 1000,
    }
    draws = [values[kind] for kind in KINDS]
    return [
        tuple(draw(n + column) for column, draw in enumerate(draws))
        for n in range(ROWS)
    ]


def _write_bare(rows):
    """Write as the library's manual does, row by row."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"constant_memory": True}) as book:
        formats = {
            kind: book.add_format({"num_format": form} if form else {})
            for kind, form in FORMATS.items()
        }
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, KINDS)
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                sheet.write(line, column, value, formats[KINDS[column]])
    return output.getvalue()


def _write_list(rows):
    from odoo.addons.kuaidi_key_account.tools.xlsx_list import OPTIONS, write_list

    output = io.BytesIO()
    with xlsxwriter.Workbook(output, OPTIONS) as book:
        write_list(book, "List", [(kind, kind) for kind in KINDS], rows, "Total")
    return output.getvalue()


def _check_bare(env, content):
    return {"rows": _count_rows(content) - 1}


def _check_list(env, content):
    # titles and totals
    return {"rows": _count_rows(content) - 2}


def _count_rows(content):
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return len(re.findall(rb"<row ", book.read("xl/worksheets/sheet1.xml")))


def _compare_exports(bench):
    """Export the same figures and columns, from request to response."""
    browser = _Browser(bench)
    timings = measure(
        bench,
        [
            Path("core export", lambda env: browser.export_core(), _check_bare),
            Path("product", lambda env: browser.export_list(), _check_list),
        ],
    )
    ratio = timings["product"].median / timings["core export"].median
    return Comparison(
        "xlsx",
        f"Exporting {ROWS} figures from request to response",
        timings,
        [
            Mark("time / core", ratio, TIMES_CORE),
            Mark("MiB more", _measure_memory(bench.database), MEBIBYTES),
        ],
        floor="core export",
        is_growing=False,
    )


class _Browser:
    """Asks the server as a browser does, as somebody who may export."""

    def __init__(self, bench):
        session = http.root.session_store.new()
        session.update(
            http.get_default_session(), db=bench.database, _trace_disable=True
        )
        with bench.environment(bench.head_uid) as env:
            session.uid = env.uid
            session.login = env.user.login
            session.session_token = security.compute_session_token(session, env)
            session.context = dict(env["res.users"].context_get())
            request = types.SimpleNamespace(env=env, session=session)
            self.csrf_token = http.Request.csrf_token(request)
            figures = env[FIGURE].search([], limit=ROWS, order="id")
            self.domain = [("id", "<=", figures.ids[-1])]
            self.columns = env[f"report.{REPORT}"]._list_columns
            self.types = {name: field.type for name, field in figures._fields.items()}
        http.root.session_store.save(session)
        self.client = Client(http.root)
        self.client.set_cookie("session_id", session.sid)

    def export_core(self):
        """Ask for Odoo's own export."""
        fields = [
            {
                "name": column.replace(".", "/"),
                "label": column,
                "store": True,
                "type": self.types.get(column, "char"),
            }
            for column in self.columns
        ]
        data = {
            "model": FIGURE,
            "fields": fields,
            "ids": False,
            "domain": self.domain,
            "groupby": [],
            "import_compat": False,
            "context": {},
        }
        return self._post("/web/export/xlsx", data=json.dumps(data))

    def export_list(self):
        """Ask for the workbook that the list's button leads to."""
        options = quote(json.dumps({"domain": self.domain}))
        url = f"/report/xlsx/{REPORT}?options={options}"
        return self._post(
            "/report/download", data=json.dumps([url, "xlsx"]), context="{}"
        )

    def _post(self, path, **values):
        response = self.client.post(
            path,
            data=values | {"csrf_token": self.csrf_token},
            environ_base={"REMOTE_ADDR": "127.0.0.1"},
        )
        if response.status_code != 200 or not response.data.startswith(b"PK"):
            raise AssertionError(f"{path} answers {response.status}.")
        return response.data


def _measure_memory(name):
    """Return by how many MiB an export makes a server's process grow at its peak."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, name],
        cwd=pathlib.Path(__file__).parent,
        capture_output=True,
        check=True,
        timeout=300,
    )
    return float(done.stdout.splitlines()[-1])


def _report_memory(name):
    import database

    database.configure(name)
    registry = database.open_current(name)
    reports = "ir.actions.report"
    with database.environment(registry) as env:
        figures = env[FIGURE].search([], limit=ROWS, order="id")
        domains = [("id", "<=", figures.ids[number]) for number in (10, -1)]
    for domain in domains:
        # what the process needs anyhow it has after the first one
        before = read_status("VmRSS")
        pathlib.Path("/proc/self/clear_refs").write_text("5")
        with database.environment(registry) as env:
            env[reports]._render_xlsx(REPORT, [], {"domain": [domain]})
    print(read_status("VmHWM") - before)


if __name__ == "__main__":
    _report_memory(sys.argv[1])
