from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

# calendar days of the court and of the debtor (Civil Procedure Law, 226 and 227)
ANSWER_DAYS = 5
ISSUE_DAYS = 15
OBJECTION_DAYS = 15


class KuaidiLegalStep(models.Model):
    """A payment order, suit or arbitration against a client, with the court's clocks.

    On a payment order (支付令) the court answers within 5 days, issues it within 15
    days of acceptance, and the debtor pays or objects within 15 days of service; an
    objection leads to an ordinary suit (Civil Procedure Law, articles 225 to 228). The
    application interrupts the limitation (Provisions on Limitation, article 11).
    """

    _name = "kuaidi.legal.step"
    _description = "Legal Step"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.deadline.mixin",
        "kuaidi.file.mixin",
        "kuaidi.evidence.mixin",
    ]
    _order = "date_filed desc, id desc"
    _rec_name = "account_id"
    _mail_post_access = "read"
    _deadline_stop_states = ("won", "lost", "withdrawn", "objected")

    case_id = fields.Many2one(
        comodel_name="kuaidi.collection.case",
        required=True,
        index=True,
        ondelete="restrict",
    )
    account_id = fields.Many2one(
        related="case_id.account_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        selection=[
            ("order", "Payment Order"),
            ("suit", "Suit"),
            ("arbitration", "Arbitration"),
            ("enforcement", "Enforcement"),
        ],
        string="Kind of Step",
        required=True,
        default="order",
    )
    court = fields.Char(string="Court or Arbitration Board")
    reference = fields.Char(string="File Number")
    amount = fields.Monetary(string="Amount in Dispute")
    date_filed = fields.Date(
        string="Applied For On",
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
    )
    date_accepted = fields.Date(string="Accepted On")
    date_issued = fields.Date(string="Issued On")
    date_served = fields.Date(string="Served On the Client")
    date_hearing = fields.Date(string="Hearing On")
    date_answer_due = fields.Date(
        string="Court Answers Until",
        compute="_compute_clocks",
        store=True,
        help="5 days after the application.",
    )
    date_issue_due = fields.Date(
        string="Order Issued Until",
        compute="_compute_clocks",
        store=True,
        help="15 days after acceptance.",
    )
    date_objection_due = fields.Date(
        string="Client Pays or Objects Until",
        compute="_compute_clocks",
        store=True,
        help="15 days after service. Then the order can be enforced.",
    )
    date_deadline = fields.Datetime(compute="_compute_clocks", store=True)
    state = fields.Selection(
        selection=[
            ("filed", "Applied For"),
            ("accepted", "Accepted"),
            ("served", "Served"),
            ("objected", "Client Objected"),
            ("won", "Decided for Us"),
            ("lost", "Decided Against Us"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="filed",
        copy=False,
        index=True,
        tracking=True,
        help="An objection ends a payment order: go on with a suit.",
    )
    note = fields.Text()
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_legal_step_attachment_rel",
        column1="step_id",
        column2="attachment_id",
        string="Papers",
        copy=False,
    )

    _accepted_order = models.Constraint(
        "CHECK(date_accepted IS NULL OR date_accepted >= date_filed)",
        "The court accepts after the application.",
    )
    _served_order = models.Constraint(
        "CHECK(date_served IS NULL OR date_served >= date_filed)",
        "The client is served after the application.",
    )
    _clock_idx = models.Index(
        "(date_deadline, id) WHERE state IN ('filed', 'accepted', 'served')"
    )

    # === COMPUTE METHODS === #

    @api.depends("kind", "date_filed", "date_accepted", "date_issued", "date_served")
    def _compute_clocks(self):
        service = self.env["kuaidi.deadline"]
        for step in self:
            is_order = step.kind == "order"
            after = fields.Date.add
            step.date_answer_due = (
                is_order
                and step.date_filed
                and after(step.date_filed, days=ANSWER_DAYS)
            )
            step.date_issue_due = (
                is_order
                and step.date_accepted
                and after(step.date_accepted, days=ISSUE_DAYS)
            )
            step.date_objection_due = (
                is_order
                and step.date_served
                and after(step.date_served, days=OBJECTION_DAYS)
            )
            running = (
                step.date_objection_due
                or (not step.date_issued and step.date_issue_due)
                or (not step.date_accepted and step.date_answer_due)
            )
            step.date_deadline = running and service._get_due(
                running, 0, "day", step.company_id or self.env.company
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("date_filed", "date_accepted", "date_served", "company_id")
    def _check_days_have_come(self):
        service = self.env["kuaidi.deadline"]
        for step in self:
            today = service._get_today(step.company_id)
            days = (step.date_filed, step.date_accepted, step.date_served)
            if any(day and day > today for day in days):
                raise ValidationError(
                    self.env._("Enter what the court has done when it has done it.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        # sudo: cases and log are guarded; who creates a step may take it
        steps.sudo()._begin()
        return steps

    def write(self, vals):
        if not self.env.su and {"case_id", "account_id", "company_id"} & vals.keys():
            raise AccessError(self.env._("A legal step stays with its case."))
        return super().write(vals)

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._("A legal step stays on file. Mark it as withdrawn.")

    def _begin(self):
        """Turn the case legal, and log what interrupts the limitation."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for step in self:
            if step.case_id.state == "closed":
                raise UserError(
                    self.env._("The case is closed: nothing is overdue any more.")
                )
            step.case_id.write({"state": "legal"})
            step.amount = step.amount or step.case_id.amount_overdue
        self.env["kuaidi.collection.action"].create(
            [
                {
                    "case_id": step.case_id.id,
                    "channel": "legal",
                    "user_id": step.create_uid.id,
                    "amount": step.amount,
                    "content": " ".join(
                        filter(None, [kinds[step.kind], step.court, step.reference])
                    ),
                    "proof": "receipt",
                    "date_delivered": step.date_filed,
                }
                for step in self
            ]
        )


class KuaidiCollectionCase(models.Model):
    """Goes to law with a case, and comes back from it."""

    _name = "kuaidi.collection.case"
    _inherit = ["kuaidi.collection.case"]

    legal_step_ids = fields.One2many(
        comodel_name="kuaidi.legal.step", inverse_name="case_id", string="Legal Steps"
    )
    letter_ids = fields.One2many(
        comodel_name="kuaidi.collection.letter",
        inverse_name="case_id",
        string="Letters",
    )
    plan_ids = fields.One2many(
        comodel_name="kuaidi.repayment.plan",
        inverse_name="case_id",
        string="Repayment Plans",
    )
    pack_ids = fields.One2many(
        comodel_name="kuaidi.evidence.pack",
        inverse_name="case_id",
        string="Evidence Packs",
    )

    # === ACTION METHODS === #

    def action_write_letter(self):
        """Open the draft of a letter about what is overdue, calculated as of today.

        :raise AccessError: for those who may not write to the client
        """
        self.ensure_one()
        letters = self.env["kuaidi.collection.letter"]
        letter = letters.search(
            [("case_id", "=", self.id), ("state", "=", "draft")], limit=1
        )
        if letter:
            letter.action_recalculate()
        else:
            letter = letters.create({"case_id": self.id})
        return letter._get_records_action()

    def action_agree_on_instalments(self):
        """Open the wizard that splits the debt into instalments."""
        action = self._get_new_form(
            "kuaidi.repayment.plan.create", self.env._("Agree on Instalments")
        )
        action["context"]["default_amount"] = self.amount_overdue
        return action

    def action_raise_dispute(self):
        """Open the wizard that marks what the client contests."""
        action = self._get_new_form("kuaidi.dispute.raise", self.env._("Raise Dispute"))
        action["context"] = {"default_account_id": self.account_id.id}
        return action

    def action_take_legal_step(self):
        """Open a new payment order, suit or arbitration."""
        self._check_finance()
        return self._get_new_form(
            "kuaidi.legal.step", self.env._("Take Legal Step"), "current"
        )

    def action_write_off(self):
        """Open a new write-off of what is overdue; another colleague decides."""
        self._check_finance()
        action = self._get_new_form(
            "kuaidi.writeoff", self.env._("Write Off"), "current"
        )
        items = self.env["kuaidi.receivable.item"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("days_overdue", ">", 0),
                ("amount_residual", ">", 0),
            ]
        )
        action["context"] |= {
            "default_account_id": self.account_id.id,
            "default_line_ids": items.move_line_id.ids,
        }
        return action

    def action_leave_legal(self):
        """Bring a case back from the lawyers to collection.

        :raise AccessError: for others than finance
        :raise UserError: while a legal step is open, or for a case not legal
        """
        self._check_finance()
        for case in self:
            if case.state != "legal":
                raise UserError(self.env._("The case is not legal. Reload the page."))
            if case.legal_step_ids.filtered(
                lambda step: step.state in ("filed", "accepted", "served")
            ):
                raise UserError(
                    self.env._("A legal step is open: enter what became of it first.")
                )
        # sudo: cases are guarded; finance was checked above
        self.sudo().state = "open"
        return True

    # === BUSINESS METHODS === #

    def _check_finance(self):
        self.check_access("read")
        if not self.env.user.has_group("kuaidi_key_account.group_finance"):
            raise AccessError(
                self.env._("Finance decides on legal steps and credit. Ask there.")
            )

    def _get_new_form(self, model, name, target="new"):
        """Return the action that opens a new record of this case."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": target,
            "context": {"default_case_id": self.id},
        }
