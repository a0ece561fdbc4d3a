from odoo import fields, models


class KuaidiKeyAccount(models.Model):
    """Leads from the client's file to its prices."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    price_agreement_ids = fields.One2many(
        comodel_name="kuaidi.price.agreement",
        inverse_name="account_id",
        string="Price Agreements",
        groups="kuaidi_key_account.group_kuaidi_user",
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
