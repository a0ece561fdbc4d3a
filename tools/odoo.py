"""Runs Odoo inside the environment that the set-up made."""

import os
import signal
import subprocess
import sys

from . import console, places

CONFIGURATION = places.ROOT / "odoo.conf"


def environment(database_variables):
    """Return the variables with which Odoo finds its settings and its server."""
    # The path of the virtual environment comes first: core's tests call pylint by name.
    programs = os.path.dirname(sys.executable)
    return {
        **os.environ,
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", "")]),
        "ODOO_RC": str(CONFIGURATION),
        "ODOO_DATA_DIR": str(places.DATA),
        **database_variables,
    }


def command(*arguments):
    """Return the command line of Odoo."""
    # Odoo warns about root and about its own pinned libraries: nothing to act on.
    return [sys.executable, "-W", "ignore", "-m", "odoo", *arguments]


def run(text, arguments, log, variables):
    """Run Odoo to its end as one announced step, with its output in a log file."""
    path = places.LOGS / log
    path.unlink(missing_ok=True)
    with console.step(text):
        console.run_logged(
            command(*arguments),
            log,
            "Odoo failed; correct what the lines above say and run it again.",
            cwd=places.ROOT,
            env=environment(variables),
        )
    return path


def run_module(name, database, log, variables):
    """Run one of our modules as a process of Odoo, with its output in a log file.

    :raise console.Failure: if it does not end with status 0
    """
    console.run_logged(
        [sys.executable, "-W", "ignore", "-m", name, database],
        log,
        "A screen of Odoo does not open; see the lines above.",
        cwd=places.ROOT,
        env=environment(variables),
    )


def pass_through(arguments, variables):
    """Run Odoo with this terminal as its own, and return its exit status."""
    process = subprocess.Popen(
        command(*arguments), cwd=places.ROOT, env=environment(variables)
    )
    # A terminal sends Ctrl-C to Odoo as well; it decides what to do with it.
    previous = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),
        signal.SIGTERM: signal.signal(
            signal.SIGTERM, lambda *_: process.send_signal(signal.SIGTERM)
        ),
    }
    try:
        status = process.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 128 - status if status < 0 else status
