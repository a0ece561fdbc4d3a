"""What the tests of the tools share."""

import contextlib
import io
import os
import pathlib
import shutil
import tempfile
import time
import unittest
from unittest import mock

from tools import console, places


class ToolCase(unittest.TestCase):
    """Gives each test a cache of its own, and keeps what is printed."""

    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        variables = {"XDG_CACHE_HOME": str(self.folder), "ODOO_HOME": ""}
        self._patch(mock.patch.dict(os.environ, variables))
        self._patch(mock.patch.object(places, "LOGS", self.folder / "logs"))
        self.cache = self.folder / "kuaidi-key-account"
        self.cache.mkdir()
        self.printed = io.StringIO()
        self._patch(contextlib.redirect_stderr(self.printed))

    def _patch(self, context):
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def _assert_fails(self, words, function, *arguments):
        with self.assertRaises(console.Failure) as caught:
            function(*arguments)
        sentence = str(caught.exception)
        self.assertRegex(sentence, words)
        self.assertNotIn("\n", sentence)
        return sentence

    def _assert_ends(self, pid_file):
        """The process that wrote its number there is gone, or goes in a moment."""
        pid = pid_file.read_text().strip()
        deadline = time.monotonic() + 10
        while self._is_alive(pid):
            self.assertLess(time.monotonic(), deadline, "the process lives on")
            time.sleep(0.05)

    def _is_alive(self, pid):
        try:
            state = pathlib.Path(f"/proc/{pid}/stat").read_text().split()[2]
        except (FileNotFoundError, ProcessLookupError):
            return False
        return state not in "ZX"
