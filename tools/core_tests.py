"""Runs core's own tests of some addons in a database that is fully loaded.

Runs as a process of its own: `python -m tools.core_tests DATABASE REPORT TAGS`. Odoo
itself runs most of them while it loads the addon in question, when ours are not there
yet; here they run after every addon is loaded, so that ours have a say. Tours and
suites of JavaScript are left out: they need a browser for hours.
"""

import json
import logging
import pathlib
import socket
import sys
import threading

from odoo import http
from odoo.modules import module
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tests import loader
from odoo.tests.result import OdooTestResult
from odoo.tools import config

# What starts a browser.
BROWSER = ("start_tour", "browser_js")


class CoreResult(OdooTestResult):
    """Keeps the name of each test that ran, and of each that did not pass."""

    def __init__(self):
        super().__init__()
        self.ran, self.bad, self.left_out = [], [], []

    def startTest(self, test):
        super().startTest(test)
        self.ran.append(test.id())

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.left_out.append(test.id())

    def logError(self, flavour, test, error):
        super().logError(flavour, test, error)
        self.bad.append(f"{flavour} {_name(test)}")


def _name(test):
    """Return the name of a test, or of the part of one that failed."""
    name = test.id()
    return name.split(" at 0x")[0]


def _needs_browser(test):
    names = getattr(type(test), test._testMethodName).__code__.co_names
    return any(word in names for word in BROWSER)


def _without_browser(suite, result):
    for test in list(suite):
        if _needs_browser(test):
            result.left_out.append(test.id())
            suite._tests.remove(test)
    return suite


def _start_server():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        config["http_port"] = probe.getsockname()[1]
    server.load_server_wide_modules()
    server.server = server.ThreadedServer(http.root)
    server.server.start(stop=False)


def main(database, report, tags):
    """Run the tests of the addons that ``tags`` name, and write what happened.

    :param report: path of a JSON file
    """
    options = ["--database", database, "--test-tags", tags]
    config.parse_config(options, setup_logging=True)
    config["max_cron_threads"] = 0
    threading.current_thread().dbname = database
    # Loading under this flag would run the tests of each addon.
    config["test_enable"] = False
    Registry(database)
    config["test_enable"] = True
    _start_server()
    module.current_test = True
    addons = [tag.strip("/") for tag in tags.split(",") if tag.startswith("/")]
    result = CoreResult()
    for position in ("at_install", "post_install"):
        suite = loader.make_suite(addons, position)
        _without_browser(suite, result)(result)
    values = {
        "ran": sorted(set(result.ran)),
        "bad": sorted(set(result.bad)),
        "left_out": sorted(set(result.left_out)),
    }
    pathlib.Path(report).write_text(json.dumps(values, indent=1), encoding="utf-8")
    logging.shutdown()
    server.server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
