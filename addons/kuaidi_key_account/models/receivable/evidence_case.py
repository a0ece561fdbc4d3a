from odoo import models
from odoo.exceptions import UserError

# above it a pack is made in the background
AT_ONCE_FILES = 40


class KuaidiCollectionCase(models.Model):
    """Asks for the evidence pack of a case."""

    _name = "kuaidi.collection.case"
    _inherit = ["kuaidi.collection.case"]

    # === ACTION METHODS === #

    def action_make_pack(self):
        """Make the evidence pack, in the background where it is large.

        :raise AccessError: for others than finance
        """
        self.ensure_one()
        self._check_finance()
        # sudo: the pack holds contracts, invoices and letters of this client, which
        # finance sees; packs themselves are the system's
        pack_sudo = (
            self.env["kuaidi.evidence.pack"]
            .sudo()
            .create({"case_id": self.id, "user_id": self.env.uid})
        )
        lang = self.company_id.partner_id.lang or self.env.lang
        pack_sudo = pack_sudo.with_context(lang=lang)
        if len(pack_sudo._get_moves()) > AT_ONCE_FILES:
            self.env.ref("kuaidi_key_account.cron_evidence_pack")._trigger()
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "message": self.env._(
                        "The pack is large and is made in the background. You find it"
                        " on the case in a few minutes."
                    ),
                },
            }
        pack_sudo._make()
        if pack_sudo.state == "failed":
            raise UserError(pack_sudo.error)
        return pack_sudo.with_env(self.env).action_download()
