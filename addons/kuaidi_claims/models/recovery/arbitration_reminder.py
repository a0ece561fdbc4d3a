from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_datetime

REMIND_HOURS = 4


class KuaidiArbitration(models.Model):
    """Reminds who reports, once, before the hours since the scan are over (D19)."""

    _name = "kuaidi.arbitration"
    _inherit = ["kuaidi.arbitration"]
    _escalation_activity_type = "kuaidi_claims.activity_type_report_due"
    _escalation_states = ("draft",)

    date_escalated = fields.Datetime(string="Reminded On", help=False)

    _draft_idx = models.Index("(date_deadline) WHERE state = 'draft'")

    # === ACTION METHODS === #

    def action_file(self):
        res = super().action_file()
        self._withdraw_escalation(self)
        return res

    def action_withdraw(self):
        res = super().action_withdraw()
        self._withdraw_escalation(self)
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _get_escalation_domain(self):
        """Return what runs out soon; what ran out cannot be reported any more."""
        now = fields.Datetime.now()
        return Domain(
            [
                ("state", "in", list(self._escalation_states)),
                ("date_escalated", "=", False),
                ("date_deadline", ">", now),
                ("date_deadline", "<=", now + timedelta(hours=REMIND_HOURS)),
            ]
        )

    def _escalate(self):
        """Tell each who reports of their own reports."""
        res = None
        for reports in self.grouped("user_id").values():
            res = super(KuaidiArbitration, reports)._escalate()
        return res

    def _get_escalation_user(self):
        return self[:1].user_id

    @api.model
    def _get_escalation_summary(self):
        return self.env._("Report to the head office in time")

    def _get_escalation_line(self):
        self.ensure_one()
        zone = self.env["kuaidi.deadline"]._get_timezone(self.company_id)
        return self.env._(
            "%(report)s can be reported until %(deadline)s.",
            report=self.number,
            deadline=format_datetime(
                self.env, self.date_deadline, tz=str(zone), dt_format="short"
            ),
        )
