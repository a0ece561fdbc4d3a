"""Importing monthly figures by file, against COPY and against Odoo's own import."""

import base64
import csv
import dataclasses
import io
from datetime import date
from typing import Any

import figure_traps
import xlsxwriter
from dateutil.relativedelta import relativedelta
from measure import Comparison, Mark, Path, measure

from odoo.tools import SQL

ROWS = (20_000, 100_000)
SAMPLE = 1_000
WRITTEN = ("kuaidi_monthly_figure", "kuaidi_figure_import_row")
MEASURES = (
    "pieces",
    "weight_kg",
    "amount_revenue",
    "late_count",
    "damaged_count",
    "lost_count",
    "accident_count",
)
HEADERS = (
    "客户编号",
    "月份",
    "票数",
    "重量(kg)",
    "收入",
    "晚点",
    "破损",
    "丢失",
    "事故",
)


@dataclasses.dataclass
class Task:
    """Figures as every way of importing gets them, before the clock starts."""

    company: Any
    # dicts for the model, the same as a CSV file and as a workbook
    rows: list
    text: str
    content: bytes
    # the last month of these figures, before all that the database was loaded with
    last: date
    # where the figures lie that are there already
    places: Any = None


def run_figures(bench):
    """Compare imports with COPY, with Odoo's own, and time what is refused."""
    for count in ROWS:
        yield _compare(bench, count)
    yield _compare_again(bench)
    yield figure_traps.refuse(bench)


def _compare(bench, count):
    """Import figures that are not there yet."""
    sample_factor = count / SAMPLE
    paths = [
        Path("SQL", _copy, _check, lambda env: _prepare(env, count)),
        Path("_upsert", _upsert, _check, lambda env: _prepare(env, count)),
        Path("product", _import_file, _check, lambda env: _prepare(env, count)),
        Path(
            "product, XLSX",
            _import_file,
            _check,
            lambda env: _prepare(env, count, is_workbook=True),
        ),
        Path(
            "core load()",
            _load,
            _check_sample,
            lambda env: _prepare(env, SAMPLE),
            factor=sample_factor,
        ),
    ]
    timings = measure(bench, paths, vacuum=WRITTEN)
    floor, ours = timings["SQL"], timings["product"]
    return Comparison(
        "figures",
        f"Importing {count} figures (load() from a sample of {SAMPLE}, extrapolated)",
        timings,
        [
            Mark("_upsert / SQL", timings["_upsert"].median / floor.median, 3),
            Mark("whole path / SQL", ours.median / floor.median, 3),
            # both begin with rows that were read from their file
            Mark(
                "_upsert: times faster than load()",
                timings["core load()"].median / timings["_upsert"].median,
                9,
                at_least=True,
            ),
        ],
        is_growing=False,
        written=WRITTEN,
    )


def _compare_again(bench):
    """Import what is there already: no figure is touched."""
    count = ROWS[0]

    def prepare(env):
        task = _prepare(env, count)
        _upsert(env, task)
        task.places = _get_places(env, task)
        return task

    timings = measure(
        bench,
        [
            Path("SQL", _copy, _check_untouched, prepare),
            Path("_upsert", _upsert, _check_untouched, prepare),
            Path("product", _import_file, _check_untouched, prepare),
        ],
        vacuum=WRITTEN,
    )
    written = timings["product"].values["written"]
    return Comparison(
        "figures",
        f"Importing the same {count} figures again",
        timings,
        [Mark("runs that wrote figures", written, 0)],
        is_growing=False,
        written=WRITTEN,
    )


# what is imported


def _prepare(env, count, is_workbook=False):
    """Return a task of as many rows, over all clients and as many months as it takes.

    Numbers differ from row to row and from client to client, always in the same way.
    """
    clients = env["kuaidi.key.account"].search_fetch([], ["code"], order="id")
    months = -(-count // len(clients))
    env.cr.execute("SELECT min(month) FROM kuaidi_monthly_figure")
    [earliest] = env.cr.fetchone()
    last = earliest or date.today().replace(day=1)
    last -= relativedelta(months=1)
    firsts = [last - relativedelta(months=number) for number in range(months)]
    rows, records = [], []
    for number in range(count):
        client = clients[number % len(clients)]
        month = firsts[number // len(clients)]
        pieces = 1000 + number * 7919 % 90_000
        measures = {
            "pieces": pieces,
            "weight_kg": pieces * 1.25,
            "amount_revenue": pieces * 6.5,
            "late_count": pieces // 90,
            "damaged_count": pieces // 900,
            "lost_count": pieces // 4000,
            "accident_count": number % 3,
        }
        rows.append({"account_id": client.id, "month": month, **measures})
        records.append((client.code, f"{month:%Y-%m}", *measures.values()))
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEADERS)
    writer.writerows(records)
    text = file.getvalue()
    content = _make_workbook(records) if is_workbook else text.encode()
    return Task(env.company, rows, text, base64.b64encode(content), last)


def _make_workbook(records):
    output = io.BytesIO()
    with xlsxwriter.Workbook(output) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADERS)
        for number, record in enumerate(records, 1):
            sheet.write_row(number, 0, record)
    return output.getvalue()


# ways to import it


def _copy(env, task):
    """COPY the file into a table, find the clients by code and upsert."""
    columns = SQL(", ").join(map(SQL.identifier, MEASURES))
    env.cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE bench_figure (
                code varchar, month varchar, %s
            ) ON COMMIT DROP
            """,
            SQL(", ").join(
                SQL("%s numeric", SQL.identifier(name)) for name in MEASURES
            ),
        )
    )
    env.cr.copy_expert(
        "COPY bench_figure FROM STDIN WITH (FORMAT csv, HEADER)", io.StringIO(task.text)
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO kuaidi_monthly_figure AS figure (
                account_id, company_id, month, %(columns)s,
                create_uid, create_date, write_uid, write_date
            )
            SELECT account.id, account.company_id, (bench_figure.month || '-01')::date,
                   %(columns)s, %(uid)s, now(), %(uid)s, now()
              FROM bench_figure
              JOIN kuaidi_key_account AS account
                ON account.code = bench_figure.code
               AND account.company_id = %(company)s
                ON CONFLICT (account_id, month) DO UPDATE
               SET %(updates)s, write_uid = %(uid)s, write_date = now()
             WHERE (%(old)s) IS DISTINCT FROM (%(new)s)
            """,
            columns=columns,
            uid=env.uid,
            company=task.company.id,
            updates=SQL(", ").join(
                SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                for name in MEASURES
            ),
            old=SQL(", ").join(SQL.identifier("figure", name) for name in MEASURES),
            new=SQL(", ").join(SQL.identifier("excluded", name) for name in MEASURES),
        )
    )
    return task


def _upsert(env, task):
    env["kuaidi.monthly.figure"]._upsert(task.rows, task.company)
    return task


def _import_file(env, task):
    """Do what the browser asks for, from the uploaded file to the figures."""
    wizard = env["kuaidi.figure.import"].create(
        {"file": task.content, "file_name": "figures"}
    )
    wizard.action_read()
    while not wizard.action_read_next()["is_done"]:
        continue
    wizard.action_import()
    return task


def _load(env, task):
    """Import with Odoo's own means, clients given by their ids."""
    names = ["account_id/.id", "month", *MEASURES]
    result = env["kuaidi.monthly.figure"].load(
        names,
        [
            [str(row["account_id"]), str(row["month"])]
            + [str(row[name]) for name in MEASURES]
            for row in task.rows
        ],
    )
    if not result["ids"]:
        raise RuntimeError(result["messages"])
    return task


def _sum(env, task):
    env.cr.execute(
        """
        SELECT count(*), sum(pieces), sum(amount_revenue), sum(late_count)
          FROM kuaidi_monthly_figure
         WHERE month <= %s
        """,
        [task.last],
    )
    return tuple(map(float, env.cr.fetchone()))


def _check(env, task):
    return {"figures": _sum(env, task)}


def _check_sample(env, task):
    return {"sample": _sum(env, task)}


def _check_untouched(env, task):
    is_written = _get_places(env, task) != task.places
    return {"figures": _sum(env, task), "written": int(is_written)}


def _get_places(env, task):
    """Return where the figures lie: what is written moves."""
    env.cr.execute(
        """
        SELECT md5(string_agg(ctid::text, '' ORDER BY ctid))
          FROM kuaidi_monthly_figure
         WHERE month <= %s
        """,
        [task.last],
    )
    return env.cr.fetchone()
