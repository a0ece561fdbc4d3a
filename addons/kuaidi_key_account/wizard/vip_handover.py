from odoo import models


class KuaidiAccountHandover(models.TransientModel):
    """Moves the leaver's re-evaluations of VIP service along with the accounts."""

    _name = "kuaidi.account.handover"
    _inherit = ["kuaidi.account.handover"]

    # === BUSINESS METHODS === #

    def _get_handover_records(self):
        return super()._get_handover_records() + [self.account_ids.vip_ids]
