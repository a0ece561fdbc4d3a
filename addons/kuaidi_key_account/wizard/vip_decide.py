from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class KuaidiVipDecide(models.TransientModel):
    """Takes down the business department's decision after a re-evaluation (VP-2)."""

    _name = "kuaidi.vip.decide"
    _description = "Decide on VIP Service"

    vip_id = fields.Many2one(
        comodel_name="kuaidi.vip", string="VIP Membership", required=True
    )
    # with the user's rights: any membership can be named in a wizard
    review_figures = fields.Text(related="vip_id.review_figures", related_sudo=False)
    decision = fields.Selection(
        selection=[("keep", "Keep VIP"), ("cancel", "Cancel VIP")],
        required=True,
        default="keep",
    )
    reason = fields.Text(
        required=True,
        help="The decision in words. Internal: it is in no letter to the client.",
    )
    decision_file = fields.Binary(string="Written Decision")
    decision_filename = fields.Char()
    date_end = fields.Date(
        string="Service Ends On",
        default=lambda self: self._default_date_end(),
        help="The last day of VIP service, named in the letter to the client.",
    )

    # === DEFAULT METHODS === #

    @api.model
    def _default_date_end(self):
        return self.env["kuaidi.deadline"]._get_today(self.env.company) + relativedelta(
            day=31
        )

    # === ACTION METHODS === #

    def action_decide(self):
        """Keep the VIP service, or start its cancellation.

        :raise UserError: when the reason is blank, or the service would end in the past
        """
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(
                self.env._("Say why: the decision has to be traceable afterwards.")
            )
        if self.decision == "cancel" and (
            not self.date_end
            or self.date_end < self.env["kuaidi.deadline"]._get_today(self.env.company)
        ):
            raise UserError(
                self.env._(
                    "Enter the day on which VIP service ends: today or later, since"
                    " the client is told of it by letter."
                )
            )
        self.vip_id._decide(
            self.decision,
            self.reason,
            date_end=self.date_end,
            file=self.decision_file,
            filename=self.decision_filename,
        )
        return {"type": "ir.actions.act_window_close"}
