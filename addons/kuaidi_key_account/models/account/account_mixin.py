from odoo import models


class KuaidiAccountMixin(models.AbstractModel):
    """Something about one client, whose file is one click away."""

    _name = "kuaidi.account.mixin"
    _description = "Account Mixin"

    # === ACTION METHODS === #

    def action_view_account(self):
        """Open the client's file."""
        self.ensure_one()
        return self.account_id._get_records_action()
