from odoo import fields, models


class KuaidiTenderDecide(models.TransientModel):
    """Takes down whether we bid for a tender, and why (2.8)."""

    _name = "kuaidi.tender.decide"
    _description = "Decide on a Tender"

    tender_id = fields.Many2one(comodel_name="kuaidi.tender", required=True)
    # with the user's rights: any tender can be named in a wizard
    check_open_count = fields.Integer(
        related="tender_id.check_open_count", related_sudo=False
    )
    check_risk_count = fields.Integer(
        related="tender_id.check_risk_count", related_sudo=False
    )
    time_left = fields.Char(related="tender_id.time_left", related_sudo=False)
    decision = fields.Selection(
        selection=[("bid", "We Bid"), ("no_bid", "We Do Not Bid")],
        required=True,
        default="bid",
    )
    reason_ids = fields.Many2many(
        comodel_name="kuaidi.tender.reason",
        string="Reasons",
        domain="[('kind', '=', decision)]",
    )
    note = fields.Text(string="In Our Words")

    # === ACTION METHODS === #

    def action_decide(self):
        """Register the decision.

        :raise UserError: without a reason, or while required questions are open
        """
        self.ensure_one()
        self.tender_id._decide(
            self.decision,
            self.reason_ids.filtered(lambda reason: reason.kind == self.decision),
            self.note,
        )
        return {"type": "ir.actions.act_window_close"}
