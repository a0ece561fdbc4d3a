from collections import Counter

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_list
from odoo.tools.misc import format_date

SERVICE_YEAR = relativedelta(years=1, days=-1)
# what an account manager enters while the plan is a draft
DRAFT_FIELDS = {
    "account_id",
    "template_id",
    "date_from",
    "date_to",
    "focus",
    "shortfall_reason",
}


class KuaidiServicePlan(models.Model):
    """What is done for one client in one period, by whom and when (SP-1 to SP-8).

    A published plan is in force. Revising it makes a new version; the former one
    stays readable as superseded.
    """

    _name = "kuaidi.service.plan"
    _description = "Service Plan"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.approval.mixin",
        "kuaidi.account.work",
        "kuaidi.version.mixin",
    ]
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    # a refused plan is a draft again: it is mended and requested once more
    _state_to = ["published"]
    _state_refused = "draft"
    _approval_guarded_fields = (
        "state",
        "revision",
        "previous_id",
        "company_id",
        "level_id",
        "amount_cost",
        "shortfall_count",
        "requested_by_id",
        "date_published",
        "published_by_id",
        "date_disclosed",
        "changes_published",
        "validation_status",
        "review_ids",
    )

    # client
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('state', '!=', 'closed'), ('star_id', '!=', False)]",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    manager_id = fields.Many2one(
        related="account_id.manager_id", store=True, precompute=True, index=True
    )
    # standard and period
    template_id = fields.Many2one(
        comodel_name="kuaidi.plan.template",
        compute="_compute_template_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="What the lines are made from. The least that the client is entitled to"
        " follows from its star, whatever template is chosen.",
    )
    level_id = fields.Many2one(
        comodel_name="kuaidi.star.level",
        string="Star When Planned",
        readonly=True,
        index=True,
        ondelete="restrict",
        copy=False,
    )
    date_from = fields.Date(
        string="First Day",
        compute="_compute_date_from",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date_to = fields.Date(
        string="Last Day",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="By default the end of the service year or of the contract, whichever"
        " comes first.",
    )
    focus = fields.Char(
        string="Focus of the Year",
        help="One focus a year, something new every year (SP-10).",
    )
    # content
    line_ids = fields.One2many(
        comodel_name="kuaidi.service.plan.line", inverse_name="plan_id"
    )
    entitlement_ids = fields.One2many(
        comodel_name="kuaidi.plan.entitlement", inverse_name="plan_id"
    )
    line_count = fields.Integer(string="Planned Lines", compute="_compute_progress")
    done_count = fields.Integer(string="Delivered Lines", compute="_compute_progress")
    late_count = fields.Integer(string="Late Lines", compute="_compute_progress")
    progress = fields.Integer(string="Delivered (%)", compute="_compute_progress")
    # money
    amount_cost = fields.Monetary(
        string="Cost",
        compute="_compute_totals",
        store=True,
        help="Estimated cost of all lines that are not waived.",
    )
    # minimum standard
    shortfall_count = fields.Integer(
        string="Below Standard",
        compute="_compute_totals",
        store=True,
        help="How many services fewer are planned than the star's standard asks for.",
    )
    shortfall = fields.Char(
        string="What Is Missing", compute="_compute_shortfall", compute_sudo=True
    )
    shortfall_reason = fields.Text(
        string="Why Below Standard",
        copy=False,
        help="Less than the standard needs the approval of the CRM centre (GR-6).",
    )
    # versions
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("published", "Published"),
            ("done", "Done"),
            ("superseded", "Superseded"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    revision = fields.Integer(
        string="Version", readonly=True, copy=False, default=1, aggregator=None
    )
    previous_id = fields.Many2one(
        comodel_name="kuaidi.service.plan",
        string="Former Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    next_ids = fields.One2many(
        comodel_name="kuaidi.service.plan", inverse_name="previous_id"
    )
    next_id = fields.Many2one(
        comodel_name="kuaidi.service.plan",
        string="New Version",
        compute="_compute_next_id",
        help="The version that takes this one's place, or is being drawn up to.",
    )
    changes = fields.Text(string="What Changes", compute="_compute_changes")
    changes_published = fields.Text(readonly=True, copy=False)
    date_published = fields.Datetime(string="Published On", readonly=True, copy=False)
    published_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    date_disclosed = fields.Datetime(
        string="Handed to the Client On", readonly=True, copy=False
    )

    _period_order = models.Constraint(
        "CHECK(date_from <= date_to)", "The plan ends before it begins."
    )
    _published_period_excl = models.Constraint(
        "EXCLUDE USING gist (int4range(account_id, account_id, '[]') WITH &&,"
        " daterange(date_from, date_to, '[]') WITH &&) WHERE (state = 'published')",
        "This client has a published plan for part of that period already. Revise"
        " that one, or begin after it ends.",
    )
    _open_revision_uniq = models.UniqueIndex(
        "(previous_id) WHERE state IN ('draft', 'to_approve')",
        "A revision of this plan is under way already. Go on with that one.",
    )
    _default_order_idx = models.Index("(date_from DESC, id DESC)")

    # === COMPUTE METHODS === #

    @api.depends("account_id", "date_from", "revision")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for plan in self:
            values = {
                "account": plan.account_id.display_name or "",
                "year": plan.date_from.year if plan.date_from else "",
                "version": plan.revision,
            }
            plan.display_name = (
                self.env._("%(account)s %(year)s, version %(version)s", **values)
                if plan.revision > 1
                else self.env._("%(account)s %(year)s", **values)
            )

    @api.depends("account_id")
    def _compute_template_id(self):
        standards = self._get_standards()
        for plan in self:
            plan.template_id = standards.get(plan.account_id.star_id.id, False)

    @api.depends("account_id")
    def _compute_date_from(self):
        accounts = self.account_id._origin
        contracts = accounts._get_contract_periods()
        groups = self.env["kuaidi.service.plan"]._read_group(
            domain=[
                ("account_id", "in", accounts.ids),
                ("state", "in", ["published", "done"]),
            ],
            groupby=["account_id"],
            aggregates=["date_to:max"],
        )
        ends = {account.id: date_to for account, date_to in groups}
        for plan in self:
            account_id = plan.account_id._origin.id
            starts = [plan._get_today()]
            if account_id in ends:
                starts.append(ends[account_id] + relativedelta(days=1))
            if account_id in contracts and contracts[account_id][0]:
                starts.append(contracts[account_id][0])
            plan.date_from = max(starts)

    @api.depends("account_id", "date_from")
    def _compute_date_to(self):
        contracts = self.account_id._origin._get_contract_periods()
        for plan in self:
            if not plan.date_from:
                plan.date_to = False
                continue
            end = contracts.get(plan.account_id._origin.id, (None, None))[1]
            year_end = plan.date_from + SERVICE_YEAR
            plan.date_to = (
                min(end, year_end) if end and end >= plan.date_from else year_end
            )

    @api.depends("line_ids.state", "line_ids.date_finish", "line_ids.is_in_force")
    def _compute_progress(self):
        # sudo: whoever sees the plan sees how far it is
        lines = self.env["kuaidi.service.plan.line"].sudo()
        groups = lines._read_group(
            domain=[("plan_id", "in", self.ids), ("state", "!=", "waived")],
            groupby=["plan_id", "state"],
            aggregates=["__count"],
        )
        late = dict(
            lines._read_group(
                domain=[("plan_id", "in", self.ids), ("is_late", "=", True)],
                groupby=["plan_id"],
                aggregates=["__count"],
            )
        )
        counts = {(plan.id, state): count for plan, state, count in groups}
        for plan in self:
            states = ("planned", "done", "missed")
            plan.line_count = sum(counts.get((plan.id, state), 0) for state in states)
            plan.done_count = counts.get((plan.id, "done"), 0)
            plan.late_count = late.get(plan, 0)
            plan.progress = (
                round(100 * plan.done_count / plan.line_count) if plan.line_count else 0
            )

    @api.depends(
        "line_ids.amount_cost",
        "line_ids.state",
        "line_ids.type_id",
        "entitlement_ids.entitled_count",
    )
    def _compute_totals(self):
        planned = self.env["kuaidi.service.plan.line"]._read_group(
            domain=[("plan_id", "in", self.ids), ("state", "!=", "waived")],
            groupby=["plan_id", "type_id"],
            aggregates=["__count", "amount_cost:sum"],
        )
        entitled = self.env["kuaidi.plan.entitlement"]._read_group(
            domain=[("plan_id", "in", self.ids)],
            groupby=["plan_id", "type_id"],
            aggregates=["entitled_count:sum"],
        )
        counts, costs, missing = Counter(), Counter(), Counter()
        for plan, service_type, count, cost in planned:
            counts[plan.id, service_type.id] = count
            costs[plan.id] += cost
        for plan, service_type, count in entitled:
            missing[plan.id] += max(0, count - counts[plan.id, service_type.id])
        for plan in self:
            plan.amount_cost = costs[plan._origin.id]
            plan.shortfall_count = missing[plan._origin.id]

    @api.depends("entitlement_ids.entitled_count", "line_ids.state", "line_ids.type_id")
    @api.depends_context("lang")
    def _compute_shortfall(self):
        for plan in self:
            plan.shortfall = format_list(
                self.env,
                [
                    self.env._(
                        "%(service)s %(planned)s of %(entitled)s",
                        service=row.type_id.name,
                        planned=row.planned_count,
                        entitled=row.entitled_count,
                    )
                    for row in plan.entitlement_ids
                    if row.missing_count
                ],
            )

    @api.depends("changes_published", "previous_id", "line_ids")
    @api.depends_context("lang")
    def _compute_changes(self):
        for plan in self:
            if plan.changes_published or not plan.previous_id:
                plan.changes = plan.changes_published
            else:
                plan.changes = plan._describe_changes()

    # === CONSTRAINT METHODS === #

    @api.constrains("account_id", "date_from", "date_to")
    def _check_within_contract(self):
        contracts = self.account_id._get_contract_periods()
        for plan in self:
            start, end = contracts.get(plan.account_id.id, (None, None))
            if (start and plan.date_from < start) or (end and plan.date_to > end):
                raise ValidationError(
                    self.env._(
                        "The plan for %(account)s has to lie within its contract, from"
                        " %(start)s to %(end)s. Change the dates of the plan, or"
                        " register the new contract first.",
                        account=plan.account_id.display_name,
                        start=format_date(self.env, start) if start else "…",
                        end=format_date(self.env, end) if end else "…",
                    )
                )

    def _check_lines_within(self):
        """Check that the plans hold no line outside their periods.

        :raise ValidationError: naming one of them
        """
        for plan in self:
            outside = plan.line_ids.filtered(
                lambda line, plan=plan: (
                    line.date_start < plan.date_from or line.date_finish > plan.date_to
                )
            )
            if outside:
                raise ValidationError(
                    self.env._(
                        "%(count)s lines would lie outside the new period, among them"
                        " %(line)s. Move or remove them first.",
                        count=len(outside),
                        line=outside[0].display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._get_named_accounts(vals_list)._check_plannable()
        self._check_none_guarded(vals_list)
        plans = super().create(vals_list)
        # sudo: the standard is written by the system alone
        plans.filtered(lambda plan: not plan.previous_id).sudo()._fill(
            plans.filtered(lambda plan: not plan.line_ids)
        )
        return plans

    def write(self, vals):
        if not self.env.su:
            if DRAFT_FIELDS & vals.keys() and any(
                plan.state != "draft" for plan in self
            ):
                raise UserError(
                    self.env._(
                        "Only a draft can be changed. Revise the plan: the new version"
                        " takes its place when it is published."
                    )
                )
            if "account_id" in vals and any(
                plan.account_id.id != vals["account_id"] for plan in self
            ):
                raise UserError(
                    self.env._(
                        "A plan stays with its client. Make a new one for the other."
                    )
                )
        res = super().write(vals)
        if {"date_from", "date_to", "template_id"} & vals.keys():
            first = self.filtered(
                lambda plan: plan.state == "draft" and not plan.previous_id
            )
            # sudo: the standard is written by the system alone
            first.sudo()._plan_anew()
            self._check_lines_within()
        return res

    def onchange(self, values, field_names, fields_spec):
        """Show what a draft would come to, but of nobody else's clients."""
        self._get_named_accounts([values])
        return super().onchange(values, field_names, fields_spec)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        if any(plan.state != "draft" for plan in self):
            raise UserError(
                self.env._(
                    "What was published or requested stays on file. Only a draft can"
                    " be deleted."
                )
            )

    def copy_data(self, default=None):
        raise UserError(
            self.env._(
                "Plans are not duplicated: revise a published one, or make a new plan"
                " from the account."
            )
        )

    # === ACTION METHODS === #

    def action_view_lines(self):
        """Open the lines of the plan in the calendar, where its time is."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_service_plan_line_action"
        )
        today = self._get_today()
        days = [day for plan in self for day in (plan.date_from, plan.date_to)]
        first = min(max(today, min(days, default=today)), max(days, default=today))
        return dict(
            action,
            display_name=self.env._("Services"),
            domain=[("plan_id", "in", self.ids)],
            context={"initial_date": f"{first} 04:00:00", "kuaidi_content_first": True},
        )

    def action_plan_anew(self):
        """Make the lines of drafts anew from their template and period (SP-2).

        Extra lines, entered by hand, stay.

        :raise UserError: when a plan is no draft, or is a revision, whose lines carry
            on from the former version
        """
        self.check_access("write")
        for plan in self:
            if plan.state != "draft" or plan.previous_id:
                raise UserError(
                    self.env._(
                        "Only the draft of a first version is planned anew. In a"
                        " revision, change its lines."
                    )
                )
        # sudo: the standard is written by the system alone
        self.sudo()._plan_anew()

    # === BUSINESS METHODS === #

    def _plan_anew(self):
        """Replace the lines that were made by those that would be made now."""
        self.line_ids.filtered(lambda line: line.source != "extra").unlink()
        self._fill(self)

    def _get_standards(self):
        """Return the template id by star level id, for the plans' companies."""
        # sudo: the standard holds for everybody, whoever may read templates
        templates = (
            self.env["kuaidi.plan.template"]
            .sudo()
            .search_fetch(
                [("company_id", "in", self.account_id.company_id.ids)], ["level_id"]
            )
        )
        return {template.level_id.id: template.id for template in templates}
