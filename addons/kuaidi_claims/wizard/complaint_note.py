from odoo import fields, models
from odoo.exceptions import UserError

from ..models.complaint.complaint_crisis import REASONS


class KuaidiComplaintNote(models.TransientModel):
    """Asks for the note or reason of a step, a return, a crisis or a reopening."""

    _name = "kuaidi.complaint.note"
    _description = "Complaint Note"

    complaint_id = fields.Many2one(
        comodel_name="kuaidi.complaint", required=True, readonly=True
    )
    company_id = fields.Many2one(related="complaint_id.company_id")
    kind = fields.Selection(
        selection=[
            ("step", "Step Done"),
            ("return", "Return the Step"),
            ("crisis", "Declare a Crisis"),
            ("reopen", "Reopen the Complaint"),
            ("join", "Join to Another Complaint"),
        ],
        string="What Is Done",
        required=True,
        readonly=True,
    )
    step_id = fields.Many2one(comodel_name="kuaidi.complaint.step", readonly=True)
    target_id = fields.Many2one(
        comodel_name="kuaidi.complaint",
        string="Join To",
        domain="[('company_id', '=', company_id), ('id', '!=', complaint_id),"
        " ('state', 'in', ('new', 'in_work', 'answered'))]",
    )
    crisis_reason = fields.Selection(selection=REASONS)
    note = fields.Text()

    # === ACTION METHODS === #

    def action_confirm(self):
        """Do what was asked for, with its note."""
        self.ensure_one()
        return {
            "step": self._confirm_step,
            "return": self._confirm_return,
            "crisis": self._confirm_crisis,
            "reopen": self._confirm_reopen,
            "join": self._confirm_join,
        }[self.kind]()

    # === BUSINESS METHODS === #

    def _confirm_step(self):
        self.step_id._do(self.note)

    def _confirm_return(self):
        self.step_id._return(self.note)

    def _confirm_crisis(self):
        self.complaint_id._declare_crisis(self.crisis_reason, self.note)

    def _confirm_reopen(self):
        complaint = self.complaint_id
        complaint._check_may_work()
        if not (self.note or "").strip():
            raise UserError(self.env._("Say why the complaint is taken up again."))
        complaint._lock_in_states(("answered", "closed"))._reopen(self.note)

    def _confirm_join(self):
        if not self.target_id:
            raise UserError(self.env._("Choose the complaint to join this one to."))
        return self.complaint_id._join(self.target_id)._get_records_action()
