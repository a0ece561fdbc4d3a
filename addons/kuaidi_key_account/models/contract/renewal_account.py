from odoo import api, fields, models
from odoo.tools import SQL


class KuaidiKeyAccount(models.Model):
    """What is up for renewal with the client, at a glance."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    renewal_open_count = fields.Integer(
        string="Renewals under Way",
        compute="_compute_form_counts",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    renewal_notice = fields.Date(
        string="Next Notice Date",
        compute="_compute_form_counts",
        groups="kuaidi_key_account.group_kuaidi_user",
        help="The earliest notice date of the contracts that are up for renewal.",
    )

    # === ACTION METHODS === #

    def action_view_renewals(self):
        """Show the renewals of these clients."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_renewal_action"
        )
        return dict(action, domain=[("account_id", "in", self.ids)])

    # === BUSINESS METHODS === #

    @api.model
    def _get_form_counts(self):
        to_flush = [
            self.env["kuaidi.renewal"]._fields[name]
            for name in ("account_id", "date_notice", "stage")
        ]
        of_account = SQL(
            " FROM kuaidi_renewal WHERE account_id = account.id"
            " AND stage IN ('upcoming', 'evaluated', 'negotiating', 'retender'))",
            to_flush=to_flush,
        )
        return super()._get_form_counts() | {
            "renewal_open_count": SQL("(SELECT count(*)%s", of_account),
            "renewal_notice": SQL("(SELECT min(date_notice)%s", of_account),
        }
