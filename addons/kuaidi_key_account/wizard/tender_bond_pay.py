from odoo import api, fields, models
from odoo.exceptions import UserError


class KuaidiTenderBondPay(models.TransientModel):
    """Pays a bond that finance has approved, once."""

    _name = "kuaidi.tender.bond.pay"
    _description = "Pay a Bond"

    bond_id = fields.Many2one(
        comodel_name="kuaidi.tender.bond", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="bond_id.company_id")
    form = fields.Selection(related="bond_id.form")
    currency_id = fields.Many2one(related="bond_id.currency_id")
    amount = fields.Monetary(related="bond_id.amount")
    way = fields.Selection(
        selection=[
            ("new", "Enter a new payment"),
            ("chosen", "Take a payment that was entered"),
            ("paper", "Register the guarantee as handed in"),
        ],
        compute="_compute_way",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Bank Journal",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
    )
    date = fields.Date(
        string="Paid On", compute="_compute_date", store=True, readonly=False
    )
    payment_id = fields.Many2one(
        comodel_name="account.payment",
        string="Payment Entered",
        domain="[('payment_type', '=', 'outbound'), ('company_id', '=', company_id),"
        " ('state', 'in', ('in_process', 'paid')), ('amount', '=', amount)]",
    )

    # === COMPUTE METHODS === #

    @api.depends("bond_id")
    def _compute_way(self):
        for wizard in self:
            is_paper = wizard.bond_id.form in ("guarantee", "insurance")
            wizard.way = "paper" if is_paper else "new"

    @api.depends("bond_id")
    def _compute_journal_id(self):
        for wizard in self:
            bond = wizard.bond_id
            domain = [
                ("company_id", "=", bond.company_id.id),
                ("type", "=", "cash" if bond.form == "cash" else "bank"),
            ]
            if bond.form != "cash" and bond.bank_account_id:
                domain.append(("bank_account_id", "=", bond.bank_account_id.id))
            wizard.journal_id = self.env["account.journal"].search(domain, limit=1)

    @api.depends("bond_id")
    def _compute_date(self):
        service = self.env["kuaidi.deadline"]
        for wizard in self:
            company = wizard.bond_id.company_id or self.env.company
            wizard.date = service._get_today(company)

    # === ACTION METHODS === #

    def action_confirm(self):
        """Pay the bond, or take what paid it.

        :raise UserError: when it is paid already, or something is missing
        """
        self.ensure_one()
        if self.way == "chosen":
            if not self.payment_id:
                raise UserError(self.env._("Choose the payment that paid the bond."))
            self.bond_id._link_payment(self.payment_id)
            return {"type": "ir.actions.act_window_close"}
        if not self.date:
            raise UserError(self.env._("Enter the day of the payment."))
        if self.way == "paper":
            self.bond_id._hand_in(self.date)
            return {"type": "ir.actions.act_window_close"}
        if not self.journal_id:
            raise UserError(
                self.env._(
                    "No bank journal belongs to the account that the bond is paid"
                    " from. Set that account on a bank journal first."
                )
            )
        self.bond_id._pay(self.journal_id, self.date)
        return {"type": "ir.actions.act_window_close"}
