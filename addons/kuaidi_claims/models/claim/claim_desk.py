from odoo import models
from odoo.fields import Domain

from .claim import CLOSED_STATES


class KuaidiDesk(models.AbstractModel):
    """Counts open claims by their next deadline, and reports to approve."""

    _name = "kuaidi.desk"
    _inherit = ["kuaidi.desk"]

    # === BUSINESS METHODS === #

    def _get_counters(self):
        counters = super()._get_counters()
        tonight = self.env["kuaidi.deadline"]._get_due(
            self._get_today(), 0, "day", self.env.company
        )
        counters["claims"] = {
            "model": "kuaidi.claim",
            "label": self.env._("Claims in work"),
            "icon": "fa-balance-scale",
            "roles": "kuaidi_claims.group_claims_officer",
            "deadline": "date_deadline",
            "open": Domain("state", "not in", list(CLOSED_STATES))
            & self._get_case_domain(),
            "today": Domain("is_overdue", "=", False)
            & Domain("date_deadline", "<=", tonight),
            "late": Domain("is_overdue", "=", True),
        }
        counters["claim_reports"] = {
            "model": "kuaidi.claim.report",
            "label": self.env._("Claims awaiting approval"),
            "icon": "fa-check-square-o",
            "roles": "kuaidi_claims.group_claims_manager",
            "open": Domain("state", "=", "to_approve"),
        }
        return counters
