"""Loads a server with thirty people at work, beside the same load on core's pages.

    make bench ARGS="live [DATABASE] [MINUTES] [WORKERS]"

By default `bench_20k`, loaded first where it is missing, ten minutes on each side, and
three workers. The server is started here, listens on 127.0.0.1 alone, and ends with the
load. Everybody logs in by HTTP and asks for what the role asks for every day, with a
pause between two requests; the product and Odoo's own CRM, contacts and portal take
turns minute by minute. The result goes to `.odoo/bench/` and to `docs/performance.md`.
"""

import argparse
import collections
import dataclasses
import random
import signal
import statistics
import sys
import threading
import time

import database
import live_data
import live_roles
import machine
import report
import requests
import run
from goals import LIVE
from live_data import CORE, PRODUCT
from measure import Mark
from results import Results, read_live, write_live
from serving import ANSWER, find_error, log_in, serving

DATABASE, MINUTES, WORKERS = "bench_20k", 10, 3
MOST_MINUTES, MOST_WORKERS = 60, 8
# seconds: on average between two requests, of a turn on one side, and before they count
PAUSE, TURN, WARM = 2.0, 60, 60
SIDES = (PRODUCT, CORE)
# errors that are shown
MESSAGES = 10


@dataclasses.dataclass
class Answer:
    """What became of one request."""

    side: str
    name: str
    seconds: float
    error: str = ""


class Visitor(threading.Thread):
    """A user at work, until the time is up."""

    def __init__(self, number, user, requests_by_side, address, clock):
        super().__init__(daemon=True)
        self.number = number
        self.user = user
        self.requests_by_side = requests_by_side
        self.address = address
        self.clock = clock
        self.answers = []
        self.sessions = {}
        self.random = random.Random(user.logins[PRODUCT])
        self.turns = collections.Counter()

    def log_in(self, name):
        """Log in on both sides."""
        self.sessions = {
            side: log_in(self.address, name, login, self.user.password)
            for side, login in self.user.logins.items()
        }

    def run(self):
        self._pause()
        while side := self.clock.get_side():
            self._ask(side)
            self._pause()

    def _pause(self):
        time.sleep(min(self.random.expovariate(1 / PAUSE), 4 * PAUSE))

    def _ask(self, side):
        wanted = self.requests_by_side[side]
        request = wanted[self.turns[side] % len(wanted)]
        path, body = request.make(self.number + self.turns[side] // len(wanted))
        self.turns[side] += 1
        start = time.perf_counter()
        try:
            if body:
                response = self.sessions[side].post(
                    f"{self.address}{path}",
                    data=body,
                    headers=live_roles.JSON,
                    timeout=ANSWER,
                )
            else:
                response = self.sessions[side].get(
                    f"{self.address}{path}", timeout=ANSWER
                )
            error = find_error(response, is_call=bool(body))
        except requests.RequestException as failure:
            error = type(failure).__name__
        seconds = time.perf_counter() - start
        if self.clock.is_counting:
            self.answers.append(Answer(side, request.name, seconds, error))


class Clock:
    """Tells everybody whose turn it is.

    At first every worker of the server has to get to know what it is asked for: what
    that takes is not counted.
    """

    def __init__(self, minutes):
        self.start = 0.0
        self.seconds = 60 * minutes * len(SIDES)

    def begin(self):
        """Let everybody warm the server up, and then work."""
        self.start = time.monotonic() + WARM

    @property
    def is_counting(self):
        return time.monotonic() >= self.start

    def get_side(self):
        """Return the side whose turn it is, or nothing when the time is up."""
        passed = time.monotonic() - self.start
        if passed >= self.seconds:
            return None
        length = TURN if passed >= 0 else WARM / 4
        return SIDES[int(passed // length) % len(SIDES)]


def main(arguments):
    """Load the server, and return the exit status."""
    parser = argparse.ArgumentParser(description="Load a server with people at work.")
    parser.add_argument("database", nargs="?", default=DATABASE)
    parser.add_argument("minutes", nargs="?", type=int, default=MINUTES)
    parser.add_argument("workers", nargs="?", type=int, default=WORKERS)
    options = parser.parse_args(arguments)
    if not 1 <= options.minutes <= MOST_MINUTES:
        raise SystemExit(f"Ask for 1 to {MOST_MINUTES} minutes.")
    if not 2 <= options.workers <= MOST_WORKERS:
        raise SystemExit(f"Ask for 2 to {MOST_WORKERS} workers.")
    bench = run.open_bench(options.database, run.LEAST_REPETITIONS)
    with database.environment(bench.registry, commit=True) as env:
        live_data.prepare(env)
        users = live_data.make_users(env)
    database.vacuum(bench.database)
    wanted = [
        {side: live_roles.get_requests(bench, user, side) for side in SIDES}
        for user in users
    ]
    loads = [machine.get_load()]
    answers = _load(bench, options, users, wanted)
    loads.append(machine.get_load())
    values = _sum_up(answers, options.minutes) | {
        "accounts": bench.accounts,
        "minutes": options.minutes,
        "workers": options.workers,
        "users": len(users),
        "pause": PAUSE,
        "load": sorted(loads),
    }
    machine_values = machine.describe(bench)
    values |= {name: machine_values[name] for name in ("time", "commit")}
    write_live(values)
    results = Results.find_last()
    if results:
        report.write_page(results, report.make_rows(results, values), read_live())
    print(report.describe_live(values))
    return 0 if all(mark["passed"] for mark in values["marks"]) else 1


def _load(bench, options, users, wanted):
    """Start a server, let everybody work with it, and end it."""
    # who is told to end ends the server as well
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(1))
    with serving(bench.database, options.workers) as address:
        clock = Clock(options.minutes)
        visitors = [
            Visitor(number, user, wanted[number], address, clock)
            for number, user in enumerate(users)
        ]
        for visitor in visitors:
            visitor.log_in(bench.database)
        clock.begin()
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join()
    return [answer for visitor in visitors for answer in visitor.answers]


def _sum_up(answers, minutes):
    """Return totals by side, figures by kind of request, and marks."""
    sides, kinds = {}, []
    for side in SIDES:
        found = [answer for answer in answers if answer.side == side]
        sides[side] = _describe(found) | {"rate": len(found) / (60 * minutes)}
        total = sum(answer.seconds for answer in found)
        by_name = collections.defaultdict(list)
        for answer in found:
            by_name[answer.name].append(answer)
        rows = [
            {"side": side, "name": name}
            | _describe(of_name)
            | {"share": sum(answer.seconds for answer in of_name) / total}
            for name, of_name in by_name.items()
        ]
        kinds += sorted(rows, key=lambda row: -row["share"])
    errors = Mark("errors", sides[PRODUCT]["errors"], 0)
    messages = collections.Counter(
        f"{answer.name}: {answer.error}" for answer in answers if answer.error
    )
    return {
        "sides": sides,
        "kinds": kinds,
        "marks": [
            {"group": LIVE, "title": "Thirty users at once"} | run.describe_mark(errors)
        ],
        "messages": [
            f"{message} ({count} times)"
            for message, count in messages.most_common(MESSAGES)
        ],
    }


def _describe(answers):
    times = sorted(1000 * answer.seconds for answer in answers)
    return {
        "count": len(times),
        "errors": sum(bool(answer.error) for answer in answers),
        "p50": statistics.median(times),
        "p95": times[int(0.95 * (len(times) - 1))],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
