"""Runs core's `test_lint` suite, but on our addons only.

Runs as a process of its own: `python -m tools.core_lint DATABASE`. The suite looks
at every addon that it finds; here it finds ours alone, because what it says about
others is not ours to correct. Prints the number of tests, and ends with status 1
when one fails.
"""

import logging
import sys
import threading
import unittest.mock

from odoo.modules import Manifest, module
from odoo.modules.registry import Registry
from odoo.tests import loader
from odoo.tests.result import OdooTestResult
from odoo.tools import config

from . import places

SUITE = "test_lint"


class OurResult(OdooTestResult):
    """Leaves out what a test says about the models of another addon."""

    def addSubTest(self, test, subtest, err):
        if subtest.params.get("module", SUITE) in (SUITE, *places.addon_names()):
            super().addSubTest(test, subtest, err)


def main(database):
    """Run the suite against a database that has our addons installed."""
    options = ["--database", database, "--no-http", "--test-tags", f"/{SUITE}"]
    config.parse_config(options, setup_logging=True)
    logging.getLogger().setLevel(logging.WARNING)
    threading.current_thread().dbname = database
    # Loading under this flag would run each addon's own tests.
    config["test_enable"] = False
    Registry(database)
    config["test_enable"] = True
    manifests = [Manifest.for_addon(name) for name in places.addon_names()]
    with (
        unittest.mock.patch.object(
            Manifest, "all_addon_manifests", return_value=manifests
        ),
        # From here pylint starts; it would read all of Odoo, for minutes.
        unittest.mock.patch.object(config, "root_path", manifests[0].path),
    ):
        module.current_test = True
        failed = ran = 0
        for position in ("at_install", "post_install"):
            results = OurResult()
            loader.make_suite([SUITE], position)(results)
            ran += results.testsRun
            failed += results.failures_count + results.errors_count
    print(ran)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
