from dateutil.relativedelta import relativedelta

from odoo import models

SHOWN_MONTHS = 24


class KuaidiKeyAccount(models.Model):
    """Leads from a client to what it shipped."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    # === ACTION METHODS === #

    def action_view_figures(self):
        """Show the figures of the client's last 24 months as lines."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_monthly_figure_action"
        )
        this_month = (
            self.env["kuaidi.deadline"]._get_today(self.env.company).replace(day=1)
        )
        first = this_month - relativedelta(months=SHOWN_MONTHS - 1)
        views = [
            (view_id, mode) for view_id, mode in action["views"] if mode != "graph"
        ]
        graph = self.env.ref("kuaidi_key_account.kuaidi_monthly_figure_view_graph")
        return action | {
            "domain": [("account_id", "in", self.ids), ("month", ">=", first)],
            "context": {"default_account_id": self[:1].id},
            "views": [(graph.id, "graph"), *views],
        }
