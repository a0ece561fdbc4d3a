from odoo import fields, models


class KuaidiComplaintCallback(models.TransientModel):
    """What the client said when called back."""

    _name = "kuaidi.complaint.callback"
    _description = "Complaint Call-Back"

    complaint_id = fields.Many2one(
        comodel_name="kuaidi.complaint", required=True, readonly=True
    )
    contact_name = fields.Char(related="complaint_id.contact_name")
    phone = fields.Char(related="complaint_id.phone")
    attempts = fields.Integer(related="complaint_id.callback_attempts")
    result = fields.Selection(
        selection=[
            ("satisfied", "Satisfied"),
            ("neutral", "So-so"),
            ("dissatisfied", "Dissatisfied"),
            ("unreachable", "Not Reached"),
        ],
        string="Satisfaction",
        required=True,
    )
    note = fields.Text(string="Said in the Call-Back")

    # === ACTION METHODS === #

    def action_confirm(self):
        """Enter the call-back."""
        self.ensure_one()
        self.complaint_id._record_callback(self.result, self.note)

    def action_confirm_and_close(self):
        """Enter the call-back and close the complaint."""
        self.action_confirm()
        self.complaint_id.action_close()
