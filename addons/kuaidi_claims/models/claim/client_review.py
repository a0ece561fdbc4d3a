from odoo import api, models
from odoo.tools import SQL


class KuaidiClientReview(models.Model):
    """Counts complaints and claims for the monthly client analysis (AN-1)."""

    _inherit = "kuaidi.client.review"

    # === BUSINESS METHODS === #

    @api.model
    def _get_claim_counts(self, account_ids, start, stop):
        """Return the query of complaints received and claims called in, by client."""
        complaints, claims = self.env["kuaidi.complaint"], self.env["kuaidi.claim"]
        return SQL(
            """
            SELECT account_id,
                   sum(complaints)::int AS complaint_count,
                   sum(claims)::int AS claim_count
              FROM (
                       SELECT account_id, 1 AS complaints, 0 AS claims
                         FROM kuaidi_complaint
                        WHERE account_id = ANY(%(accounts)s)
                          AND date_received >= %(start)s AND date_received < %(stop)s
                          AND state <> 'joined'
                       UNION ALL
                       SELECT account_id, 0, 1
                         FROM kuaidi_claim
                        WHERE account_id = ANY(%(accounts)s)
                          AND date_called >= %(start)s AND date_called < %(stop)s
                   ) counted
             GROUP BY account_id
            """,
            accounts=list(account_ids),
            start=start,
            stop=stop,
            to_flush=[
                *(
                    complaints._fields[name]
                    for name in ("account_id", "date_received", "state")
                ),
                *(claims._fields[name] for name in ("account_id", "date_called")),
            ],
        )
