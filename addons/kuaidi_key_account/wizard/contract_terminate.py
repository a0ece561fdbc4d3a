from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class KuaidiContractTerminate(models.TransientModel):
    """Takes down that one side does not go on: when it said so, when it ends, why."""

    _name = "kuaidi.contract.terminate"
    _description = "End a Contract"

    contract_id = fields.Many2one(
        comodel_name="kuaidi.contract", required=True, ondelete="cascade"
    )
    # with the user's rights: any contract can be named in a wizard
    date_to = fields.Date(related="contract_id.date_to", related_sudo=False)
    notice_days = fields.Integer(related="contract_id.notice_days", related_sudo=False)
    termination_by = fields.Selection(
        selection=[
            ("client", "The Client"),
            ("company", "We"),
            ("both", "Both, by Agreement"),
        ],
        string="Who Gives Notice",
        required=True,
        default="client",
    )
    date_given = fields.Date(
        string="Notice Given On",
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
    )
    date_end = fields.Date(
        string="Contract Ends On",
        compute="_compute_date_end",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="End of the term or, for a contract without end, of the notice period.",
    )
    is_short_notice = fields.Boolean(compute="_compute_is_short_notice")
    reason = fields.Char(required=True)
    short_notice_reason = fields.Char(
        string="Why Short of the Notice Period",
        help="Such as an agreement of both sides, or a breach that frees from notice.",
    )

    # === COMPUTE METHODS === #

    @api.depends("contract_id", "date_given")
    def _compute_date_end(self):
        for wizard in self:
            notice = timedelta(days=wizard.contract_id.notice_days)
            wizard.date_end = wizard.contract_id.date_to or (
                wizard.date_given and wizard.date_given + notice
            )

    @api.depends("contract_id", "date_given", "date_end")
    def _compute_is_short_notice(self):
        for wizard in self:
            contract = wizard.contract_id
            # a term that is not renewed tacitly ends by itself, without notice
            ends_by_itself = not contract.is_tacit and (
                contract.date_to and wizard.date_end == contract.date_to
            )
            wizard.is_short_notice = bool(
                wizard.date_given
                and wizard.date_end
                and not ends_by_itself
                and (wizard.date_end - wizard.date_given).days < contract.notice_days
            )

    # === ACTION METHODS === #

    def action_confirm(self):
        """Register the notice.

        :raise UserError: when a reason is missing, notice is short without saying why,
            or it was given after the last day
        """
        self.ensure_one()
        if self.date_given > self.contract_id._get_today():
            raise UserError(
                self.env._("Notice is registered once it was given: today or earlier.")
            )
        if self.date_given > self.date_end:
            raise UserError(
                self.env._("The contract cannot end before notice of it was given.")
            )
        short_reason = (self.short_notice_reason or "").strip()
        if self.is_short_notice and not short_reason:
            raise UserError(
                self.env._(
                    "Notice is given less than %(days)s days before the last day. Say"
                    " why that is right, or choose a later day.",
                    days=self.notice_days,
                )
            )
        reason = self.reason.strip()
        if not reason:
            raise UserError(self.env._("Say why the contract ends."))
        if self.is_short_notice:
            reason = self.env._(
                "%(reason)s (short notice: %(short_reason)s)",
                reason=reason,
                short_reason=short_reason,
            )
        self.contract_id._terminate(
            self.termination_by, self.date_given, self.date_end, reason
        )
        return {"type": "ir.actions.act_window_close"}
