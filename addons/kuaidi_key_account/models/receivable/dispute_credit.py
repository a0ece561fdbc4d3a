from odoo import models


class AccountMove(models.Model):
    """Settles a dispute with the credit note that the client was promised."""

    _name = "account.move"
    _inherit = ["account.move"]

    # === BUSINESS METHODS === #

    def _post(self, soft=True):
        posted = super()._post(soft)
        credits = posted.filtered(
            lambda move: move.move_type == "out_refund" and move.reversed_entry_id
        )
        if credits:
            credits._settle_kuaidi_disputes()
        return posted

    def _settle_kuaidi_disputes(self):
        by_invoice = self.grouped("reversed_entry_id")
        # sudo: whoever posts a credit note need not read disputes
        disputes_sudo = (
            self.env["kuaidi.receivable.dispute"]
            .sudo()
            .search(
                [
                    ("state", "=", "accepted"),
                    (
                        "line_ids.move_id",
                        "in",
                        [invoice.id for invoice in by_invoice],
                    ),
                ]
            )
        )
        for dispute_sudo in disputes_sudo:
            invoice = dispute_sudo.line_ids.move_id.filtered(
                lambda move: move in by_invoice
            )[:1]
            dispute_sudo.write(
                {"state": "credited", "credit_move_id": by_invoice[invoice][:1].id}
            )
            dispute_sudo.activity_ids.filtered("automated").unlink()
