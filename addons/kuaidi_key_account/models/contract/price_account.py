from odoo import fields, models
from odoo.tools import SQL


class KuaidiKeyAccount(models.Model):
    """Shows in the client's file how far its prices are below the tariff."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    price_agreement_ids = fields.One2many(
        comodel_name="kuaidi.price.agreement",
        inverse_name="account_id",
        string="Price Agreements",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    price_open_count = fields.Integer(
        string="Prices under Way",
        compute="_compute_form_counts",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    price_running_count = fields.Integer(
        string="Prices in Force",
        compute="_compute_form_counts",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    price_depth_percent = fields.Float(
        string="Below the Tariff (%)",
        digits=(5, 1),
        compute="_compute_form_counts",
        groups="kuaidi_key_account.group_kuaidi_user",
        help="How far the prices in force today are below the tariff at most.",
    )

    # === ACTION METHODS === #

    def action_view_prices(self):
        """Open the client's price agreements."""
        self.ensure_one()
        return dict(
            self.env["ir.actions.act_window"]._for_xml_id(
                "kuaidi_key_account.kuaidi_price_agreement_action"
            ),
            domain=[("account_id", "=", self.id)],
            context={"default_account_id": self.id},
        )

    # === BUSINESS METHODS === #

    def _get_form_counts(self):
        prices = self.env["kuaidi.price.agreement"]._fields
        names = ("account_id", "date_from", "date_to", "depth_percent", "state")
        to_flush = [prices[name] for name in names]
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        in_force = SQL(
            " FROM kuaidi_price_agreement WHERE account_id = account.id"
            " AND state = 'running' AND date_from <= %(today)s"
            " AND coalesce(date_to, %(today)s) >= %(today)s)",
            today=today,
            to_flush=to_flush,
        )
        return super()._get_form_counts() | {
            "price_running_count": SQL("(SELECT count(*)%s", in_force),
            "price_depth_percent": SQL("(SELECT max(depth_percent)%s", in_force),
            "price_open_count": SQL(
                "(SELECT count(*) FROM kuaidi_price_agreement"
                " WHERE account_id = account.id"
                " AND state IN ('draft', 'to_approve', 'approved'))",
                to_flush=to_flush,
            ),
        }
