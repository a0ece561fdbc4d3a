"""Entry point: `python3 -m tools COMMAND [ARGUMENTS]`.

Sets up what is missing with the standard library alone, then runs the command with
the virtual environment's Python in place of this process.
"""

import os
import pathlib
import sys

from . import console, system_packages, virtualenv

COMMANDS = (
    "run test odoo demo bench faults lifecycle compatibility lint translate setup clean"
).split()


def main(arguments):
    """Do one command and return its exit status."""
    if not arguments or arguments[0] not in COMMANDS:
        raise console.Failure(f"Choose one of: {', '.join(COMMANDS)}.")
    if sys.platform != "linux":
        raise console.Failure(
            "This set-up is made for Linux. Use Docker Compose here (see README.md)."
        )
    os.umask(0o022)
    if arguments[0] == "run":
        system_packages.ensure_if_possible()
    elif arguments[0] == "test":
        system_packages.ensure(browser=True)
    supported = virtualenv.find_python()
    if supported != sys.executable:
        os.execv(supported, [supported, "-m", "tools", *arguments])
    python = str(virtualenv.ensure())
    sys.stderr.flush()
    os.execv(python, [python, "-m", "tools.commands", *arguments])


if __name__ == "__main__":
    os.chdir(pathlib.Path(__file__).resolve().parent.parent)
    sys.exit(console.guarded(main, sys.argv[1:]))
