from odoo import api, fields, models
from odoo.tools import SQL


class KuaidiKeyAccount(models.Model):
    """Leads from the client's file to what it owes and what it confirmed."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    statement_waiting_count = fields.Integer(
        string="Statements Not Answered",
        compute="_compute_form_counts",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

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

    # === BUSINESS METHODS === #

    @api.model
    def _get_form_counts(self):
        statements = self.env["kuaidi.statement"]._fields
        return super()._get_form_counts() | {
            "statement_waiting_count": SQL(
                "(SELECT count(*) FROM kuaidi_statement"
                " WHERE account_id = account.id AND state = 'sent')",
                to_flush=[statements["account_id"], statements["state"]],
            )
        }
