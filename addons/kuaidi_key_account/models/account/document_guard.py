from odoo import api, models
from odoo.exceptions import UserError


class KuaidiAccountDocument(models.Model):
    """Keeps the papers on which a relation stands, with their files (ON-1, ON-7)."""

    _name = "kuaidi.account.document"
    _inherit = ["kuaidi.account.document"]

    # === CRUD METHODS === #

    def write(self, vals):
        if "type_id" in vals:
            self.filtered(
                lambda document: document.type_id.id != vals["type_id"]
            )._check_not_kept()
        # sudo: the files of a paper are compared whatever the user may see
        kept_sudo = (
            self.sudo()._filter_kept() if "attachment_ids" in vals else self.browse()
        )
        before = {document: document.attachment_ids for document in kept_sudo}
        res = super().write(vals)
        for document, files in before.items():
            if files - document.attachment_ids:
                document._check_not_kept()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        self._check_not_kept()

    # === BUSINESS METHODS === #

    def _filter_kept(self):
        """Hook: return the papers that prove something, and so stay with their files.

        These are the founding papers and safety agreements of whoever is or was a
        formal client. A later paper is registered beside them.
        """
        return self.filtered(
            lambda document: (
                document.category != "file"
                and (
                    document.account_id.state != "candidate"
                    or document.account_id.onboarding_step_ids
                )
            )
        )

    def _check_not_kept(self):
        """Check that none of the papers has to stay as it is.

        :raise UserError: for a paper that proves something
        """
        # sudo: whether a paper is kept does not depend on who asks
        for document in self.sudo()._filter_kept():
            raise UserError(
                self.env._(
                    "“%(document)s” of %(account)s stays on file as it is: the relation"
                    " stands on it. Register the new paper beside it.",
                    document=document.name,
                    account=document.account_id.display_name,
                )
            )
