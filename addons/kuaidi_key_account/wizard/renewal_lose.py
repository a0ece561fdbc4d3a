from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KuaidiRenewalLose(models.TransientModel):
    """Takes down why a client does not renew, and when we ask it again (AR-3)."""

    _name = "kuaidi.renewal.lose"
    _description = "Lose a Renewal"

    renewal_id = fields.Many2one(comodel_name="kuaidi.renewal", required=True)
    # with the user's rights: any renewal can be named in a wizard
    account_id = fields.Many2one(
        related="renewal_id.account_id", related_sudo=False, string="Key Account"
    )
    lost_reason_id = fields.Many2one(
        comodel_name="crm.lost.reason", string="Why It Was Lost", required=True
    )
    competitor_id = fields.Many2one(
        comodel_name="kuaidi.account.competitor",
        string="Carrier from the File",
        domain="[('account_id', '=', account_id)]",
    )
    competitor = fields.Char(
        string="Lost To",
        compute="_compute_competitor",
        store=True,
        readonly=False,
        help="The carrier who has the client now.",
    )
    by = fields.Selection(
        selection=[
            ("client", "The Client"),
            ("company", "We"),
            ("both", "Both, by Agreement"),
        ],
        string="Who Does Not Go On",
        required=True,
        default="client",
    )
    lost_note = fields.Text(
        string="What We Learn", help="What we do differently with the next client."
    )
    date_winback = fields.Date(
        string="Win Back From",
        help="When we ask the client again: the owner gets an activity, and the"
        " forecast an opportunity for that day. Empty: we leave it at that.",
    )

    # === COMPUTE METHODS === #

    @api.depends("competitor_id")
    def _compute_competitor(self):
        for wizard in self:
            wizard.competitor = wizard.competitor_id.name or wizard.competitor

    # === CONSTRAINT METHODS === #

    @api.constrains("date_winback")
    def _check_winback_ahead(self):
        for wizard in self:
            today = wizard.renewal_id._get_today()
            if wizard.date_winback and wizard.date_winback <= today:
                raise ValidationError(
                    self.env._("The day on which you ask the client again lies ahead.")
                )

    # === ACTION METHODS === #

    def action_lose(self):
        """Register the loss with its reason."""
        self.ensure_one()
        self.renewal_id._lose(
            self.lost_reason_id,
            by=self.by,
            competitor=self.competitor,
            lost_note=self.lost_note,
            date_winback=self.date_winback,
        )
        return {"type": "ir.actions.act_window_close"}
