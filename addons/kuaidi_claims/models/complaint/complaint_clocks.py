from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_duration

LEGAL_DAYS = 7


class KuaidiComplaint(models.Model):
    """Starts, stops and shows the clocks of a complaint (CP-1, article 29)."""

    _name = "kuaidi.complaint"
    _inherit = ["kuaidi.complaint"]

    clock = fields.Char(
        string="Time Left", compute="_compute_clock", help="Until the next deadline."
    )
    clock_state = fields.Selection(
        selection=[
            ("done", "Stopped"),
            ("ok", "In Time"),
            ("soon", "Soon Due"),
            ("late", "Late"),
        ],
        string="Clock",
        compute="_compute_clock",
    )
    legal_clock = fields.Char(string="Legal Time Left", compute="_compute_clock")

    # === COMPUTE METHODS === #

    @api.depends(
        "date_next", "date_warn", "date_step_due", "date_legal", "date_answered"
    )
    @api.depends_context("lang")
    def _compute_clock(self):
        now = fields.Datetime.now()
        for complaint in self:
            end = complaint.date_next
            if not end:
                complaint.clock = False
                complaint.clock_state = "done"
            else:
                complaint.clock = self._format_left(end - now)
                complaint.clock_state = complaint._get_clock_state(end, now)
            complaint.legal_clock = (
                self._format_left(complaint.date_legal - now)
                if complaint.date_legal and not complaint.date_answered
                else False
            )

    # === BUSINESS METHODS === #

    def _get_clock_state(self, end, now):
        """Return whether the next deadline is late, soon due or in time."""
        self.ensure_one()
        if end < now:
            return "late"
        soon = {
            self.date_deadline: self.date_warn,
            self.date_legal: self.date_legal_warn,
        }.get(end, end - timedelta(minutes=15))
        return "soon" if soon and soon <= now else "ok"

    @api.model
    def _format_left(self, left):
        """Return a span of time in words, hours and minutes below two days."""
        seconds = abs(left).total_seconds()
        span = (
            self.env._("%(days)s d", days=int(seconds // 86400))
            if seconds >= 172800
            else format_duration(seconds / 3600)
        )
        if left.total_seconds() < 0:
            return self.env._("%(span)s late", span=span)
        return self.env._("%(span)s left", span=span)

    def _start_clocks(self):
        """Set all limits from the receipt; called in superuser mode.

        Two queries for each company, whatever the number of complaints.
        """
        service = self.env["kuaidi.deadline"]
        for company, complaints in self.grouped("company_id").items():
            ends = service._get_due_many(
                [(complaint.date_received, LEGAL_DAYS) for complaint in complaints],
                "day",
                company,
            )
            warning = timedelta(hours=company.kuaidi_legal_warning_hours)
            for complaint, end in zip(complaints, ends, strict=True):
                complaint.write({"date_legal": end, "date_legal_warn": end - warning})
        self._start_answer_clock()

    def _start_answer_clock(self, start=None):
        """Set until when an answer is due, from the receipt or from a reopening."""
        rules = self.env["kuaidi.complaint.sla"]
        service = self.env["kuaidi.deadline"]
        for company, complaints in self.grouped("company_id").items():
            limits = rules._get_limits(
                company, [(row.severity, row.type_id, row.stars) for row in complaints]
            )
            starts = [
                start or row.date_reopened or row.date_received for row in complaints
            ]
            dues = service._get_due_many(
                [
                    (begin, hours)
                    for begin, (hours, _warn) in zip(starts, limits, strict=True)
                ],
                "hour",
                company,
            )
            for complaint, due, (_hours, warn) in zip(
                complaints, dues, limits, strict=True
            ):
                complaint.write(
                    {"date_deadline": due, "date_warn": due - timedelta(hours=warn)}
                )
        self._update_next()

    def _follow_severity(self, before):
        """Set the answer clock anew for another severity or type.

        The clock goes on counting from the receipt, and a breach that has happened
        stays on record. The ladder starts with an alert complaint, and what is left of
        it falls with a milder one. Called in superuser mode.
        """
        now = fields.Datetime.now()
        running = self.filtered(lambda row: row.state in ("new", "in_work"))
        running.filtered(
            lambda row: row.date_deadline and row.date_deadline < now
        ).is_breached = True
        running._start_answer_clock()
        risen = running.filtered(
            lambda row: row.severity == "alert" and before.get(row) != "alert"
        )
        risen._start_ladder()
        (running - risen).filtered(
            lambda row: row.severity in ("simple", "complex")
        )._drop_ladder()

    def _is_answer_clock_running(self):
        self.ensure_one()
        return self.state not in ("closed", "joined") and not self.date_done

    def _update_next(self):
        """Find the next deadline and the next alarm; called in superuser mode."""
        for complaint in self:
            alive = complaint.state not in ("closed", "joined")
            ends, alarms = [], []
            if complaint._is_answer_clock_running():
                ends.append(complaint.date_deadline)
                alarms += [complaint.date_warn, complaint.date_deadline]
            if alive and not complaint.date_answered:
                ends.append(complaint.date_legal)
                alarms += [complaint.date_legal_warn, complaint.date_legal]
            if alive and complaint.date_step_due:
                ends.append(complaint.date_step_due)
                alarms.append(complaint.date_step_due)
            complaint.write(
                {
                    "date_next": min(filter(None, ends), default=False),
                    "date_alarm": min(filter(None, alarms), default=False),
                }
            )

    def _stop_answer_clock(self):
        """Note the answer: when, and whether in time; called in superuser mode.

        Alert and crisis complaints run on until they are closed (D8).
        """
        now = fields.Datetime.now()
        for complaint in self:
            values = {}
            if not complaint.date_answered:
                values["date_answered"] = now
                values["is_legal_breached"] = (
                    complaint.is_legal_breached or complaint.date_legal < now
                )
            if complaint.severity in ("simple", "complex"):
                values |= complaint._get_stop_values(now)
            complaint.write(values)
        self._update_next()

    def _get_stop_values(self, now):
        self.ensure_one()
        if self.date_done:
            return {}
        return {
            "date_done": now,
            "is_breached": self.is_breached or self.date_deadline < now,
        }
