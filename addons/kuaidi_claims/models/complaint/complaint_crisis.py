from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from .complaint import OPEN_STATES
from .complaint_flow import CRISIS_TYPE, MANAGER

REASONS = [
    ("legal", "Threatens or Takes Legal Action"),
    ("media", "Turns to the Media"),
    ("consumer_day", "Turns to the 3.15 Consumer Programme"),
    ("at_door", "At Our Door"),
]


class KuaidiComplaint(models.Model):
    """A complaint that reaches law, media or 3.15: VP and legal are told at once."""

    _name = "kuaidi.complaint"
    _inherit = ["kuaidi.complaint"]

    crisis_reason = fields.Selection(
        selection=REASONS, readonly=True, copy=False, tracking=True
    )
    date_crisis = fields.Datetime(string="Crisis Told On", readonly=True, copy=False)
    spokesperson_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="Alone speaks for the company in this crisis.",
    )

    # === ACTION METHODS === #

    def action_open_crisis(self):
        """Ask for the reason of a crisis."""
        return self._open_note("crisis")

    # === BUSINESS METHODS === #

    def _declare_crisis(self, reason, note=False):
        """Turn an open complaint into a crisis and tell VP and legal at once, once.

        Besides claims staff, whoever took the complaint in may, at once.

        :param str reason: value of `crisis_reason`
        :raise UserError: without a reason, or when it is closed or a crisis already
        """
        self.ensure_one()
        self.check_access("read")
        if self.create_uid != self.env.user:
            self._check_may_work()
        if reason not in dict(REASONS):
            raise UserError(self.env._("Say what makes it a crisis."))
        complaint = self._lock_in_states(OPEN_STATES)
        complaint.invalidate_recordset(["severity", "date_crisis"])
        if complaint.date_crisis:
            raise UserError(
                self.env._("%(complaint)s is a crisis already.", complaint=self.number)
            )
        complaint.write(
            {
                "severity": "crisis",
                "crisis_reason": reason,
                "date_crisis": fields.Datetime.now(),
                "spokesperson_id": (
                    complaint.company_id.kuaidi_crisis_spokesperson_id.id
                ),
            }
        )
        complaint._tell_crisis(note)

    def _tell_crisis(self, note):
        """Give VP, legal and the spokesperson an activity for today, and a mail."""
        self.ensure_one()
        company = self.company_id
        users = (
            company.kuaidi_crisis_user_ids | self.spokesperson_id
        ) or company._get_kuaidi_complaint_director()
        today = self.env["kuaidi.deadline"]._get_today(company)
        vals_list = []
        for user in users.filtered("active"):
            complaint = self.with_context(lang=user.lang or self.env.lang)
            title = complaint.env._(
                "Crisis: %(complaint)s %(client)s",
                complaint=self.number,
                client=self.partner_id.name or self.contact_name or "",
            )
            body = Markup("<br/>").join(complaint._get_crisis_lines(note))
            vals_list.append(
                self._prepare_activity(CRISIS_TYPE, user, title, today, body)
            )
            # mail with the transaction: none goes out if it is undone or tried again
            complaint.message_notify(
                partner_ids=user.partner_id.ids, subject=title, body=body
            )
        self._create_activities(vals_list)

    def _get_crisis_lines(self, note):
        self.ensure_one()
        reasons = dict(self._fields["crisis_reason"]._description_selection(self.env))
        return [
            line
            for line in (
                reasons[self.crisis_reason],
                note,
                self.description,
                self.env._(
                    "Only %(user)s speaks for us. Say nothing to the client, the press"
                    " or the authorities before you have talked.",
                    user=self.spokesperson_id.name,
                )
                if self.spokesperson_id
                else self.env._(
                    "No spokesperson is named in the settings: name one person now who"
                    " alone speaks for us."
                ),
            )
            if line
        ]

    def _check_may_speak(self):
        """Refuse that others than the spokesperson answer in a crisis.

        :raise UserError: for others than the spokesperson and claims managers
        """
        self.ensure_one()
        if (
            self.severity == "crisis"
            and not self.env.su
            and self.env.user != self.spokesperson_id
            and not self.env.user.has_group(MANAGER)
        ):
            raise UserError(
                self.env._(
                    "This is a crisis: only %(user)s speaks for us. Hand over your"
                    " draft.",
                    user=self.spokesperson_id.name or self.env._("the claims manager"),
                )
            )
