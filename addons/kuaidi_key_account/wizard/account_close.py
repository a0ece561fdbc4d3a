from odoo import api, fields, models


class KuaidiAccountClose(models.TransientModel):
    """Asks before a client is closed with whom contracts are in force."""

    _name = "kuaidi.account.close"
    _description = "Close Accounts under Contract"

    account_ids = fields.Many2many(
        comodel_name="kuaidi.key.account", string="Accounts", required=True
    )
    contract_names = fields.Text(
        string="Contracts in Force", compute="_compute_contract_names"
    )

    # === COMPUTE METHODS === #

    @api.depends("account_ids")
    def _compute_contract_names(self):
        for wizard in self:
            # any account can be named in a wizard: only the user's own are told of
            accounts = wizard.account_ids.search([("id", "in", wizard.account_ids.ids)])
            contracts = accounts._get_running_contracts()
            wizard.contract_names = "\n".join(contracts.mapped("display_name"))

    # === ACTION METHODS === #

    def action_confirm(self):
        """Close the accounts; the contracts stay as they are."""
        self.account_ids.with_context(kuaidi_contracts_known=True).action_close()
        return {"type": "ir.actions.act_window_close"}
