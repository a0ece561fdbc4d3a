from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.misc import format_amount, format_date

GUARDED_FIELDS = frozenset(
    {
        "account_id",
        "amount",
        "case_id",
        "company_id",
        "credit_move_id",
        "date_deadline",
        "date_done",
        "date_escalated",
        "decided_by_id",
        "line_ids",
        "state",
    }
)


class KuaidiReceivableDispute(models.Model):
    """Items that a client contests: they alone are not chased until it is settled.

    Where the client was right, the items stay at rest until their credit note is
    posted.
    """

    _name = "kuaidi.receivable.dispute"
    _description = "Disputed Receivable"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.escalation.mixin",
        "kuaidi.file.mixin",
        "kuaidi.evidence.mixin",
    ]
    _order = "id desc"
    _rec_name = "account_id"
    _check_company_auto = True
    _mail_post_access = "read"
    _deadline_stop_states = ("accepted", "credited", "rejected")
    _escalation_activity_type = "kuaidi_key_account.mail_activity_type_dispute_late"

    # client and items
    case_id = fields.Many2one(
        comodel_name="kuaidi.collection.case",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
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
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="kuaidi_receivable_dispute_line_rel",
        column1="dispute_id",
        column2="line_id",
        string="Disputed Items",
        readonly=True,
    )
    item_names = fields.Text(
        string="Items",
        compute="_compute_items",
        compute_sudo=True,
        help="What is contested, with due day and open amount. Account managers read"
        " this without the right to see entries.",
    )
    amount = fields.Monetary(
        string="Contested Amount",
        readonly=True,
        help="What was open of the items when the client contested them.",
    )
    # reason
    reason = fields.Selection(
        selection=[
            ("amount", "Amount Is Wrong"),
            ("price", "Price Is Not as Agreed"),
            ("service", "Late, Lost or Damaged"),
            ("claim", "Claim Is Open"),
            ("paid", "Paid Already"),
            ("unknown", "Shipment Unknown"),
            ("other", "Other Reason"),
        ],
        string="Why Disputed",
        required=True,
    )
    description = fields.Text()
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_receivable_dispute_attachment_rel",
        column1="dispute_id",
        column2="attachment_id",
        string="Papers",
        copy=False,
    )
    owner_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    # decision
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("accepted", "Client Was Right"),
            ("credited", "Credited"),
            ("rejected", "Client Was Wrong"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    result = fields.Text(help="What was found out, as it is told to the client.")
    decided_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    credit_move_id = fields.Many2one(
        comodel_name="account.move",
        string="Credit Note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _late_idx = models.Index("(date_deadline, id) WHERE state = 'open'")

    # === COMPUTE METHODS === #

    @api.depends("line_ids")
    @api.depends_context("lang")
    def _compute_items(self):
        for dispute in self:
            dispute.item_names = "\n".join(
                self.env._(
                    "%(name)s, due %(date)s, open %(amount)s",
                    name=line.move_id.name or line.name,
                    date=format_date(self.env, line.date_maturity or line.date),
                    amount=format_amount(
                        self.env, line.amount_residual_currency, line.currency_id
                    ),
                )
                for line in dispute.line_ids
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("account_id", "line_ids")
    def _check_lines_of_client(self):
        for dispute in self:
            # sudo: whose item it is, whoever may read entries
            for line in dispute.sudo().line_ids:
                if (
                    line.partner_id.commercial_partner_id
                    != dispute.account_id.partner_id
                    or line.company_id != dispute.company_id
                    or line.account_type != "asset_receivable"
                ):
                    raise ValidationError(
                        self.env._(
                            "%(item)s is no receivable of %(client)s. Choose items of"
                            " this client.",
                            item=line.display_name,
                            client=dispute.account_id.display_name,
                        )
                    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self._get_guarded_message())
        disputes = super().create(vals_list)
        disputes._complete()
        return disputes

    def write(self, vals):
        if not self.env.su and GUARDED_FIELDS & vals.keys():
            raise AccessError(self._get_guarded_message())
        return super().write(vals)

    # === ACTION METHODS === #

    def action_accept(self):
        """Settle that the client was right, and have a credit note made.

        :raise AccessError: for others than finance
        :raise UserError: without a result, or when it is settled already
        """
        self._decide("accepted")
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        for dispute in self.sudo():
            collector = (
                dispute.case_id.collector_id
                or dispute.company_id._get_kuaidi_collector()
            )
            translated = self.with_context(lang=collector.lang or self.env.lang).env
            # sudo: the task belongs to the system, and is taken back by it
            activities.sudo().create(
                {
                    "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                    "automated": True,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": dispute.id,
                    "user_id": collector.id,
                    "date_deadline": self.env["kuaidi.deadline"]._get_today(
                        dispute.company_id
                    ),
                    "summary": translated._("Make the credit note: client was right"),
                }
            )
        return True

    def action_reject(self):
        """Settle that the client was wrong: its items are chased again.

        :raise AccessError: for others than finance
        :raise UserError: without a result, or when it is settled already
        """
        self._decide("rejected")
        # sudo: cases are guarded, and follow what is contested
        self.env["kuaidi.collection.case"].sudo()._update_cases(self.account_id)
        return True

    def action_make_credit_note(self):
        """Open Odoo's own dialogue that makes credit notes of invoices."""
        self.ensure_one()
        moves = self.line_ids.move_id.filtered(
            lambda move: move.move_type in ("out_invoice", "out_receipt")
        )
        if not moves:
            raise UserError(
                self.env._("None of the items is an invoice. Correct the entry itself.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_view_account_move_reversal"
        )
        return dict(
            action,
            context={
                "active_model": "account.move",
                "active_ids": moves.ids,
                "active_id": moves[0].id,
                "default_reason": self.result or "",
            },
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._("What a client contested is evidence and stays on file.")

    def _get_guarded_message(self):
        return self.env._(
            "A dispute is raised and settled by its buttons: raise it on the case, the"
            " account or the statement."
        )

    @api.model
    def _raise(self, account, lines, reason, description=False, attachments=None):
        """Contest items for a client; they rest until it is settled (2.10).

        What is contested already is left out. The deadline is counted in working days
        of the company.

        :param account: key account that the user may read
        :param lines: its open receivable items
        :param reason: one of the reasons of a dispute
        :return: the dispute; empty when every item is contested already
        :raise UserError: without open items
        """
        account.check_access("read")
        # sudo: account managers pass on what clients say, and see no entries
        lines_sudo = lines.sudo()
        open_lines = lines_sudo.filtered(
            lambda line: not line.reconciled and line.parent_state == "posted"
        )
        if not open_lines:
            raise UserError(
                self.env._("Nothing is open of these items. Choose open ones.")
            )
        self_sudo = self.sudo()
        known = self_sudo.search(
            [
                ("account_id", "=", account.id),
                ("state", "in", ["open", "accepted"]),
                ("line_ids", "in", open_lines.ids),
            ]
        ).line_ids
        contested = open_lines - known
        if not contested:
            return self
        dispute = self_sudo.create(
            {
                "account_id": account.id,
                "line_ids": contested.ids,
                "reason": reason,
                "description": description,
                "owner_id": (account.manager_id or self.env.user).id,
                "attachment_ids": attachments.ids if attachments else [],
            }
        )
        return dispute.with_env(self.env)

    def _complete(self):
        """Find case, amount and deadline of new disputes; their items rest now."""
        cases = self.env["kuaidi.collection.case"].search(
            [("account_id", "in", self.account_id.ids), ("state", "!=", "closed")]
        )
        by_account = cases.grouped("account_id")
        for company, disputes in self.grouped("company_id").items():
            deadline = self.env["kuaidi.deadline"]._get_due(
                fields.Datetime.now(), company.kuaidi_dispute_days, "workday", company
            )
            for dispute in disputes:
                case = by_account.get(dispute.account_id, cases.browse())
                dispute.write(
                    {
                        "case_id": (dispute.case_id or case).id,
                        "amount": sum(dispute.line_ids.mapped("amount_residual")),
                        "date_deadline": dispute.date_deadline or deadline,
                    }
                )
        self.env["kuaidi.collection.case"]._update_cases(self.account_id)

    def _decide(self, state):
        """Lock, check and write the decision; finance alone decides."""
        self.check_access("write")
        if not self.env.user.has_group("kuaidi_key_account.group_finance"):
            raise AccessError(
                self.env._("Finance settles disputes. Ask a colleague there.")
            )
        # sudo: disputes are guarded; who may decide was checked above
        disputes_sudo = self.sudo()
        disputes_sudo.lock_for_update()
        disputes_sudo.invalidate_recordset(["state"])
        for dispute_sudo in disputes_sudo:
            if dispute_sudo.state != "open":
                raise UserError(
                    self.env._("This dispute is settled already. Reload the page.")
                )
            if not (dispute_sudo.result or "").strip():
                raise UserError(
                    self.env._(
                        "Write down what was found out: the client is told, and it is"
                        " evidence."
                    )
                )
        self._withdraw_escalation(disputes_sudo)
        disputes_sudo.write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "date_done": fields.Datetime.now(),
            }
        )

    def _get_escalation_user(self):
        return self[:1].company_id._get_kuaidi_collector()

    @api.model
    def _get_escalation_summary(self):
        return self.env._("Dispute is not settled in time")

    def _get_escalation_line(self):
        return self.env._(
            "%(client)s contests %(amount)s; with %(owner)s",
            client=self.account_id.display_name,
            amount=format_amount(self.env, self.amount, self.currency_id),
            owner=self.owner_id.name,
        )

    def _get_cause_action(self):
        """Hook: return the action that opens the claim or complaint behind it.

        :return: action of the web client; empty where nothing is linked
        """
        self.ensure_one()
        return {}
