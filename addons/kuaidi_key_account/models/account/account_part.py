from odoo import api, fields, models


class KuaidiAccountPart(models.AbstractModel):
    """A line of a client's file: it belongs to one account for good.

    Whoever may do `_account_operation` on the account may add such a line.
    """

    _name = "kuaidi.account.part"
    _description = "Part of a Client's File"
    _inherit = ["kuaidi.line.mixin"]

    _account_operation = "write"

    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        # before the row exists: a member's own row would let them into the file
        default_id = self.env.context.get("default_account_id")
        self._check_account_access([{"account_id": default_id}, *vals_list])
        return super().create(vals_list)

    def write(self, vals):
        # record rules look at the record as it was: nobody moves a part into a file
        # that they may not write
        self._check_account_access([vals])
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _check_account_access(self, vals_list):
        """Check the user's right on every account that the values name."""
        account_ids = {vals.get("account_id") for vals in vals_list} - {None, False}
        self.env["kuaidi.key.account"].browse(account_ids).check_access(
            self._account_operation
        )
