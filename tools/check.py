"""`make test`: every stage in turn; the first that fails ends the run."""

import hashlib
import re
import subprocess
import sys
import time
import xml.etree.ElementTree

from . import console, databases, demo, odoo, places, style, translations

_CHECKOUT = hashlib.sha256(str(places.ROOT).encode()).hexdigest()[:6]
# Other checkouts may use the same database server.
DATABASE = f"test-{_CHECKOUT}"
DEMO_DATABASE = f"test-demo-{_CHECKOUT}"
TESTS = ("addons", "tests")
CLICKS = "tests/click_everywhere.py"
# The start of a record: time, process, level, database, logger.
RECORD = re.compile(r"^\d{4}-\d\d-\d\d \S+ \d+ (ERROR|CRITICAL|WARNING) \S+ ([^ :]+):")


def run(arguments, variables):
    """Run all stages, or only the tests that pytest finds with ``arguments``."""
    start = time.monotonic()
    with places.locked(
        places.STATE / "test.lock",
        waiting=lambda: console.say("Another `make test` runs here; waiting for it."),
    ):
        stages = {
            "Style": style.check,
            "Installing the addons": lambda: install(variables),
            "Translations": lambda: translations.check(variables, DATABASE),
            "Odoo's own lint": lambda: _core_lint(variables),
            "Tests": lambda: _pytest(DATABASE, [*TESTS, *arguments], variables),
            "Demo database": lambda: _demo(variables),
            "Click everywhere": lambda: _pytest(DEMO_DATABASE, [CLICKS], variables),
        }
        if arguments:
            narrowed = ("Installing the addons", "Tests")
            stages = {name: stages[name] for name in narrowed}
        summary = []
        try:
            for name, stage in stages.items():
                summary.append(_run_stage(name, stage))
        finally:
            for database in (DATABASE, DEMO_DATABASE):
                databases.drop(variables, database)
    console.say("\nAll stages passed:")
    for line in summary:
        console.say(f"  {line}")
    console.say(f"  {time.monotonic() - start:.0f} s in all")


def _run_stage(name, stage):
    console.say(f"\n=== {name}")
    start = time.monotonic()
    count = stage()
    if not count:
        raise console.Failure(f"The stage {name!r} ran no check at all.")
    return f"{name:<24}{count:>6} checked {time.monotonic() - start:>6.0f} s"


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


def _demo(variables):
    demo.make(DEMO_DATABASE, variables)
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


def _core_lint(variables):
    log = places.LOGS / "core_lint.log"
    with console.step("Running test_lint on our addons"), open(log, "w") as output:
        done = console.run_child(
            [sys.executable, "-W", "ignore", "-m", "tools.core_lint", DATABASE],
            cwd=places.ROOT,
            env=odoo.environment(variables),
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        )
    if done.returncode:
        console.say(console.tail(log, lines=60))
        raise console.Failure(f"test_lint found something. (Details: {log})")
    return int(done.stdout.split()[-1])


def _pytest(database, arguments, variables):
    log = places.LOGS / f"pytest-{database}.log"
    report = places.LOGS / f"pytest-{database}.xml"
    for path in (log, report):
        path.unlink(missing_ok=True)
    sys.stdout.flush()
    status = console.run_child(
        [
            *(sys.executable, "-W", "ignore", "-m", "pytest", "--quiet"),
            f"--odoo-config={odoo.CONFIGURATION}",
            f"--odoo-database={database}",
            *("--odoo-http", "--odoo-log-level=info"),
            f"--odoo-extra=logfile={log}",
            f"--odoo-extra=screenshots={places.LOGS / 'screenshots'}",
            f"--junitxml={report}",
            *arguments,
        ],
        cwd=places.ROOT,
        env=odoo.environment(variables),
    ).returncode
    if status:
        raise console.Failure(f"The tests did not pass. (Odoo's log: {log})")
    _check_log(log)
    return _count(report)


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
