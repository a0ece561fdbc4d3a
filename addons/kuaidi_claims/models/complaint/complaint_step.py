from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .complaint_flow import MANAGER, OFFICER, STEP_TYPE
from .complaint_ladder import ROLES


class KuaidiComplaintStep(models.Model):
    """One rung of the ladder for one alert complaint, with its clock (D8)."""

    _name = "kuaidi.complaint.step"
    _description = "Step of an Alert Complaint"
    _inherit = ["kuaidi.line.mixin"]
    _order = "complaint_id, round, sequence, id"

    complaint_id = fields.Many2one(
        comodel_name="kuaidi.complaint",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True
    )
    name = fields.Char(required=True, readonly=True)
    description = fields.Text(readonly=True)
    sequence = fields.Integer(readonly=True)
    round = fields.Integer(
        readonly=True, help="Counts the reopenings; each has a ladder of its own."
    )
    role = fields.Selection(
        selection=ROLES, string="Actor", required=True, readonly=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    budget_hours = fields.Float(string="Budget (hours)", readonly=True, aggregator=None)
    date_start = fields.Datetime(string="Started On", readonly=True)
    date_due = fields.Datetime(string="Due On", readonly=True)
    date_done = fields.Datetime(string="Done On", readonly=True)
    note = fields.Text(readonly=True)
    return_count = fields.Integer(
        string="Times Returned", readonly=True, aggregator="sum"
    )
    state = fields.Selection(
        selection=[
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("dropped", "Dropped"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    is_late = fields.Boolean(string="Ran Late", compute="_compute_is_late")
    can_act = fields.Boolean(compute="_compute_can_act")

    _running_uniq = models.UniqueIndex(
        "(complaint_id) WHERE state = 'running'",
        "One step of a complaint runs at a time.",
    )

    # === COMPUTE METHODS === #

    @api.depends("date_due", "date_done")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for step in self:
            step.is_late = bool(step.date_due) and step.date_due < (
                step.date_done or now
            )

    @api.depends("state", "user_id")
    @api.depends_context("uid")
    def _compute_can_act(self):
        user = self.env.user
        is_manager = user.has_group(MANAGER)
        is_officer = user.has_group(OFFICER)
        for step in self:
            step.can_act = step.state == "running" and (
                is_manager
                or step.user_id == user
                or (is_officer and step.role in ("officer", "supervisor"))
                or (is_officer and not step.user_id)
            )

    # === ACTION METHODS === #

    def action_open_done(self):
        """Ask for the note with which this step is done."""
        self.ensure_one()
        return self.complaint_id._open_note("step", step_id=self.id)

    def action_open_return(self):
        """Ask why this step goes back to the one before it."""
        self.ensure_one()
        return self.complaint_id._open_note("return", step_id=self.id)

    # === BUSINESS METHODS === #

    def _check_may_act(self):
        """Lock the complaint; check that the step runs and who acts on it.

        :return: the step in superuser mode
        :raise AccessError: for anybody but its person and claims managers
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: steps are written by the system alone; who may act is checked below
        step_sudo = self.sudo()
        step_sudo.complaint_id.lock_for_update()
        step_sudo.invalidate_recordset(["state"])
        if step_sudo.state != "running":
            raise UserError(
                self.env._("“%(step)s” is not the step at work.", step=self.name)
            )
        if not self.env.su and not self.can_act:
            raise AccessError(
                self.env._(
                    "“%(step)s” is for %(user)s or a claims manager.",
                    step=self.name,
                    user=step_sudo.user_id.name or "–",
                )
            )
        return step_sudo

    def _do(self, note):
        """Finish a step with its note and start the next one.

        :raise UserError: without a note, or when it does not run
        """
        step_sudo = self._check_may_act()
        if not (note or "").strip():
            raise UserError(
                self.env._("Note what was done: the next one goes on from there.")
            )
        step_sudo.write(
            {"state": "done", "date_done": fields.Datetime.now(), "note": note}
        )
        # before the next one runs: the database lets one run at a time
        step_sudo.flush_recordset()
        complaint = step_sudo.complaint_id
        complaint._log_step(step_sudo, note, self.env.user)
        waiting = complaint.step_ids.filtered(lambda row: row.state == "waiting")
        complaint._start_step(waiting[:1])

    def _return(self, note):
        """Give the work back to the step before, whose clock starts anew.

        The cap of 48 hours does not move.

        :raise UserError: without a reason, on the first step, or when it does not run
        """
        step_sudo = self._check_may_act()
        if not (note or "").strip():
            raise UserError(
                self.env._("Say what is missing, so that it can be mended.")
            )
        complaint = step_sudo.complaint_id
        former = complaint.step_ids.filtered(
            lambda row: row.state == "done" and row.round == step_sudo.round
        )[-1:]
        if not former:
            raise UserError(self.env._("There is no step before this one."))
        step_sudo.write({"state": "waiting", "date_start": False, "date_due": False})
        step_sudo.flush_recordset()
        former.write({"date_done": False, "return_count": former.return_count + 1})
        complaint._log_step(
            former,
            self.env._("Returned: %(note)s", note=note),
            self.env.user,
        )
        complaint._start_step(former)


class KuaidiComplaint(models.Model):
    """Leads an alert complaint up its ladder."""

    _name = "kuaidi.complaint"
    _inherit = ["kuaidi.complaint"]

    step_ids = fields.One2many(
        comodel_name="kuaidi.complaint.step",
        inverse_name="complaint_id",
        string="Ladder",
        readonly=True,
    )
    step_id = fields.Many2one(
        comodel_name="kuaidi.complaint.step",
        string="Step at Work",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    step_user_id = fields.Many2one(related="step_id.user_id", string="Now With")

    # === BUSINESS METHODS === #

    def _start_ladder(self):
        """Put the steps of the ladder on alert complaints and start the first one.

        Called in superuser mode. What was left of an earlier ladder falls.
        """
        if not self:
            return
        self._drop_ladder()
        steps = self.env["kuaidi.complaint.step"]
        vals_list = []
        ladders = {
            company: self.env["kuaidi.complaint.ladder.step"]._get_ladder(company)
            for company in self.company_id
        }
        for complaint in self:
            rounds = max(complaint.step_ids.mapped("round"), default=0) + 1
            vals_list += [
                {
                    "complaint_id": complaint.id,
                    "name": rung.name,
                    "description": rung.description,
                    "sequence": rung.sequence,
                    "round": rounds,
                    "role": rung.role,
                    "user_id": complaint._get_actor(rung.role).id,
                    "budget_hours": rung.budget_hours,
                }
                for rung in ladders[complaint.company_id]
            ]
        steps.create(vals_list)
        self.invalidate_recordset(["step_ids"])
        for complaint in self:
            complaint._start_step(
                complaint.step_ids.filtered(lambda row: row.state == "waiting")[:1]
            )

    def _start_step(self, step):
        """Start a step's clock within the cap and tell its person; none ends it."""
        self.ensure_one()
        self.activity_unlink([STEP_TYPE])
        if not step:
            self.write({"step_id": False, "date_step_due": False})
            self._update_next()
            return
        now = fields.Datetime.now()
        due = now + timedelta(hours=step.budget_hours)
        # an opening that comes after the cap keeps its budget
        cap = self.date_deadline if self.date_deadline > now else due
        user = self._get_actor(step.role) or step.user_id
        step.write(
            {
                "state": "running",
                "date_start": now,
                "date_due": min(due, cap),
                "user_id": user.id,
            }
        )
        self.write({"step_id": step.id, "date_step_due": step.date_due})
        self._update_next()
        if user and user != self.env.user:
            self._create_activities(
                [
                    self._prepare_activity(
                        STEP_TYPE,
                        user,
                        step.name,
                        self.env["kuaidi.deadline"]._get_local_date(
                            step.date_due, self.company_id
                        ),
                        step.description,
                    )
                ]
            )

    def _drop_ladder(self):
        """Take back the steps that are left; called in superuser mode."""
        left = self.step_ids.filtered(lambda step: step.state in ("waiting", "running"))
        left.write({"state": "dropped"})
        with_step = self.filtered("step_id")
        with_step.write({"step_id": False, "date_step_due": False})
        with_step._update_next()

    def _finish_ladder(self):
        """End the last step with the close; called in superuser mode."""
        self.ensure_one()
        self.step_ids.filtered(lambda step: step.state == "running").write(
            {"state": "done", "date_done": fields.Datetime.now()}
        )
        if self.step_id:
            self.write({"step_id": False, "date_step_due": False})

    def _get_actor(self, role):
        """Return who acts in a role for this complaint; may be nobody."""
        self.ensure_one()
        unit = self.department_id
        head = unit._get_answering_user() if unit else self.env["res.users"]
        return {
            "officer": lambda: self.user_id,
            "supervisor": lambda: self.company_id._get_kuaidi_complaint_manager(),
            "branch_service": lambda: unit.contact_user_id or head,
            "branch_head": lambda: head,
            "director": lambda: self.company_id._get_kuaidi_complaint_director(),
        }[role]()

    def _log_step(self, step, note, user):
        self.ensure_one()
        self.message_post(
            body=self.env._("%(step)s: %(note)s", step=step.name, note=note),
            author_id=user.partner_id.id,
        )
