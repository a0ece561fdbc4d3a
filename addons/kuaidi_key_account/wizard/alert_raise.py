from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.insight.alert import CRISIS_REASONS, REASONS


class KuaidiAlertRaise(models.TransientModel):
    """Takes down why a client is at risk, from whoever heard of it."""

    _name = "kuaidi.alert.raise"
    _description = "Raise an Alert"

    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account", required=True
    )
    reason = fields.Selection(
        selection=REASONS, string="What Happened", required=True, default="leaving"
    )
    is_crisis = fields.Boolean(compute="_compute_is_crisis")
    description = fields.Text(
        string="In Words", help="Who said what, when, and what is at stake."
    )

    # === COMPUTE METHODS === #

    @api.depends("reason")
    def _compute_is_crisis(self):
        for wizard in self:
            wizard.is_crisis = wizard.reason in CRISIS_REASONS

    # === ACTION METHODS === #

    def action_raise(self):
        """Raise the alert, or add to the one that is open, and show it.

        :raise UserError: when nothing is said of it
        """
        self.ensure_one()
        if not (self.description or "").strip():
            raise UserError(
                self.env._("Say in a few words what happened: others will act on it.")
            )
        alert = self.env["kuaidi.alert"]._raise_by_hand(
            self.account_id, self.reason, self.description
        )
        return alert._get_records_action()
