from odoo import models


class KuaidiAccountHandover(models.TransientModel):
    """Moves the leaver's open renewals along with the accounts."""

    _name = "kuaidi.account.handover"
    _inherit = ["kuaidi.account.handover"]

    # === BUSINESS METHODS === #

    def _get_handover_records(self):
        return [*super()._get_handover_records(), self._get_open_renewals()]

    def _move_roles(self, accounts):
        """Let the successor see to what the leaver had to renew."""
        res = super()._move_roles(accounts)
        self._get_open_renewals().owner_id = self.to_user_id
        return res

    def _get_open_renewals(self):
        """Return the leaver's open renewals on the accounts that are handed over."""
        self.ensure_one()
        renewals = self.env["kuaidi.renewal"]
        # sudo: who hands over an account hands over its renewals
        return renewals.sudo().search(
            [
                ("account_id", "in", self.account_ids.ids),
                ("owner_id", "=", self.from_user_id.id),
                ("stage", "in", list(renewals._escalation_states)),
            ]
        )
