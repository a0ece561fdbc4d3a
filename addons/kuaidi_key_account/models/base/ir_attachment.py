import contextlib
import os
from uuid import uuid4

from odoo import api, models


class IrAttachment(models.Model):
    """Puts a file into the store whole or not at all."""

    _inherit = "ir.attachment"

    # === BUSINESS METHODS === #

    @api.model
    def _file_write(self, bin_value, checksum):
        """Write beside the place of the file, and move it there when it is whole.

        Core would keep the half of a file where the disk is full or the process dies,
        and refuse the whole one as another content for good.

        :raise OSError: when there is no room; nothing is left behind then
        """
        name, path = self._get_path(bin_value, checksum)
        if not os.path.exists(path):
            part = f"{path}.{uuid4().hex}"
            try:
                with open(part, "wb") as file:
                    file.write(bin_value)
                # in case the transaction is rolled back
                self._mark_for_gc(name)
                os.replace(part, path)
            except OSError:
                with contextlib.suppress(OSError):
                    os.unlink(part)
                raise
        return super()._file_write(bin_value, checksum)
