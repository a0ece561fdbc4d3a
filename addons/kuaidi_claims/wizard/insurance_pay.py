from odoo import api, fields, models


class KuaidiInsurancePay(models.TransientModel):
    """Takes down which payment of an insurer finance books (2.13)."""

    _name = "kuaidi.insurance.pay"
    _description = "Book an Insurer's Payment"

    case_id = fields.Many2one(
        comodel_name="kuaidi.insurance.case", required=True, ondelete="cascade"
    )
    # with the user's rights: any case can be named in a wizard
    currency_id = fields.Many2one(related="case_id.currency_id", related_sudo=False)
    insurer_id = fields.Many2one(related="case_id.insurer_id", related_sudo=False)
    is_client_insured = fields.Boolean(
        related="case_id.is_client_insured", related_sudo=False
    )
    kind = fields.Selection(
        selection=[
            ("settlement", "Indemnity"),
            ("undisputed", "Undisputed Part"),
            ("goodwill", "Goodwill Payment"),
        ],
        string="What It Is",
        required=True,
        default="settlement",
    )
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, required=True
    )

    # === COMPUTE METHODS === #

    @api.depends("case_id", "kind")
    def _compute_amount(self):
        for wizard in self:
            case = wizard.case_id
            wizard.amount = case._get_owed(wizard.kind) if case else 0

    # === ACTION METHODS === #

    def action_book(self):
        """Book the payment and open its entry.

        :raise UserError: when it is booked, or not owed
        """
        self.ensure_one()
        payment = self.env["kuaidi.insurance.payment"]._book(
            self.case_id, self.kind, self.amount
        )
        if payment.move_id:
            return payment.move_id._get_records_action()
        return {"type": "ir.actions.act_window_close"}
