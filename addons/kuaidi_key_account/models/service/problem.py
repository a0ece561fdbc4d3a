from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_datetime

ACTIVITY_TYPE = "kuaidi_key_account.mail_activity_type_problem"
# for those who may close the problem; whoever raised it corrects its words only
CLOSER_FIELDS = {
    "owner_id",
    "date_deadline",
    "date_due",
    "result",
    "cancel_reason",
    "visit_id",
}


class KuaidiProblem(models.Model):
    """A problem that a client raised, followed up until it is solved (VI-4)."""

    _name = "kuaidi.problem"
    _description = "Problem Raised"
    _inherit = [
        "kuaidi.account.part",
        "kuaidi.escalation.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_deadline, id"
    _mail_post_access = "read"

    _account_operation = "read"
    _worker_fields = ("owner_id",)
    _guarded_fields = frozenset(
        ("state", "date_done", "closed_by_id", "date_escalated", "company_id")
    )
    _deadline_stop_states = ("done", "cancelled")
    _escalation_activity_type = "kuaidi_key_account.mail_activity_type_problem_late"

    # where it comes from
    account_id = fields.Many2one(
        compute="_compute_account_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
    )
    visit_id = fields.Many2one(
        comodel_name="kuaidi.visit",
        string="Raised in Visit",
        index="btree_not_null",
        ondelete="set null",
        domain="[('account_id', '=', account_id)]",
        copy=False,
    )
    # what, who, until when
    name = fields.Char(string="Problem", required=True)
    description = fields.Text()
    owner_id = fields.Many2one(
        comodel_name="res.users",
        compute="_compute_owner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
        help="Sees to it that the problem is solved. By default the account manager.",
    )
    date_deadline = fields.Datetime(
        compute="_compute_date_deadline",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    date_due = fields.Date(
        string="Due",
        compute="_compute_date_due",
        inverse="_inverse_date_due",
        help="The problem is solved by the end of this day.",
    )
    # how it ended
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("done", "Solved"),
            ("cancelled", "Dropped"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    result = fields.Text(copy=False, help="How the problem was solved.")
    cancel_reason = fields.Text(
        string="Why Dropped", copy=False, help="Why nothing more is done about it."
    )
    date_done = fields.Datetime(string="Closed On", readonly=True)
    closed_by_id = fields.Many2one(
        comodel_name="res.users", string="Closed by", readonly=True, copy=False
    )
    can_close = fields.Boolean(compute="_compute_can_close")

    _deadline_open_idx = models.Index("(date_deadline) WHERE state = 'open'")

    # === COMPUTE METHODS === #

    @api.depends("visit_id.account_id")
    def _compute_account_id(self):
        for problem in self:
            # a problem that is raised keeps its client, whatever visit it is tied to
            client = False if problem._origin else problem.visit_id.account_id
            problem.account_id = client or problem.account_id

    @api.depends("account_id")
    def _compute_owner_id(self):
        for problem in self:
            # sudo: whoever sees an account sees its manager
            manager = problem.account_id.sudo().manager_id.filtered("active")
            problem.owner_id = manager.with_env(self.env) or self.env.user

    @api.depends("account_id")
    def _compute_date_deadline(self):
        now = fields.Datetime.now()
        for company, problems in self.grouped(
            lambda problem: problem.account_id.sudo().company_id or self.env.company
        ).items():
            problems.date_deadline = self.env["kuaidi.deadline"]._get_due(
                now, company.kuaidi_problem_workdays, "workday", company
            )

    @api.depends("date_deadline")
    def _compute_date_due(self):
        service = self.env["kuaidi.deadline"]
        for problem in self:
            problem.date_due = problem.date_deadline and service._get_local_date(
                problem.date_deadline, problem._get_deadline_company()
            )

    def _inverse_date_due(self):
        for problem in self.filtered("date_due"):
            # sudo: who may move a deadline was asked for the day that was entered
            problem.sudo().date_deadline = self.env["kuaidi.deadline"]._get_due(
                problem.date_due, 0, "day", problem._get_deadline_company()
            )

    @api.depends("owner_id", "account_id.manager_id", "account_id.deputy_id")
    @api.depends_context("uid")
    def _compute_can_close(self):
        is_centre = self._is_centre()
        for problem in self:
            problem.can_close = is_centre or self.env.user in problem._get_closers()

    # === CONSTRAINT METHODS === #

    @api.constrains("account_id", "visit_id")
    def _check_visit_of_account(self):
        for problem in self.sudo():
            if problem.visit_id and problem.visit_id.account_id != problem.account_id:
                raise ValidationError(
                    self.env._(
                        "The visit was made to another client than %(account)s."
                        " Choose a visit of the same client.",
                        account=problem.account_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        problems = super().create(vals_list)
        problems._open_activities()
        return problems

    def write(self, vals):
        if not self.env.su:
            self._check_may_write(vals)
        res = super().write(vals)
        if {"owner_id", "date_deadline"} & vals.keys():
            self._move_activities()
        return res

    def onchange(self, values, field_names, fields_spec):
        """Propose client and owner, but of nobody else's visit."""
        visit_id = values.get("visit_id") or self.env.context.get("default_visit_id")
        # sudo: the owner of a problem need not see the visit that it comes from
        if isinstance(visit_id, int) and visit_id not in self.sudo().visit_id.ids:
            self.env["kuaidi.visit"].browse(visit_id).check_access("read")
        return super().onchange(values, field_names, fields_spec)

    # === ACTION METHODS === #

    def action_done(self):
        """Close problems that are solved; the result says how.

        :raise AccessError: for anybody but owner, manager, deputy and CRM centre
        :raise UserError: when a problem is closed already, or without a result
        """
        self._check_closable()
        for problem in self:
            if not problem.result:
                raise UserError(
                    self.env._(
                        "Say in the result how “%(problem)s” was solved.",
                        problem=problem.name,
                    )
                )
        self._close("done")

    def action_cancel(self):
        """Drop problems about which nothing more is done; the reason says why.

        :raise AccessError: for anybody but owner, manager, deputy and CRM centre
        :raise UserError: when a problem is closed already, or without a reason
        """
        self._check_closable()
        for problem in self:
            if not problem.cancel_reason:
                raise UserError(
                    self.env._(
                        "Say why “%(problem)s” is dropped.", problem=problem.name
                    )
                )
        self._close("cancelled")

    def action_reopen(self):
        """Take closed problems up again; a deadline that has passed is set anew."""
        self._check_may_close()
        if any(problem.state == "open" for problem in self):
            raise UserError(self.env._("The problem is open already."))
        # sudo: the state is guarded, who may reopen was checked above
        problems_sudo = self.sudo()
        problems_sudo.write(
            {"state": "open", "date_done": False, "closed_by_id": False}
        )
        problems_sudo.filtered(
            lambda problem: problem.date_deadline < fields.Datetime.now()
        )._compute_date_deadline()
        problems_sudo._open_activities()

    def action_open_close(self):
        """Open the small form on which the result of a problem is entered."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_problem_action_close"
        )
        return dict(action, res_id=self.id)

    # === BUSINESS METHODS === #

    def _is_centre(self):
        return self.env.user.has_group("kuaidi_key_account.group_crm_centre")

    def _get_closers(self):
        """Return the users who may close the problem, besides the CRM centre."""
        self.ensure_one()
        # sudo: the owner of a problem need not see the client's file
        account_sudo = self.account_id.sudo()
        return self.owner_id | account_sudo.manager_id | account_sudo.deputy_id

    def _check_may_close(self):
        """Check that owner, manager, deputy or CRM centre acts.

        :raise AccessError: for anybody else
        """
        self.check_access("write")
        if self.env.su:
            return
        for problem in self:
            if not problem.can_close:
                raise AccessError(
                    self.env._(
                        "“%(problem)s” is closed, moved or handed over by its owner"
                        " %(owner)s, the account manager, the deputy or the CRM"
                        " centre.",
                        problem=problem.name,
                        owner=problem.owner_id.name,
                    )
                )

    def _check_may_write(self, vals):
        if "account_id" in vals and any(
            vals["account_id"] != problem.account_id.id for problem in self
        ):
            raise UserError(
                self.env._(
                    "A problem stays with its client. Drop it, and raise it anew on"
                    " the other account."
                )
            )
        if CLOSER_FIELDS & vals.keys():
            self._check_may_close()
            if any(problem.state != "open" for problem in self):
                raise UserError(
                    self.env._("The problem is closed. Reopen it to change it.")
                )

    def _check_closable(self):
        self._check_may_close()
        for problem in self:
            if problem.state != "open":
                raise UserError(
                    self.env._(
                        "“%(problem)s” was closed already by %(user)s.",
                        problem=problem.name,
                        user=problem.closed_by_id.name,
                    )
                )

    @api.model
    def _get_guarded_message(self):
        return self.env._(
            "A problem is solved, dropped or taken up again by its buttons."
        )

    def _close(self, state):
        # sudo: the state is guarded, who may close was checked by the caller
        problems_sudo = self.sudo()
        problems_sudo.write(
            {
                "state": state,
                "date_done": fields.Datetime.now(),
                "closed_by_id": self.env.user.id,
            }
        )
        problems_sudo._withdraw_escalation(problems_sudo)
        for problem in problems_sudo:
            problem.activity_feedback(
                [ACTIVITY_TYPE],
                feedback=problem.result if state == "done" else problem.cancel_reason,
            )

    def _open_activities(self):
        """Give the owner of each open problem one activity, due with it."""
        activity_type = self.env.ref(ACTIVITY_TYPE)
        # sudo: the activity is the system's, whoever raised the problem
        self.env["mail.activity"].sudo().create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": problem.id,
                    "user_id": problem.owner_id.id,
                    "date_deadline": problem.date_due,
                    "summary": problem.name,
                }
                for problem in self
                if problem.state == "open"
            ]
        )

    def _move_activities(self):
        """Let the owners' activities follow; a new deadline can be missed anew."""
        # sudo: the activity is the system's, whoever moves the problem
        problems_sudo = self.sudo().filtered(lambda problem: problem.state == "open")
        activities_sudo = problems_sudo.activity_search([ACTIVITY_TYPE])
        for problem in problems_sudo:
            activities_sudo.filtered(
                lambda activity, problem=problem: activity.res_id == problem.id
            ).write({"user_id": problem.owner_id.id, "date_deadline": problem.date_due})
        now = fields.Datetime.now()
        in_time = problems_sudo.filtered(
            lambda problem: problem.date_escalated and problem.date_deadline > now
        )
        in_time.write({"date_escalated": False})
        self._withdraw_escalation(in_time)

    @api.model
    def _get_escalation_domain(self):
        """Problems of archived accounts wait until the account is at work again."""
        domain = super()._get_escalation_domain()
        return domain & Domain("account_id.active", "=", True)

    def _get_escalation_user(self):
        return self.company_id._get_kuaidi_escalation_user()

    @api.model
    def _get_escalation_summary(self):
        return self.env._("A problem raised is late")

    def _get_escalation_line(self):
        self.ensure_one()
        return self.env._(
            "%(problem)s of %(client)s, with %(owner)s, was due on %(date)s.",
            problem=self.name,
            client=self.account_id.display_name,
            owner=self.owner_id.name,
            date=format_datetime(self.env, self.date_deadline),
        )
