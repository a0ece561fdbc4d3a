"""Where things are kept, and the locks that guard them."""

import ast
import contextlib
import fcntl
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
ADDONS = ROOT / "addons"
# Belongs to this checkout: database cluster, filestore, logs.
STATE = ROOT / ".odoo"
DATA = STATE / "data"
LOGS = STATE / "logs"


def cache():
    """Return the per-user folder that all checkouts share."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return pathlib.Path(base).expanduser() / "kuaidi-key-account"


def addon_names():
    """Return the names of our addons, in alphabetical order."""
    return sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))


def dependencies():
    """Return the names of the other addons that ours depend on, in order."""
    ours = addon_names()
    manifests = [
        ast.literal_eval((ADDONS / name / "__manifest__.py").read_text("utf-8"))
        for name in ours
    ]
    needed = {name for manifest in manifests for name in manifest["depends"]}
    return sorted(needed - set(ours))


@contextlib.contextmanager
def locked(path, waiting=None):
    """Hold an exclusive lock on ``path``; another process waits for its end.

    :param waiting: called once, if the lock is not free at first
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
