from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

# what may change while the plan is in force; anything else takes a revision (SP-8)
SCHEDULE_FIELDS = {"date_start", "date_finish", "handler_id", "note", "amount_cost"}
# written by buttons and by the system alone
GUARDED_FIELDS = {
    "state",
    "is_in_force",
    "date_done",
    "date_scheduled",
    "visit_id",
    "calendar_event_id",
    "origin_line_id",
    "source",
    "template_line_id",
    "festival_id",
    "occasion_id",
    "occasion_date",
    "need_id",
    "waive_reason",
    "account_id",
    "company_id",
}


class KuaidiServicePlanLine(models.Model):
    """One service at one time: content, start, finish, handler (SP-1)."""

    _name = "kuaidi.service.plan.line"
    _description = "Service Plan Line"
    _order = "date_finish, id"
    _check_company_auto = True

    # plan
    plan_id = fields.Many2one(
        comodel_name="kuaidi.service.plan",
        required=True,
        index=True,
        ondelete="cascade",
    )
    plan_state = fields.Selection(related="plan_id.state", string="Plan State")
    account_id = fields.Many2one(
        related="plan_id.account_id",
        string="Key Account",
        store=True,
        precompute=True,
        index=True,
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_in_force = fields.Boolean(
        readonly=True, copy=False, help="The line belongs to a published plan."
    )
    # content
    type_id = fields.Many2one(
        comodel_name="kuaidi.service.type",
        string="Service",
        required=True,
        index=True,
        ondelete="restrict",
    )
    name = fields.Char(
        string="Content",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date_start = fields.Date(
        string="Planned Start",
        compute="_compute_date_start",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date_finish = fields.Date(string="Planned Finish", required=True)
    handler_id = fields.Many2one(
        comodel_name="res.users",
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        default=lambda self: self.env.user,
    )
    amount_cost = fields.Monetary(string="Cost")
    note = fields.Text(string="Internal Remark")
    # where it comes from
    source = fields.Selection(
        selection=[
            ("standard", "Star Standard"),
            ("promise", "Promise"),
            ("need", "Need"),
            ("festival", "Festival"),
            ("occasion", "Occasion"),
            ("extra", "Extra"),
        ],
        required=True,
        readonly=True,
        default="extra",
    )
    template_line_id = fields.Many2one(
        comodel_name="kuaidi.plan.template.line", readonly=True, ondelete="set null"
    )
    festival_id = fields.Many2one(
        comodel_name="kuaidi.festival", readonly=True, ondelete="set null"
    )
    occasion_id = fields.Many2one(
        comodel_name="kuaidi.occasion",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    occasion_date = fields.Date(readonly=True)
    need_id = fields.Many2one(
        comodel_name="kuaidi.account.need", readonly=True, ondelete="set null"
    )
    origin_line_id = fields.Many2one(
        comodel_name="kuaidi.service.plan.line",
        string="Line in the Former Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    # delivery
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("done", "Done"),
            ("missed", "Missed"),
            ("waived", "Waived"),
        ],
        required=True,
        readonly=True,
        default="planned",
        copy=False,
        group_expand=True,
    )
    is_late = fields.Boolean(
        string="Late", compute="_compute_is_late", search="_search_is_late"
    )
    date_done = fields.Date(string="Done on", readonly=True, copy=False)
    waive_reason = fields.Char(readonly=True, copy=False)
    date_scheduled = fields.Datetime(
        string="Activity Made On", readonly=True, copy=False
    )
    calendar_event_id = fields.Many2one(
        comodel_name="calendar.event",
        string="Meeting",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    _period_order = models.Constraint(
        "CHECK(date_start <= date_finish)", "A line is due before it starts."
    )
    _cost_positive = models.Constraint(
        "CHECK(amount_cost >= 0)", "The cost cannot be negative."
    )
    _default_order_idx = models.Index("(date_finish, id)")
    _default_order_idx = models.Index("(date_finish, id)")
    # the cron takes what starts soon out of all lines by the first, the morning's
    # lists by the second; PostgreSQL wants the condition in the ORM's own words
    _unscheduled_idx = models.Index(
        "(date_start, id) WHERE is_in_force IS TRUE AND state = 'planned'"
        " AND date_scheduled IS NULL"
    )
    _open_handler_idx = models.Index(
        "(handler_id, date_finish) WHERE is_in_force IS TRUE AND state = 'planned'"
    )

    # === COMPUTE METHODS === #

    @api.depends("account_id", "name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.account_id.display_name}: {line.name}"

    @api.depends("type_id")
    def _compute_name(self):
        for line in self:
            line.name = line.name or line.type_id.name

    @api.depends("date_finish")
    def _compute_date_start(self):
        for line in self:
            if not line.date_start or (
                line.date_finish and line.date_start > line.date_finish
            ):
                line.date_start = line.date_finish

    @api.depends("date_finish", "is_in_force", "state")
    def _compute_is_late(self):
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        for line in self:
            line.is_late = (
                line.is_in_force
                and line.state == "planned"
                and bool(line.date_finish)
                and line.date_finish < today
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented  # the ORM retries with the opposite operator
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        late = (
            Domain("is_in_force", "=", True)
            & Domain("state", "=", "planned")
            & Domain("date_finish", "<", today)
        )
        found = Domain.FALSE
        if True in value:
            found |= late
        if False in value:
            found |= ~late
        return found

    # === CONSTRAINT METHODS === #

    @api.constrains("date_start", "date_finish", "type_id")
    def _check_working_days(self):
        """Nothing is planned for a holiday, but for events that may be on any day."""
        bound = self.filtered(
            lambda line: line.state == "planned" and not line.type_id.is_any_day
        )
        for plan, lines in bound.grouped("plan_id").items():
            # sudo: the standard says which days are worked, whoever may read it
            template_sudo = plan.template_id.sudo()
            days = template_sudo._get_working_days(plan.date_from, plan.date_to)
            worked = set(days)
            for line in lines:
                for day in (line.date_start, line.date_finish):
                    if day not in worked and plan.date_from <= day <= plan.date_to:
                        raise ValidationError(line._get_holiday_message(day, days))

    @api.constrains("date_start", "date_finish", "plan_id")
    def _check_within_plan(self):
        for line in self:
            plan = line.plan_id
            if line.date_start < plan.date_from or line.date_finish > plan.date_to:
                raise ValidationError(
                    self.env._(
                        "%(line)s has to lie within its plan, from %(date_from)s to"
                        " %(date_to)s.",
                        line=line.name,
                        date_from=format_date(self.env, plan.date_from),
                        date_to=format_date(self.env, plan.date_to),
                    )
                )

    @api.constrains("handler_id")
    def _check_handler_works_here(self):
        for account, lines in self.grouped("account_id").items():
            account._check_works_here(lines.handler_id)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            if GUARDED_FIELDS & self._get_typed_names(vals_list):
                raise AccessError(self._get_guarded_message())
            self._check_plans_open(vals.get("plan_id") for vals in vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if GUARDED_FIELDS & vals.keys():
                raise AccessError(self._get_guarded_message())
            if "plan_id" in vals:
                self._check_plans_open([vals["plan_id"]])
            if vals.keys() - SCHEDULE_FIELDS or not all(self.mapped("is_in_force")):
                self._check_plans_open(self.plan_id.ids)
                self._check_history_stays()
            elif any(line.state != "planned" for line in self) and (
                vals.keys() - {"note"}
            ):
                raise UserError(
                    self.env._("What is done, missed or waived is not planned again.")
                )
        before = {
            line: (line.date_start, line.date_finish, line.handler_id) for line in self
        }
        res = super().write(vals)
        if {"date_start", "date_finish", "handler_id"} & vals.keys():
            moved = self.filtered(
                lambda line: (
                    line.is_in_force
                    and before[line]
                    != (line.date_start, line.date_finish, line.handler_id)
                )
            )
            moved._on_moved(before)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        if self.env.su:
            return
        self._check_plans_open(self.plan_id.ids)
        self._check_history_stays()

    # === BUSINESS METHODS === #

    def _get_holiday_message(self, day, days):
        """Say that a day is not worked, and which one next to it is.

        :param days: working days of the plan, in order
        """
        self.ensure_one()
        later = next((worked for worked in days if worked > day), None)
        return self.env._(
            "%(date)s is a holiday or a day off: %(line)s cannot be planned for it. The"
            " nearest working day is %(other)s.",
            date=format_date(self.env, day),
            line=self.name,
            other=format_date(self.env, later or days[-1]),
        )

    def _get_guarded_message(self):
        return self.env._(
            "The state of a planned line changes by its buttons, its origin not at all."
        )

    def _check_plans_open(self, plan_ids):
        """Check that lines of these plans may be added, changed and removed."""
        for plan in self.env["kuaidi.service.plan"].browse(filter(None, plan_ids)):
            plan.check_access("write")
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "%(plan)s is not a draft. In a published plan, dates, handlers"
                        " and remarks can be changed; for anything else, revise it.",
                        plan=plan.display_name,
                    )
                )

    def _check_history_stays(self):
        """Refuse to touch, in a new version, what the former one has delivered."""
        if any(line.state != "planned" for line in self):
            raise UserError(
                self.env._(
                    "What was done, missed or waived in the former version stays in"
                    " the new one as it is."
                )
            )

    def _check_handlers(self):
        """Check that each open line has somebody who can do it.

        :raise UserError: naming the first line without
        """
        for line in self.filtered(lambda line: line.state == "planned"):
            if not line.handler_id or not line.handler_id.active:
                raise UserError(
                    self.env._(
                        "%(line)s of %(date)s has nobody to do it. Choose a handler:"
                        " %(count)s open lines lack one.",
                        line=line.name,
                        date=format_date(self.env, line.date_finish),
                        count=len(
                            self.filtered(
                                lambda other: (
                                    other.state == "planned"
                                    and not other.handler_id.active
                                )
                            )
                        ),
                    )
                )

    @api.model
    def _get_copied(self):
        """Return the columns that a new version of a plan takes from the former."""
        return [
            "account_id",
            "company_id",
            "type_id",
            "name",
            "date_start",
            "date_finish",
            "handler_id",
            "amount_cost",
            "note",
            "source",
            "template_line_id",
            "festival_id",
            "occasion_id",
            "occasion_date",
            "need_id",
            "state",
            "date_done",
            "visit_id",
            "waive_reason",
        ]
