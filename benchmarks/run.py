"""Measures the product beside plain SQL and beside Odoo's own pages.

    python benchmarks/run.py [DATABASE[,DATABASE...]] [REPETITIONS] [GROUP[,GROUP...]]

Databases are `bench_1k` and `bench_10k` unless others are named; `bench_100k` takes
some minutes to load. A database of these names that is missing is loaded first. With
two sizes or more the growth between the outermost is judged as well. The exit status
is 1 when a mark is missed.

The ways of one comparison take turns in one run, so a busy machine slows all of them
alike: the ratios are what counts, not the milliseconds. Every figure goes to
`.odoo/bench/` as JSON lines too.
"""

import dataclasses
import json
import os
import pathlib
import platform
import subprocess
import sys
from datetime import datetime

import alerts
import claim_clocks
import claim_statistics
import complaints
import database
import deadlines
import declared_shipments
import desk
import dunning
import figures
import grading
import load
import load_clients
import pages
import prices
import receivables
import renewals
import reviews
import service_pages
import service_plans
import service_schedule
import tender
import xlsx
from measure import Bench, Mark, measure

from odoo import release

RESULTS = database.ROOT / ".odoo" / "bench"
DEFAULT = "bench_1k,bench_10k"
LEAST_REPETITIONS = 5
GROUPS = {
    "unchanged": grading.run_unchanged,
    "new": grading.run_new,
    "naive": grading.run_naive,
    "list": pages.run_list,
    "form": pages.run_form,
    "plans": service_plans.run_plans,
    "schedule": service_schedule.run_schedule,
    "gap": service_pages.run_gap,
    "service_report": service_pages.run_service_report,
    "alerts": alerts.run_alerts,
    "complaints": complaints.run_complaints,
    "claim_clocks": claim_clocks.run_claim_clocks,
    "claim_statistics": claim_statistics.run_claim_statistics,
    "declared_shipments": declared_shipments.run_declared_shipments,
    "desk": desk.run_desk,
    "figures": figures.run_figures,
    "reviews": reviews.run_reviews,
    "prices": prices.run_prices,
    "renewals": renewals.run_renewals,
    "xlsx": xlsx.run_xlsx,
    "dunning": dunning.run_dunning,
    "receivables": receivables.run_receivables,
    "tender": tender.run_tender,
}
DEADLINES = "deadlines"
SETTINGS = (
    "server_version",
    "shared_buffers",
    "work_mem",
    "effective_cache_size",
    "random_page_cost",
    "jit",
    "max_parallel_workers_per_gather",
    "fsync",
    "synchronous_commit",
)


def main(arguments):
    """Run the groups on the databases, and return the exit status."""
    names = (arguments[0] if arguments else DEFAULT).split(",")
    repetitions = int(arguments[1]) if len(arguments) > 1 else LEAST_REPETITIONS
    groups = arguments[2].split(",") if len(arguments) > 2 else [*GROUPS, DEADLINES]
    unknown = set(groups) - {*GROUPS, DEADLINES}
    if unknown or repetitions < LEAST_REPETITIONS:
        raise SystemExit(
            f"Ask for {LEAST_REPETITIONS} repetitions or more, and for groups among"
            f" {', '.join([*GROUPS, DEADLINES])}."
        )
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{datetime.now():%Y-%m-%d-%H%M%S}.jsonl"
    benches = [_open(name, repetitions) for name in names]
    benches.sort(key=lambda bench: bench.accounts)
    with open(path, "w", encoding="utf-8") as file:
        report = _Report(file)
        report.write("machine", **_describe_machine(benches[0]))
        for bench in benches:
            report.open_database(bench)
            for group in groups:
                if group in GROUPS:
                    for comparison in GROUPS[group](bench):
                        report.add(bench, comparison)
        if DEADLINES in groups:
            report.add_deadlines(benches[0])
        report.add_growth(benches[0], benches[-1])
    return report.close(path)


def _open(name, repetitions):
    """Return a database ready to measure, loaded first where it is missing."""
    database.configure(name)
    if not database.exists(name):
        if name not in load.SIZES:
            raise SystemExit(f"There is no {name}. Make it with benchmarks/load.py.")
        load.load(name, *load.SIZES[name])
    registry = database.open_current(name)
    with database.environment(registry) as env:
        size = load.get_size(env)
        if not size:
            raise SystemExit(f"{name} was not loaded to the end. Drop it.")
        if not load.is_current(env):
            raise SystemExit(f"{name} lacks what is measured now. Drop it.")
        users = {
            login: env["res.users"].search([("login", "=", login)])
            for login in (
                load_clients.CENTRE,
                load_clients.HEAD,
                load_clients.MANAGER,
            )
        }
        contexts = {
            user.id: {
                "allowed_company_ids": user.company_ids.ids,
                "bin_size": True,
                "lang": user.lang,
                "tz": user.tz,
                "uid": user.id,
            }
            for user in users.values()
        }
        return Bench(
            name,
            registry,
            *size,
            centre_uid=users[load_clients.CENTRE].id,
            head_uid=users[load_clients.HEAD].id,
            manager_uid=users[load_clients.MANAGER].id,
            contexts=contexts,
            repetitions=repetitions,
        )


def _describe_machine(bench):
    with bench.environment() as env:
        env.cr.execute(
            "SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY(%s)",
            [list(SETTINGS)],
        )
        settings = dict(env.cr.fetchall())
    return {
        "time": datetime.now().astimezone().isoformat(timespec="seconds"),
        "commit": _git("rev-parse", "HEAD"),
        "is_changed": bool(_git("status", "--porcelain", "--", "addons")),
        "machine": platform.machine(),
        "processor": _read_processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(
            os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        ),
        "python": platform.python_version(),
        "odoo": release.version,
        "postgres": settings,
    }


def _read_processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def _git(*arguments):
    done = subprocess.run(
        ["git", *arguments],
        cwd=database.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


class _Report:
    """Prints tables for people and writes JSON lines for programs."""

    def __init__(self, file):
        self.file = file
        self.marks = []
        # comparisons by title and database
        self.growing = {}

    def write(self, kind, **values):
        """Add a JSON line."""
        self.file.write(json.dumps({"kind": kind} | values, default=str) + "\n")
        self.file.flush()

    def open_database(self, bench):
        """Begin the figures of one database."""
        print(
            f"\n{bench.database}: {bench.accounts} accounts, {bench.invoices} invoices"
        )

    def add(self, bench, comparison):
        """Print a comparison with its marks."""
        print(f"\n  {comparison.title}")
        heading = f"{'median':>11}{'min':>11}{'max':>11}{'queries':>9}{'ratio':>8}"
        print(" " * 26 + heading)
        floor = comparison.timings[comparison.floor].median
        for name, timing in comparison.timings.items():
            figures = [timing.median, min(timing.seconds), max(timing.seconds)]
            ratio = timing.median / floor
            print(
                f"    {name:<22}"
                + "".join(f"{seconds * 1000:>8.1f} ms" for seconds in figures)
                + f"{timing.queries:>9}{ratio:>8.2f}"
            )
            self.write(
                "timing",
                database=bench.database,
                accounts=bench.accounts,
                invoices=bench.invoices,
                group=comparison.group,
                title=comparison.title,
                path=name,
                milliseconds=[round(1000 * seconds, 3) for seconds in timing.seconds],
                median=round(1000 * timing.median, 3),
                queries=timing.queries,
                has_written=timing.has_written,
                ratio=round(ratio, 4),
                extrapolated=timing.path.factor,
                values=timing.values,
            )
        for mark in comparison.marks:
            self._add_mark(bench.database, comparison.title, mark)
        if comparison.is_growing:
            known = self.growing.setdefault(comparison.title, {})
            known[bench.database] = comparison

    def add_deadlines(self, bench):
        """Print how fast 10,000 due dates in working days are found."""
        with bench.environment() as env:
            result = deadlines.run(env, bench.repetitions)
        print(f"\n{result['size']} due dates in working days")
        for name in ("bisect", "service", "plan_days"):
            print(f"    {name:<22}{result[f'{name}_ms']:>8.1f} ms")
        self.write("deadlines", **result)
        title = "Due dates"
        self._add_mark(
            "", title, Mark("time / bisect", result["ratio"], result["mark"])
        )
        self._add_mark("", title, Mark("unequal", int(not result["equal"]), 0))

    def add_growth(self, least, biggest):
        """Print how the product's times grow from the least to the biggest size.

        Both sizes take turns: what slows the machine for a while slows both.
        """
        if least.accounts == biggest.accounts or not self.growing:
            return
        print(f"\nGrowth from {least.accounts} to {biggest.accounts} accounts")
        proportional = 1.1 * biggest.accounts / least.accounts
        for title, comparisons in self.growing.items():
            small, big = (
                dataclasses.replace(
                    comparisons[bench.database].timings["product"].path,
                    name=bench.database,
                    check=lambda env, result: {},
                    bench=bench,
                )
                for bench in (least, biggest)
            )
            comparison = comparisons[biggest.database]
            timings = measure(biggest, [small, big], vacuum=comparison.written)
            ratio = timings[big.name].median / timings[small.name].median
            limit = comparison.growth_limit or proportional
            self._add_mark("growth", title, Mark("times", ratio, limit))

    def close(self, path):
        """Print what was missed, and return the exit status."""
        missed = [
            (place, title, mark) for place, title, mark in self.marks if not mark.passed
        ]
        print(f"\n{len(self.marks)} marks, {len(missed)} missed ({path})")
        for place, title, mark in missed:
            print(f"  missed: {place} {title}: {_format_mark(mark)}")
        return 1 if missed else 0

    def _add_mark(self, place, title, mark):
        self.marks.append((place, title, mark))
        verdict = "ok" if mark.passed else "MISSED"
        heading = f"{title}: " if place in ("", "growth") else ""
        print(f"    {verdict:>6}  {heading}{_format_mark(mark)}")
        self.write(
            "mark",
            place=place,
            title=title,
            mark=mark.text,
            value=round(mark.value, 4),
            limit=mark.limit,
            at_least=mark.at_least,
            passed=mark.passed,
        )


def _format_mark(mark):
    sign = "≥" if mark.at_least else "≤"
    return f"{mark.text} {mark.value:.4g} ({sign} {mark.limit:g})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
