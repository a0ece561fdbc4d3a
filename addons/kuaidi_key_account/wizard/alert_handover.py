from odoo import models


class KuaidiAccountHandover(models.TransientModel):
    """Moves the leaver's open alerts along with the accounts."""

    _name = "kuaidi.account.handover"
    _inherit = ["kuaidi.account.handover"]

    # === BUSINESS METHODS === #

    def _get_handover_records(self):
        return [*super()._get_handover_records(), self._get_open_alerts()]

    def _move_roles(self, accounts):
        """Let the successor own what the leaver had to rescue."""
        res = super()._move_roles(accounts)
        self._get_open_alerts().owner_id = self.to_user_id
        return res

    def _get_open_alerts(self):
        """Return the leaver's open alerts on the accounts that are handed over."""
        self.ensure_one()
        # sudo: who hands over an account hands over its alerts
        return (
            self.env["kuaidi.alert"]
            .sudo()
            .search(
                [
                    ("account_id", "in", self.account_ids.ids),
                    ("owner_id", "=", self.from_user_id.id),
                    ("state", "=", "open"),
                ]
            )
        )
