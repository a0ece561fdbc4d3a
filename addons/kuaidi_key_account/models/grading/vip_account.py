from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from .vip import ENDED_STATES

# the client has been told, and has not been told otherwise
ANNOUNCED_STATES = ("active", "review", "cancelling")


class KuaidiKeyAccount(models.Model):
    """Whether the client is a VIP, and the membership that says so."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    vip_ids = fields.One2many(
        comodel_name="kuaidi.vip", inverse_name="account_id", string="VIP Memberships"
    )
    vip_id = fields.Many2one(
        comodel_name="kuaidi.vip",
        string="Current VIP Membership",
        compute="_compute_vip",
        store=True,
        index="btree_not_null",
    )
    vip_state = fields.Selection(related="vip_id.state", string="VIP State")
    is_vip = fields.Boolean(
        string="VIP",
        compute="_compute_vip",
        store=True,
        help="VIP service is established and the client knows it. Apart from the star,"
        " which the client never hears of.",
    )

    # === COMPUTE METHODS === #

    @api.depends("vip_ids.state")
    def _compute_vip(self):
        for account in self:
            running = account.vip_ids.filtered(
                lambda vip: vip.state not in ENDED_STATES
            )[:1]
            account.vip_id = running
            account.is_vip = running.state in ANNOUNCED_STATES

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"vip_id", "is_vip"}

    # === ACTION METHODS === #

    def action_close(self):
        """Close accounts, but not over a VIP service that the client still counts on.

        :raise UserError: naming the memberships that have to end first
        """
        running = self.vip_ids.filtered(lambda vip: vip.state not in ENDED_STATES)
        if running:
            raise UserError(
                self.env._(
                    "End the VIP service before closing the account: %(vips)s is still"
                    " requested or running.",
                    vips=format_list(self.env, running.mapped("display_name")),
                )
            )
        return super().action_close()

    def action_open_vip(self):
        """Open the current VIP membership, or a request for one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_vip_action"
        )
        action["domain"] = [("account_id", "=", self.id)]
        action["context"] = {"default_account_id": self.id}
        if self.vip_id or not self.vip_ids:
            action["views"] = [(False, "form")]
            action["res_id"] = self.vip_id.id
        return action
