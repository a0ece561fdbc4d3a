from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Keeps the entry of an insurer's payment equal to what it owes."""

    _inherit = "account.move"

    kuaidi_insurance_payment_ids = fields.One2many(
        comodel_name="kuaidi.insurance.payment",
        inverse_name="move_id",
        string="Payment of an Insurer",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_insurance(self):
        # sudo: whoever deletes entries need not read insurance cases
        if self.sudo().kuaidi_insurance_payment_ids:
            raise UserError(
                self.env._(
                    "This entry is for an insurance case. Cancel it instead: the"
                    " payment can then be booked anew."
                )
            )

    # === BUSINESS METHODS === #

    def _post(self, soft=True):
        """Refuse an entry that is not what the insurer owes."""
        # sudo: whoever books need not read insurance cases
        for payment in self.sudo().kuaidi_insurance_payment_ids:
            move = payment.move_id
            insurer = payment.insurer_id.partner_id.commercial_partner_id
            if (
                payment.state == "cancelled"
                or move.currency_id != payment.currency_id
                or move.partner_id.commercial_partner_id != insurer
                or payment.currency_id.compare_amounts(
                    move.amount_total, payment.amount
                )
            ):
                raise UserError(
                    self.env._(
                        "%(move)s is for insurance case %(case)s: insurer, currency and"
                        " amount are those on record, and what was cancelled is booked"
                        " anew from the case.",
                        move=move.display_name,
                        case=payment.case_id.number,
                    )
                )
        return super()._post(soft=soft)

    def _update_payouts(self):
        """Have insurers' payments follow their entries, as payouts do."""
        res = super()._update_payouts()
        # sudo: as above
        payments = self.sudo().kuaidi_insurance_payment_ids
        if payments:
            payments._update_states()
        return res
