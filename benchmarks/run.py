"""Measures the product beside plain SQL and beside Odoo's own pages.

    python benchmarks/run.py [DATABASE[,DATABASE...]] [REPETITIONS] [GROUP[,GROUP...]]

Databases are `bench_1k`, `bench_10k` and `bench_100k` unless others are named; one of
these that is missing is loaded first, the biggest in half an hour. Between the
outermost sizes the growth is judged as well. The exit status is 1 when a mark is
missed.

The ways of one comparison take turns in one run, so a busy machine slows all of them
alike: the ratios are what counts, not the milliseconds. Every figure goes to
`.odoo/bench/` as JSON lines too. `--continue` goes on with the last run, on whatever
databases and groups are named, and leaves out what it has measured to the end. A run of
all groups, one that was continued, and `--report` alone write `docs/performance.md`.
"""

import argparse
import dataclasses
import sys
from collections.abc import Callable

import alerts
import claim_clocks
import claim_statistics
import complaints
import credit_control
import database
import deadlines
import declared_shipments
import desk
import dunning
import figures
import grading
import http_pages
import install
import load
import load_clients
import machine
import memory
import pages
import portal_pages
import prices
import receivables
import renewals
import report
import reviews
import service_pages
import service_plans
import service_schedule
import tender
import xlsx
from measure import Bench, measure
from results import Results, read_live

DEFAULT = "bench_1k,bench_10k,bench_100k"
LEAST_REPETITIONS = 5
# where a run lays in many rows for each client, or takes hours
MEDIUM = 10_000


@dataclasses.dataclass(frozen=True)
class Group:
    """Comparisons that belong together, and the databases that they run on."""

    run: Callable
    # the most clients
    most: int | None = None
    # what is measured does not depend on the number of clients: one database will do
    is_single: bool = False

    def choose(self, benches):
        """Return the databases to measure on, of all that are there by size."""
        fitting = [
            bench for bench in benches if not self.most or bench.accounts <= self.most
        ]
        fitting = fitting or benches[:1]
        return fitting[-1:] if self.is_single else fitting


GROUPS = {
    "unchanged": Group(grading.run_unchanged),
    "new": Group(grading.run_new),
    "naive": Group(grading.run_naive, MEDIUM),
    "list": Group(pages.run_list),
    "form": Group(pages.run_form),
    "http": Group(http_pages.run_http, MEDIUM, is_single=True),
    "plans": Group(service_plans.run_plans, MEDIUM),
    "schedule": Group(service_schedule.run_schedule, MEDIUM),
    "gap": Group(service_pages.run_gap),
    "service_report": Group(service_pages.run_service_report),
    "alerts": Group(alerts.run_alerts),
    "complaints": Group(complaints.run_complaints, MEDIUM),
    "claim_clocks": Group(claim_clocks.run_claim_clocks, MEDIUM),
    "claim_statistics": Group(claim_statistics.run_claim_statistics, MEDIUM),
    "declared_shipments": Group(
        declared_shipments.run_declared_shipments, MEDIUM, is_single=True
    ),
    "desk": Group(desk.run_desk),
    "figures": Group(figures.run_figures, MEDIUM, is_single=True),
    "reviews": Group(reviews.run_reviews),
    "portal": Group(portal_pages.run_portal, MEDIUM),
    "prices": Group(prices.run_prices, MEDIUM, is_single=True),
    "renewals": Group(renewals.run_renewals),
    "xlsx": Group(xlsx.run_xlsx, MEDIUM, is_single=True),
    "dunning": Group(dunning.run_dunning),
    "credit_control": Group(credit_control.run_credit_control, MEDIUM, is_single=True),
    "receivables": Group(receivables.run_receivables),
    "tender": Group(tender.run_tender, MEDIUM, is_single=True),
    "memory": Group(memory.run_memory),
    "install": Group(install.run_install, MEDIUM, is_single=True),
    "deadlines": Group(deadlines.run_deadlines, MEDIUM, is_single=True),
}


def main(arguments):
    """Run the groups on the databases, and return the exit status."""
    options = _read(arguments)
    groups = (options.groups or ",".join(GROUPS)).split(",")
    if set(groups) - set(GROUPS) or options.repetitions < LEAST_REPETITIONS:
        raise SystemExit(
            f"Ask for {LEAST_REPETITIONS} repetitions or more, and for groups among"
            f" {', '.join(GROUPS)}."
        )
    results = Results.find_last() if options.go_on or options.report else None
    if options.report:
        return _report(results, is_written=True)
    benches = [
        open_bench(name, options.repetitions) for name in options.databases.split(",")
    ]
    benches.sort(key=lambda bench: bench.accounts)
    results = results or Results.begin()
    results.write("machine", **machine.describe(benches[0]))
    for group in groups:
        _run_group(results, group, benches)
    return _report(results, is_written=options.go_on or not options.groups)


def _read(arguments):
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(
        description="Measure the product beside plain SQL and Odoo's own pages."
    )
    parser.add_argument("databases", nargs="?", default=DEFAULT)
    parser.add_argument("repetitions", nargs="?", type=int, default=LEAST_REPETITIONS)
    parser.add_argument("groups", nargs="?")
    parser.add_argument(
        "--continue", dest="go_on", action="store_true", help="go on with the last run"
    )
    parser.add_argument(
        "--report", action="store_true", help="only write the page of the last run"
    )
    return parser.parse_args(arguments)


def _report(results, is_written):
    if not results:
        raise SystemExit("Nothing was measured yet. Run without --report first.")
    live = read_live()
    rows = report.make_rows(results, live)
    missed = report.print_table(rows)
    if is_written:
        report.write_page(results, rows, live)
    print(results.path)
    return 1 if missed else 0


def open_bench(name, repetitions):
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


def _run_group(results, name, benches):
    """Measure a group wherever it runs and was not measured, then its growth."""
    group = GROUPS[name]
    found = {}
    for bench in group.choose(benches):
        if results.is_done(name, bench.database):
            continue
        print(f"\n{bench.database}: {bench.accounts} clients, group {name}")
        # pages that are asked for within this process are of one database
        database.configure(bench.database)
        before = machine.get_load()
        for comparison in group.run(bench):
            found.setdefault(comparison.title, []).append((bench, comparison))
            _print(comparison)
            after = machine.get_load()
            results.write(
                "comparison",
                **_describe(bench, comparison) | {"group": name},
                load=[before, after],
            )
            before = after
        results.write("done", group=name, database=bench.database)
    for measured in found.values():
        (least, _first), (biggest, comparison) = measured[0], measured[-1]
        if comparison.growth_limit and least is not biggest:
            _measure_growth(results, name, least, biggest, measured)


def _measure_growth(results, name, least, biggest, measured):
    """Measure a page on the outermost sizes in turns: it may hardly grow.

    Of what grows in proportion, the times of the single databases tell enough.
    """
    small, big = (
        dataclasses.replace(
            comparison.timings["product"].path,
            name=bench.database,
            check=lambda env, result: {},
            bench=bench,
        )
        for bench, comparison in (measured[0], measured[-1])
    )
    comparison = measured[-1][1]
    timings = measure(biggest, [small, big], vacuum=comparison.written)
    ratio = timings[big.name].median / timings[small.name].median
    print(f"    {comparison.title}: {ratio:.2f} times the time")
    results.write(
        "growth",
        group=name,
        title=comparison.title,
        least=least.accounts,
        biggest=biggest.accounts,
        value=ratio,
    )


def _describe(bench, comparison):
    """Return a comparison as it is kept."""
    floor = comparison.timings[comparison.floor].median
    return {
        "title": comparison.title,
        "database": bench.database,
        "accounts": bench.accounts,
        "invoices": bench.invoices,
        "time": machine.get_time(),
        "floor": comparison.floor,
        "is_growing": comparison.is_growing,
        "growth_limit": comparison.growth_limit,
        "paths": {
            name: {
                "milliseconds": [round(1000 * value, 3) for value in timing.seconds],
                "median": round(1000 * timing.median, 3),
                "queries": timing.queries,
                "has_written": timing.has_written,
                "ratio": round(timing.median / floor, 4),
                "factor": timing.path.factor,
                "values": {key: str(value) for key, value in timing.values.items()},
            }
            for name, timing in comparison.timings.items()
        },
        "marks": [describe_mark(mark) for mark in comparison.marks],
    }


def describe_mark(mark):
    """Return a mark as it is kept."""
    return {
        "mark": mark.text,
        "value": round(mark.value, 4),
        "limit": mark.limit,
        "at_least": mark.at_least,
        "passed": mark.passed,
    }


def _print(comparison):
    """Print the ways of a comparison with its marks, as soon as they are known."""
    print(f"\n  {comparison.title}")
    heading = f"{'median':>11}{'min':>11}{'max':>11}{'queries':>9}{'ratio':>8}"
    print(" " * 26 + heading)
    floor = comparison.timings[comparison.floor].median
    for name, timing in comparison.timings.items():
        times = [timing.median, min(timing.seconds), max(timing.seconds)]
        print(
            f"    {name:<22}"
            + "".join(f"{seconds * 1000:>8.1f} ms" for seconds in times)
            + f"{timing.queries:>9}{timing.median / floor:>8.2f}"
        )
    for mark in comparison.marks:
        verdict = "ok" if mark.passed else "MISSED"
        sign = "≥" if mark.at_least else "≤"
        print(f"    {verdict:>6}  {mark.text} {mark.value:.4g} ({sign} {mark.limit:g})")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
