"""Entry point: `python -m tests.faults DATABASE RUNS [CASE ...]`."""

import datetime
import functools
import json
import logging
import random
import sys

from odoo.tools import config

from tools import console, places

from . import copies, process
from . import night as nights

# In the first hour of a year in Shanghai: month, quarter and year have just begun.
NEW_YEAR = datetime.datetime(2026, 12, 31, 17, 0)
COPIES = {"neutral": copies.run_neutral, "files": copies.run_without_files}


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
    seed = random.SystemRandom().randrange(10**6)
    night = nights.Night(database, NEW_YEAR, random.Random(seed))
    try:
        with open(places.LOGS / "faults.jsonl", "a", encoding="utf-8") as file:
            _tell(file, {"seed": seed})
            for kind in cases or (*process.FAULTS, *COPIES):
                tell = functools.partial(_tell, file)
                if kind in COPIES:
                    total = COPIES[kind](night, tell)
                else:
                    total = nights.run_nights(night, kind, int(runs), tell)
                tell({"kind": kind, **total})
                console.say(f"{kind}: {json.dumps(total)}")
    finally:
        night.close()


if __name__ == "__main__":
    sys.exit(console.guarded(main, sys.argv[1:]))
