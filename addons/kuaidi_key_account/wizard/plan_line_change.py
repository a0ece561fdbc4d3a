from odoo import api, fields, models
from odoo.exceptions import UserError

MODES = [
    ("reassign", "Give to Somebody Else"),
    ("shift", "Move by Working Days"),
    ("move", "Move to a Day"),
    ("waive", "Waive"),
]


class KuaidiPlanLineChange(models.TransientModel):
    """Changes many planned lines at once: who does them, when, or not at all."""

    _name = "kuaidi.plan.line.change"
    _description = "Change Planned Lines"

    line_ids = fields.Many2many(
        comodel_name="kuaidi.service.plan.line",
        string="Lines",
        default=lambda self: self._default_line_ids(),
        required=True,
    )
    line_count = fields.Integer(string="Chosen Lines", compute="_compute_line_count")
    company_id = fields.Many2one(
        comodel_name="res.company", compute="_compute_line_count"
    )
    mode = fields.Selection(selection=MODES, required=True, default="move")
    handler_id = fields.Many2one(
        comodel_name="res.users",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    workdays = fields.Integer(
        string="Working Days", default=5, help="Below zero: earlier."
    )
    date = fields.Date(
        string="New Finish",
        default=lambda self: self._default_date(),
        help="The start moves along, as far as the plan allows.",
    )
    reason = fields.Char()

    # === DEFAULT METHODS === #

    @api.model
    def _default_line_ids(self):
        if self.env.context.get("active_model") != "kuaidi.service.plan.line":
            return False
        return self.env.context.get("active_ids")

    @api.model
    def _default_date(self):
        """Propose the next working day."""
        due = self.env["kuaidi.deadline"]._get_due(
            fields.Datetime.now(), 1, "workday", self.env.company
        )
        return self.env["kuaidi.deadline"]._get_local_date(due, self.env.company)

    # === COMPUTE METHODS === #

    @api.depends("line_ids")
    def _compute_line_count(self):
        for wizard in self:
            wizard.line_count = len(wizard.line_ids)
            wizard.company_id = wizard.line_ids.company_id[:1]

    # === ACTION METHODS === #

    def action_apply(self):
        """Change all chosen lines, or none of them.

        :raise UserError: when something is missing, or a line is not open
        """
        self.ensure_one()
        self._check_complete()
        in_force = self.line_ids.filtered("is_in_force")
        in_force._check_deliverable()
        if self.mode == "waive":
            (self.line_ids - in_force)._check_deliverable()
            # sudo: the state is guarded; the right to deliver was checked above
            in_force.sudo()._waive(self.reason)
        elif self.mode == "reassign":
            self.line_ids.write({"handler_id": self.handler_id.id})
        else:
            for line, (start, finish) in self._get_new_dates().items():
                # sudo: a handler reschedules own work without editing the plan; drafts
                # are for those who may write them
                target = line.sudo() if line in in_force else line
                target.write({"date_start": start, "date_finish": finish})
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === BUSINESS METHODS === #

    def _check_complete(self):
        if not self.line_ids:
            raise UserError(self.env._("Choose the lines to change first."))
        needed = {
            "reassign": (self.handler_id, self.env._("Choose who takes the lines.")),
            "shift": (self.workdays, self.env._("Say by how many working days.")),
            "move": (self.date, self.env._("Choose the day.")),
            "waive": (
                (self.reason or "").strip(),
                self.env._("Say why the service falls away."),
            ),
        }
        value, message = needed[self.mode]
        if not value:
            raise UserError(message)

    def _get_new_dates(self):
        """Return (start, finish) by line, both on working days within the plan."""
        dates = {}
        for plan, lines in self.line_ids.grouped("plan_id").items():
            # sudo: the standard says which days are worked, whoever may read it
            days = plan.template_id.sudo()._get_working_days(
                plan.date_from, plan.date_to
            )
            for line in lines:
                dates[line] = self._shift_line(line, days)
        return dates

    def _shift_line(self, line, days):
        """Return the new start and finish of one line, whose length it keeps.

        :param days: working days of the plan, in order
        :raise UserError: when the plan ends before, or begins after
        """
        length = sum(line.date_start < day <= line.date_finish for day in days)
        if self.mode == "move":
            finish = self.date
            position = sum(day <= finish for day in days) - 1
        else:
            position = sum(day <= line.date_finish for day in days) - 1 + self.workdays
            if not 0 <= position < len(days):
                raise UserError(
                    self.env._(
                        "%(line)s would leave its plan, from %(date_from)s to"
                        " %(date_to)s.",
                        line=line.display_name,
                        date_from=line.plan_id.date_from,
                        date_to=line.plan_id.date_to,
                    )
                )
            finish = days[position]
        return days[max(0, position - length)] if days else finish, finish
