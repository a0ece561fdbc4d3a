from odoo import api, fields, models
from odoo.fields import Command


class KuaidiClaimPay(models.TransientModel):
    """Takes down how finance pays an approved claim out (2.12, D16)."""

    _name = "kuaidi.claim.pay"
    _description = "Pay a Claim Out"

    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim", required=True, ondelete="cascade"
    )
    # with the user's rights: any claim can be named in a wizard
    partner_id = fields.Many2one(
        related="claim_id.partner_id", string="Client", related_sudo=False
    )
    currency_id = fields.Many2one(related="claim_id.currency_id", related_sudo=False)
    company_currency_id = fields.Many2one(
        related="claim_id.company_currency_id",
        string="Company Currency",
        related_sudo=False,
    )
    amount_approved = fields.Monetary(
        related="claim_id.amount_approved", related_sudo=False
    )
    amount_debt = fields.Monetary(
        string="Client Owes Now",
        currency_field="company_currency_id",
        compute="_compute_amount_debt",
    )
    kind = fields.Selection(
        selection=[
            ("bill", "Vendor Bill"),
            ("refund", "Credit Note"),
            ("setoff", "Vendor Bill, Set Off"),
        ],
        string="How It Is Paid",
        required=True,
        default="bill",
    )
    debt_line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="kuaidi_claim_pay_line_rel",
        column1="wizard_id",
        column2="line_id",
        string="Set Off Against",
        compute="_compute_debt_line_ids",
        store=True,
        readonly=False,
    )
    available_line_ids = fields.Many2many(
        comodel_name="account.move.line", compute="_compute_available_line_ids"
    )

    # === COMPUTE METHODS === #

    @api.depends("claim_id")
    def _compute_available_line_ids(self):
        for wizard in self:
            wizard.available_line_ids = self.env["account.move.line"].search(
                wizard.claim_id._get_debt_domain(), order="date_maturity, id"
            )

    @api.depends("available_line_ids")
    def _compute_amount_debt(self):
        for wizard in self:
            wizard.amount_debt = sum(
                wizard.available_line_ids.mapped("amount_residual")
            )

    @api.depends("kind", "available_line_ids")
    def _compute_debt_line_ids(self):
        """Propose the oldest debts of the claim's currency, until they cover it."""
        for wizard in self:
            left = wizard.amount_approved if wizard.kind == "setoff" else 0
            chosen = self.env["account.move.line"]
            for line in wizard.available_line_ids:
                if left <= 0:
                    break
                if line.currency_id == wizard.currency_id:
                    chosen |= line._origin
                    left -= line.amount_residual_currency
            wizard.debt_line_ids = [Command.set(chosen.ids)]

    # === ACTION METHODS === #

    def action_pay(self):
        """Book the payout and open its entry.

        :raise UserError: when the claim is not approved, or was paid already
        """
        self.ensure_one()
        payout = self.env["kuaidi.claim.payout"]._pay_out(
            self.claim_id, self.kind, self.debt_line_ids
        )
        if payout.setoff_id:
            return payout.setoff_id._get_records_action()
        return payout.move_id._get_records_action()
