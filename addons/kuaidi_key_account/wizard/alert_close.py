from odoo import fields, models

from ..models.insight.alert import CAUSES, RESULTS


class KuaidiAlertClose(models.TransientModel):
    """Takes down how an alert ended, what caused it, and what it teaches."""

    _name = "kuaidi.alert.close"
    _description = "Close an Alert"

    alert_id = fields.Many2one(comodel_name="kuaidi.alert", required=True)
    # with the user's rights: any alert can be named in a wizard
    reason = fields.Char(related="alert_id.reason", related_sudo=False)
    rescue_plan = fields.Text(related="alert_id.rescue_plan", related_sudo=False)
    result = fields.Selection(selection=RESULTS, required=True)
    cause = fields.Selection(selection=CAUSES, required=True)
    lesson = fields.Text(help="What we do differently with the next client.")

    # === ACTION METHODS === #

    def action_close(self):
        """Close the alert with its result."""
        self.ensure_one()
        self.alert_id._close(self.result, self.cause, self.lesson)
        return {"type": "ir.actions.act_window_close"}
