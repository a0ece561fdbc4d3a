from odoo import api, fields, models
from odoo.fields import Domain

from .alert_rule import LEVELS


class KuaidiKeyAccount(models.Model):
    """Shows how much the client is at risk, and lets an alert be raised by hand."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    alert_ids = fields.One2many(
        comodel_name="kuaidi.alert",
        inverse_name="account_id",
        string="Alerts",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    alert_level = fields.Selection(
        selection=LEVELS,
        string="At Risk",
        compute="_compute_alert_level",
        search="_search_alert_level",
        groups="kuaidi_key_account.group_kuaidi_user",
        help="The most severe level of the open alerts. Internal: never told to the"
        " client.",
    )
    open_alert_count = fields.Integer(
        string="Open Alerts",
        compute="_compute_alert_level",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === COMPUTE METHODS === #

    @api.depends("alert_ids.level", "alert_ids.state")
    def _compute_alert_level(self):
        # sudo: whoever sees an account sees that it is at risk
        groups = (
            self.env["kuaidi.alert"]
            .sudo()
            ._read_group(
                [("account_id", "in", self._origin.ids), ("state", "=", "open")],
                ["account_id"],
                ["level:max", "__count"],
            )
        )
        found = {account.id: (level, count) for account, level, count in groups}
        self._set_computed(
            ("alert_level", "open_alert_count"),
            [found.get(account._origin.id, (None, 0)) for account in self],
        )

    def _search_alert_level(self, operator, value):
        if operator != "in":
            return NotImplemented  # the ORM retries with the opposite operator
        is_open = Domain("state", "=", "open")
        found = Domain.FALSE
        for level in value:
            if not level:
                found |= Domain("alert_ids", "not any", is_open)
                continue
            at_level = is_open & Domain("level", "=", level)
            above = is_open & Domain(
                "level", "in", [other for other, _name in LEVELS if other > level]
            )
            found |= Domain("alert_ids", "any", at_level) & Domain(
                "alert_ids", "not any", above
            )
        return found

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if vals.get("state") == "closed":
            self._end_alerts()
        return res

    # === ACTION METHODS === #

    def action_raise_alert(self):
        """Open the form on which an alert is raised by hand."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_alert_raise_action"
        )
        return dict(action, context={"default_account_id": self.id})

    def action_view_alerts(self):
        """Show all alerts that these clients have had, open ones first."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_alert_action_history"
        )
        return dict(action, domain=[("account_id", "in", self.ids)], context={})

    # === BUSINESS METHODS === #

    def _end_alerts(self):
        """Close the open alerts of clients whose relation has ended: they are lost."""
        # sudo: alerts end with the relation, whoever closes it
        alerts_sudo = (
            self.env["kuaidi.alert"]
            .sudo()
            .search([("account_id", "in", self.ids), ("state", "=", "open")])
        )
        if alerts_sudo:
            alerts_sudo._end(
                {"result": "lost"}, self.env._("The client's account was closed.")
            )
