from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

# written by buttons and by the system alone
GUARDED_FIELDS = frozenset(
    {
        "number",
        "account_id",
        "company_id",
        "manager_id",
        "currency_id",
        "date_from",
        "date_to",
        "revision",
        "previous_id",
        "state",
        "amount_opening",
        "amount_invoiced",
        "amount_credited",
        "amount_paid",
        "amount_closing",
        "amount_overdue",
        "date_sent",
        "sent_by_id",
        "date_opened",
        "date_answer_due",
        "date_reminded",
        "date_answered",
        "answered_by",
        "answer_channel",
        "recorded_by_id",
        "line_ids",
        "mail_ids",
        "fingerprint",
        "access_token",
    }
)


# what the client was told
TOLD_FIELDS = frozenset(
    {
        "number",
        "account_id",
        "company_id",
        "currency_id",
        "date_from",
        "date_to",
        "amount_opening",
        "amount_invoiced",
        "amount_credited",
        "amount_paid",
        "amount_closing",
        "amount_overdue",
        "fingerprint",
        "line_ids",
    }
)


class KuaidiStatement(models.Model):
    """What a client owes for a period, told to it and confirmed by it (月结对账单).

    The day on which both sides confirm the amount is a legal date: the term of payment
    of periodic settlements begins with it (Regulations on Payments to Small and Medium
    Enterprises, article 9). A confirmed statement is frozen; what changes later makes a
    corrected version.
    """

    _name = "kuaidi.statement"
    _description = "Account Statement"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "portal.mixin",
        "kuaidi.file.mixin",
    ]
    _order = "date_to desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "account_id"]
    _check_company_auto = True
    _mail_post_access = "read"

    # client and period
    number = fields.Char(readonly=True, copy=False, index=True)
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
    manager_id = fields.Many2one(related="account_id.manager_id")
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, readonly=True, ondelete="restrict"
    )
    date_from = fields.Date(string="Period From", required=True, readonly=True)
    date_to = fields.Date(string="Period Until", required=True, readonly=True)
    revision = fields.Integer(
        string="Version", readonly=True, default=1, aggregator=None, copy=False
    )
    previous_id = fields.Many2one(
        comodel_name="kuaidi.statement",
        string="Corrects",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("sending", "Being Sent"),
            ("sent", "Sent"),
            ("confirmed", "Confirmed"),
            ("disputed", "Disputed"),
            ("superseded", "Corrected"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    # money, in the currency of the statement
    amount_opening = fields.Monetary(
        string="Opening Balance",
        readonly=True,
        aggregator=None,
        help="Owed before the first day of the period.",
    )
    amount_invoiced = fields.Monetary(string="Invoiced", readonly=True)
    amount_credited = fields.Monetary(string="Credited", readonly=True)
    amount_paid = fields.Monetary(
        string="Paid", readonly=True, help="Payments and other entries of the period."
    )
    amount_closing = fields.Monetary(
        string="Closing Balance",
        readonly=True,
        help="Owed at the end of the period: opening balance and invoices, less credit"
        " notes and payments.",
    )
    amount_overdue = fields.Monetary(
        string="Overdue at the End",
        readonly=True,
        help="The part of the open items whose due date had passed.",
    )
    line_ids = fields.One2many(
        comodel_name="kuaidi.statement.line",
        inverse_name="statement_id",
        string="Statement Lines",
        readonly=True,
    )
    # sending and answer
    date_sent = fields.Datetime(string="Sent On", readonly=True, copy=False)
    sent_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    date_opened = fields.Datetime(
        string="Opened On",
        readonly=True,
        copy=False,
        help="When the client first opened it by its link.",
    )
    date_answer_due = fields.Datetime(
        string="Answer Due",
        readonly=True,
        copy=False,
        help="The client is reminded when it has not answered by then.",
    )
    date_reminded = fields.Datetime(string="Reminded On", readonly=True, copy=False)
    date_answered = fields.Date(
        string="Answered On",
        readonly=True,
        copy=False,
        tracking=True,
        help="The day on which the client confirmed or disputed the amount. With a"
        " confirmation the term of payment begins.",
    )
    answered_by = fields.Char(
        readonly=True, copy=False, help="Who answered for the client."
    )
    answer_channel = fields.Selection(
        selection=[
            ("portal", "Portal"),
            ("sealed", "Sealed Copy"),
            ("mail", "E-mail"),
            ("wechat", "WeChat"),
        ],
        string="Answered By Way Of",
        readonly=True,
        copy=False,
    )
    recorded_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        copy=False,
        help="The colleague who entered the client's answer.",
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_statement_attachment_rel",
        column1="statement_id",
        column2="attachment_id",
        string="Sealed Copies",
        copy=False,
    )

    fingerprint = fields.Float(
        digits=(36, 2),
        readonly=True,
        aggregator=None,
        copy=False,
        help="Changes with whatever entry of the client changes, up to the last day.",
    )

    _period_order = models.Constraint(
        "CHECK(date_from <= date_to)", "The period would end before it begins."
    )
    _account_period_uniq = models.UniqueIndex(
        "(account_id, currency_id, date_to, revision)",
        "This client has a statement of that period and version already.",
    )
    _current_uniq = models.UniqueIndex(
        "(account_id, currency_id, date_to) WHERE state <> 'superseded'",
        "This client has a statement that ends on that day already. Correct that one.",
    )
    _answer_is_known = models.Constraint(
        "CHECK(state NOT IN ('confirmed', 'disputed')"
        " OR (date_answered IS NOT NULL AND answered_by <> ''"
        " AND answer_channel IS NOT NULL))",
        "Say who answered for the client, when and by what way.",
    )
    _answer_due_idx = models.Index(
        "(date_answer_due, id) WHERE state = 'sent' AND date_reminded IS NULL"
    )
    _default_order_idx = models.Index("(date_to DESC, id DESC)")

    # === COMPUTE METHODS === #

    @api.depends("number", "account_id", "revision")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = (
                self.env._(
                    "%(number)s, version %(version)s",
                    number=statement.number,
                    version=statement.revision,
                )
                if statement.revision > 1
                else statement.number
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self._get_guarded_message())
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if GUARDED_FIELDS & vals.keys():
                raise AccessError(self._get_guarded_message())
            if "attachment_ids" in vals and any(
                statement.state == "superseded" for statement in self
            ):
                raise UserError(
                    self.env._(
                        "A corrected statement stays as it was. Attach the sealed copy"
                        " to its new version."
                    )
                )
        if TOLD_FIELDS & vals.keys() and any(row.state != "draft" for row in self):
            raise UserError(
                self.env._(
                    "What a client was told stays as it was. Correct the statement."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if self.previous_id:
            raise UserError(
                self.env._(
                    "A correction takes the place of what the client was told, and"
                    " stays on file. Correct it once more instead."
                )
            )
        if any(statement.state != "draft" for statement in self):
            raise UserError(
                self.env._(
                    "What was sent to a client stays on file. Only a draft can be"
                    " deleted."
                )
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_message(self):
        return self.env._(
            "Statements are made from the entries of a period, and answered by their"
            " buttons."
        )

    @api.model
    def _get_current_domain(self):
        """Return the domain of statements that no later version has replaced."""
        return Domain("state", "!=", "superseded")
