"""Rating 100,000 waybills, against a plain Python loop over the same arithmetic.

The plain loop knows nothing of Odoo: dicts of numbers, no checks, no reasons.
"""

import base64
import csv
import dataclasses
import io
import random
import tracemalloc
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import openpyxl
import xlsxwriter
from measure import Comparison, Mark, Path, measure

ROWS = 100_000
# of the comparison whose memory is looked at
MEMORY_ROWS = (10_000, 100_000)
# megabytes that ten times as many rows may take more
MEMORY_MARK = 40
HEADERS = ("运单号", "日期", "目的地", "重量", "长", "宽", "高")
FEN = Decimal("0.01")
ZERO = Decimal(0)
# yuan of the first and of each further kilogram up to 20 kg, and of each above
TARIFF = {
    "HN": (8, 2, 1.8),
    "HD": (12, 5, 4.5),
    "HZ": (12, 5, 4.5),
    "HB": (13, 6, 5.5),
    "XN": (13, 6, 5.5),
    "DB": (14, 8, 7),
    "XB": (14, 8, 7),
    "PY": (22, 18, 16),
}
DISCOUNT, REBATE = 15.0, 5.0


@dataclasses.dataclass
class Task:
    """Prices, and the shipments that every way of rating gets."""

    agreement: Any
    rows: list
    content: bytes = b""


def run_prices(bench):
    """Compare rating with a plain loop, from the rows and from file to file."""
    yield _compare_rows(bench)
    yield _compare_files(bench)


def _compare_rows(bench):
    paths = [
        Path("plain loop", _loop, _check, _prepare),
        Path("product", _rate, _check, _prepare),
    ]
    timings = measure(bench, paths)
    ours, floor = timings["product"].median, timings["plain loop"].median
    return Comparison(
        "prices",
        f"Rating {ROWS} waybills",
        timings,
        [
            Mark("product / plain loop", ours / floor, 3),
            Mark("queries", timings["product"].queries, 20),
            Mark("MB more for ten times the rows", _measure_memory(bench), MEMORY_MARK),
        ],
        floor="plain loop",
        is_growing=False,
    )


def _compare_files(bench):
    """Read a workbook, rate it, and write one with the amounts."""
    paths = [
        Path("plain loop", _loop_file, _check_file, _prepare_file),
        Path("product", _rate_file, _check_file, _prepare_file),
    ]
    timings = measure(bench, paths)
    ours, floor = timings["product"].median, timings["plain loop"].median
    return Comparison(
        "prices",
        f"Rating {ROWS} waybills from workbook to workbook",
        timings,
        [Mark("product / openpyxl, loop, xlsxwriter", ours / floor, 3)],
        floor="plain loop",
        written=("kuaidi_price_rating", "kuaidi_price_rating_chunk"),
        is_growing=False,
    )


# the task


def _prepare(env, count=None):
    company = env["res.company"].create(
        {"name": "Benchmark Express", "country_id": env.ref("base.cn").id}
    )
    env = env(context=dict(env.context, allowed_company_ids=company.ids))
    zones = env["kuaidi.price.zone"].search([("company_id", "=", company.id)])
    lines = []
    for zone in zones:
        begin, continued, heavy = TARIFF[zone.code]
        lines += [
            {"weight_to": 1, "amount_first": begin},
            {
                "weight_from": 1,
                "weight_to": 20,
                "amount_first": begin,
                "amount_continued": continued,
            },
            {
                "weight_from": 20,
                "weight_first": 20,
                "amount_first": begin + 19 * continued,
                "amount_continued": heavy,
            },
        ]
        for line in lines[-3:]:
            line["zone_id"] = zone.id
    agreement = env["kuaidi.price.agreement"].create(
        {
            "is_standard": True,
            "company_id": company.id,
            "discount_percent": DISCOUNT,
            "line_ids": [(0, 0, line) for line in lines],
            "ladder_ids": [
                (0, 0, {"pieces_from": 0, "pieces_to": 999}),
                (0, 0, {"pieces_from": 1000, "discount_percent": REBATE}),
            ],
            "surcharge_ids": [
                (
                    0,
                    0,
                    {
                        "name": "Oversize",
                        "condition": "oversize",
                        "threshold": 100,
                        "amount": 10,
                    },
                ),
            ],
        }
    )
    return Task(agreement, _draw_rows(zones, count or ROWS))


def _draw_rows(zones, count):
    """Return the same shipments every time, as a reader of files hands them over."""
    generator = random.Random(2026)
    names = [zone.code for zone in zones]
    names += [state.name for zone in zones for state in zone.state_ids]
    rows = [(1, list(HEADERS))]
    for number in range(count):
        sizes = [str(generator.randint(10, 60)) for _side in range(3)]
        rows.append(
            (
                number + 2,
                [
                    f"SF{number:012d}",
                    date(2026, 10, generator.randint(1, 31)),
                    generator.choice(names),
                    f"{generator.expovariate(0.4) + 0.01:.2f}",
                    *(sizes if generator.random() < 0.5 else ()),
                ],
            )
        )
    return rows


def _prepare_file(env):
    task = _prepare(env)
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, (_number, cells) in enumerate(task.rows):
            for column, cell in enumerate(cells):
                if row and column >= 3:
                    sheet.write_number(row, column, float(cell))
                else:
                    sheet.write_string(row, column, str(cell))
    return dataclasses.replace(task, content=output.getvalue())


# the two ways


def _rate(env, task):
    """Rate as the wizard does, in pieces."""
    from odoo.addons.kuaidi_key_account.tools.price_shipments import (
        Rater,
        find_shipment_columns,
    )

    agreement = task.agreement
    env.invalidate_all()
    rater = Rater(
        agreement._get_price_table(),
        env["kuaidi.price.zone"]._get_index(agreement.company_id),
        find_shipment_columns(task.rows[:1]),
    )
    rater.count_months(task.rows)
    results = rater.rate(task.rows)
    return len(results), rater.amount


def _loop(env, task):
    """Rate by nothing but arithmetic."""
    zones, months, total, count = _get_zones(env, task), {}, ZERO, 0
    for _number, cells in task.rows[1:]:
        month = f"{cells[1]:%Y-%m}"
        months[month] = months.get(month, 0) + 1
    results = []
    for number, cells in task.rows[1:]:
        sizes = [Decimal(size) for size in cells[4:]]
        charged, amount = _price(
            zones[cells[2]], Decimal(cells[3]), sizes, months[f"{cells[1]:%Y-%m}"]
        )
        results.append([number, *map(str, cells), str(charged), str(amount)])
        total += amount
        count += 1
    return count, total


def _price(zone, weight, sizes, pieces):
    begin, continued, heavy, is_remote = zone
    charged, longest = weight, ZERO
    if sizes:
        charged = max(weight, sizes[0] * sizes[1] * sizes[2] / 6000)
        longest = max(sizes)
    whole, rest = divmod(charged, 1)
    charged = whole + 1 if rest else whole
    if charged <= 1:
        freight = begin
    elif charged <= 20:
        freight = begin + (charged - 1) * continued
    else:
        freight = begin + 19 * continued + (charged - 20) * heavy
    freight = freight.quantize(FEN, ROUND_HALF_UP)
    if not is_remote:
        freight = (freight * Decimal("0.85")).quantize(FEN, ROUND_HALF_UP)
        if pieces >= 1000:
            freight = (freight * Decimal("0.95")).quantize(FEN, ROUND_HALF_UP)
    return charged, freight + 10 if longest > 100 else freight


def _get_zones(env, task):
    zones = {}
    for zone in env["kuaidi.price.zone"].search(
        [("company_id", "=", task.agreement.company_id.id)]
    ):
        prices = (*(Decimal(str(n)) for n in TARIFF[zone.code]), zone.is_remote)
        zones[zone.code] = prices
        zones |= dict.fromkeys(zone.state_ids.mapped("name"), prices)
    return zones


def _rate_file(env, task):
    rating = env["kuaidi.price.rating"].create(
        {
            "agreement_id": task.agreement.id,
            "file": base64.b64encode(task.content),
            "file_name": "october.xlsx",
        }
    )
    rating.action_rate()
    while not rating.action_read_next()["is_done"]:
        continue
    return rating.row_count, rating.amount_rated, base64.b64decode(rating.rated_file)


def _loop_file(env, task):
    zones, months, total = _get_zones(env, task), {}, ZERO
    sheet = openpyxl.load_workbook(io.BytesIO(task.content), read_only=True).active
    for row in sheet.iter_rows(min_row=2, values_only=True):
        months[row[1][:7]] = months.get(row[1][:7], 0) + 1
    output = io.BytesIO()
    count = 0
    with xlsxwriter.Workbook(output, {"constant_memory": True}) as book:
        written = book.add_worksheet()
        for row in sheet.iter_rows(min_row=2, values_only=True):
            count += 1
            sizes = [Decimal(str(size)) for size in row[4:] if size]
            charged, amount = _price(
                zones[row[2]], Decimal(str(row[3])), sizes, months[row[1][:7]]
            )
            written.write_number(count, 0, count)
            for column, cell in enumerate(row, 1):
                if cell is not None:
                    written.write_string(count, column, str(cell))
            written.write_number(count, 8, float(charged))
            written.write_number(count, 9, float(amount))
            total += amount
    return count, float(total), output.getvalue()


# checks


def _check(env, result):
    count, total = result
    return {"rows": count, "yuan": total}


def _check_file(env, result):
    count, total, content = result
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active
    last = next(sheet.iter_rows(min_row=count, max_row=count, values_only=True))
    return {"rows": count, "yuan": round(float(total), 2), "a row": last[8:10]}


def _measure_memory(bench):
    """Return how many megabytes more ten times the rows take.

    Of the rows one piece after the other is in memory: what grows is the list as it was
    uploaded, some 6 MB as text, which is there decoded and as it is stored.
    """
    peaks = []
    for count in MEMORY_ROWS:
        with bench.environment() as env:
            task = _prepare(env, count)
            text = io.StringIO()
            csv.writer(text).writerows(cells for _number, cells in task.rows)
            rating = env["kuaidi.price.rating"].create(
                {
                    "agreement_id": task.agreement.id,
                    "file": base64.b64encode(text.getvalue().encode()),
                }
            )
            task = text = None
            rating.action_rate()
            env.flush_all()
            env.invalidate_all()
            tracemalloc.start()
            while not rating.action_read_next()["is_done"]:
                env.flush_all()
                env.invalidate_all()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    return max(0, peaks[1] - peaks[0]) / 1024 / 1024
