"""What the tests of the tools share."""

import contextlib
import io
import os
import pathlib
import shutil
import tempfile
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
