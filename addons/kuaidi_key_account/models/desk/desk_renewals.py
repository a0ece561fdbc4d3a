from odoo import models
from odoo.fields import Domain


class KuaidiDesk(models.AbstractModel):
    """Counts the renewals that are under way, and those whose notice date passed."""

    _name = "kuaidi.desk"
    _inherit = ["kuaidi.desk"]

    # === BUSINESS METHODS === #

    def _get_counters(self):
        today = self._get_today()
        renewals = self.env["kuaidi.renewal"]
        counters = super()._get_counters()
        counters["renewals"] = {
            "model": renewals._name,
            "label": self.env._("Contracts to renew"),
            "icon": "fa-refresh",
            "open": Domain("stage", "in", list(renewals._escalation_states))
            & self._get_scope_domain("account_id."),
            "today": Domain("date_notice", "=", today),
            "late": Domain("date_notice", "<", today),
        }
        return counters
