from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .complaint_type import SEVERITIES

CHANNELS = [
    ("hotline", "Hotline"),
    ("outlet", "At the Outlet"),
    ("manager", "Account Manager"),
    ("wechat", "WeChat"),
    ("email", "E-mail"),
    ("portal", "Client Portal"),
    ("site", "Group Website"),
    ("site_315", "315 Website"),
    ("mayor", "Mayor's Mailbox"),
    ("ministry", "Ministry or Postal Authority"),
]
OPEN_STATES = ("new", "in_work", "answered")
RANKS = {severity: rank for rank, (severity, _label) in enumerate(SEVERITIES)}


class KuaidiComplaint(models.Model):
    """One complaint of a client or of a person, with its clocks (投诉, 2.11)."""

    _name = "kuaidi.complaint"
    _description = "Complaint"
    _inherit = [
        "kuaidi.deadline.mixin",
        "kuaidi.sender.mixin",
        "rating.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.evidence.mixin",
        "kuaidi.guard.mixin",
    ]
    _order = "date_next, id"
    _rec_name = "number"
    _rec_names_search = ["number", "waybill_number", "account_id"]
    _check_company_auto = True
    _mail_post_access = "read"

    _deadline_stop_states = ("closed", "joined")
    # of PostgreSQL's advisory locks, those of the sweep over complaints
    _sender_lock_class = 20_730_190
    # written by buttons and by the system alone
    _guarded_fields = frozenset(
        {
            "branch_id",
            "company_id",
            "crisis_reason",
            "date_alarm",
            "date_answered",
            "date_callback",
            "date_closed",
            "date_crisis",
            "date_deadline",
            "date_done",
            "date_legal",
            "date_legal_warn",
            "date_next",
            "date_reopened",
            "date_step_due",
            "date_warn",
            "callback_attempts",
            "callback_note",
            "callback_result",
            "is_breached",
            "is_legal_breached",
            "joined_id",
            "number",
            "reopen_count",
            "spokesperson_id",
            "stars",
            "state",
            "step_id",
            "step_ids",
        }
    )

    # who complains
    number = fields.Char(required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Empty: somebody without a client file, like a consignee.",
    )
    manager_id = fields.Many2one(related="account_id.manager_id")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    stars = fields.Integer(
        readonly=True, aggregator=None, help="Stars of the client at the receipt."
    )
    contact_name = fields.Char(string="Caller")
    phone = fields.Char()
    email = fields.Char(help="The written reply goes here.")
    # what about
    waybill_number = fields.Char(string="Waybill")
    type_id = fields.Many2one(
        comodel_name="kuaidi.complaint.type",
        string="Complaint Type",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    script = fields.Text(related="type_id.script")
    channel = fields.Selection(
        selection=CHANNELS, required=True, default="hotline", index=True
    )
    mood = fields.Selection(
        selection=[
            ("calm", "Calm"),
            ("angry", "Angry"),
            ("anxious", "Anxious"),
            ("sad", "Sad"),
            ("noisy", "Loud"),
        ],
        help="How the caller is: first calm down, then listen (CP-6).",
    )
    need = fields.Selection(
        selection=[
            ("vent", "To Vent"),
            ("respect", "Respect"),
            ("solution", "A Solution"),
            ("compensation", "Compensation"),
        ],
        string="Wants",
    )
    description = fields.Text(string="What Happened")
    severity = fields.Selection(
        selection=SEVERITIES,
        compute="_compute_severity",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        tracking=True,
        group_expand=True,
    )
    # clocks
    date_received = fields.Datetime(
        string="Received On",
        required=True,
        default=lambda self: fields.Datetime.now(),
        copy=False,
        help="The actual receipt. All clocks count from here, round the clock.",
    )
    date_deadline = fields.Datetime(
        string="Answer Until",
        readonly=True,
        copy=False,
        help="By severity, type and star of the client.",
    )
    date_warn = fields.Datetime(string="Warning On", readonly=True, copy=False)
    date_legal = fields.Datetime(
        string="Legal Limit",
        readonly=True,
        copy=False,
        help="Seven days from the receipt (Interim Regulations on Express Delivery,"
        " article 29). Nothing pauses it.",
    )
    date_legal_warn = fields.Datetime(
        string="Legal Warning On", readonly=True, copy=False
    )
    date_step_due = fields.Datetime(string="Step Until", readonly=True, copy=False)
    date_next = fields.Datetime(
        string="Next Deadline",
        readonly=True,
        copy=False,
        help="The earliest of what runs: answer, step of the ladder, legal limit.",
    )
    date_alarm = fields.Datetime(string="Next Alarm On", readonly=True, copy=False)
    date_done = fields.Datetime(string="Clock Stopped On", readonly=True)
    is_breached = fields.Boolean(
        string="Answered Too Late", readonly=True, copy=False, index="btree_not_null"
    )
    is_legal_breached = fields.Boolean(
        string="Legal Limit Missed", readonly=True, copy=False
    )
    # who works on it
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Officer",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    team = fields.Selection(
        selection=[
            ("hotline", "Hotline"),
            ("key_account", "Key Account Service"),
            ("branch", "Branch Service"),
            ("online", "Online Service"),
        ],
        required=True,
        default="hotline",
    )
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("in_work", "In Work"),
            ("answered", "Answered"),
            ("closed", "Closed"),
            ("joined", "Joined to Another"),
        ],
        required=True,
        default="new",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    # verdict
    verdict = fields.Selection(
        selection=[("our_fault", "Our Fault"), ("not_our_fault", "Not Our Fault")],
        copy=False,
        tracking=True,
    )
    verdict_note = fields.Text(
        string="Explanation",
        copy=False,
        help="Needed where it is not our fault: this is what the client is told.",
    )
    link_id = fields.Many2one(
        comodel_name="kuaidi.case.link",
        string="Responsible Link",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    department_id = fields.Many2one(
        comodel_name="kuaidi.case.department",
        string="Responsible Unit",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
    )
    branch_id = fields.Many2one(
        related="department_id.branch_id", store=True, index="btree_not_null"
    )
    compensation = fields.Monetary(
        string="Compensation Asked",
        copy=False,
        help="What the client demands; it is settled in a claim.",
    )
    # answer and call-back
    reply = fields.Text(string="Written Reply", copy=False)
    date_answered = fields.Datetime(string="First Answered On", readonly=True)
    date_callback = fields.Datetime(string="Called Back On", readonly=True, copy=False)
    callback_result = fields.Selection(
        selection=[
            ("satisfied", "Satisfied"),
            ("neutral", "So-so"),
            ("dissatisfied", "Dissatisfied"),
            ("unreachable", "Not Reached"),
        ],
        string="Satisfaction",
        readonly=True,
        copy=False,
    )
    callback_note = fields.Text(
        string="Said in the Call-Back", readonly=True, copy=False
    )
    callback_attempts = fields.Integer(
        string="Call-Back Attempts", readonly=True, copy=False, aggregator=None
    )
    date_closed = fields.Datetime(string="Closed On", readonly=True, copy=False)
    date_reopened = fields.Datetime(string="Reopened On", readonly=True, copy=False)
    reopen_count = fields.Integer(string="Times Reopened", readonly=True, copy=False)

    _number_uniq = models.UniqueIndex(
        "(company_id, number)", "This complaint number is taken."
    )
    _waybill_open_uniq = models.UniqueIndex(
        "(company_id, waybill_number)"
        " WHERE waybill_number IS NOT NULL AND state IN ('new', 'in_work', 'answered')",
        "A complaint on this waybill is open already. Join this one to it.",
    )
    _waybill_idx = models.Index("(waybill_number) WHERE waybill_number IS NOT NULL")
    _phone_idx = models.Index("(phone) WHERE phone IS NOT NULL")
    _next_idx = models.Index("(date_next, id)")
    _alarm_idx = models.Index("(company_id, date_alarm) WHERE date_alarm IS NOT NULL")
    _explained = models.Constraint(
        "CHECK(verdict IS NULL OR verdict <> 'not_our_fault'"
        " OR coalesce(verdict_note, '') <> '')",
        "Explain why it is not our fault: the client is told so.",
    )
    _compensation_positive = models.Constraint(
        "CHECK(compensation IS NULL OR compensation >= 0)",
        "The compensation cannot be negative.",
    )
    _joined_has_target = models.Constraint(
        "CHECK((state = 'joined') = (joined_id IS NOT NULL))",
        "A joined complaint names the one that it was joined to.",
    )

    # === COMPUTE METHODS === #

    @api.depends("number", "type_id", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for complaint in self:
            # sudo: names of linked records are shown to whoever sees the complaint
            complaint.display_name = " ".join(
                filter(None, [complaint.number, complaint.type_id.sudo().name])
            )

    @api.depends("account_id")
    def _compute_partner_id(self):
        for complaint in self:
            # sudo: the client of a file is no secret to whoever sees the file
            partner = complaint.account_id.sudo().partner_id
            complaint.partner_id = partner or complaint.partner_id

    @api.depends("type_id")
    def _compute_severity(self):
        for complaint in self.filtered(lambda complaint: not complaint._origin):
            complaint.severity = complaint.type_id.severity or complaint.severity

    @api.depends("account_id")
    def _compute_user_id(self):
        group = "kuaidi_claims.group_claims_officer"
        is_officer = self.env.user.has_group(group)
        for complaint in self.filtered(lambda complaint: not complaint._origin):
            if is_officer:
                complaint.user_id = self.env.user
                continue
            # sudo: the team of the file says who handles the client's cases
            members = complaint.account_id.sudo().member_ids.filtered(
                lambda member: member.role == "claims" and member.user_id.active
            )
            complaint.user_id = members[:1].user_id

    # === CONSTRAINT METHODS === #

    @api.constrains("user_id", "company_id")
    def _check_officer_works_here(self):
        for complaint in self:
            # sudo: the companies of a colleague are for administrators to read
            user_sudo = complaint.user_id.sudo()
            if user_sudo and (
                user_sudo.share or complaint.company_id not in user_sudo.company_ids
            ):
                raise ValidationError(
                    self.env._(
                        "%(user)s does not work at %(company)s. Choose a colleague.",
                        user=user_sudo.name,
                        company=complaint.company_id.name,
                    )
                )

    @api.constrains("date_received")
    def _check_received_before_now(self):
        latest = fields.Datetime.add(fields.Datetime.now(), minutes=5)
        if any(complaint.date_received > latest for complaint in self):
            raise ValidationError(
                self.env._(
                    "A complaint cannot be received in the future. Enter the actual"
                    " receipt: the legal limit counts from it."
                )
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_open_domain(self):
        """Return the domain of complaints that are neither closed nor joined."""
        return Domain("state", "in", list(OPEN_STATES))
