"""What sweeps over open cases share: when a tenth of them is due, and when none is."""

import dataclasses
from collections.abc import Callable
from functools import partial

from measure import Comparison, Mark, Path, measure

# open cases for each account of the database: 100,000 in the one of ten thousand
CASES = 10
BATCH = 1000
# in fewer rows the constant time of planning a statement is most of the time
LEAST_CASES = 10_000
DUE_PERCENT = 10


@dataclasses.dataclass
class Sweep:
    """One kind of sweep, and the plain SQL beside it."""

    group: str
    # what is swept, in the plural
    cases: str
    written: tuple
    # lays open cases in: called with the environment and the percentage that is due
    prepare: Callable
    product: Callable
    # the same outcome in plain SQL, and the search alone
    tell: Callable
    find: Callable
    check: Callable
    # makes the mark for queries out of their number and that of the batches
    mark_queries: Callable
    most_quiet_queries: int


def compare(bench, sweep):
    """Compare the sweep with plain SQL, when cases are due and when none is."""
    yield _compare_due(bench, sweep)
    yield _compare_quiet(bench, sweep)


def _compare_due(bench, sweep):
    timings = _measure(bench, sweep, sweep.tell, DUE_PERCENT)
    ours = timings["product"]
    batches = ours.values["due"] // BATCH + 1
    marks = [sweep.mark_queries(ours.queries, batches)]
    if bench.accounts * CASES >= LEAST_CASES:
        ratio = ours.median / timings["SQL"].median
        marks.append(Mark("time / SQL", ratio, 3))
    return Comparison(
        sweep.group,
        f"Sweep of open {sweep.cases}, {CASES} a client, a tenth of them due",
        timings,
        marks,
        written=sweep.written,
    )


def _compare_quiet(bench, sweep):
    timings = _measure(bench, sweep, sweep.find, 0)
    return Comparison(
        sweep.group,
        f"Sweep of open {sweep.cases}, {CASES} a client, when none is due",
        timings,
        [Mark("queries", timings["product"].queries, sweep.most_quiet_queries)],
        is_growing=False,
        written=sweep.written,
    )


def _measure(bench, sweep, by_sql, due_percent):
    prepare = partial(sweep.prepare, due_percent=due_percent)
    return measure(
        bench,
        [
            Path("SQL", by_sql, sweep.check, prepare),
            Path("product", sweep.product, sweep.check, prepare),
        ],
        vacuum=sweep.written,
    )
