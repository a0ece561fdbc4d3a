from odoo import fields, models
from odoo.exceptions import UserError


class KuaidiClaimClose(models.TransientModel):
    """Says why a claim leaves its usual way: refused, withdrawn, lawyer, taken up."""

    _name = "kuaidi.claim.close"
    _description = "Change the Way of a Claim"

    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    target = fields.Selection(
        selection=[
            ("refused", "Refuse"),
            ("withdrawn", "Withdraw"),
            ("lawyer", "Give to the Lawyer"),
            ("negotiation", "Take Up Again"),
        ],
        string="What Is to Happen",
        required=True,
        readonly=True,
    )
    reason = fields.Text(required=True, help="It stays on the claim and in its log.")

    # === ACTION METHODS === #

    def action_confirm(self):
        """Move the claim, with the reason.

        :raise UserError: without a reason, or when the claim cannot go there
        """
        self.ensure_one()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write down the reason: it stays on file."))
        self.claim_id._move(self.target, outcome_reason=reason)
        # sudo: the log of the claim takes what its button did
        self.claim_id.sudo().message_post(
            body=reason, author_id=self.env.user.partner_id.id
        )
        return {"type": "ir.actions.act_window_close"}
