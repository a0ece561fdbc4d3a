"""`make test`: stages side by side; the first that fails ends the run.

Each stage is a process of its own: `python -m tools.check STAGE [ARGUMENTS]` prints the
number of its checks.
"""

import contextlib
import hashlib
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree

from . import (
    console,
    databases,
    demo,
    odoo,
    parallel,
    parts,
    places,
    style,
    translations,
)

_CHECKOUT = hashlib.sha256(str(places.ROOT).encode()).hexdigest()[:6]
# Other checkouts may use the same database server.
DATABASE = f"test-{_CHECKOUT}"
DEMO_DATABASE = f"test-demo-{_CHECKOUT}"
CLICKS = "tests/click_everywhere.py"
# The only part of the tests when the arguments name files.
NAMED = "Tests"
REPORT = "tests.xml"
# The status of pytest when it finds nothing to run.
NO_TESTS = 5
# Each process may hold `db_maxconn` connections of odoo.conf, and `make run` as well.
MOST_PROCESSES = 4
# The start of a record: time, process, level, database, logger.
RECORD = re.compile(r"^\d{4}-\d\d-\d\d \S+ \d+ (ERROR|CRITICAL|WARNING) \S+ ([^ :]+):")


def run(arguments, variables):
    """Run all stages, or only the tests that pytest finds with ``arguments``."""
    start = time.monotonic()
    processes = _processes()
    with locked():
        files = {NAMED: ()} if _names_a_file(arguments) else parts.split(processes)
        names = [_part_database(number) for number in range(len(files))]
        for name in names:
            _report(name).unlink(missing_ok=True)
        jobs = _jobs(files, arguments)
        try:
            results = parallel.run(jobs, processes, {**os.environ, **variables})
        finally:
            _merge_reports(names)
            for database in (DATABASE, DEMO_DATABASE, *names):
                databases.drop(variables, database)
    tests = sum(results[name].count for name in files)
    if not tests:
        raise console.Failure("No test fits these words; see `pytest --help`.")
    console.say("\nAll stages passed:")
    for name, result in results.items():
        console.say(f"  {name:<24}{result.count:>6} checked {result.seconds:>6.0f} s")
    console.say(f"  {tests} tests, {time.monotonic() - start:.0f} s in all")


def locked():
    """Hold the lock on the databases of the tests, which have fixed names."""
    return places.locked(
        places.STATE / "test.lock",
        waiting=lambda: console.say("Other tests run here; waiting for their end."),
    )


def _processes():
    """Return how many processes run at a time: one per core, unless JOBS says more."""
    text = os.environ.get("JOBS") or str(
        min(len(os.sched_getaffinity(0)), MOST_PROCESSES)
    )
    if not text.isdecimal() or not 0 < int(text) <= MOST_PROCESSES:
        raise console.Failure(f"JOBS={text}: give a number from 1 to {MOST_PROCESSES}.")
    return int(text)


def _names_a_file(arguments):
    return any((places.ROOT / word.split("::")[0]).is_file() for word in arguments)


def _part_database(number):
    return f"{DATABASE}-{number + 1}"


def _jobs(files, arguments):
    """Return the stages, the longest way first: install, tours, clicks."""
    installing = "Installing the addons"
    stops_at_once = any(word.startswith(("-x", "--exitfirst")) for word in arguments)
    tests = [
        parallel.Job(
            name,
            _command("tests", _part_database(number), *paths, *arguments),
            after=(installing,),
            stage="" if stops_at_once else "Tests",
            may_be_empty=bool(arguments),
        )
        for number, (name, paths) in enumerate(files.items())
    ]
    install = parallel.Job(installing, _command("install", len(files)))
    if arguments:
        return [install, *tests]
    browser = [job for job in tests if job.name.startswith(parts.BROWSER)]
    return [
        parallel.Job("Style", _command("style")),
        install,
        *browser,
        parallel.Job("Demo database", _command("demo")),
        # A browser wants a core to itself, or its steps take too long.
        parallel.Job(
            "Click everywhere",
            _command("tests", DEMO_DATABASE, CLICKS),
            after=("Demo database", *(job.name for job in browser)),
        ),
        *(job for job in tests if job not in browser),
        parallel.Job("Odoo's own lint", _command("lint"), after=(installing,)),
        parallel.Job("Translations", _command("translations"), after=(installing,)),
    ]


def _command(stage, *arguments):
    return (sys.executable, "-m", "tools.check", stage, *arguments)


def _install_for_parts(count):
    """Install once, and give each part of the tests a database of its own."""
    installed = install({})
    for number in range(int(count)):
        databases.clone({}, DATABASE, _part_database(number))
    return installed


def install(variables):
    """Install the addons with Chinese into a fresh database, without demo data."""
    addons = places.addon_names()
    if addons:
        databases.create(variables, DATABASE)
        options = ["--database", DATABASE, "--init", ",".join(addons)]
        log = odoo.run(
            f"Installing {' and '.join(addons)}",
            [*options, "--load-language", "zh_CN", "--no-http", "--stop-after-init"],
            "install.log",
            variables,
        )
        _check_log(log)
    return len(addons)


def _demo():
    demo.make(DEMO_DATABASE, {})
    _check_log(places.LOGS / demo.LOG)
    return len(places.addon_names())


def _check_log(path):
    """Refuse any error in a log, and any warning of our own addons."""
    ours = tuple(f"odoo.addons.{name}" for name in places.addon_names())
    bad = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        record = RECORD.match(line)
        if record and (record[1] != "WARNING" or _concerns(line, record[2], ours)):
            bad.append(line)
    for line in bad[:20]:
        console.say(line)
    if bad:
        raise console.Failure(f"{len(bad)} bad lines in Odoo's log. (Details: {path})")


def _concerns(line, logger, ours):
    names = places.addon_names()
    return logger.startswith(ours) or any(name in line for name in names)


def _core_lint():
    log = places.LOGS / "core_lint.log"
    with console.step("Running test_lint on our addons"), open(log, "w") as output:
        done = console.run_child(
            [sys.executable, "-W", "ignore", "-m", "tools.core_lint", DATABASE],
            cwd=places.ROOT,
            env=odoo.environment({}),
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        )
    if done.returncode:
        console.say(console.tail(log, lines=60))
        raise console.Failure(f"test_lint found something. (Details: {log})")
    return int(done.stdout.split()[-1])


def _pytest(database, *arguments):
    log, report = _log(database), _report(database)
    for path in (log, report):
        path.unlink(missing_ok=True)
    status = console.run_child(
        [
            *(sys.executable, "-W", "ignore", "-m", "pytest", "--quiet"),
            *("-p", "tools.pytest_plugin", "--durations=5", "--durations-min=5"),
            f"--odoo-config={odoo.CONFIGURATION}",
            f"--odoo-database={database}",
            *("--odoo-http", "--odoo-log-level=info"),
            f"--odoo-extra=logfile={log}",
            f"--odoo-extra=screenshots={places.LOGS / 'screenshots'}",
            f"--junitxml={report}",
            *arguments,
        ],
        cwd=places.ROOT,
        env=odoo.environment({}),
        stdout=sys.stderr,
    ).returncode
    if status == NO_TESTS:
        return 0
    if status:
        raise console.Failure(f"The tests did not pass. (Odoo's log: {log})")
    _check_log(log)
    return _count(report)


def _log(database):
    return places.LOGS / f"pytest-{database}.log"


def _report(database):
    return places.LOGS / f"pytest-{database}.xml"


def _merge_reports(names):
    """Write what pytest reported on the parts into one file."""
    merged = xml.etree.ElementTree.Element("testsuites")
    for path in map(_report, names):
        # One that was stopped left nothing, or half of it.
        with contextlib.suppress(FileNotFoundError, xml.etree.ElementTree.ParseError):
            merged.extend(xml.etree.ElementTree.parse(path).getroot())
    tree = xml.etree.ElementTree.ElementTree(merged)
    tree.write(places.LOGS / REPORT, encoding="utf-8", xml_declaration=True)


def _count(report):
    """Return how many tests ran, and refuse those skipped for want of a browser."""
    ran = 0
    for case in xml.etree.ElementTree.parse(report).iter("testcase"):
        skipped = case.find("skipped")
        if skipped is None:
            ran += 1
        elif "chrome" in (skipped.get("message") or "").lower():
            raise console.Failure(
                f"{case.get('name')} was skipped: {skipped.get('message')}. Install"
                " Chromium, or end programs that hold it, and run it again."
            )
    return ran


STAGES = {
    "style": style.check,
    "install": _install_for_parts,
    "tests": _pytest,
    "demo": _demo,
    "lint": _core_lint,
    "translations": lambda: translations.check({}, DATABASE),
}


def main(arguments):
    """Run one stage; the variables that lead to the database server are inherited."""
    console.TICK = None
    print(STAGES[arguments[0]](*arguments[1:]))


if __name__ == "__main__":
    sys.exit(console.guarded(main, sys.argv[1:]))
