from odoo import api, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Keeps entries equal to what claims, insurance cases and recoveries say."""

    _inherit = "account.move"

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_case_entry(self):
        for entries in self._get_case_entries():
            raise UserError(
                self.env._(
                    "%(move)s books %(case)s. Cancel it instead: it can then be booked"
                    " anew from there.",
                    move=entries[0].move_id.display_name,
                    case=entries[0]._get_booked_number(),
                )
            )

    # === ACTION METHODS === #

    def button_cancel(self):
        res = super().button_cancel()
        self._update_case_entries()
        return res

    def button_draft(self):
        res = super().button_draft()
        self._update_case_entries()
        return res

    # === BUSINESS METHODS === #

    def _post(self, soft=True):
        """Refuse an entry that is not what its case has on record."""
        for entries in self._get_case_entries():
            entries._check_booked_right()
        posted = super()._post(soft=soft)
        posted._update_case_entries()
        return posted

    def _get_case_entries(self):
        """Return what these entries book, one recordset per model, in superuser mode.

        One query per model, whatever the number of entries.
        """
        names = self.pool.descendants(["kuaidi.case.entry.mixin"], "_inherit")
        found = [
            # sudo: whoever books need not read claims
            self.env[name].sudo().search([("move_id", "in", self.ids)])
            for name in sorted(names)
            if not self.env[name]._abstract
        ]
        return [entries for entries in found if entries]

    def _update_case_entries(self):
        """Have claims, cases and recoveries follow what happened to their entries."""
        for entries in self._get_case_entries():
            entries._update_states()


class AccountPartialReconcile(models.Model):
    """Tells what is booked that it was paid, or opened again."""

    _inherit = "account.partial.reconcile"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._get_moves()._update_case_entries()
        return partials

    def unlink(self):
        moves = self._get_moves()
        res = super().unlink()
        moves.exists()._update_case_entries()
        return res

    # === BUSINESS METHODS === #

    def _get_moves(self):
        return self.debit_move_id.move_id | self.credit_move_id.move_id
