from odoo import models


class IrAttachment(models.Model):
    """Keeps the files of the papers on which a relation stands."""

    _name = "ir.attachment"
    _inherit = ["ir.attachment"]

    # === BUSINESS METHODS === #

    def _check_no_evidence(self):
        """Refuse that the file of a kept paper changes or disappears."""
        res = super()._check_no_evidence()
        owned_sudo = self._filter_files_of("kuaidi.account.document")
        if owned_sudo and not self.env.su:
            self.env["kuaidi.account.document"].sudo().search(
                [("attachment_ids", "in", owned_sudo.ids)]
            )._check_not_kept()
        return res
