from odoo import api, models
from odoo.tools import SQL


class KuaidiMonthlyFigure(models.Model):
    """Figures of a month whose analysis was sent stand."""

    _name = "kuaidi.monthly.figure"
    _inherit = ["kuaidi.monthly.figure"]

    # === BUSINESS METHODS === #

    @api.model
    def _get_locked(self, pairs):
        """Add the months whose analysis was sent.

        The analyses stay as they are until the end of the transaction: whoever sends
        one of them meanwhile waits, and then sees the figures that are written now.
        """
        locked = super()._get_locked(pairs)
        if not pairs:
            return locked
        self.env["kuaidi.client.review"].flush_model(["state"])
        account_ids, months = zip(*pairs, strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account_id, month, state
                  FROM kuaidi_client_review
                 WHERE (account_id, month) IN (
                           SELECT * FROM unnest(%s::int[], %s::date[])
                       )
                   FOR SHARE
                """,
                list(account_ids),
                list(months),
            )
        )
        return locked | {
            (account_id, month) for account_id, month, state in rows if state == "sent"
        }
