from odoo import api, fields, models
from odoo.exceptions import UserError


class KuaidiTenderResult(models.TransientModel):
    """Takes down how a tender ended, and what we learn (2.8)."""

    _name = "kuaidi.tender.result"
    _description = "Result of a Tender"

    tender_id = fields.Many2one(comodel_name="kuaidi.tender", required=True)
    # with the user's rights: any tender can be named in a wizard
    currency_id = fields.Many2one(related="tender_id.currency_id", related_sudo=False)
    result = fields.Selection(
        selection=[
            ("won", "We Won"),
            ("lost", "Another Bidder Won"),
            ("rejected", "Our Bid Was Rejected"),
        ],
        required=True,
        default="won",
    )
    date_award = fields.Date(
        string="Award Notice On",
        compute="_compute_from_tender",
        store=True,
        readonly=False,
    )
    amount = fields.Monetary(
        string="Award Amount",
        compute="_compute_from_tender",
        store=True,
        readonly=False,
    )
    lost_reason_id = fields.Many2one(
        comodel_name="crm.lost.reason", string="Why the Tender Was Lost"
    )
    rejection_id = fields.Many2one(
        comodel_name="kuaidi.tender.reason",
        string="Why Our Bid Was Rejected",
        domain="[('kind', '=', 'rejected')]",
    )
    winner = fields.Char(string="Lost to Bidder")
    lessons = fields.Text(
        string="What We Learn",
        compute="_compute_from_tender",
        store=True,
        readonly=False,
    )

    # === COMPUTE METHODS === #

    @api.depends("tender_id")
    def _compute_from_tender(self):
        for wizard in self:
            tender = wizard.tender_id.sudo(False)
            wizard.date_award = tender.date_award or tender._get_today()
            wizard.amount = tender.amount_bid
            wizard.lessons = tender.lessons

    # === ACTION METHODS === #

    def action_register(self):
        """Register the result.

        :raise UserError: when a loss or a rejection has no reason
        """
        self.ensure_one()
        tender = self.tender_id
        if self.result == "won":
            tender._win(self.amount, self.date_award, self.lessons)
        elif self.result == "rejected":
            if not self.rejection_id:
                raise UserError(self.env._("Choose why our bid was rejected."))
            tender._lose(
                self.env.ref("kuaidi_key_account.lost_reason_rejected"),
                rejection=self.rejection_id,
                winner=self.winner,
                date=self.date_award,
                lessons=self.lessons,
            )
        else:
            if not self.lost_reason_id:
                raise UserError(self.env._("Choose why the tender was lost."))
            tender._lose(
                self.lost_reason_id,
                winner=self.winner,
                date=self.date_award,
                lessons=self.lessons,
            )
        return {"type": "ir.actions.act_window_close"}
