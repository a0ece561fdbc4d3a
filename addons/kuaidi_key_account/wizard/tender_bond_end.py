from odoo import api, fields, models


class KuaidiTenderBondEnd(models.TransientModel):
    """Registers that a bond came back, or that the issuer keeps it."""

    _name = "kuaidi.tender.bond.end"
    _description = "End of a Bond"

    bond_id = fields.Many2one(
        comodel_name="kuaidi.tender.bond", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="bond_id.currency_id")
    outcome = fields.Selection(
        selection=[
            ("returned", "It came back"),
            ("forfeited", "The issuer keeps it"),
        ],
        required=True,
        default="returned",
    )
    date = fields.Date(
        string="On",
        required=True,
        compute="_compute_from_bond",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Monetary(
        string="Amount That Came Back",
        compute="_compute_from_bond",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount_interest = fields.Monetary(string="Interest")
    reason = fields.Text(string="Why the Issuer Keeps It")

    # === COMPUTE METHODS === #

    @api.depends("bond_id")
    def _compute_from_bond(self):
        service = self.env["kuaidi.deadline"]
        for wizard in self:
            bond = wizard.bond_id
            wizard.date = service._get_today(bond.company_id or self.env.company)
            wizard.amount = bond.amount

    # === ACTION METHODS === #

    def action_confirm(self):
        """Register the end of the bond.

        :raise UserError: when it has ended already, or the reason is missing
        """
        self.ensure_one()
        if self.outcome == "returned":
            self.bond_id._return(self.date, self.amount, self.amount_interest)
        else:
            self.bond_id._forfeit(self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
