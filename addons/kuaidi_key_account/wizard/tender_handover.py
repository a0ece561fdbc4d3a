from odoo import models

from ..models.tender.tender import OPEN_STATES


class KuaidiAccountHandover(models.TransientModel):
    """Moves the leaver's open tenders along with the accounts."""

    _name = "kuaidi.account.handover"
    _inherit = ["kuaidi.account.handover"]

    # === BUSINESS METHODS === #

    def _get_handover_records(self):
        return [*super()._get_handover_records(), self._get_open_tenders()]

    def _move_roles(self, accounts):
        """Let the successor see to the tenders that the leaver answers."""
        res = super()._move_roles(accounts)
        self._get_open_tenders().user_id = self.to_user_id
        return res

    def _get_open_tenders(self):
        """Return the leaver's open tenders on the accounts that are handed over."""
        self.ensure_one()
        # sudo: who hands over an account hands over its tenders
        return (
            self.env["kuaidi.tender"]
            .sudo()
            .search(
                [
                    ("account_id", "in", self.account_ids.ids),
                    ("user_id", "=", self.from_user_id.id),
                    ("state", "in", OPEN_STATES),
                ]
            )
        )
