from odoo import Command, models
from odoo.exceptions import UserError


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
