from odoo import models


class KuaidiAccountHandover(models.TransientModel):
    """Moves the leaver's planned lines and open problems along with the accounts."""

    _name = "kuaidi.account.handover"
    _inherit = ["kuaidi.account.handover"]

    # === BUSINESS METHODS === #

    def _move_roles(self, accounts):
        """Put the successor in the place of the leaver in all that is still open."""
        res = super()._move_roles(accounts)
        old, new = self.from_user_id, self.to_user_id
        self.env["kuaidi.service.plan.line"].search(
            [
                ("account_id", "in", accounts.ids),
                ("handler_id", "=", old.id),
                ("state", "=", "planned"),
                ("plan_id.state", "in", ["draft", "to_approve", "published"]),
            ]
        ).handler_id = new
        self.env["kuaidi.problem"].search(
            [
                ("account_id", "in", accounts.ids),
                ("owner_id", "=", old.id),
                ("state", "=", "open"),
            ]
        ).owner_id = new
        return res
