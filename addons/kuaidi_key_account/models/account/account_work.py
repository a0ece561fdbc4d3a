from odoo import models


class KuaidiAccountWork(models.AbstractModel):
    """What is done for one client: the day of its company counts, its team works."""

    _name = "kuaidi.account.work"
    _inherit = ["kuaidi.account.mixin"]
    _description = "Work for a Client"

    def _get_today(self):
        """Return today in the time zone of the company that does the work."""
        company = self.company_id[:1] or self.account_id.company_id[:1]
        return self.env["kuaidi.deadline"]._get_today(company or self.env.company)

    def _get_named_accounts(self, vals_list):
        """Return the accounts that the values name, which the user has to serve.

        :raise AccessError: for the client of somebody else
        """
        default = self.env.context.get("default_account_id")
        ids = {vals.get("account_id") or default for vals in vals_list}
        accounts = self.env["kuaidi.key.account"].browse(filter(None, ids))
        accounts.check_access("write")
        return accounts
