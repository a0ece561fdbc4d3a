"""How much memory a worker needs for the nightly jobs over all clients.

As a script it does one job in a benchmark database, with all its commits, and prints
what the process took. The group works on a copy, which it drops.
"""

import json
import pathlib
import subprocess
import sys
import time
from datetime import timedelta

import database
from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from load import get_load_date
from measure import Comparison, Mark, Path, Timing, read_status

# what a worker may take at most, for all that it holds (fault case 28)
MEBIBYTES = 1024
COPY = "bench_memory_copy"
JOBS = {
    "grading": "cron_process_grading_runs",
    "alerts": "cron_evaluate_alerts",
    "dunning": "cron_dunning",
}
MODELS = {
    "grading": "kuaidi.star.rating",
    "alerts": "kuaidi.alert.change",
    "dunning": "kuaidi.dunning.notice",
}
# in the morning in Shanghai
HOUR = "02:00:00"


def run_memory(bench):
    """Do each job in a process of its own, as a worker does it."""
    database.drop(COPY)
    database.copy(bench.database, COPY)
    try:
        for name in JOBS:
            yield _measure_job(name)
    finally:
        database.drop(COPY)


def _measure_job(name):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, COPY, name],
        cwd=pathlib.Path(__file__).parent,
        stdout=subprocess.PIPE,
        check=True,
        timeout=7200,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    if not found["rows"]:
        raise SystemExit(f"The job of {name} found nothing to do.")
    timing = Timing(
        Path(name, lambda env: None, lambda env, result: {}),
        seconds=[found.pop("seconds")],
        values=found,
    )
    return Comparison(
        "memory",
        f"A worker's memory: {name}",
        {"product": timing},
        [Mark("MiB in all", found["MiB at the peak"], MEBIBYTES)],
        floor="product",
        is_growing=False,
    )


def _report_memory(name, job):
    database.configure(name)
    registry = database.open_current(name)
    with database.environment(registry, commit=True) as env:
        day = _get_day(env)
        if job == "grading":
            env["kuaidi.grading.run"].create(
                {"company_id": env.company.id, "date": day}
            )
        rows = _count(env, job)
    before = read_status("VmRSS")
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    with freeze_time(f"{day} {HOUR}", tick=True):
        start = time.perf_counter()
        with database.environment(registry, commit=True) as env:
            # outside a schedule it goes on to the end, and commits as it does there
            env.ref(f"kuaidi_key_account.{JOBS[job]}").ir_actions_server_id.run()
        seconds = time.perf_counter() - start
    with database.environment(registry) as env:
        rows = _count(env, job) - rows
    print(
        json.dumps(
            {
                "rows": rows,
                "seconds": seconds,
                "MiB before": round(before),
                "MiB at the peak": round(read_status("VmHWM")),
            }
        )
    )


def _count(env, job):
    """Return how many rows there are of what a job makes."""
    return env[MODELS[job]].with_context(active_test=False).search_count([])


def _get_day(env):
    """Return the first working day of the month after loading: all has moved on."""
    day = get_load_date(env).replace(day=1) + relativedelta(months=1)
    while not env["kuaidi.deadline"]._is_working_day(day, env.company):
        day += timedelta(days=1)
    return day


if __name__ == "__main__":
    _report_memory(*sys.argv[1:])
