"""Keeps what was measured as JSON lines, so that a run can go on after a break."""

import json
from datetime import datetime

import database

FOLDER = database.ROOT / ".odoo" / "bench"
LIVE = FOLDER / "live.json"


class Results:
    """What one run has measured, in a file that lines are only added to.

    A line of the kind ``machine`` begins every sitting; ``done`` ends a group on a
    database, after a line of the kind ``comparison`` for each of its comparisons;
    ``growth`` compares two databases. Of a group that was measured again, the last
    time counts; what was not brought to its end does not.
    """

    def __init__(self, path):
        self.path = path
        self.machines = []
        self.growths = {}
        self._open = {}
        self._done = {}
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                self._take(json.loads(line))

    @classmethod
    def begin(cls):
        """Return the results of a run that begins now."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        return cls(FOLDER / f"{datetime.now():%Y-%m-%d-%H%M%S}.jsonl")

    @classmethod
    def find_last(cls):
        """Return the results of the last run, or nothing if there is none."""
        paths = sorted(FOLDER.glob("*.jsonl"))
        return cls(paths[-1]) if paths else None

    def write(self, kind, **values):
        """Add a line, and know it."""
        line = json.dumps({"kind": kind} | values, default=str, ensure_ascii=False)
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(line + "\n")
        self._take(json.loads(line))

    def is_done(self, group, name):
        """Tell whether a group was measured on a database."""
        return (group, name) in self._done

    def get_comparisons(self):
        """Return what was measured, as the lines were written."""
        return [line for lines in self._done.values() for line in lines]

    def _take(self, line):
        kind = line.pop("kind")
        key = (line.get("group"), line.get("database"))
        if kind == "machine":
            # what was broken off counts for nothing
            self._open.clear()
            self.machines.append(line)
        elif kind == "comparison":
            self._open.setdefault(key, []).append(line)
        elif kind == "done":
            self._done[key] = self._open.pop(key, [])
        elif kind == "growth":
            self.growths[line["group"], line["title"]] = line


def read_live():
    """Return what the last real load has shown, or nothing."""
    return json.loads(LIVE.read_text(encoding="utf-8")) if LIVE.exists() else None


def write_live(values):
    """Keep what a real load has shown."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = json.dumps(values, default=str, ensure_ascii=False, indent=1)
    LIVE.write_text(text + "\n", encoding="utf-8")
