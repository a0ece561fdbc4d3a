"""The commands, run by the virtual environment's Python."""

import os
import shutil
import subprocess
import sys

from . import (
    check,
    compatibility,
    console,
    databases,
    demo,
    life_cycle,
    odoo,
    places,
    postgres,
    serve,
    style,
    translations,
)

DEMO_DATABASE = "demo"
# the first argument of `bench` that asks for people at work instead of groups
LIVE = "live"
FAULT_RUNS = "20"
# the first argument of `faults` that asks for tests instead of nights
CASES = "cases"


def run(arguments):
    """Serve the demo database."""
    port = _port()
    serve.check_port(port)
    with postgres.running() as variables:
        serve.serve(_database(arguments), port, variables)


def run_odoo(arguments):
    """Pass the arguments to Odoo's own command line."""
    with postgres.running() as variables:
        return odoo.pass_through(arguments, variables)


def make_demo(arguments):
    """Make a fresh demo database."""
    name = _database(arguments)
    with postgres.running() as variables:
        demo.make(name, variables)
    console.say(f'Made. Try: make run DB={name}, or make odoo ARGS="shell -d {name}"')


def bench(arguments):
    """Run the benchmarks, or the real load, with the database server up."""
    name = "run.py"
    if arguments[:1] == [LIVE]:
        name, arguments = "live_load.py", arguments[1:]
    script = places.ROOT / "benchmarks" / name
    if not script.exists():
        raise console.Failure(f"This checkout has no benchmarks/{name}.")
    with postgres.running() as variables:
        return subprocess.run(
            [sys.executable, "-W", "ignore", str(script), *arguments],
            cwd=places.ROOT,
            env=odoo.environment(variables),
            check=False,
        ).returncode


def drive_faults(arguments):
    """Drive faults into processes on copies of a demo database; see tests/faults/.

    The arguments are the database, the number of runs and the kinds of fault; or
    `cases`, the number of runs and of cases, for the tests of `docs/reliability.md`.
    """
    if arguments[:1] == [CASES]:
        return _repeat_cases(arguments[1:])
    name, *others = arguments or [DEMO_DATABASE]
    with postgres.running() as variables:
        demo.ensure(name, variables)
        return _run_faults("tests.faults", name, others or [FAULT_RUNS], variables)


def _repeat_cases(arguments):
    with postgres.running() as variables, check.locked():
        check.install(variables)
        try:
            return _run_faults(
                "tests.faults.cases", check.DATABASE, arguments, variables
            )
        finally:
            databases.drop(variables, check.DATABASE)


def _run_faults(module, name, arguments, variables):
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", module, name, *arguments],
        cwd=places.ROOT,
        env=odoo.environment(variables),
        check=False,
    ).returncode


def go_life_cycle(arguments):
    """Install, uninstall and update the addons in every order, and compare."""
    with postgres.running() as variables:
        name = _database(arguments)
        demo.ensure(name, variables)
        os.environ.update(variables)
        life_cycle.run(variables, name)


def compare_with_core(arguments):
    """Run core's own tests with our addons and without them."""
    with postgres.running() as variables:
        compatibility.run(arguments, variables)


def test(arguments):
    """Run every check, or the tests that the arguments select."""
    with postgres.running() as variables:
        check.run(arguments, variables)


def lint(arguments):
    """Check the style only."""
    count = style.check(fix="--fix" in arguments)
    console.say(f"{count} files are well written.")


def translate(_arguments):
    """Bring the translation files up to date with the code."""
    with postgres.running() as variables:
        check.install(variables)
        translations.update(variables, check.DATABASE)
        databases.drop(variables, check.DATABASE)


def set_up(_arguments):
    """Only set up, which has happened by now; start the server once to be sure."""
    with postgres.running() as variables:
        databases.comment(variables, DEMO_DATABASE)
    console.say("Everything is set up.")


def clean(_arguments):
    """Remove this checkout's databases, filestores and logs."""
    postgres.stop_unused()
    shutil.rmtree(places.STATE, ignore_errors=True)


def _database(arguments):
    return arguments[0] if arguments else DEMO_DATABASE


def _port():
    text = os.environ.get("PORT") or "8069"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise console.Failure(f"PORT={text} is no port. Give a number up to 65535.")
    return int(text)


COMMANDS = {
    "run": run,
    "test": test,
    "odoo": run_odoo,
    "demo": make_demo,
    "bench": bench,
    "faults": drive_faults,
    "lifecycle": go_life_cycle,
    "compatibility": compare_with_core,
    "lint": lint,
    "translate": translate,
    "setup": set_up,
    "clean": clean,
}


def main(arguments):
    """Run the command named by the first argument."""
    places.LOGS.mkdir(parents=True, exist_ok=True)
    return COMMANDS[arguments[0]](arguments[1:])


if __name__ == "__main__":
    sys.exit(console.guarded(main, sys.argv[1:]))
