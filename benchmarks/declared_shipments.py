"""Importing declared shipments by file, against COPY and against Odoo's own import."""

import base64
import csv
import dataclasses
import io
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from measure import Comparison, Mark, Path, measure

from odoo.tools import SQL

ROWS = 100_000
AGAIN = 20_000
SAMPLE = 1_000
WRITTEN = ("kuaidi_insurance_shipment", "kuaidi_insurance_import_row")
HEADERS = (
    "运单号",
    "发货日期",
    "客户编号",
    "货物名称",
    "件数",
    "是否旧货",
    "货物价值",
    "保险金额",
    "保险费",
)
FIRST_DAY = date(2026, 1, 1)


@dataclasses.dataclass
class Task:
    """Shipments as every way of importing gets them, before the clock starts."""

    policy: Any
    # values for the model, the same as a CSV file and as a workbook
    rows: list
    text: str
    content: bytes
    # where the shipments lie that are there already
    places: Any = None


def run_declared_shipments(bench):
    """Compare imports with COPY and with Odoo's own."""
    yield _compare(bench)
    yield _compare_again(bench)


def _compare(bench):
    """Import shipments that are not there yet."""
    paths = [
        Path("SQL", _copy, _check, lambda env: _prepare(env, ROWS)),
        Path("product", _import_file, _check, lambda env: _prepare(env, ROWS)),
        Path(
            "product, XLSX",
            _import_file,
            _check,
            lambda env: _prepare(env, ROWS, is_workbook=True),
        ),
        Path(
            "core load()",
            _load,
            _check_sample,
            lambda env: _prepare(env, SAMPLE),
            factor=ROWS / SAMPLE,
        ),
    ]
    timings = measure(bench, paths, vacuum=WRITTEN)
    floor, ours = timings["SQL"], timings["product"]
    return Comparison(
        "declared_shipments",
        f"Importing {ROWS} declared shipments (load() from a sample of {SAMPLE},"
        " extrapolated)",
        timings,
        [
            Mark("whole path / SQL", ours.median / floor.median, 3),
            Mark(
                "times faster than load()",
                timings["core load()"].median / ours.median,
                9,
                at_least=True,
            ),
        ],
        is_growing=False,
        written=WRITTEN,
    )


def _compare_again(bench):
    """Import what is there already: no shipment is touched."""

    def prepare(env):
        task = _prepare(env, AGAIN)
        _import_file(env, task)
        task.places = _get_places(env, task)
        return task

    timings = measure(
        bench,
        [
            Path("SQL", _copy, _check_untouched, prepare),
            Path("product", _import_file, _check_untouched, prepare),
        ],
        vacuum=WRITTEN,
    )
    return Comparison(
        "declared_shipments",
        f"Importing the same {AGAIN} declared shipments again",
        timings,
        [Mark("runs that wrote", timings["product"].values["written"], 0)],
        is_growing=False,
        written=WRITTEN,
    )


# what is imported


def _prepare(env, count, is_workbook=False):
    """Return a task of as many rows, over all clients and the days of a year."""
    policy = _create_policy(env)
    clients = env["kuaidi.key.account"].search_fetch([], ["code"], order="id")
    rows, records = [], []
    for number in range(count):
        client = clients[number % len(clients)]
        day = FIRST_DAY + timedelta(days=number % 365)
        value = 1000 + number * 7919 % 90_000
        is_used = number % 10 == 0
        values = {
            "waybill_number": f"BN{number:010}",
            "date_shipped": day,
            "account_id": client.id,
            "goods": f"Goods {number % 100}",
            "pieces": 1 + number % 5,
            "is_used": is_used,
            "amount_value": value,
            "sum_insured": value,
            "amount_premium": value * 3 / 1000,
        }
        rows.append(values)
        records.append(
            (
                values["waybill_number"],
                str(day),
                client.code,
                values["goods"],
                values["pieces"],
                "是" if is_used else "否",
                value,
                value,
                f"{value * 3 / 1000:.2f}",
            )
        )
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEADERS)
    writer.writerows(records)
    text = file.getvalue()
    content = _make_workbook(records) if is_workbook else text.encode()
    return Task(policy, rows, text, base64.b64encode(content))


def _create_policy(env):
    partner = env["res.partner"].create({"name": "Bench", "is_company": True})
    insurer = env["kuaidi.insurer"].create({"partner_id": partner.id})
    product = env["kuaidi.insurance.product"].create(
        {"name": "Cargo", "insurer_id": insurer.id, "rate": 3}
    )
    policy = env["kuaidi.insurance.policy"].create(
        {
            "number": "BENCH",
            "product_id": product.id,
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
        }
    )
    policy.action_start()
    return policy


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
    env.cr.execute(
        """
        CREATE TEMPORARY TABLE bench_shipment (
            waybill varchar, day date, code varchar, goods varchar, pieces integer,
            used varchar, value numeric, sum numeric, premium numeric
        ) ON COMMIT DROP
        """
    )
    env.cr.copy_expert(
        "COPY bench_shipment FROM STDIN WITH (FORMAT csv, HEADER)",
        io.StringIO(task.text),
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO kuaidi_insurance_shipment AS shipment (
                policy_id, company_id, waybill_number, date_shipped, account_id, goods,
                origin, destination, pieces, is_used, is_declared_specially,
                amount_value, sum_insured, amount_premium, clause, amount_premium_due,
                amount_premium_gap, create_uid, create_date, write_uid, write_date
            )
            SELECT %(policy)s, account.company_id, waybill, day, account.id, goods,
                   '', '', pieces, used = '是', FALSE, value, sum, premium,
                   CASE WHEN used = '是' AND value / pieces > 10000
                        THEN 'b' ELSE 'a' END,
                   round(sum * 3 / 1000, 2), premium - round(sum * 3 / 1000, 2),
                   %(uid)s, now(), %(uid)s, now()
              FROM bench_shipment
              JOIN kuaidi_key_account AS account
                ON account.code = bench_shipment.code
               AND account.company_id = %(company)s
                ON CONFLICT (policy_id, waybill_number) DO UPDATE
               SET date_shipped = EXCLUDED.date_shipped,
                   account_id = EXCLUDED.account_id, goods = EXCLUDED.goods,
                   pieces = EXCLUDED.pieces, is_used = EXCLUDED.is_used,
                   amount_value = EXCLUDED.amount_value,
                   sum_insured = EXCLUDED.sum_insured,
                   amount_premium = EXCLUDED.amount_premium,
                   clause = EXCLUDED.clause,
                   amount_premium_due = EXCLUDED.amount_premium_due,
                   amount_premium_gap = EXCLUDED.amount_premium_gap,
                   write_uid = EXCLUDED.write_uid, write_date = now()
             WHERE (shipment.date_shipped, shipment.account_id, shipment.goods,
                    shipment.pieces, shipment.is_used, shipment.amount_value,
                    shipment.sum_insured, shipment.amount_premium, shipment.clause)
                   IS DISTINCT FROM
                   (EXCLUDED.date_shipped, EXCLUDED.account_id, EXCLUDED.goods,
                    EXCLUDED.pieces, EXCLUDED.is_used, EXCLUDED.amount_value,
                    EXCLUDED.sum_insured, EXCLUDED.amount_premium, EXCLUDED.clause)
            """,
            policy=task.policy.id,
            uid=env.uid,
            company=task.policy.company_id.id,
        )
    )
    return task


def _import_file(env, task):
    """Do what the browser asks for, from the uploaded file to the shipments."""
    wizard = env["kuaidi.insurance.import"].create(
        {"policy_id": task.policy.id, "file": task.content, "file_name": "declared"}
    )
    wizard.action_read()
    while not wizard.action_read_next()["is_done"]:
        continue
    wizard.action_import()
    return task


def _load(env, task):
    """Import with Odoo's own means, policy and clients given by their ids."""
    names = [*task.rows[0], "policy_id"]
    names = [f"{name}/.id" if name.endswith("_id") else name for name in names]
    result = env["kuaidi.insurance.shipment"].load(
        names,
        [[*map(str, row.values()), str(task.policy.id)] for row in task.rows],
    )
    if not result["ids"]:
        raise RuntimeError(result["messages"])
    return task


def _sum(env, task):
    env.cr.execute(
        """
        SELECT count(*), sum(sum_insured), sum(amount_premium_due),
               count(*) FILTER (WHERE clause = 'b')
          FROM kuaidi_insurance_shipment
         WHERE policy_id = %s
        """,
        [task.policy.id],
    )
    return tuple(map(float, env.cr.fetchone()))


def _check(env, task):
    return {"shipments": _sum(env, task)}


def _check_sample(env, task):
    env.flush_all()
    return {"sample": _sum(env, task)}


def _check_untouched(env, task):
    is_written = _get_places(env, task) != task.places
    return {"shipments": _sum(env, task), "written": int(is_written)}


def _get_places(env, task):
    """Return where the shipments lie: what is written moves."""
    env.cr.execute(
        """
        SELECT md5(string_agg(ctid::text, '' ORDER BY ctid))
          FROM kuaidi_insurance_shipment
         WHERE policy_id = %s
        """,
        [task.policy.id],
    )
    return env.cr.fetchone()
