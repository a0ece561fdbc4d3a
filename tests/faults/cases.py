"""Runs the tests of the fault cases again and again, and counts per case.

`python -m tests.faults.cases DATABASE [RUNS [CASE ...]]` on a database with both addons
and no demo data. The cases and their tests are those of the table in
`docs/reliability.md`. Races, of two transactions at once, run ten times as often.

Each run is a line in `.odoo/logs/cases.jsonl` as soon as it ends, so that a run that is
broken off counts for what it did.
"""

import inspect
import json
import re
import sys
from collections import Counter

import pytest

from tools import console, odoo, places

PAGE = places.ROOT / "docs" / "reliability.md"
LOG = places.LOGS / "cases.jsonl"
RUNS = 20
# what has two transactions at once
RACE = "ConcurrencyCase"
TIMES_RACE = 10
FOLDERS = ("addons", "tests")
ROW = re.compile(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|", re.MULTILINE)
NAME = re.compile(r"`(?:[^`]+::)?(test_\w+)`")


def read_cases():
    """Return the names of the tests by the number of their case."""
    text = PAGE.read_text(encoding="utf-8")
    return {int(number): NAME.findall(cell) for number, cell in ROW.findall(text)}


def find_files(names):
    """Return the files that the tests stand in.

    :raise console.Failure: if one of them is not there
    """
    files, missing = set(), set(names)
    for folder in FOLDERS:
        for path in (places.ROOT / folder).rglob("test_*.py"):
            text = path.read_text(encoding="utf-8")
            found = set(re.findall(r"def (test_\w+)\(", text)) & set(names)
            if found:
                files.add(str(path))
                missing -= found
    if missing:
        raise console.Failure(f"There is no {', '.join(sorted(missing))}.")
    return sorted(files)


class Repetition:
    """A plugin of pytest: the named tests many times, each run counted and told."""

    def __init__(self, names, runs, file):
        self.names = names
        self.wanted = runs
        self.file = file
        self.runs = Counter()
        self.failures = Counter()

    def pytest_collection_modifyitems(self, items):
        """Repeat all, class by class as each is set up once, then the races alone."""
        chosen = [item for item in items if item.name in self.names]
        self.rounds = {item.name: _get_rounds(item) for item in chosen}
        classes = {}
        for item in chosen:
            classes.setdefault(item.cls, []).append(item)
        items[:] = [
            item
            for stage in range(TIMES_RACE)
            for cls, members in classes.items()
            if not stage or _is_race(cls)
            for number in range(self.wanted)
            for item in members
            if number * self.rounds[item.name] < self.wanted
        ]

    def pytest_runtest_logreport(self, report):
        """Count a run at its call, and what fails before or after it."""
        name = report.location[2].split(".")[-1]
        is_over = report.when == "call" or report.when == "setup" and report.failed
        if not is_over and not report.failed:
            return
        runs = self.rounds[name] if is_over else 0
        self.runs[name] += runs
        self.failures[name] += report.failed
        line = {
            "test": name,
            "runs": runs,
            "failed": report.failed,
            "seconds": round(report.duration, 2),
        }
        if report.failed:
            line["error"] = report.longreprtext[-3000:]
        self.file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.file.flush()


def _is_race(cls):
    return any(base.__name__ == RACE for base in cls.__mro__)


def _get_rounds(item):
    """Return how often a test goes its round by itself."""
    if "range(ROUNDS)" in inspect.getsource(item.function):
        return item.module.ROUNDS
    return 1


def main(arguments):
    """Run the tests, print what was counted, and tell whether any failed."""
    database, *others = arguments
    runs = int(others[0]) if others else RUNS
    cases = read_cases()
    if others[1:]:
        cases = {int(number): cases[int(number)] for number in others[1:]}
    names = {name for found in cases.values() for name in found}
    with open(LOG, "a", encoding="utf-8") as file:
        counted = Repetition(names, runs, file)
        pytest.main(
            [
                *(
                    "--quiet",
                    "--no-header",
                    "--no-summary",
                    "-p",
                    "tools.pytest_plugin",
                ),
                f"--odoo-config={odoo.CONFIGURATION}",
                f"--odoo-database={database}",
                *("--odoo-http", "--odoo-log-level=warn"),
                f"--odoo-extra=logfile={places.LOGS / 'cases.log'}",
                *find_files(names),
            ],
            [counted],
        )
        for number, found in cases.items():
            total = {
                "case": number,
                "tests": len(found),
                "runs": sum(counted.runs[name] for name in found),
                "least": min((counted.runs[name] for name in found), default=0),
                "failures": sum(counted.failures[name] for name in found),
            }
            file.write(json.dumps(total) + "\n")
            if found:
                console.say(json.dumps(total))
    return 1 if counted.failures.total() or not counted.runs else 0


if __name__ == "__main__":
    sys.exit(console.guarded(main, sys.argv[1:]))
