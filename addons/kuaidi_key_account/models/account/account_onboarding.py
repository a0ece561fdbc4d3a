from odoo import api, fields, models
from odoo.fields import Domain


class KuaidiKeyAccount(models.Model):
    """The onboarding of a formal client: five clocks that stop by themselves."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    onboarding_step_ids = fields.One2many(
        comodel_name="kuaidi.onboarding.step",
        inverse_name="account_id",
        string="Onboarding",
    )
    date_next_deadline = fields.Datetime(
        string="Next Deadline", compute="_compute_date_next_deadline"
    )
    next_deadline_days = fields.Integer(
        string="Days to Next Deadline", compute="_compute_next_deadline_status"
    )
    is_onboarding_late = fields.Boolean(
        string="Late Onboarding",
        compute="_compute_next_deadline_status",
        search="_search_is_onboarding_late",
    )

    # === COMPUTE METHODS === #

    @api.depends("onboarding_step_ids.date_deadline", "onboarding_step_ids.state")
    def _compute_date_next_deadline(self):
        self.date_next_deadline = False
        for account_id, deadline in self._get_next_deadlines().items():
            self.browse(account_id).date_next_deadline = deadline

    @api.depends("date_next_deadline")
    def _compute_next_deadline_status(self):
        now = fields.Datetime.now()
        service = self.env["kuaidi.deadline"]
        for account in self:
            deadline = account.date_next_deadline
            account.is_onboarding_late = bool(deadline) and deadline < now
            if deadline:
                company = account.company_id
                due_day = service._get_local_date(deadline, company)
                today = service._get_today(company)
                account.next_deadline_days = (due_day - today).days
            else:
                account.next_deadline_days = 0

    def _search_is_onboarding_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("onboarding_step_ids", "any", [("is_overdue", "in", value)])

    # === ACTION METHODS === #

    def action_view_onboarding(self):
        """Show the onboarding steps of this client."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_onboarding_step_action"
        )
        action["domain"] = [("account_id", "in", self.ids)]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _get_next_deadlines(self):
        """Return the earliest open onboarding deadline (UTC) by account id."""
        # sudo: whoever sees an account sees its clocks
        groups = (
            self.env["kuaidi.onboarding.step"]
            .sudo()
            ._read_group(
                domain=[("account_id", "in", self.ids), ("state", "=", "open")],
                groupby=["account_id"],
                aggregates=["date_deadline:min"],
            )
        )
        return {account.id: deadline for account, deadline in groups}

    def _start_onboarding(self):
        """Open a step of every active type, due in working days (D1-D5)."""
        types = self.env["kuaidi.onboarding.step.type"].search([])
        # sudo: steps are opened by the system alone, never by hand
        self.env["kuaidi.onboarding.step"].sudo().create(
            [
                {
                    "account_id": account.id,
                    "type_id": step_type.id,
                    "date_deadline": account._get_step_deadline(step_type),
                }
                for account in self
                for step_type in types
            ]
        )
        self._update_onboarding()

    def _stop_onboarding(self):
        """Stop the open clocks of accounts that are closed."""
        # sudo: steps are moved by the system alone
        self.sudo().onboarding_step_ids.filtered(
            lambda step: step.state == "open"
        ).state = "cancelled"

    def _reset_onboarding_deadlines(self):
        """Count the open steps anew after the day of the relation was corrected."""
        # sudo: steps are moved by the system alone
        for step in self.sudo().onboarding_step_ids:
            if step.state == "open":
                step.date_deadline = step.account_id._get_step_deadline(step.type_id)

    def _get_step_deadline(self, step_type):
        self.ensure_one()
        return self.env["kuaidi.deadline"]._get_due(
            self.date_entrusted, step_type.workdays, "workday", self.company_id
        )

    def _update_onboarding(self):
        """Complete the open steps whose condition holds by now."""
        # sudo: the conditions are facts, whoever brought them about; the user may not
        # see all of them, and steps are moved by the system alone
        steps = (
            self.env["kuaidi.onboarding.step"]
            .sudo()
            .search([("account_id", "in", self.ids), ("state", "=", "open")])
        )
        if not steps:
            return
        accounts = steps.account_id
        fulfilled = {
            condition: accounts._filter_fulfilled(condition)
            for condition in set(steps.mapped("condition")) - {"all"}
        }
        steps.filtered(
            lambda step: step.account_id in fulfilled.get(step.condition, ())
        )._finish()
        steps.filtered(
            lambda step: (
                step.condition == "all"
                and not step.account_id.onboarding_step_ids.filtered(
                    lambda other: other.state == "open" and other.condition != "all"
                )
            )
        )._finish()

    def _filter_fulfilled(self, condition):
        """Return the accounts on which an onboarding condition holds.

        Hook: later rooms answer for the conditions that they know.

        :param condition: a value of `kuaidi.onboarding.step.type.condition`
        """
        if condition == "team":
            return self.filtered(
                lambda account: (
                    account.manager_id and account.deputy_id and account.member_ids
                )
            )
        if condition == "file":
            return self.filtered(lambda account: account.completeness == 100)
        return self.browse()
