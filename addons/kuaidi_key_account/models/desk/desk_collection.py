from odoo import models
from odoo.fields import Domain


class KuaidiDesk(models.AbstractModel):
    """Counts the clients whose debts are chased, by the day of the next action."""

    _name = "kuaidi.desk"
    _inherit = ["kuaidi.desk"]

    # === BUSINESS METHODS === #

    def _get_shortcuts(self):
        return [
            *super()._get_shortcuts(),
            {
                "key": "collection",
                "label": self.env._("Collector's Desk"),
                "icon": "fa-money",
                "roles": "kuaidi_key_account.group_finance",
                "action": "kuaidi_key_account.kuaidi_collection_desk_action",
            },
        ]

    def _get_counters(self):
        counters = super()._get_counters()
        today = self._get_today()
        mine = self._get_scope_domain("account_id.")
        if not mine.is_true():
            mine |= Domain("collector_id", "=", self.env.uid)
        counters["collection"] = {
            "model": "kuaidi.collection.case",
            "label": self.env._("Clients in collection"),
            "icon": "fa-money",
            "roles": "kuaidi_key_account.group_finance",
            "open": Domain("state", "!=", "closed") & mine,
            "today": Domain("date_next_action", "=", today),
            "late": Domain("date_next_action", "<", today),
        }
        return counters
