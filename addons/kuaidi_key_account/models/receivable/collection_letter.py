from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.late_interest import get_interest

# a letter to the client, and the report that prints it
SHORTEST_DAYS, LONGEST_DAYS = 7, 15
ENTERED_FIELDS = frozenset(
    {
        "attachment_ids",
        "case_id",
        "contact_id",
        "days_to_pay",
        "demands_interest",
        "kind",
        "late_rate",
        "statement_id",
        "text",
    }
)


class KuaidiCollectionLetter(models.Model):
    """A letter about debts, with its calculation as it was when it was made (2.10).

    Interest is never added without being shown: it stands beside the principal, with
    its rate and days. Parcels are never held for debts (Interim Regulations on Express
    Delivery, article 52), and no letter says so.
    """

    _name = "kuaidi.collection.letter"
    _description = "Collection Letter"
    _inherit = ["mail.thread", "mail.activity.mixin", "kuaidi.file.mixin"]
    _order = "date desc, id desc"
    _rec_name = "number"
    _mail_post_access = "read"

    number = fields.Char(readonly=True, copy=False, index=True)
    case_id = fields.Many2one(
        comodel_name="kuaidi.collection.case",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('state', '!=', 'closed')]",
    )
    account_id = fields.Many2one(
        related="case_id.account_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Client")
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        selection=[
            ("reminder", "Reminder Letter"),
            ("formal", "Formal Dunning Letter"),
            ("mandate", "Mandate for a Lawyer's Letter"),
        ],
        string="Kind of Letter",
        required=True,
        default="formal",
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="For the Attention Of",
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', partner_id)]",
    )
    date = fields.Date(
        string="Dated",
        required=True,
        readonly=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
    )
    days_to_pay = fields.Integer(
        string="Time to Pay (working days)",
        required=True,
        default=lambda self: self.env.company.kuaidi_letter_days,
        aggregator=None,
    )
    date_pay_until = fields.Date(
        string="To Be Paid Until",
        compute="_compute_date_pay_until",
        store=True,
        precompute=True,
    )
    # calculation
    line_ids = fields.One2many(
        comodel_name="kuaidi.collection.letter.line",
        inverse_name="letter_id",
        string="Overdue Items",
        readonly=True,
    )
    contract_id = fields.Many2one(
        comodel_name="kuaidi.contract", readonly=True, ondelete="restrict"
    )
    statement_id = fields.Many2one(
        comodel_name="kuaidi.statement",
        string="Annexed Statement",
        ondelete="restrict",
        domain="[('account_id', '=', account_id), ('state', '!=', 'draft')]",
    )
    demands_interest = fields.Boolean(
        string="Demand Interest",
        help="Interest is shown in any case, and asked for where this is marked.",
    )
    late_rate = fields.Float(
        string="Late Interest (% per day)", digits=(8, 4), aggregator=None
    )
    amount_principal = fields.Monetary(string="Principal", readonly=True)
    amount_interest = fields.Monetary(
        string="Interest",
        compute="_compute_interest",
        store=True,
        help="Simple interest of each item for its calendar days overdue.",
    )
    text = fields.Text(
        string="Words of Our Own", help="Printed between the demand and the account."
    )
    # sending
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("delivered", "Arrived"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    action_id = fields.Many2one(
        comodel_name="kuaidi.collection.action",
        string="Log Entry",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    tracking_ref = fields.Char(string="EMS Number", readonly=True, copy=False)
    date_delivered = fields.Date(string="Arrived On", readonly=True, copy=False)
    pdf_id = fields.Many2one(
        comodel_name="ir.attachment",
        string="As It Was Sent",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_collection_letter_attachment_rel",
        column1="letter_id",
        column2="attachment_id",
        string="Proof of Arrival",
        copy=False,
        help="EMS stub with a copy of the letter, or the signed receipt: they prove"
        " that the demand arrived (Provisions on Limitation, article 8).",
    )

    _days_to_pay_range = models.Constraint(
        f"CHECK(days_to_pay BETWEEN {SHORTEST_DAYS} AND {LONGEST_DAYS})",
        "A letter gives 7 to 15 working days to pay.",
    )
    _number_uniq = models.UniqueIndex(
        "(company_id, number)", "A letter of this number exists already."
    )

    # === COMPUTE METHODS === #

    @api.depends("date", "days_to_pay", "company_id")
    def _compute_date_pay_until(self):
        service = self.env["kuaidi.deadline"]
        for company, letters in self.grouped("company_id").items():
            ends = service._get_due_many(
                [(letter.date, max(letter.days_to_pay, 0)) for letter in letters],
                "workday",
                company or self.env.company,
            )
            for letter, end in zip(letters, ends, strict=True):
                letter.date_pay_until = service._get_local_date(
                    end, company or self.env.company
                )

    @api.depends("line_ids.amount_interest")
    def _compute_interest(self):
        for letter in self:
            letter.amount_interest = sum(letter.line_ids.mapped("amount_interest"))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_entered(vals_list)
        letters = super().create(vals_list)
        for letter in letters:
            # sudo: number and calculation are the system's
            letter.sudo()._calculate()
        return letters

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - ENTERED_FIELDS - {"message_follower_ids", "activity_ids"}:
                raise AccessError(self._get_guarded_message())
            fixed = vals.keys() & (ENTERED_FIELDS - {"attachment_ids"})
            if "case_id" in vals or (
                fixed and any(letter.state != "draft" for letter in self)
            ):
                raise UserError(
                    self.env._("A letter stays as it was sent. Write a new one.")
                )
        res = super().write(vals)
        if "late_rate" in vals:
            # sudo: the calculation is the system's
            self.sudo()._calculate_interest()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(letter.state != "draft" for letter in self):
            raise UserError(self.env._("A letter that was sent stays on file."))

    # === ACTION METHODS === #

    def action_recalculate(self):
        """Take the debts as they are today."""
        self.check_access("write")
        for letter in self:
            if letter.state != "draft":
                raise UserError(self.env._("A letter stays as it was sent."))
            # sudo: the calculation is the system's
            letter_sudo = letter.sudo()
            letter_sudo.date = self.env["kuaidi.deadline"]._get_today(letter.company_id)
            letter_sudo._calculate()
        return True

    def action_print(self):
        """Print the letter in the client's language."""
        return self.env.ref(
            "kuaidi_key_account.collection_letter_report"
        ).report_action(self)

    def action_send(self):
        """Keep the letter as PDF, and log that it was sent, by whom and when.

        :raise UserError: when it was sent already, nothing is overdue any more, or the
            debt is below what a lawyer's letter needs
        """
        self.check_access("write")
        for letter in self:
            # sudo: state, number and log are guarded; writing was checked above
            letter_sudo = letter.sudo()
            letter_sudo.lock_for_update()
            letter_sudo.invalidate_recordset(["state"])
            letter._check_sendable()
            letter_sudo._keep_pdf()
            letter_sudo.action_id = letter_sudo.env["kuaidi.collection.action"].create(
                {
                    "case_id": letter.case_id.id,
                    "channel": "legal" if letter.kind == "mandate" else "registered",
                    "contact_id": letter.contact_id.id,
                    "user_id": self.env.uid,
                    "amount": letter.amount_principal,
                    "content": letter_sudo._get_log_text(),
                    "attachment_ids": letter_sudo.pdf_id.ids,
                }
            )
            letter_sudo.state = "sent"
        return True

    def action_cancel(self):
        """Cancel drafts that are not sent after all."""
        self.check_access("write")
        if any(letter.state != "draft" for letter in self):
            raise UserError(self.env._("A letter that was sent cannot be taken back."))
        # sudo: the state is guarded; writing was checked above
        self.sudo().state = "cancelled"
        return True

    # === BUSINESS METHODS === #

    def _get_guarded_message(self):
        return self.env._(
            "Number, calculation and state of a letter are the system's: write your"
            " words, then send it by its button."
        )

    def _check_entered(self, vals_list):
        context = self.env.context
        proposed = self._get_default_names() & self._fields.keys()
        if set().union(proposed, *vals_list) - ENTERED_FIELDS:
            raise AccessError(self._get_guarded_message())
        cases = self.env["kuaidi.collection.case"].browse(
            vals.get("case_id") or context.get("default_case_id") for vals in vals_list
        )
        cases.check_access("read")

    def _check_sendable(self):
        company_sudo = self.company_id.sudo()
        if self.state != "draft":
            raise UserError(
                self.env._("This letter was sent already. Reload the page.")
            )
        if not self.line_ids:
            raise UserError(
                self.env._("Nothing is overdue: there is nothing to write about.")
            )
        if self.kind != "mandate":
            return
        if (
            self.currency_id.compare_amounts(
                self.amount_principal, company_sudo.kuaidi_lawyer_amount_min
            )
            < 0
        ):
            raise UserError(
                self.env._(
                    "A lawyer's letter is worth while from %(amount)s on. Go on with"
                    " reminders, or change the limit in the settings.",
                    amount=company_sudo.kuaidi_lawyer_amount_min,
                )
            )
        if not company_sudo.kuaidi_law_firm_id:
            raise UserError(
                self.env._("Choose the law firm in the settings of receivables first.")
            )

    def _calculate(self):
        """Take the overdue items as they are, number the letter, find its papers.

        Contested items are left out, credits are taken off the oldest.
        """
        self.ensure_one()
        account = self.account_id
        debts = self.env["kuaidi.dunning.notice"]._get_overdue_items(account, self.date)
        contract = account._get_running_contract()
        rate = self.late_rate or contract.late_rate or self.company_id.kuaidi_late_rate
        statement = self.statement_id or self.env["kuaidi.statement"].search(
            [
                ("account_id", "=", account.id),
                ("state", "in", ["confirmed", "sent", "disputed"]),
                ("currency_id", "=", self.currency_id.id),
                ("date_to", "<=", self.date),
            ],
            # a confirmed one proves most
            order="date_to desc, id desc",
            limit=1,
        )
        self.write(
            {
                "number": self.number
                or self.env["ir.sequence"]._draw_number(
                    "kuaidi.collection.letter", self.company_id
                ),
                "contract_id": contract.id,
                "statement_id": statement.id,
                "contact_id": self.contact_id.id
                or account._get_settlement_contacts()[account.id].id,
                "line_ids": [
                    Command.clear(),
                    *(Command.create(debt) for debt in debts),
                ],
                "amount_principal": sum(debt["amount"] for debt in debts),
                "late_rate": rate,
            }
        )

    def _calculate_interest(self):
        for letter in self:
            for line in letter.line_ids:
                line.amount_interest = get_interest(
                    line.amount, line.days_overdue, letter.late_rate
                )

    def _keep_pdf(self):
        """Attach the letter as it leaves the house."""
        pdf, _type = self.env["ir.actions.report"]._render_qweb_pdf(
            "kuaidi_key_account.report_collection_letter", self.ids
        )
        self.pdf_id = self.env["ir.attachment"].create(
            {
                "name": f"{self._get_file_name()}.pdf",
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _get_kept_pdf(self, report_name=None):
        """Return the PDF of a letter that was sent, for the letter itself alone."""
        self.ensure_one()
        self.check_access("read")
        if report_name not in (None, "kuaidi_key_account.report_collection_letter"):
            return None
        # sudo: the file of a letter that the user may read
        return self.sudo().pdf_id.raw or None
