"""Installing the addons where there are many clients, beside where there are none.

As a script it installs them into a benchmark database and prints the seconds it took.
"""

import pathlib
import subprocess
import sys
import time

import database
import load_clients
import load_invoices
from clone import Cloner
from measure import Comparison, Mark, Path, Timing

from odoo.modules import Manifest
from odoo.modules.registry import Registry

# P16
PARTNERS, INVOICES = 20_000, 500_000
TIMES_EMPTY = 1.3
# of half a minute or more each
REPETITIONS = 3
EMPTY, FULL, COPY = "bench_core_empty", "bench_core_full", "bench_core_copy"


def run_install(bench):
    """Install both addons beside core's, in turns on an empty and a full database.

    Both are made once, and kept: nothing of the product is in them.
    """
    for name, partners in ((EMPTY, 0), (FULL, PARTNERS)):
        if not database.exists(name):
            _make(name, partners)
    timings = {
        name: Timing(Path(name, lambda env: None, lambda env, result: {}))
        for name in ("empty", "product")
    }
    for _repetition in range(REPETITIONS):
        for name, source in (("empty", EMPTY), ("product", FULL)):
            timings[name].seconds.append(_install_copy(source))
    yield Comparison(
        "install",
        f"Installing beside {PARTNERS:,} partners and {INVOICES:,} invoices",
        timings,
        [
            Mark(
                "time / empty",
                timings["product"].median / timings["empty"].median,
                TIMES_EMPTY,
            )
        ],
        floor="empty",
        is_growing=False,
    )


def _make(name, partners):
    """Make a database with all that the addons stand on, and with clients."""
    database.create(name)
    depends = {
        needed for addon in database.ADDONS for needed in _get_depends(addon)
    } - set(database.ADDONS)
    registry = database.install(name, sorted(depends))
    if partners:
        with database.environment(registry, commit=True) as env:
            _fill(env, partners)
        database.vacuum(name)


def _get_depends(addon):
    return Manifest.for_addon(addon)["depends"]


def _fill(env, partners):
    partner = load_clients.make_partner(env)
    moves = load_invoices.make_moves(env, partner)
    env.flush_all()
    cloner = Cloner(env.cr)
    with cloner.without_indexes("res_partner", "account_move", "account_move_line"):
        load_clients.number_clients(cloner, partner, None, partners)
        load_clients.clone_partners(cloner, env, partner)
        load_invoices.draw_invoices(cloner, moves, partners, INVOICES)
        load_invoices.clone_invoices(cloner, moves)
    env.invalidate_all(flush=False)


def _install_copy(source):
    """Install into a copy by a process of its own; return the seconds."""
    database.drop(COPY)
    database.copy(source, COPY)
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", __file__, COPY],
            cwd=pathlib.Path(__file__).parent,
            capture_output=True,
            check=True,
            timeout=1800,
        )
    finally:
        database.drop(COPY)
    return float(done.stdout.splitlines()[-1])


def _report_time(name):
    database.configure(name)
    start = time.perf_counter()
    Registry.new(name, update_module=True, install_modules=database.ADDONS)
    print(time.perf_counter() - start)


if __name__ == "__main__":
    _report_time(sys.argv[1])
