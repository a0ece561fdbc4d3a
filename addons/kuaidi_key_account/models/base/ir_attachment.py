import contextlib
import os
from uuid import uuid4

from odoo import api, models

# what makes a file another one, or somebody else's
FILE_FIELDS = frozenset(
    {
        "company_id",
        "datas",
        "db_datas",
        "mimetype",
        "name",
        "public",
        "raw",
        "res_id",
        "res_model",
        "store_fname",
        "type",
        "url",
    }
)


class IrAttachment(models.Model):
    """Puts a file into the store whole or not at all, and keeps those of evidence."""

    _inherit = "ir.attachment"

    # === CRUD METHODS === #

    def write(self, vals):
        if FILE_FIELDS & vals.keys():
            self._check_no_evidence()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        self._check_no_evidence()

    # === BUSINESS METHODS === #

    def _check_no_evidence(self):
        """Hook: refuse that a file which proves something changes or disappears.

        :raise UserError: for a file that has to stay
        """

    def _filter_files_of(self, model):
        """Return those of the files that records of a model own, as superuser."""
        # sudo: the owner of a file is read whatever the user may see
        return self.sudo().filtered(
            lambda file: file.res_model == model and file.res_id
        )

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
