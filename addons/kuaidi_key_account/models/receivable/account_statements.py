from odoo import fields, models


class KuaidiKeyAccount(models.Model):
    """Leads from the client's file to what it owes and what it confirmed."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    statement_waiting_count = fields.Integer(
        string="Statements Not Answered",
        compute="_compute_statement_waiting_count",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === COMPUTE METHODS === #

    def _compute_statement_waiting_count(self):
        # sudo: whoever sees an account sees how many of its statements are open
        groups = (
            self.env["kuaidi.statement"]
            .sudo()
            ._read_group(
                [("account_id", "in", self._origin.ids), ("state", "=", "sent")],
                ["account_id"],
                ["__count"],
            )
        )
        counts = {account.id: count for account, count in groups}
        for account in self:
            account.statement_waiting_count = counts.get(account._origin.id, 0)

    # === ACTION METHODS === #

    def action_view_statements(self):
        """Show the statements of these clients, as they stand."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_statement_action"
        )
        return dict(
            action,
            domain=[("account_id", "in", self.ids)],
            context={"search_default_current": 1},
        )

    def action_view_receivables(self):
        """Show what these clients owe, by how long it is overdue."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_receivable_item_action"
        )
        views = sorted(action["views"], key=lambda view: view[1] != "list")
        return dict(
            action, domain=[("account_id", "in", self.ids)], views=views, context={}
        )
