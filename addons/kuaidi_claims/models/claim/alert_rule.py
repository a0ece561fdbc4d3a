from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.kuaidi_key_account.models.insight.alert_rule import (
    AlertKind,
)

from .claim import CLOSED_STATES

# complaints and claims of so many calendar days count (2.6)
CASE_DAYS = 30


class KuaidiAlertRule(models.Model):
    """Clients who complain often, or whose cases we leave lying (2.6)."""

    _name = "kuaidi.alert.rule"
    _inherit = ["kuaidi.alert.rule"]

    kind = fields.Selection(
        selection_add=[
            ("complaint_count", "Complaints in 30 Days"),
            ("complaint_late", "Complaint Not Answered in Time"),
            ("claim_late", "Claim Past Its Deadline"),
            ("manual",),
        ],
        ondelete={
            "complaint_count": "cascade",
            "complaint_late": "cascade",
            "claim_late": "cascade",
        },
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_kinds(self):
        return {
            **super()._get_kinds(),
            "complaint_count": AlertKind(
                self.env._("complaints"),
                self.env._("Complaints that the client made in the last 30 days."),
                self.env._("The client complained %(measure)s times in 30 days."),
                is_counted=True,
            ),
            "complaint_late": AlertKind(
                self.env._("complaints"),
                self.env._("Open complaints whose time to answer is over."),
                self.env._("%(measure)s complaints were not answered in time."),
                is_counted=True,
            ),
            "claim_late": AlertKind(
                self.env._("days"),
                self.env._(
                    "Calendar days since the longest of the client's open claims should"
                    " have been settled."
                ),
                self.env._("A claim should have been settled %(measure)s days ago."),
                is_counted=True,
            ),
        }

    @api.model
    def _get_default_rules(self):
        rows = (
            ("complaint_count", self.env._("Complains often"), (0, 2, 0, 0)),
            ("complaint_late", self.env._("Complaint not answered"), (0, 0, 1, 0)),
            ("claim_late", self.env._("Claim not settled"), (0, 1, 15, 0)),
        )
        return self._prepare_default_rules(rows, super()._get_default_rules())

    @api.model
    def _get_measure_query(self, kind, day):
        if kind == "complaint_count":
            return self._get_complaint_count_query(day)
        if kind == "complaint_late":
            return self._get_complaint_late_query(day)
        if kind == "claim_late":
            return self._get_claim_late_query(day)
        return super()._get_measure_query(kind, day)

    @api.model
    def _get_complaint_count_query(self, day):
        complaints = self.env["kuaidi.complaint"]._fields
        return SQL(
            """
            SELECT account_id, count(*) AS measure
              FROM kuaidi_complaint
              JOIN asked ON asked.id = account_id
             WHERE date_received >= %(day)s::date - %(days)s
               AND date_received < %(day)s::date + 1
               AND kuaidi_complaint.state <> 'joined'
             GROUP BY account_id
            """,
            day=day,
            days=CASE_DAYS,
            to_flush=[
                complaints[name] for name in ("account_id", "date_received", "state")
            ],
        )

    @api.model
    def _get_complaint_late_query(self, day):
        complaints = self.env["kuaidi.complaint"]._fields
        return SQL(
            """
            SELECT account_id, count(*) AS measure
              FROM kuaidi_complaint
              JOIN asked ON asked.id = account_id
             WHERE kuaidi_complaint.state IN ('new', 'in_work')
               AND date_deadline < %(day)s::date + 1
               AND date_done IS NULL
             GROUP BY account_id
            """,
            day=day,
            to_flush=[
                complaints[name]
                for name in ("account_id", "date_deadline", "date_done", "state")
            ],
        )

    @api.model
    def _get_claim_late_query(self, day):
        clocks = self.env["kuaidi.claim.clock"]._fields
        claims = self.env["kuaidi.claim"]._fields
        return SQL(
            """
            SELECT claim.account_id,
                   max(%(day)s::date - clock.date_deadline::date) AS measure
              FROM kuaidi_claim_clock clock
              JOIN kuaidi_claim claim ON claim.id = clock.claim_id
              JOIN asked ON asked.id = claim.account_id
             WHERE clock.kind = 'master'
               AND clock.date_done IS NULL
               AND clock.date_deadline < %(day)s::date
               AND claim.state <> ALL(%(closed)s)
             GROUP BY claim.account_id
            """,
            day=day,
            closed=list(CLOSED_STATES),
            to_flush=[
                *(clocks[name] for name in ("claim_id", "date_deadline", "date_done")),
                *(claims[name] for name in ("account_id", "state")),
            ],
        )
