from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Keeps the entry of a payout equal to what was approved for the claim."""

    _inherit = "account.move"

    kuaidi_payout_ids = fields.One2many(
        comodel_name="kuaidi.claim.payout",
        inverse_name="move_id",
        string="Payout of a Claim",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_payout(self):
        # sudo: whoever deletes entries need not read claims
        if self.sudo().kuaidi_payout_ids:
            raise UserError(
                self.env._(
                    "This entry pays a claim. Cancel it instead: the claim can then be"
                    " paid out anew."
                )
            )

    # === ACTION METHODS === #

    def button_cancel(self):
        res = super().button_cancel()
        self._update_payouts()
        return res

    def button_draft(self):
        res = super().button_draft()
        self._update_payouts()
        return res

    # === BUSINESS METHODS === #

    def _post(self, soft=True):
        """Refuse an entry whose amount is not the approved one."""
        for payout in self.sudo().kuaidi_payout_ids:  # sudo: as above
            move = payout.move_id
            if (
                move.currency_id != payout.currency_id
                or move.partner_id.commercial_partner_id
                != payout.partner_id.commercial_partner_id
                or payout.currency_id.compare_amounts(move.amount_total, payout.amount)
            ):
                raise UserError(
                    self.env._(
                        "%(move)s pays claim %(claim)s: client, currency and amount"
                        " are those that were approved. Change them back, or cancel"
                        " the entry.",
                        move=move.display_name,
                        claim=payout.claim_id.display_name,
                    )
                )
        posted = super()._post(soft=soft)
        posted._update_payouts()
        return posted

    def _update_payouts(self):
        """Have payouts follow what happened to their entries."""
        # sudo: whoever books need not read claims
        payouts = self.sudo().kuaidi_payout_ids
        if payouts:
            payouts._update_states()


class AccountPartialReconcile(models.Model):
    """Tells payouts that they were paid, or opened again."""

    _inherit = "account.partial.reconcile"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._get_moves()._update_payouts()
        return partials

    def unlink(self):
        moves = self._get_moves()
        res = super().unlink()
        moves.exists()._update_payouts()
        return res

    # === BUSINESS METHODS === #

    def _get_moves(self):
        return self.debit_move_id.move_id | self.credit_move_id.move_id
