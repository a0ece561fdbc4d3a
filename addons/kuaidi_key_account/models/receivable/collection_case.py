from odoo import api, fields, models
from odoo.exceptions import AccessError

from .dunning_policy import CHANNELS

# written by buttons and by the dunning run alone
GUARDED_FIELDS = frozenset(
    {
        "account_id",
        "company_id",
        "state",
        "amount_open",
        "amount_overdue",
        "date_oldest_due",
        "step_id",
        "date_step",
        "date_opened",
        "date_closed",
        "date_hold_until",
        "hold_reason",
        "broken_promise_count",
        "date_limitation",
        "is_cash_only",
        "next_step_id",
        "next_channel",
        "next_promise_id",
        "call_score",
    }
)


class KuaidiCollectionCase(models.Model):
    """What is done about the overdue debts of one client (账款催收, 2.10).

    A client has one open case while something is overdue.
    """

    _name = "kuaidi.collection.case"
    _description = "Collection Case"
    _inherit = ["mail.thread", "mail.activity.mixin", "kuaidi.evidence.mixin"]
    _order = "amount_overdue desc, id"
    _rec_name = "account_id"
    _rec_names_search = ["account_id"]
    _check_company_auto = True
    _mail_post_access = "read"

    # client
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    manager_id = fields.Many2one(related="account_id.manager_id")
    stars = fields.Integer(related="account_id.stars")
    state = fields.Selection(
        selection=[("open", "In Collection"), ("legal", "Legal"), ("closed", "Closed")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    collector_id = fields.Many2one(
        comodel_name="res.users",
        index=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
        help="Who chases this client's debts.",
    )
    # debts, as the last run or change found them
    amount_open = fields.Monetary(readonly=True, string="Open Amount")
    amount_overdue = fields.Monetary(readonly=True, string="Overdue Amount")
    date_oldest_due = fields.Date(string="Oldest Due Date", readonly=True)
    # ladder
    step_id = fields.Many2one(
        comodel_name="kuaidi.dunning.step",
        string="Step Reached",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    date_step = fields.Date(string="Step Taken On", readonly=True)
    date_next_action = fields.Date(string="Next Action On", tracking=True)
    next_step_id = fields.Many2one(
        comodel_name="kuaidi.dunning.step",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    approval_step_id = fields.Many2one(
        comodel_name="kuaidi.dunning.step",
        string="Waits for Finance",
        compute="_compute_approval_step_id",
        compute_sudo=True,
        help="The next step, which is not taken before finance has approved it.",
    )
    next_channel = fields.Selection(
        selection=CHANNELS, string="Next Step By Way Of", readonly=True
    )
    next_action = fields.Char(
        string="To Do", help="What the next action is about, in the collector's words."
    )
    next_promise_id = fields.Many2one(
        comodel_name="kuaidi.payment.promise",
        string="Promise To Be Checked",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The promise that the next action is about, until somebody plans another.",
    )
    call_score = fields.Float(
        string="Call Weight",
        digits=(16, 2),
        readonly=True,
        aggregator=None,
        help="Order of the call list: the overdue amount; each star adds a fifth to it,"
        " each broken promise a half.",
    )
    notice_ids = fields.One2many(
        comodel_name="kuaidi.dunning.notice",
        inverse_name="case_id",
        string="Reminded Items",
    )
    action_ids = fields.One2many(
        comodel_name="kuaidi.collection.action", inverse_name="case_id", string="Log"
    )
    promise_ids = fields.One2many(
        comodel_name="kuaidi.payment.promise", inverse_name="case_id", string="Promises"
    )
    dispute_ids = fields.One2many(
        comodel_name="kuaidi.receivable.dispute",
        inverse_name="case_id",
        string="Disputes",
    )
    broken_promise_count = fields.Integer(
        string="Broken Promises", readonly=True, aggregator="sum"
    )
    # pause
    date_hold_until = fields.Date(
        string="On Hold Until",
        readonly=True,
        tracking=True,
        help="Nothing is sent up to and including this day; then it goes on by itself.",
    )
    hold_reason = fields.Char(readonly=True, tracking=True)
    # law and credit
    date_limitation = fields.Date(
        string="Limitation",
        readonly=True,
        help="Last day to sue: three years after the oldest due date, or after the last"
        " demand that can be proved (Civil Code, articles 188 and 195).",
    )
    is_cash_only = fields.Boolean(
        string="Cash Only Advised", readonly=True, tracking=True
    )
    date_opened = fields.Date(string="Opened On", required=True, readonly=True)
    date_closed = fields.Date(string="Closed On", readonly=True)

    _open_uniq = models.UniqueIndex(
        "(account_id) WHERE state <> 'closed'",
        "This client has an open collection case already. Go on with that one.",
    )
    _next_action_idx = models.Index("(date_next_action, id) WHERE state <> 'closed'")
    _default_order_idx = models.Index("(amount_overdue DESC, id)")
    _call_order_idx = models.Index("(call_score DESC, id) WHERE state <> 'closed'")

    # === COMPUTE METHODS === #

    @api.depends("notice_ids.state")
    def _compute_approval_step_id(self):
        """Show the hardest step that finance has to decide on (2.10)."""
        groups = self.env["kuaidi.dunning.notice"]._read_group(
            [("case_id", "in", self.ids), ("state", "=", "to_approve")],
            groupby=["case_id"],
            aggregates=["step_id:recordset"],
        )
        steps = {
            case.id: max(waiting, key=lambda step: step.days)
            for case, waiting in groups
        }
        for case in self:
            case.approval_step_id = steps.get(case.id)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self._get_guarded_message())
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and GUARDED_FIELDS & vals.keys():
            raise AccessError(self._get_guarded_message())
        if "next_action" in vals:
            # whoever plans something else does not wait for the former promise
            vals = {"next_promise_id": False} | vals
        return super().write(vals)

    # === ACTION METHODS === #

    def action_log_contact(self):
        """Open the form in which a contact with the client is logged."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_collection_action_log_action"
        )
        channel = (
            self.next_channel if self.next_channel in ("call", "visit") else "call"
        )
        return dict(
            action,
            context={
                "default_case_id": self.id,
                "default_channel": channel,
                "default_contact_id": self.contact_id.id,
            },
        )

    def action_view_items(self):
        """Show what the client has open, by due date."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_receivable_item_action"
        )
        return dict(
            action,
            views=[(False, "list"), (False, "pivot")],
            domain=[("account_id", "=", self.account_id.id)],
        )

    def action_view_notices(self):
        """Show what the client was reminded of."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_dunning_notice_action"
        )
        return dict(
            action, domain=[("account_id", "=", self.account_id.id)], context={}
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._(
            "A collection case is evidence and stays on file. It is closed."
        )

    @api.model
    def _get_guarded_message(self):
        return self.env._(
            "Cases are opened and closed by what is overdue, and changed by their"
            " buttons."
        )
