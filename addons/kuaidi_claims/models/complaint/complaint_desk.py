from odoo import models
from odoo.fields import Domain


class KuaidiDesk(models.AbstractModel):
    """Counts the complaints that wait for their answer, on the first page."""

    _name = "kuaidi.desk"
    _inherit = ["kuaidi.desk"]

    # === BUSINESS METHODS === #

    def _get_overseers(self):
        return f"{super()._get_overseers()},kuaidi_claims.group_claims_manager"

    def _get_shortcuts(self):
        return [
            *super()._get_shortcuts(),
            {
                "key": "complaint",
                "label": self.env._("New Complaint"),
                "icon": "fa-comments-o",
                "roles": "kuaidi_claims.group_claims_officer",
                "action": "kuaidi_claims.kuaidi_complaint_intake_action",
            },
        ]

    def _get_case_domain(self):
        """Return the condition that leaves the cases of the scope (CP-12).

        To officers those are theirs which they handle, whoever the client's manager is.
        """
        mine = self._get_scope_domain("account_id.")
        return mine if mine.is_true() else mine | Domain("user_id", "=", self.env.uid)

    def _get_counters(self):
        counters = super()._get_counters()
        tonight = self.env["kuaidi.deadline"]._get_due(
            self._get_today(), 0, "day", self.env.company
        )
        counters["complaints"] = {
            "model": "kuaidi.complaint",
            "label": self.env._("Complaints to answer"),
            "icon": "fa-comments-o",
            "roles": "kuaidi_claims.group_claims_officer",
            "deadline": "date_next",
            "open": Domain("state", "in", ["new", "in_work"]) & self._get_case_domain(),
            "today": Domain("is_overdue", "=", False)
            & Domain("date_deadline", "<=", tonight),
            "late": Domain("is_overdue", "=", True),
        }
        return counters
