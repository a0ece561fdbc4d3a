from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_amount, format_date, groupby

from .dunning_policy import CHANNELS

# as they were logged
FIXED_FIELDS = frozenset(
    {
        "account_id",
        "amount",
        "case_id",
        "channel",
        "content",
        "date",
        "error",
        "message_ref",
        "notice_ids",
        "state",
        "step_id",
        "user_id",
    }
)
# written by the run alone
RUN_FIELDS = frozenset(
    {
        "account_id",
        "company_id",
        "error",
        "message_ref",
        "notice_ids",
        "state",
        "step_id",
    }
)


class KuaidiCollectionAction(models.Model):
    """One contact about debts: what was said, how it can be proved, what it restarts.

    A demand that arrived, or an acknowledgement by the client, restarts the three years
    of limitation (Civil Code, article 195; Provisions on Limitation, articles 8 to 14).
    """

    _name = "kuaidi.collection.action"
    _description = "Collection Log Entry"
    _inherit = ["mail.thread", "kuaidi.file.mixin", "kuaidi.evidence.mixin"]
    _mail_post_access = "read"
    _order = "date desc, id desc"

    case_id = fields.Many2one(
        comodel_name="kuaidi.collection.case",
        index=True,
        ondelete="restrict",
        help="Empty for notices before anything is overdue.",
    )
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        compute="_compute_account_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    step_id = fields.Many2one(
        comodel_name="kuaidi.dunning.step", readonly=True, ondelete="restrict"
    )
    date = fields.Datetime(
        string="When", required=True, default=fields.Datetime.now, index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    channel = fields.Selection(selection=CHANNELS, required=True, default="call")
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Spoken or Written To",
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', commercial_partner_id)]",
    )
    commercial_partner_id = fields.Many2one(related="account_id.partner_id")
    amount = fields.Monetary(
        string="Amount Demanded", help="What was overdue and asked for."
    )
    content = fields.Text(string="What Was Said or Sent")
    answer = fields.Text(string="Client's Answer")
    # what was sent by the run
    state = fields.Selection(
        selection=[
            ("sending", "Being Sent"),
            ("done", "Done"),
            ("failed", "Did Not Arrive"),
        ],
        required=True,
        default="done",
        readonly=True,
        copy=False,
        index=True,
    )
    notice_ids = fields.One2many(
        comodel_name="kuaidi.dunning.notice",
        inverse_name="action_id",
        string="Reminded Items",
    )
    message_ref = fields.Char(
        string="Message-Id", readonly=True, copy=False, index="btree_not_null"
    )
    error = fields.Char(string="Why It Failed", readonly=True, copy=False)
    # what comes next
    date_next = fields.Date(
        string="Next Contact On",
        copy=False,
        help="When the client is called again. Empty: as the policy says.",
    )
    next_action = fields.Char(
        string="To Do Then", copy=False, help="What the next contact is about."
    )
    # proof
    proof = fields.Selection(
        selection=[
            ("none", "None"),
            ("mail", "Mail Sent"),
            ("receipt", "Signed Receipt"),
            ("ems", "EMS Stub and Copy"),
            ("reply", "Client's Reply in Writing"),
            ("payment", "Part Payment or Promise in Writing"),
        ],
        required=True,
        default="none",
    )
    date_delivered = fields.Date(string="Arrived On")
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_collection_action_attachment_rel",
        column1="action_id",
        column2="attachment_id",
        string="Files of Proof",
    )
    restarts_limitation = fields.Boolean(
        compute="_compute_restarts_limitation",
        store=True,
        precompute=True,
        help="A demand or acknowledgement that can be proved: three years begin anew.",
    )

    _message_ref_uniq = models.UniqueIndex("(message_ref)")

    # === COMPUTE METHODS === #

    @api.depends("channel", "date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for action in self:
            action.display_name = self.env._(
                "%(channel)s, %(date)s",
                channel=channels.get(action.channel, ""),
                date=format_date(self.env, action.date),
            )

    @api.depends("case_id")
    def _compute_account_id(self):
        for action in self:
            action.account_id = action.case_id.account_id or action.account_id

    @api.depends("date_delivered", "proof", "state")
    def _compute_restarts_limitation(self):
        for action in self:
            action.restarts_limitation = (
                action.state == "done"
                and action.proof != "none"
                and (
                    bool(action.date_delivered) or action.proof in ("reply", "payment")
                )
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_typed(vals_list)
        actions = super().create(vals_list)
        if not self.env.su:
            # sudo: what was agreed moves the case, whoever may write it
            actions.sudo()._follow_up()
        return actions

    def write(self, vals):
        if not self.env.su and FIXED_FIELDS & vals.keys():
            raise AccessError(
                self.env._(
                    "Who wrote what when stays as it was logged. Add a new entry."
                )
            )
        return super().write(vals)

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._("The collection log is evidence and stays on file.")

    def _check_typed(self, vals_list):
        """Refuse entries on other people's cases, and what the run alone writes."""
        context = self.env.context
        if RUN_FIELDS & self._get_typed_names(vals_list):
            raise AccessError(
                self.env._("What was sent, and how, is written by the dunning run.")
            )
        case_ids = [
            vals.get("case_id") or context.get("default_case_id") for vals in vals_list
        ]
        if not all(case_ids):
            raise UserError(
                self.env._("A contact is logged on a collection case. Choose the case.")
            )
        for vals in vals_list:
            if not (
                vals.get("content")
                or vals.get("answer")
                or vals.get("attachment_ids")
                or vals.get("proof", "none") != "none"
            ):
                raise UserError(
                    self.env._(
                        "The log stays on file. Write what was said, or what the client"
                        " answered."
                    )
                )
        self.env["kuaidi.collection.case"].browse(case_ids).check_access("read")

    def _follow_up(self):
        """Tick off what this contact was about, and plan the next one (2.10)."""
        service = self.env["kuaidi.deadline"]
        for action in self:
            case = action.case_id
            assigned = case.notice_ids.filtered(
                lambda notice, action=action: (
                    notice.state == "assigned"
                    # who cannot be mailed is called
                    and action.channel
                    == ("call" if notice.channel == "mail" else notice.channel)
                )
            )
            is_planned = assigned or case.next_channel == action.channel
            if assigned:
                action.step_id = assigned.step_id.sorted("days")[-1:]
                action.amount = action.amount or sum(assigned.mapped("amount_company"))
                assigned.filtered(
                    lambda notice: not notice.action_id
                ).action_id = action
                assigned.state = "sent"
            self.env["mail.activity"].search(
                [
                    ("res_model", "=", case._name),
                    ("res_id", "in", case.ids),
                    ("kuaidi_dunning_channel", "=", action.channel),
                    ("date_deadline", "<=", service._get_today(case.company_id)),
                ]
            ).unlink()
            if action.date_next or (is_planned and not action._is_waited_for()):
                case.write(action._prepare_next_action())

    def _is_waited_for(self):
        """Tell whether the case waits for a day to come, whatever was said before it.

        It does for the day of an open promise, and for a day that a collector has
        chosen when the policy has no step left.
        """
        self.ensure_one()
        case = self.case_id
        today = self.env["kuaidi.deadline"]._get_today(case.company_id)
        return bool(
            case.date_next_action
            and case.date_next_action > today
            and (
                case.next_promise_id.state == "open"
                or not (case.next_step_id or case._get_later_step())
            )
        )

    def _prepare_next_action(self):
        """Return what the case plans after this contact."""
        self.ensure_one()
        if self.date_next:
            return {
                "date_next_action": self.date_next,
                "next_channel": "call",
                "next_step_id": False,
                "next_action": self.next_action,
            }
        return dict(self.case_id._prepare_policy_plan(), next_action=self.next_action)

    def _get_client_lang(self):
        """Return the language in which the client is written to."""
        self.ensure_one()
        partner = self.contact_id or self.account_id.partner_id
        return partner.lang or self.company_id.partner_id.lang or self.env.lang

    def _get_salutation(self):
        """Return the first line of a mail to the client."""
        self.ensure_one()
        name = self.contact_id.name or self.account_id.partner_id.name
        return self.env._("Dear %(name)s,", name=name)

    def _render_mail_items(self, with_days=False):
        """Return what a mail asks payment of: items, sums, and where to pay to.

        In the language of the record; the caller has set that of the client.

        :param bool with_days: whether to tell for how many days items are overdue
        """
        self.ensure_one()
        # sudo: the client is told of its own items; a list, because a filtered
        # recordset would be read client by client
        notices_sudo = [
            notice
            for notice in self.sudo().notice_ids.sorted(
                lambda row: (row.date_due, row.id)
            )
            if notice.state != "dropped"
        ]
        return self.env["ir.qweb"]._render(
            "kuaidi_key_account.collection_mail_items",
            {
                "items": self._get_item_rows(notices_sudo),
                "totals": self._get_totals(notices_sudo),
                "bank_accounts": self._get_bank_accounts(),
                "with_days": with_days,
            },
        )

    def _get_item_rows(self, notices_sudo):
        """Return what a mail says of each item: number, due date, days, amount.

        Formatted in the language of the record; the caller has set that of the client.
        """
        today = self.env["kuaidi.deadline"]._get_today(self.company_id)
        return [
            {
                "name": notice.item_name or "",
                "date_due": format_date(self.env, notice.date_due),
                "days": max((today - notice.date_due).days, 0),
                "amount": format_amount(self.env, notice.amount, notice.currency_id),
            }
            for notice in notices_sudo
        ]

    def _get_totals(self, notices_sudo):
        """Return the sums of the items, formatted, one for each currency."""
        return [
            format_amount(self.env, sum(row.amount for row in rows), currency)
            for currency, rows in groupby(notices_sudo, lambda row: row.currency_id)
        ]

    def _get_bank_accounts(self):
        """Return where the client pays to: holder, bank and number of each account."""
        self.ensure_one()
        # sudo: the account numbers of a company stand on its invoices
        company_sudo = self.sudo().company_id
        return [
            " ".join(
                filter(
                    None,
                    [
                        bank.acc_holder_name or company_sudo.name,
                        bank.bank_id.name,
                        bank.acc_number,
                    ],
                )
            )
            for bank in company_sudo.partner_id.bank_ids
        ]
