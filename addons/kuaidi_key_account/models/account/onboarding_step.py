from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import format_datetime


class KuaidiOnboardingStep(models.Model):
    """One step of a formal client's onboarding, with its working-day deadline."""

    _name = "kuaidi.onboarding.step"
    _description = "Onboarding Step"
    _inherit = ["kuaidi.line.mixin", "kuaidi.escalation.mixin"]
    _order = "date_deadline, id"
    _rec_name = "type_id"
    _check_company_auto = True

    _deadline_stop_states = ("done", "cancelled")
    _escalation_activity_type = "kuaidi_key_account.mail_activity_type_onboarding_late"

    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    manager_id = fields.Many2one(
        related="account_id.manager_id", store=True, index=True
    )
    type_id = fields.Many2one(
        comodel_name="kuaidi.onboarding.step.type",
        string="Step",
        required=True,
        index=True,
        ondelete="restrict",
    )
    condition = fields.Selection(related="type_id.condition", store=True)
    description = fields.Text(related="type_id.description")
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="open",
    )
    note = fields.Char(help="Why the CRM centre completed the step by hand.")

    _type_uniq = models.UniqueIndex(
        "(account_id, type_id) WHERE state = 'open'",
        "This onboarding step is open for the account already.",
    )
    _deadline_open_idx = models.Index("(date_deadline) WHERE state = 'open'")

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su and vals.keys() - {"note"}:
            raise AccessError(
                self.env._("Onboarding steps move by themselves; only a note is yours.")
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_done(self):
        """Complete steps by hand, which is for the CRM centre; a note says why.

        :raise AccessError: for anybody else
        :raise UserError: when a step is not open or has no note
        """
        if not self.env.user.has_group("kuaidi_key_account.group_crm_centre"):
            raise AccessError(
                self.env._(
                    "Onboarding steps complete themselves. Only the CRM centre may"
                    " complete one by hand."
                )
            )
        for step in self:
            if step.state != "open":
                raise UserError(self.env._("This step is not open any more."))
            if not step.note:
                raise UserError(
                    self.env._("Say in the note why the step counts as done.")
                )
        # sudo: steps are moved by the system alone, the group was checked above
        self.sudo()._finish()
        self.account_id._update_onboarding()

    # === BUSINESS METHODS === #

    def _finish(self):
        """Stop the clock: the step is done now."""
        self.write({"state": "done", "date_done": fields.Datetime.now()})
        # whoever was told that the step is late need not look after it any more
        late = self.account_id.onboarding_step_ids.filtered("is_overdue").account_id
        self._withdraw_escalation(self.account_id - late)

    @api.model
    def _get_escalation_domain(self):
        """Steps of archived accounts wait until the account is at work again."""
        domain = super()._get_escalation_domain()
        return domain & Domain("account_id.active", "=", True)

    def _get_escalation_user(self):
        return self.company_id._get_kuaidi_escalation_user()

    def _get_escalation_target(self):
        return self.account_id

    @api.model
    def _get_escalation_summary(self):
        return self.env._("Onboarding is late")

    def _get_escalation_line(self):
        self.ensure_one()
        return self.env._(
            "%(step)s was due on %(date)s.",
            step=self.type_id.name,
            date=format_datetime(self.env, self.date_deadline),
        )
