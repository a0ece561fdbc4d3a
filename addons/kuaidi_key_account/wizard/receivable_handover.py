from odoo import models


class KuaidiAccountHandover(models.TransientModel):
    """Moves what the leaver has to collect along with the accounts."""

    _name = "kuaidi.account.handover"
    _inherit = ["kuaidi.account.handover"]

    # === BUSINESS METHODS === #

    def _get_handover_records(self):
        return [
            *super()._get_handover_records(),
            *(
                self._search_receivables(model, [])
                for model in (
                    "kuaidi.collection.case",
                    "kuaidi.collection.letter",
                    "kuaidi.legal.step",
                    "kuaidi.receivable.dispute",
                    "kuaidi.setoff",
                    "kuaidi.statement",
                    "kuaidi.writeoff",
                )
            ),
        ]

    def _move_roles(self, accounts):
        """Let the successor collect, and clear up, what was the leaver's to do."""
        res = super()._move_roles(accounts)
        old, new = self.from_user_id, self.to_user_id
        self._search_receivables(
            "kuaidi.collection.case",
            [("collector_id", "=", old.id), ("state", "!=", "closed")],
        ).collector_id = new
        self._search_receivables(
            "kuaidi.receivable.dispute",
            [("owner_id", "=", old.id), ("state", "=", "open")],
        ).owner_id = new
        return res

    def _search_receivables(self, model, domain):
        """Return what of this model stands on the accounts that are handed over."""
        self.ensure_one()
        # sudo: who hands over an account hands over its receivables
        return (
            self.env[model]
            .sudo()
            .search([("account_id", "in", self.account_ids.ids), *domain])
        )
