from odoo import models

from .claim import CLOSED_STATES


class KuaidiStatement(models.Model):
    """Flags open claims before a statement goes out (AN-1)."""

    _inherit = "kuaidi.statement"

    # === BUSINESS METHODS === #

    def _get_open_claims(self):
        """Return how many claims of the client are open, by statement id."""
        # sudo: whoever sends statements is warned, whichever claims they may open
        counts = dict(
            self.env["kuaidi.claim"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "in", self.account_id.ids),
                    ("state", "not in", CLOSED_STATES),
                ],
                ["account_id"],
                ["__count"],
            )
        )
        return {
            statement.id: counts[statement.account_id]
            for statement in self.sudo()
            if statement.account_id in counts
        }
