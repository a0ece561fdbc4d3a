from odoo import api, fields, models


class KuaidiAccountPart(models.AbstractModel):
    """A line of a client's file: it belongs to one account for good.

    Whoever may do `_account_operation` on the account may add such a line. The
    `_guarded_fields` are written by buttons and by the system alone; users in the
    `_worker_fields` have to work in the account's company.
    """

    _name = "kuaidi.account.part"
    _description = "Part of a Client's File"
    _inherit = ["kuaidi.line.mixin", "kuaidi.account.work", "kuaidi.guard.mixin"]

    _account_operation = "write"
    _worker_fields = ()

    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)

    # === CONSTRAINT METHODS === #

    @api.constrains(
        lambda self: self._worker_fields and ("account_id", *self._worker_fields)
    )
    def _check_workers_work_here(self):
        # sudo: whom a part names need not see the client's file
        for account, parts in self.sudo().grouped("account_id").items():
            for name in self._worker_fields:
                account._check_works_here(parts[name])

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_typed(self._get_typed_names(vals_list))
        # before the row exists: a member's own row would let them into the file
        default_id = self.env.context.get("default_account_id")
        self._check_account_access([{"account_id": default_id}, *vals_list])
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_typed(vals.keys())
        # record rules look at the record as it was: nobody moves a part into a file
        # that they may not write
        self._check_account_access([vals])
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Show what a part would come to, but in nobody else's file."""
        self._check_named_accounts(values)
        return super().onchange(values, field_names, fields_spec)

    # === BUSINESS METHODS === #

    def _check_account_access(self, vals_list):
        """Check the user's right on every account that the values name."""
        account_ids = {vals.get("account_id") for vals in vals_list} - {None, False}
        self.env["kuaidi.key.account"].browse(account_ids).check_access(
            self._account_operation
        )

    def _check_named_accounts(self, values):
        """Check that the user may read the accounts that a form's values name.

        Within the form of another record, the values hold that one's as a dict.
        """
        nested = [value for value in values.values() if isinstance(value, dict)]
        ids = {self.env.context.get("default_account_id")}
        ids |= {
            vals["account_id"]
            for vals in (values, *nested)
            if isinstance(vals.get("account_id"), int)
        }
        # sudo: whoever may see the part may see it filled in with its own account
        ids -= {None, False, *self.sudo().account_id.ids}
        self.env["kuaidi.key.account"].browse(ids).check_access("read")

    @api.model
    def _get_guarded_message(self):
        return self.env._("This follows from the other fields, it is not entered.")
