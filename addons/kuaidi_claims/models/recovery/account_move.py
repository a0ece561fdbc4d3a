from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Keeps the entry of a recovery equal to what the debtor owes."""

    _inherit = "account.move"

    kuaidi_recovery_entry_ids = fields.One2many(
        comodel_name="kuaidi.recovery.entry",
        inverse_name="move_id",
        string="Recovery",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recovery(self):
        # sudo: whoever deletes entries need not read recoveries
        if self.sudo().kuaidi_recovery_entry_ids:
            raise UserError(
                self.env._(
                    "This entry is for a recovery. Cancel it instead: the recovery can"
                    " then be booked anew."
                )
            )

    # === BUSINESS METHODS === #

    def _post(self, soft=True):
        """Refuse an entry that is not what the debtor owes, or was cancelled before."""
        # sudo: whoever books need not read recoveries
        for entry in self.sudo().kuaidi_recovery_entry_ids:
            lines = entry._get_receivable_lines()
            debtor = entry.recovery_id.debtor_id.commercial_partner_id
            if (
                entry.state == "cancelled"
                or lines.partner_id.commercial_partner_id != debtor
                or entry.currency_id.compare_amounts(
                    sum(lines.mapped("balance")), entry.amount
                )
            ):
                raise UserError(
                    self.env._(
                        "%(move)s is for recovery %(recovery)s: debtor and amount are"
                        " those on record, and what was cancelled is booked anew from"
                        " the recovery.",
                        move=entry.move_id.display_name,
                        recovery=entry.recovery_id.number,
                    )
                )
        return super()._post(soft=soft)

    def _update_payouts(self):
        """Have recoveries follow their entries, as payouts do."""
        res = super()._update_payouts()
        # sudo: as above
        entries = self.sudo().kuaidi_recovery_entry_ids
        if entries:
            entries._update_states()
        return res
