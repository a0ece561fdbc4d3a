from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError

# what may change of an entry that stands in a bid: who looks after it, how it is found
KEPT_OPEN = {
    "active",
    "user_id",
    "tag_ids",
    "note",
    "date_review",
    "message_follower_ids",
    "activity_ids",
    "message_ids",
}
GUARDED = {
    "state",
    "version",
    "former_id",
    "next_ids",
    "is_end_told",
    "is_review_told",
    "date_reminder",
    "cover_id",
}


class KuaidiBidAsset(models.Model):
    """Versions: a new one takes the place of the former, which stays as it was."""

    _name = "kuaidi.bid.asset"
    _inherit = ["kuaidi.bid.asset"]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_guarded({name for vals in vals_list for name in vals})
        self._check_not_guarded(self._get_default_names())
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_guarded(vals.keys())
        if not self.env.su and vals.keys() - KEPT_OPEN:
            self._check_not_frozen()
        if "company_id" in vals and any(
            asset.company_id.id != vals["company_id"] for asset in self
        ):
            raise UserError(
                self.env._(
                    "A library entry stays with its company: names, numbers and papers"
                    " of group companies do not mix. Create one for the other company."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        if self.next_ids - self:
            raise UserError(
                self.env._("A former version stays readable. Archive it instead.")
            )
        used = self.filtered(lambda asset: asset in asset._filter_used())
        if used:
            raise UserError(
                self.env._(
                    "%(name)s is used in a tender and stays in the library. Archive it"
                    " instead.",
                    name=used[0].display_name,
                )
            )

    # === ACTION METHODS === #

    def action_new_version(self):
        """Draw up a new version; this one stays in use until that one is published.

        :return: an action that opens the draft
        :raise UserError: when this is no version in use, or is being renewed already
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state", "next_ids"])
        if self.next_ids:
            raise UserError(
                self.env._(
                    "There is a new version of %(name)s already. Go on with that one.",
                    name=self.name,
                )
            )
        if self.state != "current":
            raise UserError(
                self.env._(
                    "%(name)s is not in use yet: change it as it is.",
                    name=self.display_name,
                )
            )
        # sudo: state and version are guarded; the right to write was checked
        draft_sudo = self.sudo().copy(
            {
                "name": self.name,
                "state": "draft",
                "version": self.version + 1,
                "former_id": self.id,
                "date_review": False,
                # a renewed paper ends on another day
                "date_expiry": False,
                "person_id_number": self.sudo().person_id_number,
            }
        )
        if self.kind in ("text", "person", "reference"):
            # a renewed paper is another file; the rest goes on with what there is
            draft_sudo._copy_files(self)
        return draft_sudo.with_env(self.env)._get_records_action()

    def action_publish(self):
        """Put a new version in use; the former one stays readable as it was.

        :raise UserError: for what is in use already
        """
        self.check_access("write")
        self.lock_for_update()
        self.former_id.lock_for_update(allow_referencing=True)
        self.invalidate_recordset(["state"])
        for asset in self:
            if asset.state != "draft":
                raise UserError(
                    self.env._("%(name)s is in use already.", name=asset.display_name)
                )
        # sudo: the state is guarded; the right to write was checked
        self.former_id.sudo()._supersede()
        self.sudo().write({"state": "current"})
        return True

    # === BUSINESS METHODS === #

    def _supersede(self):
        """Take former versions out of use; called in superuser mode."""
        self.write({"state": "superseded"})
        self._withdraw_reminders()

    def _copy_files(self, former):
        """Give this one copies of the files of the former, so that those stay."""
        copies = self.env["ir.attachment"]
        for file in former.sudo().attachment_ids.sorted("id"):
            copies |= file.copy({"res_model": self._name, "res_id": self.id})
        self.attachment_ids = copies

    def _check_not_guarded(self, names):
        if not self.env.su and GUARDED & set(names):
            raise AccessError(
                self.env._(
                    "Versions and states of the library change by its buttons only:"
                    " New Version and Publish."
                )
            )

    def _check_not_frozen(self):
        """Refuse to change former versions, and what stands in a bid that went out.

        :raise UserError: with the name of it
        """
        frozen = self.filtered(
            lambda asset: asset.state == "superseded"
        ) or self._filter_used(is_sealed=True)
        if frozen:
            raise UserError(
                self.env._(
                    "%(name)s stays what it was: it is a former version, or stands in a"
                    " bid that was sealed. Make a new version of it.",
                    name=frozen[0].display_name,
                )
            )

    def _check_usable(self):
        """Refuse what is no version in use, where it is put into a bid.

        :raise ValidationError: with the name of it
        """
        for asset in self:
            if asset.state != "current" or not asset.active:
                raise ValidationError(
                    self.env._(
                        "%(name)s is no version in use. Choose the one that is.",
                        name=asset.display_name,
                    )
                )
