from odoo import fields, models


class KuaidiPaymentPromise(models.Model):
    """What a client has promised to pay, and until when; kept or broken by payments."""

    _name = "kuaidi.payment.promise"
    _description = "Promise to Pay"
    _order = "date_due, id"
    _rec_name = "account_id"

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
    plan_id = fields.Many2one(
        comodel_name="kuaidi.repayment.plan",
        index="btree_not_null",
        ondelete="restrict",
        help="The repayment plan that this is an instalment of.",
    )
    date_promised = fields.Date(
        string="Promised On",
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
    )
    date_due = fields.Date(string="Pays Until", required=True, index=True)
    amount = fields.Monetary(required=True)
    amount_received = fields.Monetary(
        string="Received",
        readonly=True,
        copy=False,
        help="What came in since the promise and counts for it.",
    )
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner", string="Promised By", ondelete="restrict"
    )
    note = fields.Char()

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "A promise is about an amount above 0."
    )
    _due_after_promised = models.Constraint(
        "CHECK(date_due >= date_promised)",
        "A promise is due on the day it was made at the earliest.",
    )
    _open_due_idx = models.Index("(date_due, id) WHERE state = 'open'")


class KuaidiRepaymentPlan(models.Model):
    """A debt paid in instalments, as agreed in writing (还款协议)."""

    _name = "kuaidi.repayment.plan"
    _description = "Repayment Plan"
    _inherit = ["mail.thread", "kuaidi.file.mixin"]
    _order = "date desc, id desc"
    _rec_name = "account_id"

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
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_repayment_plan_attachment_rel",
        column1="plan_id",
        column2="attachment_id",
        string="Signed Agreement",
    )
