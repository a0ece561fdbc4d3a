from odoo import models


class KuaidiAccountHandover(models.TransientModel):
    """Moves the leaver's open analyses along with the accounts."""

    _name = "kuaidi.account.handover"
    _inherit = ["kuaidi.account.handover"]

    # === BUSINESS METHODS === #

    def _get_handover_records(self):
        reviews = self.env["kuaidi.client.review"].search(
            [("account_id", "in", self.account_ids.ids), ("state", "=", "draft")]
        )
        return super()._get_handover_records() + [reviews]
