from odoo import Command, api, fields, models
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


class KuaidiInsuranceCase(models.Model):
    """Draws up the receivable from the insurer."""

    _name = "kuaidi.insurance.case"
    _inherit = ["kuaidi.insurance.case"]

    # === BUSINESS METHODS === #

    def _create_payment_move(self, kind, amount):
        """Draw up the receivable from the insurer; called in superuser mode."""
        self.ensure_one()
        income = self.company_id.kuaidi_insurance_account_id
        if not income:
            raise UserError(
                self.env._(
                    "Choose the account of insurance payments in the settings first."
                )
            )
        kinds = dict(
            self.env["kuaidi.insurance.payment"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company_id.id,
                "partner_id": self.insurer_id.partner_id.id,
                "currency_id": self.currency_id.id,
                "invoice_date": self.env["kuaidi.deadline"]._get_today(self.company_id),
                "ref": self.env._(
                    "Insurance case %(case)s, waybill %(waybill)s",
                    case=self.number,
                    waybill=self.waybill_number,
                ),
                "invoice_origin": self.number,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": self.env._(
                                "%(kind)s, policy %(policy)s, waybill %(waybill)s",
                                kind=kinds[kind],
                                policy=self.policy_id.number,
                                waybill=self.waybill_number,
                            ),
                            "quantity": 1,
                            "price_unit": amount,
                            "account_id": income.id,
                            # what an insurer pays is no turnover
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
