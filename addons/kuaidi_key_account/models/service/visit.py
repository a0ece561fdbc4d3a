from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_datetime

from .service_type import CHANNELS, VISIT_CLASSES

# proposed where neither a service type nor a meeting says how long it took, minutes
MINUTES_IN_PERSON = 60
MINUTES_OTHERWISE = 10


class KuaidiVisit(models.Model):
    """One contact with a client: what was done, and how the client reacted (VI-1)."""

    _name = "kuaidi.visit"
    _description = "Visit"
    _inherit = ["kuaidi.account.part", "kuaidi.file.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _rec_names_search = ["account_id", "purpose"]
    _check_company_auto = True
    _mail_post_access = "read"

    _account_operation = "read"
    _file_field = "photo_ids"
    _file_images_only = True
    _photos_max = 9
    _guarded_fields = frozenset(("company_id", "is_onsite", "is_incomplete"))

    name = fields.Char(string="Title", compute="_compute_name")
    # client
    account_id = fields.Many2one(ondelete="restrict", check_company=True)
    commercial_partner_id = fields.Many2one(
        related="account_id.partner_id", string="Client"
    )
    contact_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="kuaidi_visit_contact_rel",
        column1="visit_id",
        column2="partner_id",
        string="Contacts Met",
        domain="[('commercial_partner_id', '=', commercial_partner_id),"
        " ('is_company', '=', False)]",
    )
    # when and how (VI-3, VI-6, VI-7)
    date = fields.Datetime(
        string="Start",
        required=True,
        default=fields.Datetime.now,
        index=True,
        tracking=True,
    )
    type_id = fields.Many2one(
        comodel_name="kuaidi.service.type",
        string="Means",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('is_visit', '=', True)]",
    )
    channel = fields.Selection(
        selection=CHANNELS,
        compute="_compute_channel",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    is_onsite = fields.Boolean(
        string="In Person", compute="_compute_is_onsite", store=True, precompute=True
    )
    visit_class = fields.Selection(
        selection=VISIT_CLASSES,
        string="Class",
        compute="_compute_visit_class",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    visit_type = fields.Selection(
        selection=[
            ("phone", "By Phone or Message"),
            ("first", "First Visit"),
            ("repeat", "Repeat Visit"),
            ("invitation", "Invitation"),
        ],
        compute="_compute_visit_type",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    duration_minutes = fields.Integer(
        string="Duration (minutes)",
        compute="_compute_duration_minutes",
        store=True,
        readonly=False,
        precompute=True,
        aggregator="avg",
        tracking=True,
    )
    # who
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Visitor",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    participant_ids = fields.Many2many(
        comodel_name="res.users",
        relation="kuaidi_visit_participant_rel",
        column1="visit_id",
        column2="user_id",
        string="Colleagues",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    # what for, and what came of it (VI-5)
    purpose = fields.Char(help="What the visit was to achieve, in one sentence.")
    is_purpose_reached = fields.Boolean(string="Purpose Reached")
    reaction = fields.Selection(
        selection=[
            ("1", "Angry"),
            ("2", "Discontent"),
            ("3", "Neutral"),
            ("4", "Pleased"),
            ("5", "Delighted"),
        ],
        string="Client's Reaction",
        tracking=True,
    )
    reaction_note = fields.Text(string="What the Client Said")
    # read on the form alone: a list of visits does not carry its minutes along
    note = fields.Html(string="Minutes", prefetch=False)
    photo_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_visit_photo_rel",
        column1="visit_id",
        column2="attachment_id",
        string="Photos",
        copy=False,
    )
    # what follows
    date_next_contact = fields.Date(
        string="Next Contact",
        copy=False,
        help="The visitor gets an activity on the account for that day.",
    )
    problem_ids = fields.One2many(
        comodel_name="kuaidi.problem",
        inverse_name="visit_id",
        string="Problems Raised",
    )
    open_problem_ids = fields.Many2many(
        comodel_name="kuaidi.problem",
        string="Open Problems",
        compute="_compute_open_problem_ids",
        help="Raised before and not solved yet: the client will ask.",
    )
    # where it comes from
    plan_line_id = fields.Many2one(
        comodel_name="kuaidi.service.plan.line",
        string="Planned Line",
        ondelete="set null",
        copy=False,
        domain="[('account_id', '=', account_id), ('is_in_force', '=', True),"
        " ('state', '=', 'planned')]",
    )
    calendar_event_id = fields.Many2one(
        comodel_name="calendar.event",
        string="Meeting",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )
    # quality
    is_incomplete = fields.Boolean(
        string="Incomplete", compute="_compute_is_incomplete", store=True
    )
    warning = fields.Text(compute="_compute_warning")
    can_correct = fields.Boolean(compute="_compute_can_correct")

    _plan_line_uniq = models.UniqueIndex(
        "(plan_line_id) WHERE plan_line_id IS NOT NULL",
        "A visit is logged for this planned line already. Open that one, or choose"
        " another line.",
    )
    _calendar_event_uniq = models.UniqueIndex(
        "(calendar_event_id) WHERE calendar_event_id IS NOT NULL",
        "A visit is logged for this meeting already. Open that one from the meeting.",
    )
    _duration_range = models.Constraint(
        "CHECK(duration_minutes BETWEEN 0 AND 10080)",
        "A visit lasts 0 minutes to one week.",
    )
    _account_date_idx = models.Index("(account_id, date DESC)")

    # === COMPUTE METHODS === #

    @api.depends("account_id", "channel", "date")
    @api.depends_context("lang", "tz")
    def _compute_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for visit in self:
            # sudo: as for every linked record, the name of the client is shown
            visit.name = self.env._(
                "%(client)s, %(channel)s, %(date)s",
                client=visit.account_id.sudo().display_name or "–",
                channel=channels.get(visit.channel, "–"),
                date=format_datetime(self.env, visit.date, dt_format="short"),
            )

    @api.depends("type_id")
    def _compute_channel(self):
        for visit in self:
            visit.channel = visit.type_id.channel or visit.channel or "face"

    @api.depends("type_id")
    def _compute_visit_class(self):
        for visit in self:
            visit.visit_class = (
                visit.type_id.visit_class or visit.visit_class or "routine"
            )

    @api.depends("channel")
    def _compute_is_onsite(self):
        for visit in self:
            visit.is_onsite = visit.channel == "face"

    @api.depends("account_id", "channel", "visit_class")
    def _compute_visit_type(self):
        for visit in self:
            if visit.visit_class == "company":
                visit.visit_type = "invitation"
            elif visit.channel not in ("face", "video"):
                visit.visit_type = "phone"
            else:
                # sudo: whoever sees an account sees when it was visited last
                is_known = visit.account_id.sudo().date_last_visit
                visit.visit_type = "repeat" if is_known else "first"

    @api.depends("type_id", "channel")
    def _compute_duration_minutes(self):
        for visit in self:
            is_person = visit.channel in ("face", "video")
            visit.duration_minutes = visit.type_id.duration_minutes or (
                MINUTES_IN_PERSON if is_person else MINUTES_OTHERWISE
            )

    @api.depends(
        "is_onsite", "duration_minutes", "purpose", "reaction", "reaction_note"
    )
    def _compute_is_incomplete(self):
        for visit in self:
            visit.is_incomplete = bool(visit._get_warnings())

    @api.depends("is_incomplete")
    @api.depends_context("lang")
    def _compute_warning(self):
        for visit in self:
            visit.warning = " ".join(visit._get_warnings()) or False

    @api.depends("user_id", "account_id.manager_id", "account_id.deputy_id")
    @api.depends_context("uid")
    def _compute_can_correct(self):
        allowed = self._origin._filtered_access("write")
        for visit in self:
            visit.can_correct = not visit._origin or visit._origin in allowed

    @api.depends("account_id", "problem_ids")
    def _compute_open_problem_ids(self):
        problems = self.env["kuaidi.problem"].search(
            [
                ("account_id", "in", self.account_id._origin.ids),
                ("state", "=", "open"),
            ]
        )
        for visit in self:
            account = visit.account_id._origin
            visit.open_problem_ids = problems.filtered(
                lambda problem, account=account: problem.account_id == account
            ) - (visit.problem_ids._origin)

    @api.depends("name")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for visit in self:
            visit.display_name = visit.name

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        visits._check_photos_are_own()
        visits._fulfil_lines()
        visits._log_on_accounts()
        visits._plan_next_contact()
        return visits

    def write(self, vals):
        self._check_client_stays(vals)
        lines = self.plan_line_id
        followed = self._get_next_contact_pairs()
        res = super().write(vals)
        if "photo_ids" in vals:
            self._check_photos_are_own()
        if "plan_line_id" in vals:
            self._change_lines(lines)
        elif "date" in vals:
            self._date_lines()
        if {"date_next_contact", "user_id"} & vals.keys():
            self._plan_next_contact(followed)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_logged_before(self):
        """A visit is history: its author takes it back on the day it was logged."""
        if self.env.su or self.env.user.has_group(
            "kuaidi_key_account.group_crm_centre"
        ):
            return
        service = self.env["kuaidi.deadline"]
        for visit in self:
            if visit.create_uid != self.env.user or not service._is_of_today(
                visit.create_date, visit.company_id
            ):
                raise UserError(
                    self.env._(
                        "%(visit)s stays in the client's history: only who logged it"
                        " may delete it, on the same day. Correct it, or ask the CRM"
                        " centre.",
                        visit=visit.display_name,
                    )
                )

    def unlink(self):
        # sudo: a line is moved by the system, who may delete the visit was checked
        lines_sudo = self.sudo().plan_line_id
        followed = self._get_next_contact_pairs()
        res = super().unlink()
        lines_sudo.filtered("is_in_force")._reopen()
        self.browse()._plan_next_contact(followed)
        return res
