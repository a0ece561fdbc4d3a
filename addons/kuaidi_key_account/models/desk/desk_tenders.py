from odoo import fields, models
from odoo.fields import Domain

from ..tender.tender import BID_STATES


class KuaidiDesk(models.AbstractModel):
    """Counts the bids that are still to be handed in, by their deadline."""

    _name = "kuaidi.desk"
    _inherit = ["kuaidi.desk"]

    # === BUSINESS METHODS === #

    def _get_counters(self):
        counters = super()._get_counters()
        tonight = self.env["kuaidi.deadline"]._get_due(
            self._get_today(), 0, "day", self.env.company
        )
        now = fields.Datetime.now()
        mine = self._get_scope_domain("account_id.")
        if not mine.is_true():
            mine |= Domain("user_id", "=", self.env.uid)
            mine |= Domain("member_ids.user_id", "=", self.env.uid)
        counters["tenders"] = {
            "model": "kuaidi.tender",
            "label": self.env._("Bids to hand in"),
            "icon": "fa-gavel",
            "roles": "kuaidi_key_account.group_sales",
            "deadline": "date_deadline",
            "open": Domain("state", "in", list(BID_STATES)) & mine,
            "today": Domain("date_deadline", ">=", now)
            & Domain("date_deadline", "<=", tonight),
            "late": Domain("date_deadline", "<", now),
        }
        return counters
