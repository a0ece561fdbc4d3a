from odoo import models


class KuaidiAccountHandover(models.TransientModel):
    """Moves the leaver's activities on contracts along with the accounts."""

    _name = "kuaidi.account.handover"
    _inherit = ["kuaidi.account.handover"]

    # === BUSINESS METHODS === #

    def _get_handover_records(self):
        # sudo: who hands over an account hands over its contracts
        contracts = (
            self.env["kuaidi.contract"]
            .sudo()
            .search([("account_id", "in", self.account_ids.ids)])
        )
        return [*super()._get_handover_records(), contracts]
