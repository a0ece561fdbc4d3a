"""Entry point: `python -m tests.faults DATABASE RUNS [CASE ...]`."""

import datetime
import functools
import json
import logging
import os
import random
import sys

from odoo.tools import config

from tools import console, places, postgres

from . import copies, process, servers
from . import night as nights

# In the first hour of a year in Shanghai: month, quarter and year have just begun.
NEW_YEAR = datetime.datetime(2026, 12, 31, 17, 0)
LIMIT = "limit"
COPIES = {"neutral": copies.run_neutral, "files": copies.run_without_files}
KINDS = (*process.FAULTS, LIMIT, *COPIES)


def _tell(file, values):
    file.write(json.dumps(values, ensure_ascii=False, default=str) + "\n")
    file.flush()


def main(arguments):
    database, runs, *cases = arguments
    config.parse_config(
        ["--database", nights.RUN, "--no-http", f"--logfile={places.LOGS}/faults.log"],
        setup_logging=True,
    )
    logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
    # what was acknowledged has to be there when the database server comes back
    os.environ["PGOPTIONS"] = "-c synchronous_commit=on"
    if not cases:
        cases = [
            kind for kind in KINDS if postgres.is_own() or kind not in process.RESTARTS
        ]
    seed = random.SystemRandom().randrange(10**6)
    night = nights.Night(database, NEW_YEAR, random.Random(seed))
    try:
        with open(places.LOGS / "faults.jsonl", "a", encoding="utf-8") as file:
            _tell(file, {"seed": seed})
            for kind in cases:
                tell = functools.partial(_tell, file)
                if kind in COPIES:
                    total = COPIES[kind](night, tell)
                elif kind == LIMIT:
                    total = servers.run_limit(night, int(runs), tell)
                else:
                    total = nights.run_nights(night, kind, int(runs), tell)
                tell({"kind": kind, **total})
                console.say(f"{kind}: {json.dumps(total)}")
    finally:
        night.close()


if __name__ == "__main__":
    sys.exit(console.guarded(main, sys.argv[1:]))
