from odoo import api, models

UNDONE_STATES = ("draft", "canceled", "rejected")


class AccountPayment(models.Model):
    """Lets a bond follow the payment that it was paid by."""

    _name = "account.payment"
    _inherit = ["account.payment"]

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if vals.get("state") in UNDONE_STATES:
            self._undo_bonds()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_bonds(self):
        self._undo_bonds()

    # === BUSINESS METHODS === #

    def _undo_bonds(self):
        """Let the bonds that these payments paid be paid again.

        :raise UserError: when one of them has come back already
        """
        # sudo: what a payment paid is to be paid again, whoever undoes it
        bonds_sudo = (
            self.env["kuaidi.tender.bond"]
            .sudo()
            .search([("payment_id", "in", self.ids)])
        )
        if bonds_sudo:
            bonds_sudo._on_payment_undone()


class AccountMove(models.Model):
    """Lets a bond follow the entry of its payment."""

    _name = "account.move"
    _inherit = ["account.move"]

    # === ACTION METHODS === #

    def button_draft(self):
        res = super().button_draft()
        self.payment_ids._undo_bonds()
        return res
