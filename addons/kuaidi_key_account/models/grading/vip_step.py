from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# steps that somebody may do outside the system, and tick
HAND_CODES = ("manual", "letter", "departments")


class KuaidiVipStep(models.Model):
    """One line of a membership's checklist: what was done, by whom and when."""

    _name = "kuaidi.vip.step"
    _description = "VIP Checklist Step"
    _order = "vip_id, kind desc, sequence, id"
    _rec_name = "type_id"

    vip_id = fields.Many2one(
        comodel_name="kuaidi.vip",
        string="VIP Membership",
        required=True,
        index=True,
        ondelete="cascade",
    )
    type_id = fields.Many2one(
        comodel_name="kuaidi.vip.step.type",
        string="Step",
        required=True,
        index=True,
        ondelete="restrict",
    )
    kind = fields.Selection(related="type_id.kind", store=True)
    code = fields.Selection(related="type_id.code", store=True)
    sequence = fields.Integer(related="type_id.sequence", store=True)
    description = fields.Text(related="type_id.description")
    is_done = fields.Boolean(string="Done", readonly=True)
    done_by_id = fields.Many2one(comodel_name="res.users", readonly=True)
    date_done = fields.Datetime(string="Done On", readonly=True)
    note = fields.Char(help="How or by which way the step was done.")
    can_tick = fields.Boolean(compute="_compute_can_tick")
    can_take_back = fields.Boolean(compute="_compute_can_tick")

    _type_uniq = models.UniqueIndex(
        "(vip_id, type_id)", "This step is on the checklist already."
    )

    # === COMPUTE METHODS === #

    @api.depends("is_done", "code", "kind", "vip_id.state")
    def _compute_can_tick(self):
        for step in self:
            is_open = (
                step.code in HAND_CODES
                and step.kind == step.vip_id._get_checklist_kind()
            )
            step.can_tick = is_open and not step.is_done
            step.can_take_back = is_open and step.is_done

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su and vals.keys() - {"note"}:
            raise AccessError(
                self.env._(
                    "A step is ticked by its button or by the system; only its note is"
                    " yours to write."
                )
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_done(self):
        """Tick steps that were done by a person (VP-1, VP-2).

        :raise UserError: when a step is done already, is not due, or needs a note
        """
        self.check_access("write")
        self.vip_id._lock_checklist()
        self.invalidate_recordset(["is_done"])
        for step in self:
            if step.is_done:
                raise UserError(step._get_done_message())
            if not step.can_tick:
                raise UserError(
                    self.env._(
                        "The step “%(step)s” cannot be ticked now: it is done by the"
                        " system or belongs to the other checklist.",
                        step=step.type_id.name,
                    )
                )
            if step.code != "manual" and not step.note:
                raise UserError(
                    self.env._(
                        "Say in the note of “%(step)s” by which way it was done"
                        " outside the system (fax, courier, meeting).",
                        step=step.type_id.name,
                    )
                )
        self._finish()

    def action_undo(self):
        """Take back the tick of a step on a checklist that is still open.

        :raise AccessError: for anybody but the CRM centre
        :raise UserError: when the step is not done, or its checklist is closed
        """
        self.check_access("write")
        if not self.env.user.has_group("kuaidi_key_account.group_crm_centre"):
            raise AccessError(
                self.env._("Only the CRM centre may take back a step that is done.")
            )
        for step in self:
            if not step.can_take_back:
                raise UserError(
                    self.env._(
                        "The step “%(step)s” cannot be taken back (any more).",
                        step=step.type_id.name,
                    )
                )
        # sudo: steps are written by the system alone, the group was checked above
        self.sudo().write({"is_done": False, "done_by_id": False, "date_done": False})

    # === BUSINESS METHODS === #

    def _finish(self, note=None):
        """Tick steps now, and let the membership move on where that was the last.

        :param note: text for the step, where the system knows how it was done
        """
        values = {
            "is_done": True,
            "done_by_id": self.env.uid,
            "date_done": fields.Datetime.now(),
        }
        if note:
            values["note"] = note
        # sudo: steps are written by the system alone
        self.sudo().write(values)
        self.vip_id._move_on()

    def _get_done_message(self):
        self.ensure_one()
        return self.env._(
            "The step “%(step)s” was done already by %(user)s.",
            step=self.type_id.name,
            user=self.done_by_id.name,
        )
