"""Print the attempts of docs/security.md, from what the last run of the tests logged.

python3 -m tests.attack_table
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

from tools import places

LINE = re.compile(r"attack_log: Attack (\d+), [^:]+: (\{.*\})$")
COLUMNS = {
    "public": "no login",
    "portal": "client",
    "stranger": "other client",
    "internal": "without a role",
    "account_manager": "account manager",
    "sales": "sales",
    "finance": "finance",
    "crm_centre": "CRM centre",
    "claims_officer": "claims officer",
    "claims_manager": "claims manager",
    "admin": "administrator",
    "outsider": "other company",
}
CLASSES = range(1, 31)


def count(lines):
    """Return the number of attempts by class and role, in the lines of a log.

    :raise KeyError: when a line names a role that has no column
    """
    counts = {number: Counter() for number in CLASSES}
    for line in lines:
        found = LINE.search(line.rstrip())
        if found:
            for role, attempts in json.loads(found[2]).items():
                counts[int(found[1])][COLUMNS[role]] += attempts
    return counts


def make_rows(counts):
    """Return the lines of the table: a row for each class, a column for each role."""
    cells = [["Class", *COLUMNS.values()], ["---"] * (len(COLUMNS) + 1)]
    for number, by_role in counts.items():
        cells.append(
            [str(number)]
            + [
                f"{by_role[role]:,}" if by_role[role] else "-"
                for role in COLUMNS.values()
            ]
        )
    return [f"| {' | '.join(row)} |" for row in cells]


def main(names):
    """Print the table of these logs, or of those of the last `make test`."""
    paths = [Path(name) for name in names] or sorted(places.LOGS.glob("pytest-*.log"))
    lines = (
        line for path in paths for line in path.read_text(encoding="utf-8").splitlines()
    )
    print("\n".join(make_rows(count(lines))))


if __name__ == "__main__":
    main(sys.argv[1:])
