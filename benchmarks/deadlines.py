"""10,000 due dates in working days: our service, a bare bisect, and core's planning.

`run` works on any database with the addon: it fills a working time of its own and
rolls everything back.
"""

import random
import statistics
import time
from bisect import bisect_right
from datetime import datetime, timedelta

from measure import Comparison, Mark, Path, Timing
from pytz import timezone, utc

SIZE = 10_000
LONGEST = 60
PASSES = 10  # of the two fast ways in each repetition
SAMPLE = 200
YEARS = (2024, 2025, 2026, 2027)
MARK = 3.0
TIMES_PLANNING = 60
SHANGHAI = timezone("Asia/Shanghai")


def run_deadlines(bench):
    """Find 10,000 due dates in three ways."""
    with bench.environment() as env:
        result = run(env, bench.repetitions)
    yield Comparison(
        "deadlines",
        f"{SIZE} due dates in working days",
        {
            name: Timing(
                Path(name, lambda env: None, lambda env, found: {}),
                [result[f"{key}_ms"] / 1000],
                result.get(f"{key}_queries", 0),
            )
            for name, key in (
                ("bisect", "bisect"),
                ("product", "service"),
                ("plan_days", "plan_days"),
            )
        },
        [
            Mark("time / bisect", result["ratio"], result["mark"]),
            Mark(
                "times faster than plan_days",
                result["plan_days_ms"] / result["service_ms"],
                TIMES_PLANNING,
                at_least=True,
            ),
            Mark("unequal", int(not result["equal"]), 0),
        ],
        floor="bisect",
        is_growing=False,
    )


def run(env, repetitions=5, check_all=False):
    """Measure the three ways, interleaved, and return what was found.

    :param bool check_all: compare every due date with core's ``plan_days``, not only
        the sample that is timed (takes minutes)
    :return: dict with medians in milliseconds, queries, ratios, the mark and whether
        all values are equal
    """
    with env.cr.savepoint(flush=False) as savepoint:
        try:
            return _measure(env, repetitions, check_all)
        finally:
            savepoint.rollback()
            env.invalidate_all(flush=False)
            env.registry.clear_cache("stable")


def _measure(env, repetitions, check_all):
    company = _make_company(env)
    calendar = company.resource_calendar_id
    service = env["kuaidi.deadline"]
    pairs = _draw_pairs()

    env.registry.clear_cache("stable")
    env.invalidate_all()
    queries = env.cr.sql_log_count
    start = time.perf_counter()
    dues = service._get_due_many(pairs, "workday", company)
    cold = time.perf_counter() - start
    cold_queries = env.cr.sql_log_count - queries

    opens, closes = _read_intervals(calendar)
    sample = random.Random(1).sample(range(SIZE), SAMPLE)
    times = {"bisect": [], "service": [], "plan_days": []}
    results = {}
    for _repetition in range(repetitions):
        # the two fast ways in short turns: a busy machine slows both alike
        ways = [
            ("bisect", lambda: _bisect_all(opens, closes, pairs)),
            ("service", lambda: _serve(service, pairs, company)),
        ] * PASSES
        ways.append(("plan_days", lambda: _plan(calendar, [pairs[i] for i in sample])))
        for name, function in ways:
            queries = env.cr.sql_log_count
            start = time.perf_counter()
            results[name] = function()
            times[name].append(time.perf_counter() - start)
            if name == "service":
                warm_queries = env.cr.sql_log_count - queries

    checked = range(SIZE) if check_all else sample
    planned = _plan(calendar, [pairs[i] for i in checked])
    equal = (
        results["bisect"] == results["service"] == dues
        and [_local_date(dues[i]) for i in checked] == planned
    )
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratio = medians["service"] / medians["bisect"]
    return {
        "size": SIZE,
        "bisect_ms": medians["bisect"] * 1000,
        "service_ms": medians["service"] * 1000,
        "service_queries": warm_queries,
        "service_cold_ms": cold * 1000,
        "service_cold_queries": cold_queries,
        "plan_days_ms": medians["plan_days"] * 1000 * SIZE / SAMPLE,
        "ratio": ratio,
        "mark": MARK,
        "checked": len(checked),
        "equal": equal,
        "passed": equal and ratio <= MARK,
    }


def _make_company(env):
    """Return a Chinese company with the holidays of all years that are known."""
    company = env["res.company"].create(
        {"name": "Benchmark Express", "country_id": env.ref("base.cn").id}
    )
    env = env(context=dict(env.context, allowed_company_ids=company.ids))
    company = company.with_env(env)
    company.resource_calendar_id.tz = SHANGHAI.zone
    for year in YEARS[:-1]:  # the arrangement of the last one is not published
        env["kuaidi.calendar.day"]._load_year(company, year)
    return company


def _draw_pairs():
    """Return random starts, as moments so that the floor need not convert any."""
    generator = random.Random(2026)
    first = datetime(YEARS[0], 1, 1)
    seconds = (datetime(YEARS[-1] + 1, 1, 1) - first).total_seconds()
    pairs = []
    for _number in range(SIZE):
        start = first + timedelta(seconds=generator.randrange(int(seconds)))
        pairs.append((start, generator.randint(1, LONGEST)))
    return pairs


def _read_intervals(calendar):
    """Return the worked days of core's one interval list, as first and last seconds."""
    start = SHANGHAI.localize(datetime(YEARS[0] - 1, 12, 1))
    stop = SHANGHAI.localize(datetime(YEARS[-1] + 1, 12, 31))
    intervals = calendar._work_intervals_batch(start, stop)[False]
    days = sorted({first.date() for first, *_ in intervals})
    return (
        [_to_utc(day) for day in days],
        [_to_utc(day) + timedelta(days=1, seconds=-1) for day in days],
    )


def _to_utc(day):
    midnight = SHANGHAI.localize(datetime(day.year, day.month, day.day))
    return midnight.astimezone(utc).replace(tzinfo=None)


def _local_date(moment):
    return utc.localize(moment).astimezone(SHANGHAI).date()


def _bisect_all(opens, closes, pairs):
    """The floor: one bisect for each deadline, and no check at all."""
    return [closes[bisect_right(opens, start) + amount - 1] for start, amount in pairs]


def _serve(service, pairs, company):
    """Our way; the company is read from the database anew, as in a fresh request."""
    company.invalidate_recordset()
    return service._get_due_many(pairs, "workday", company)


def _plan(calendar, pairs):
    """Return the dates that core plans from the midnight after each start day."""
    planned = []
    for start, amount in pairs:
        day = _local_date(start)
        midnight = datetime(day.year, day.month, day.day) + timedelta(days=1)
        due = calendar.plan_days(
            amount, SHANGHAI.localize(midnight), compute_leaves=True
        )
        planned.append(due.date())
    return planned
