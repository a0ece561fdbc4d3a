"""Measures several ways to one result side by side."""

import contextlib
import dataclasses
import gc
import pathlib
import statistics
import time
from collections.abc import Callable
from typing import Any

import database

from odoo import SUPERUSER_ID


@dataclasses.dataclass
class Bench:
    """A loaded database: its size, who opens pages there, how often to measure."""

    database: str
    registry: Any
    accounts: int
    invoices: int
    # the CRM centre sees every account, its head may read the entries as well, and a
    # manager sees the clients that he serves
    centre_uid: int
    head_uid: int
    manager_uid: int
    # what the web client adds to every call, by user
    contexts: dict
    repetitions: int

    @contextlib.contextmanager
    def environment(self, uid=SUPERUSER_ID):
        """Yield a fresh environment, as in a page; what happens in it is undone."""
        with database.environment(self.registry, uid) as env:
            yield env(context=self.contexts.get(uid, {}))


@dataclasses.dataclass
class Path:
    """One way to a result.

    ``prepare`` runs before the clock starts and may return what ``run`` works on;
    ``check`` runs after it has stopped and returns values by name. Paths of one
    comparison have to agree on every value that they both name.
    """

    name: str
    run: Callable
    check: Callable
    prepare: Callable | None = None
    uid: int = SUPERUSER_ID
    # for a sample: how many times as much the whole work would be
    factor: float = 1.0
    # where it runs, if not where the other paths do
    bench: Bench | None = None


@dataclasses.dataclass
class Timing:
    """What was measured of one path: seconds, queries of the last run, values."""

    path: Path
    seconds: list = dataclasses.field(default_factory=list)
    queries: int = 0
    has_written: bool = False
    values: dict = dataclasses.field(default_factory=dict)

    @property
    def median(self):
        return statistics.median(self.seconds)


@dataclasses.dataclass
class Mark:
    """A goal: ``value`` is at most, or at least, ``limit``."""

    text: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def passed(self):
        if self.at_least:
            return self.value >= self.limit
        return self.value <= self.limit


@dataclasses.dataclass
class Comparison:
    """Ways to one result, measured in turns, and the marks they have to reach."""

    group: str
    title: str
    timings: dict[str, Timing]
    marks: list[Mark]
    # the path that the others are compared with
    floor: str = "SQL"
    # the most that the product's time may grow between the outermost sizes; by
    # default in proportion to the clients, with a tenth of slack
    growth_limit: float | None = None
    is_growing: bool = True
    # tables that the paths write
    written: tuple = ()


class Disagreement(Exception):
    """Two ways led to different results, so their times say nothing."""


def measure(bench, paths, vacuum=()):
    """Run the paths in turns, once for warming up and then as often as asked.

    Every run has a cursor and an environment of its own, and is rolled back.

    :param vacuum: tables to clean after each turn, where the paths write
    :return: timings by name of the path
    :raise Disagreement: if two paths differ in a value
    """
    timings = {path.name: Timing(path) for path in paths}
    for repetition in range(bench.repetitions + 1):
        for path in paths:
            _run_once(bench, timings[path.name], is_warm=repetition > 0)
        if vacuum:
            for name in {(path.bench or bench).database for path in paths}:
                database.vacuum(name, *vacuum)
        _compare(timings)
    return timings


def _run_once(bench, timing, is_warm):
    path = timing.path
    with (path.bench or bench).environment(path.uid) as env:
        argument: Any = path.prepare(env) if path.prepare else None
        env.flush_all()
        env.invalidate_all()
        has_written = _has_written(env)
        gc.collect()
        queries = env.cr.sql_log_count
        start = time.perf_counter()
        result = path.run(env, argument) if path.prepare else path.run(env)
        env.flush_all()
        seconds = time.perf_counter() - start
        timing.queries = env.cr.sql_log_count - queries
        timing.has_written = not has_written and _has_written(env)
        timing.values = path.check(env, result)
    if is_warm:
        timing.seconds.append(seconds * path.factor)


def _has_written(env):
    """Tell whether PostgreSQL has given the transaction a number, as writing does."""
    env.cr.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
    return env.cr.fetchone()[0]


def read_status(name):
    """Return a line of what Linux says of this process, in MiB."""
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(name)]
    return int(line.split()[1]) / 1024


def _compare(timings):
    known = {}
    for name, timing in timings.items():
        for key, value in timing.values.items():
            other, expected = known.setdefault(key, (name, value))
            if value != expected:
                raise Disagreement(
                    f"{key} is {expected} by {other}, but {value} by {name}."
                )
