from odoo import api, models
from odoo.exceptions import UserError

# what stays editable once a contract is no draft any more: nothing in it is agreed
LIVE_FIELDS = {
    "original_location",
    "original_count",
    "attachment_ids",
    "message_follower_ids",
    "activity_ids",
    "message_ids",
}


class KuaidiContract(models.Model):
    """Who writes what of a contract: users draw up drafts, buttons do the rest."""

    _name = "kuaidi.contract"
    _inherit = ["kuaidi.contract"]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._get_named_accounts(vals_list)
        self._check_none_guarded(vals_list)
        accounts = self.env["kuaidi.key.account"]
        default_id = self.env.context.get("default_account_id")
        for vals in vals_list:
            if not vals.get("number"):
                account = accounts.browse(vals.get("account_id") or default_id)
                vals["number"] = self.env["ir.sequence"]._draw_number(
                    "kuaidi.contract", account.sudo().company_id
                )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if (vals.keys() - LIVE_FIELDS) and any(
                contract.state != "draft" for contract in self
            ):
                raise UserError(
                    self.env._(
                        "Only a draft can be changed. Amend the contract: the new"
                        " version takes its place when it is signed."
                    )
                )
            if "account_id" in vals and any(
                contract.account_id.id != vals["account_id"] for contract in self
            ):
                raise UserError(
                    self.env._(
                        "A contract stays with its client. Draw up a new one for the"
                        " other."
                    )
                )
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Show what a draft would come to, but of nobody else's clients."""
        self._get_named_accounts([values])
        return super().onchange(values, field_names, fields_spec)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        if any(contract.state != "draft" for contract in self):
            raise UserError(
                self.env._(
                    "What was requested or signed stays on file. Only a draft can be"
                    " deleted."
                )
            )
