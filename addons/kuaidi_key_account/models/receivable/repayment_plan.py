from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

GUARDED_FIELDS = frozenset(
    {"account_id", "case_id", "company_id", "date", "number", "promise_ids", "state"}
)


class KuaidiRepaymentPlan(models.Model):
    """A debt paid in instalments, as agreed in writing (还款协议).

    To agree on instalments is to acknowledge the debt: with the sealed copy back,
    three years of limitation begin anew (Provisions on Limitation, article 14).
    """

    _name = "kuaidi.repayment.plan"
    _description = "Repayment Plan"
    _inherit = ["mail.thread", "kuaidi.file.mixin", "kuaidi.evidence.mixin"]
    _order = "date desc, id desc"
    _rec_name = "number"
    _mail_post_access = "read"

    number = fields.Char(readonly=True, copy=False, index=True)
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
    date = fields.Date(
        string="Agreed On",
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
    )
    promise_ids = fields.One2many(
        comodel_name="kuaidi.payment.promise",
        inverse_name="plan_id",
        string="Instalments",
    )
    amount_total = fields.Monetary(string="Debt", compute="_compute_amounts")
    amount_received = fields.Monetary(string="Received", compute="_compute_amounts")
    state = fields.Selection(
        selection=[
            ("draft", "To Be Sealed"),
            ("sealed", "Sealed Copy Back"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_repayment_plan_attachment_rel",
        column1="plan_id",
        column2="attachment_id",
        string="Signed Agreement",
    )

    _number_uniq = models.UniqueIndex(
        "(company_id, number)", "A repayment plan of this number exists already."
    )

    # === COMPUTE METHODS === #

    @api.depends("promise_ids.amount", "promise_ids.amount_received")
    def _compute_amounts(self):
        for plan in self:
            plan.amount_total = sum(plan.promise_ids.mapped("amount"))
            plan.amount_received = sum(plan.promise_ids.mapped("amount_received"))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("A repayment plan is made by its button on the case.")
            )
        for vals in vals_list:
            case = self.env["kuaidi.collection.case"].browse(vals["case_id"])
            vals["number"] = self.env["ir.sequence"]._draw_number(
                "kuaidi.repayment.plan", case.company_id
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and GUARDED_FIELDS & vals.keys():
            raise AccessError(
                self.env._(
                    "What was agreed stays as it is. Cancel it and make another."
                )
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_print(self):
        """Print the agreement for both sides to seal."""
        return self.env.ref(
            "kuaidi_key_account.repayment_agreement_report"
        ).report_action(self)

    def action_seal(self):
        """Take the client's sealed copy in: the debt is acknowledged in writing.

        :raise UserError: without the copy, or when the plan is no draft
        """
        self.check_access("write")
        for plan in self:
            if plan.state != "draft":
                raise UserError(
                    self.env._("The agreement is sealed or cancelled. Reload the page.")
                )
            if not plan.attachment_ids:
                raise UserError(
                    self.env._(
                        "Attach the copy that the client has sealed, then confirm it."
                    )
                )
        # sudo: the state is guarded; who may write the plan was checked above
        plans_sudo = self.sudo()
        plans_sudo.state = "sealed"
        today = self.env["kuaidi.deadline"]._get_today
        actions = self.env["kuaidi.collection.action"]
        for plan in plans_sudo:
            actions |= actions.create(
                {
                    "case_id": plan.case_id.id,
                    "channel": "letter",
                    "user_id": self.env.uid,
                    "amount": plan.amount_total,
                    "content": self.env._(
                        "Repayment agreement %(number)s", number=plan.number
                    ),
                    "answer": self.env._("Sealed copy came back."),
                    "proof": "payment",
                    "date_delivered": today(plan.company_id),
                    "attachment_ids": plan.attachment_ids.ids,
                }
            )
        return True

    def action_cancel(self):
        """Cancel plans, and of their instalments those that are open."""
        self.check_access("write")
        # sudo: plan and promises are guarded; writing was checked above
        plans_sudo = self.sudo()
        plans_sudo.promise_ids.filtered(
            lambda promise: promise.state == "open"
        )._cancel()
        plans_sudo.state = "cancelled"
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._("A repayment plan is evidence and stays on file. Cancel it.")
