from odoo import models


class KuaidiKeyAccount(models.Model):
    """Leads from the client's file to its monthly analyses."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    # === ACTION METHODS === #

    def action_view_reviews(self):
        """Show the monthly analyses of this client, the last one first."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_client_review_action"
        )
        action["domain"] = [("account_id", "in", self.ids)]
        action["context"] = {}
        return action
