import builtins
import errno
import os
from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.common import BaseCommon

STORE = "odoo.addons.kuaidi_key_account.models.base.ir_attachment"
CORE = "odoo.addons.base.models.ir_attachment"
CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 400


@tagged("post_install", "-at_install")
class TestBaseFileStore(BaseCommon):
    """A disk that is full, a process that dies: no half file, and no way barred."""

    def setUp(self):
        super().setUp()
        self.files = self.env["ir.attachment"]
        checksum = self.files._compute_checksum(CONTENT)
        _name, self.path = self.files._get_path(CONTENT, checksum)
        self.addCleanup(self._forget)
        self._forget()

    def _forget(self):
        if os.path.exists(self.path):
            os.unlink(self.path)

    def _get_files(self):
        """Return what lies in the folder of the file under its name."""
        folder, name = os.path.split(self.path)
        return [found for found in os.listdir(folder) if found.startswith(name)]

    def _create(self):
        return self.files.create({"name": "statement.pdf", "raw": CONTENT})

    @mute_logger(CORE)
    def test_a_full_disk_leaves_neither_half_a_file_nor_a_record(self):
        def write(path, mode="r"):
            # the device of the kernel that is always full
            return builtins.open("/dev/full" if "w" in mode else path, mode)

        count = self.files.search_count([])
        with (
            patch(f"{STORE}.open", write, create=True),
            patch(f"{CORE}.open", write, create=True),
            self.assertRaises(OSError) as caught,
            self.env.cr.savepoint(),
        ):
            self._create()
        self.assertEqual(caught.exception.errno, errno.ENOSPC)
        self.assertEqual(self._get_files(), [])
        self.assertEqual(self.files.search_count([]), count)
        # with room again
        self.assertEqual(self._create().raw, CONTENT)
        self.assertEqual(self._get_files(), [os.path.basename(self.path)])

    def test_a_process_that_died_while_writing_bars_no_way(self):
        class Killed(BaseException):
            pass

        class HalfFile:
            def __init__(self, path, mode):
                self.file = builtins.open(path, mode)

            def __enter__(self):
                return SimpleNamespace(write=self._write_half)

            def __exit__(self, *error):
                self.file.close()

            def _write_half(self, content):
                self.file.write(content[:1000])
                raise Killed

        with (
            patch(f"{STORE}.open", HalfFile, create=True),
            self.assertRaises(Killed),
            self.env.cr.savepoint(),
        ):
            self._create()
        self.assertFalse(os.path.exists(self.path))
        self.assertEqual(self._create().raw, CONTENT)
        for name in self._get_files():
            os.unlink(os.path.join(os.path.dirname(self.path), name))
