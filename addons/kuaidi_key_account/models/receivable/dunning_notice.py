from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .dunning_policy import CHANNELS

# what was or will be done; the others leave the item free to meet the step again
TAKEN_STATES = ("to_approve", "waiting", "sending", "assigned", "sent", "refused")
# still to be judged again before anything leaves the house
PENDING_STATES = ("waiting", "sending")


class KuaidiDunningNotice(models.Model):
    """One open item at one step: claimed before anything is sent, and only once.

    The row is written and committed first, then the message leaves with a Message-Id
    that comes from its log entry, then the row is marked. Whatever is clicked, crashes
    or is restarted, no item meets a step twice.
    """

    _name = "kuaidi.dunning.notice"
    _description = "Dunning Notice"
    _inherit = ["kuaidi.account.mixin", "kuaidi.evidence.mixin"]
    _order = "id desc"
    _rec_name = "item_name"

    # item
    move_line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Journal Item",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    move_id = fields.Many2one(
        related="move_line_id.move_id", string="Invoice or Entry", compute_sudo=True
    )
    item_name = fields.Char(
        related="move_line_id.move_name", string="Number", compute_sudo=True
    )
    # client
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    case_id = fields.Many2one(
        comodel_name="kuaidi.collection.case",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    # step
    step_id = fields.Many2one(
        comodel_name="kuaidi.dunning.step",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    channel = fields.Selection(
        selection=CHANNELS, required=True, readonly=True, help="As the step said then."
    )
    action_id = fields.Many2one(
        comodel_name="kuaidi.collection.action",
        string="Log Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    # amount
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, readonly=True, ondelete="restrict"
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount = fields.Monetary(
        readonly=True,
        help="What was open of the item when the notice was made, less what the client"
        " paid without saying for what.",
    )
    amount_company = fields.Monetary(
        string="Amount in Company Currency",
        currency_field="company_currency_id",
        readonly=True,
    )
    date = fields.Date(string="Made On", required=True, readonly=True)
    date_due = fields.Date(string="Due On", required=True, readonly=True)
    is_outdated = fields.Boolean(
        string="Due Date Was Moved",
        readonly=True,
        help="The item was given a later due date afterwards: its steps begin anew.",
    )
    # what became of it
    state = fields.Selection(
        selection=[
            ("to_approve", "To Approve"),
            ("waiting", "Waiting"),
            ("sending", "Being Sent"),
            ("assigned", "With a Colleague"),
            ("sent", "Done"),
            ("refused", "Not Taken"),
            ("dropped", "Dropped"),
        ],
        required=True,
        default="waiting",
        readonly=True,
        help="Dropped: the item was paid, disputed, promised or cancelled before"
        " anything was sent. Not taken: finance decided against the step.",
    )
    message_ref = fields.Char(
        related="action_id.message_ref", string="Message-Id", compute_sudo=True
    )
    decided_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Approved or Refused By",
        readonly=True,
        ondelete="restrict",
    )
    error = fields.Char(
        string="Remark", readonly=True, help="Why it was dropped, or not sent yet."
    )

    _line_step_uniq = models.UniqueIndex(
        "(move_line_id, step_id) WHERE state <> 'dropped' AND is_outdated IS NOT TRUE",
        "This item has met this step already.",
    )
    _pending_idx = models.Index(
        "(company_id, account_id, step_id) WHERE state IN ('waiting', 'sending')"
    )
    # the lists of what waits for somebody; what a run inserts is mostly not among them
    _asked_idx = models.Index("(state, id) WHERE state IN ('to_approve', 'assigned')")
    _contact_idx = models.Index(
        "(date, account_id) WHERE state NOT IN ('dropped', 'refused')"
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self._get_guarded_message())
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self._get_guarded_message())
        return super().write(vals)

    # === ACTION METHODS === #

    def action_approve(self):
        """Approve steps that wait for finance; they are taken by the next run.

        :raise AccessError: for anybody but finance, or for whoever asked for the step
        :raise UserError: when a notice does not wait for approval
        """
        self._decide("waiting")
        self._wake_sender()

    def action_refuse(self):
        """Leave out steps that wait for finance: the ladder goes on with the next."""
        self._decide("refused")

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._(
            "What a client was reminded of is evidence and stays on file."
        )

    @api.model
    def _get_guarded_message(self):
        return self.env._(
            "Notices are made by the dunning run, and decided on by their buttons."
        )

    def _decide(self, state):
        """Lock, check and write what finance decides on (2.10)."""
        self.check_access("read")
        if not self.env.user.has_group("kuaidi_key_account.group_finance"):
            raise AccessError(
                self.env._("Finance decides on steps that need an approval.")
            )
        # sudo: notices are guarded; who may decide was checked above
        notices_sudo = self.sudo()
        notices_sudo.lock_for_update()
        notices_sudo.invalidate_recordset(["state"])
        for notice_sudo in notices_sudo:
            if notice_sudo.state != "to_approve":
                raise UserError(
                    self.env._(
                        "%(item)s does not wait for an approval any more.",
                        item=notice_sudo.item_name,
                    )
                )
            if notice_sudo.create_uid == self.env.user:
                raise AccessError(
                    self.env._(
                        "You started the run that asked for this step: a colleague in"
                        " finance decides on it."
                    )
                )
        notices_sudo.write({"state": state, "decided_by_id": self.env.uid})
