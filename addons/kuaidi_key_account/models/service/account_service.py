from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_list


class KuaidiKeyAccount(models.Model):
    """How the client is served: the plan in force, visits, problems, at a glance."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    plan_ids = fields.One2many(
        comodel_name="kuaidi.service.plan",
        inverse_name="account_id",
        string="Service Plans",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    current_plan_id = fields.Many2one(
        comodel_name="kuaidi.service.plan",
        compute="_compute_service_status",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    plan_done_count = fields.Integer(
        compute="_compute_service_status",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    plan_line_count = fields.Integer(
        compute="_compute_service_status",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    plan_late_count = fields.Integer(
        compute="_compute_service_status",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    visit_count = fields.Integer(
        string="Visits of 12 Months",
        compute="_compute_service_status",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    open_problem_count = fields.Integer(
        compute="_compute_service_status",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    late_problem_count = fields.Integer(
        compute="_compute_service_status",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === COMPUTE METHODS === #

    @api.depends("plan_ids.state", "visit_ids", "problem_ids.state")
    def _compute_service_status(self):
        """Count plan lines, visits and problems together, for the form."""
        names = (
            "current_plan_id",
            "plan_done_count",
            "plan_line_count",
            "plan_late_count",
            "visit_count",
            "open_problem_count",
            "late_problem_count",
        )
        statuses = self._get_service_statuses()
        for account in self:
            values = statuses.get(account._origin.id, (False, 0, 0, 0, 0, 0, 0))
            for name, value in zip(names, values, strict=True):
                account[name] = value

    # === ACTION METHODS === #

    def action_new_plan(self):
        """Draft the service plan of one client, or open the draft that there is."""
        self.ensure_one()
        draft = self.plan_ids.filtered(
            lambda plan: plan.state in ("draft", "to_approve")
        )[:1]
        plan = draft or self.env["kuaidi.service.plan"]._create_plans(self)
        return plan._get_records_action()

    def action_new_plans(self):
        """Draft the plans of several clients at once, and show them.

        Clients who have a draft or a running plan already get none.
        """
        busy = self.plan_ids.filtered(
            lambda plan: (
                plan.state in ("draft", "to_approve")
                or (plan.state == "published" and plan.date_to >= plan._get_today())
            )
        ).account_id
        accounts = self - busy
        if not accounts:
            raise UserError(
                self.env._("All of these clients have a running plan or a draft.")
            )
        plans = self.env["kuaidi.service.plan"]._create_plans(accounts)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_service_plan_action"
        )
        return dict(action, domain=[("id", "in", plans.ids)], context={})

    def action_view_plan(self):
        """Open the plan in force, or the list of this client's plans."""
        self.ensure_one()
        self.check_access("read")
        if self.current_plan_id:
            return self.current_plan_id._get_records_action()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_service_plan_action"
        )
        return dict(
            action,
            domain=[("account_id", "=", self.id)],
            context={"default_account_id": self.id},
        )

    # === BUSINESS METHODS === #

    def _get_service_statuses(self):
        """Return how the clients are served, by account id, by one statement.

        :return: tuples (id of the plan in force, its lines done, all its lines, late
            lines, visits of twelve months, open problems, late problems)
        """
        if not self._origin.ids:
            return {}
        for name, columns in {
            "kuaidi.service.plan": ["account_id", "date_from", "date_to", "state"],
            "kuaidi.service.plan.line": ["date_finish", "plan_id", "state"],
            "kuaidi.visit": ["account_id", "date"],
            "kuaidi.problem": ["account_id", "date_deadline", "state"],
        }.items():
            self.env[name].flush_model(columns)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.id, plan.id, line.done, line.total, line.late,
                       visit.total, problem.total, problem.late
                  FROM kuaidi_key_account account
                  LEFT JOIN LATERAL (
                           SELECT id
                             FROM kuaidi_service_plan
                            WHERE account_id = account.id AND state = 'published'
                            ORDER BY date_to < %(today)s, date_from
                            LIMIT 1
                       ) plan ON TRUE
                  LEFT JOIN LATERAL (
                           SELECT count(*) FILTER (WHERE state = 'done') AS done,
                                  count(*) FILTER (WHERE state <> 'waived') AS total,
                                  count(*) FILTER (
                                      WHERE state = 'planned'
                                        AND date_finish < %(today)s
                                  ) AS late
                             FROM kuaidi_service_plan_line
                            WHERE plan_id = plan.id
                       ) line ON TRUE
                  LEFT JOIN LATERAL (
                           SELECT count(*) AS total
                             FROM kuaidi_visit
                            WHERE account_id = account.id
                              AND date >= %(today)s::date - interval '12 months'
                       ) visit ON TRUE
                  LEFT JOIN LATERAL (
                           SELECT count(*) AS total,
                                  count(*) FILTER (
                                      WHERE date_deadline < %(now)s
                                  ) AS late
                             FROM kuaidi_problem
                            WHERE account_id = account.id AND state = 'open'
                       ) problem ON TRUE
                 WHERE account.id = ANY(%(ids)s)
                """,
                ids=self._origin.ids,
                now=fields.Datetime.now(),
                today=self.env["kuaidi.deadline"]._get_today(self.env.company),
            )
        )
        return {account_id: tuple(values) for account_id, *values in rows}

    def _check_plannable(self):
        """Check that service can be planned for these clients.

        :raise UserError: naming those that are closed, or have no star to say what
            they are entitled to (GR-5)
        """
        # sudo: the star decides, whoever draws up the plan
        accounts_sudo = self.sudo()
        closed = accounts_sudo.filtered(lambda account: account.state == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "%(accounts)s are closed: no service is planned for them.",
                    accounts=format_list(self.env, closed.mapped("display_name")),
                )
            )
        starless = accounts_sudo.filtered(
            lambda account: not account.star_id.plan_template_ids
        )
        if starless:
            raise UserError(
                self.env._(
                    "What these clients are entitled to is not known, for they have no"
                    " star with a service standard: %(accounts)s. Have a star rating"
                    " approved first.",
                    accounts=format_list(
                        self.env, starless[:10].mapped("display_name")
                    ),
                )
            )

    def _get_contract_periods(self):
        """Return the period in which each client has put us in charge in writing.

        The first day is that of the earliest founding paper on file; the last is None
        where one of them has no end (SP-6). Clients without such a paper are left out.

        :return: (first day, last day) by account id
        """
        # sudo: the period binds the plan, whoever may read the papers
        groups = (
            self.env["kuaidi.account.document"]
            .sudo()
            ._read_group(
                domain=[("account_id", "in", self.ids), ("category", "=", "founding")],
                groupby=["account_id"],
                aggregates=[
                    "date:min",
                    "date_expiry:max",
                    "__count",
                    "date_expiry:count",
                ],
            )
        )
        return {
            account.id: (first, last if count == ending else None)
            for account, first, last, count, ending in groups
        }

    def _filter_fulfilled(self, condition):
        """The planning step is done once a plan is published (D4)."""
        if condition != "plan":
            return super()._filter_fulfilled(condition)
        # sudo: the condition is a fact, whoever may read plans
        groups = (
            self.env["kuaidi.service.plan"]
            .sudo()
            ._read_group(
                domain=[("account_id", "in", self.ids), ("state", "=", "published")],
                groupby=["account_id"],
            )
        )
        return self.browse(account.id for (account,) in groups)
