"""Serves a benchmark database with workers, for `serving.py`.

There is no process for live notifications, as nobody listens to them, and no cron.
"""

import os
import sys

import database

from odoo.service import server
from odoo.tools import config

HOST = "127.0.0.1"
QUEUE = 1024


def main(name, port, workers):
    """Serve until somebody ends this process."""
    database.check_name(name)
    # as `odoo` does it: the processes expect times in UTC
    os.environ["TZ"] = "UTC"
    config.parse_config(
        [
            *("--database", name),
            *("--http-interface", HOST, "--http-port", port),
            *("--workers", workers, "--max-cron-threads", "0"),
            *("--log-level", "warn"),
        ],
        setup_logging=True,
    )
    server.PreforkServer.long_polling_spawn = lambda self: None
    start = server.PreforkServer.start

    def start_with_queue(self):
        """Let requests wait as they do at the proxy that stands before a server."""
        start(self)
        self.socket.listen(QUEUE)

    server.PreforkServer.start = start_with_queue
    return server.start(preload=config["db_name"])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
