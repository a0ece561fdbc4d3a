from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from .complaint_flow import CLOCK_TYPE

# told one by one up to here; more become one list, so that nobody drowns
MOST_ACTIVITIES = 10
MOST_NAMED = 20


class KuaidiComplaintAlarm(models.Model):
    """One passed moment of a complaint's clocks and who was told, once."""

    _name = "kuaidi.complaint.alarm"
    _description = "Complaint Alarm"
    _order = "id desc"
    _rec_name = "complaint_id"

    complaint_id = fields.Many2one(
        comodel_name="kuaidi.complaint",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    kind = fields.Selection(
        selection=[
            ("warn", "Time to Answer Ends Soon"),
            ("step", "Step of the Ladder Is Late"),
            ("breach", "Answer Is Late"),
            ("legal_warn", "Legal Limit Is Near"),
            ("legal", "Legal Limit Is Missed"),
        ],
        string="Alarm",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Told To", readonly=True, index=True
    )
    date_due = fields.Datetime(string="Deadline", required=True, readonly=True)
    date_raised = fields.Datetime(required=True, readonly=True)
    state = fields.Selection(
        selection=[
            ("waiting", "Waiting"),
            ("told", "Told"),
            ("passed_over", "Passed Over for a Harder One"),
        ],
        required=True,
        readonly=True,
    )

    _once_uniq = models.UniqueIndex(
        "(complaint_id, kind, date_due)", "This alarm was raised already."
    )
    _waiting_idx = models.Index("(company_id, user_id) WHERE state = 'waiting'")

    # === ACTION METHODS === #

    def action_view_complaint(self):
        """Open the complaint that somebody was told of."""
        self.ensure_one()
        return self.complaint_id._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _tell(self, company):
        """Tell everybody of their new alarms; called in superuser mode.

        Up to ten come as an activity each; more come as one list, the oldest first.
        The number of queries depends on the number of people, not on that of alarms.
        """
        groups = self._read_group(
            [("company_id", "=", company.id), ("state", "=", "waiting")],
            ["user_id"],
            ["__count"],
        )
        for user, count in groups:
            domain = [
                ("company_id", "=", company.id),
                ("user_id", "=", user.id),
                ("state", "=", "waiting"),
            ]
            named = self.search(domain, limit=MOST_NAMED, order="date_due, id")
            if user.active:
                if count <= MOST_ACTIVITIES:
                    named._open_activities(user)
                else:
                    named._open_digest(user, count)
            # one statement, however many: the list has told of all of them
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE kuaidi_complaint_alarm SET state = 'told'
                     WHERE company_id = %s AND state = 'waiting'
                       AND user_id IS NOT DISTINCT FROM %s
                    """,
                    company.id,
                    user.id or None,
                )
            )
        self.invalidate_model(["state"])

    def _open_activities(self, user):
        """Open an activity on each complaint; an earlier one of the clock gives way."""
        complaints = self.complaint_id
        complaints.activity_unlink([CLOCK_TYPE], user_id=user.id)
        translated = self.with_context(lang=user.lang or self.env.lang)
        labels = dict(self._fields["kind"]._description_selection(translated.env))
        today = self.env["kuaidi.deadline"]._get_today(self.company_id[:1])
        complaints._create_activities(
            [
                alarm.complaint_id._prepare_activity(
                    CLOCK_TYPE, user, labels[alarm.kind], today, alarm._get_line()
                )
                for alarm in translated
            ]
        )

    def _open_digest(self, user, count):
        """Open one activity that lists the hardest alarms of many."""
        translated = self.with_context(lang=user.lang or self.env.lang)
        lines = [alarm._get_line(linked=True) for alarm in translated]
        if count > len(lines):
            lines.append(
                translated.env._(
                    "and %(count)s more: see the list of late complaints.",
                    count=count - len(lines),
                )
            )
        self.complaint_id._create_activities(
            [
                {
                    "activity_type_id": self.env.ref(CLOCK_TYPE).id,
                    "automated": True,
                    "user_id": user.id,
                    "date_deadline": self.env["kuaidi.deadline"]._get_today(
                        self.company_id[:1]
                    ),
                    "summary": translated.env._(
                        "%(count)s complaints run late or end soon", count=count
                    ),
                    "note": Markup("<br/>").join(lines),
                }
            ]
        )

    def _get_line(self, linked=False):
        """Return what is told of one alarm, in the language of the record."""
        self.ensure_one()
        complaint = self.complaint_id
        labels = dict(self._fields["kind"]._description_selection(self.env))
        number = complaint.number
        if linked:
            number = Markup('<a href="/odoo/complaints/%s">%s</a>') % (
                complaint.id,
                number,
            )
        return Markup("%s %s – %s") % (
            number,
            complaint.partner_id.name or complaint.contact_name or "",
            labels[self.kind],
        )
