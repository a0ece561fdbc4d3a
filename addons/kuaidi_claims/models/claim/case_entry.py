from odoo import fields, models
from odoo.exceptions import UserError


class KuaidiCaseEntryMixin(models.AbstractModel):
    """What a claim, an insurance case or a recovery has in Odoo's books.

    The entry stays equal to what is on record here, and this follows the entry. The
    models bring ``state``, ``amount`` and ``currency_id``.
    """

    _name = "kuaidi.case.entry.mixin"
    _description = "Entry of a Case in the Books"

    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Entry in the Books",
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Booked By", readonly=True, required=True
    )

    # === ACTION METHODS === #

    def action_view_move(self):
        """Open the entry in the books."""
        self.ensure_one()
        return self.move_id._get_records_action()

    # === BUSINESS METHODS === #

    def _get_booked_number(self):
        """Return the number of what is booked, as the books name it."""
        raise NotImplementedError

    def _is_booked_right(self):
        """Tell whether partner, currency and amount of the entry are those on record.

        Called in superuser mode.
        """
        raise NotImplementedError

    def _update_states(self):
        """Follow the entries in the books; called in superuser mode."""
        raise NotImplementedError

    def _is_invoiced_right(self, partner):
        """Tell whether an invoice or bill is of a partner and has the amount on record.

        :param partner: contact, or company, that the entry is for
        """
        self.ensure_one()
        move = self.move_id
        return (
            move.currency_id == self.currency_id
            and move.partner_id.commercial_partner_id == partner.commercial_partner_id
            and not self.currency_id.compare_amounts(move.amount_total, self.amount)
        )

    def _check_booked_right(self):
        """Check that the entries may be posted; called in superuser mode.

        :raise UserError: when an entry is not what is on record, or was cancelled
        """
        for entry in self:
            if entry.state == "cancelled" or not entry._is_booked_right():
                raise UserError(
                    self.env._(
                        "%(move)s books %(case)s: partner, currency and amount are"
                        " those on record. Change them back, or cancel the entry and"
                        " book it anew from there.",
                        move=entry.move_id.display_name,
                        case=entry._get_booked_number(),
                    )
                )
