from odoo import models


class IrAttachment(models.Model):
    """Keeps the files of evidence that was received, whoever asks for their end."""

    _inherit = "ir.attachment"

    # === BUSINESS METHODS === #

    def _check_no_evidence(self):
        """Refuse that a received paper changes or disappears."""
        super()._check_no_evidence()
        owned_sudo = self._filter_files_of("kuaidi.claim.evidence")
        if not owned_sudo:
            return
        lines_sudo = (
            self.env["kuaidi.claim.evidence"]
            .sudo()
            .search(
                [("attachment_ids", "in", owned_sudo.ids), ("state", "=", "received")],
                limit=1,
            )
        )
        if lines_sudo:
            lines_sudo.with_user(self.env.user).sudo()._refuse_deletion()
