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
    """Keeps the files of evidence that was received, whoever asks for their end."""

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
        """Refuse that a received paper changes or disappears."""
        # sudo: the owner of a file is read whatever the user may see
        owned_sudo = self.sudo().filtered(
            lambda file: file.res_model == "kuaidi.claim.evidence" and file.res_id
        )
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
