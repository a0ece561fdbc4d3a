"""Says on what machine, with what settings and by what code something is measured."""

import os
import pathlib
import platform
import subprocess
from datetime import datetime

import database

from odoo import release

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


def describe(bench):
    """Return the machine, the settings and the code, without any name of a host."""
    with bench.environment() as env:
        env.cr.execute(
            "SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY(%s)",
            [list(SETTINGS)],
        )
        settings = dict(env.cr.fetchall())
    return {
        "time": get_time(),
        "commit": _git("rev-parse", "--short=12", "HEAD"),
        "is_changed": bool(_git("status", "--porcelain", "--", "addons")),
        "system": platform.system(),
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


def get_time():
    """Return the time to the second, with its zone."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def get_load():
    """Return how many processes wanted a core within the last minute."""
    return round(os.getloadavg()[0], 2)


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
