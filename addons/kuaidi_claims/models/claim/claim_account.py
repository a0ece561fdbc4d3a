from odoo import api, fields, models
from odoo.tools import SQL


class KuaidiKeyAccount(models.Model):
    """How many claims the client has, at a glance."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    claim_count = fields.Integer(
        string="Claims",
        compute="_compute_form_counts",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    claim_open_count = fields.Integer(
        string="Open Claims",
        compute="_compute_form_counts",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === ACTION METHODS === #

    def action_view_claims(self):
        """Show the claims of these clients."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_claims.kuaidi_claim_action"
        )
        return dict(
            action,
            domain=[("account_id", "in", self.ids)],
            context={"default_account_id": self.id if len(self) == 1 else False},
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_form_counts(self):
        claims = self.env["kuaidi.claim"]
        to_flush = [claims._fields[name] for name in ("account_id", "state")]
        of_account = SQL(
            "(SELECT count(*) FROM kuaidi_claim WHERE account_id = account.id",
            to_flush=to_flush,
        )
        return super()._get_form_counts() | {
            "claim_count": SQL("%s)", of_account),
            "claim_open_count": SQL(
                "%s AND state NOT IN ('filed', 'refused', 'withdrawn'))", of_account
            ),
        }
