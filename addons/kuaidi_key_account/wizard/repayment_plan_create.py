from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.instalments import MOST_INSTALMENTS, get_days, split_amount


class KuaidiRepaymentPlanCreate(models.TransientModel):
    """Splits a debt into instalments that the client agrees to."""

    _name = "kuaidi.repayment.plan.create"
    _description = "Agree on Instalments"

    case_id = fields.Many2one(comodel_name="kuaidi.collection.case", required=True)
    company_id = fields.Many2one(related="case_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        string="Debt to Be Paid", required=True, help="Split into equal instalments."
    )
    number = fields.Integer(string="Number of Instalments", required=True, default=3)
    date_first = fields.Date(string="First Instalment On", required=True)
    interval = fields.Integer(string="Every", required=True, default=1)
    unit = fields.Selection(
        selection=[("day", "Days"), ("week", "Weeks"), ("month", "Months")],
        required=True,
        default="month",
    )
    replaces = fields.Boolean(
        string="Cancel Open Promises",
        default=True,
        help="What the client promised before is part of the plan now.",
    )
    preview = fields.Text(string="Instalments", compute="_compute_preview")

    _number_range = models.Constraint(
        f"CHECK(number BETWEEN 1 AND {MOST_INSTALMENTS})",
        "Agree on 1 to 60 instalments.",
    )
    _interval_positive = models.Constraint(
        "CHECK(interval > 0)", "Between two instalments lies one day at least."
    )

    # === COMPUTE METHODS === #

    @api.depends("amount", "number", "date_first", "interval", "unit")
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = "\n".join(
                f"{day}   {amount:,.2f}" for day, amount in wizard._get_instalments()
            )

    # === ACTION METHODS === #

    def action_create(self):
        """Make the plan with its instalments as promises, and open it.

        :raise AccessError: for others than finance and the client's account managers
        :raise ValidationError: above what the client owes
        """
        self.ensure_one()
        self.case_id.check_access("read")
        user = self.env.user
        if not (
            user.has_group("kuaidi_key_account.group_finance")
            or user.has_group("kuaidi_key_account.group_account_manager")
        ):
            raise AccessError(
                self.env._("Instalments are agreed by finance or the account manager.")
            )
        # sudo: plans are guarded; who may make one was checked above
        case_sudo = self.case_id.sudo()
        if self.replaces:
            case_sudo.promise_ids.filtered(
                lambda promise: promise.state == "open"
            )._cancel()
        today = self.env["kuaidi.deadline"]._get_today(case_sudo.company_id)
        plan_sudo = (
            self.env["kuaidi.repayment.plan"]
            .sudo()
            .create({"case_id": case_sudo.id, "date": today})
        )
        promises_sudo = (
            self.env["kuaidi.payment.promise"]
            .sudo()
            .create(
                [
                    {
                        "case_id": case_sudo.id,
                        "plan_id": plan_sudo.id,
                        "amount": amount,
                        "date_promised": today,
                        "date_due": day,
                    }
                    for day, amount in self._get_instalments()
                ]
            )
        )
        promises_sudo._plan_check()
        return plan_sudo.with_env(self.env)._get_records_action()

    # === BUSINESS METHODS === #

    def _get_instalments(self):
        """Return (day, amount) of the instalments; the last one takes the cents."""
        self.ensure_one()
        if not (
            self.amount > 0
            and 0 < self.number <= MOST_INSTALMENTS
            and self.date_first
            and self.interval > 0
        ):
            return []
        return list(
            zip(
                get_days(self.date_first, self.number, self.interval, self.unit),
                split_amount(self.amount, self.number),
                strict=True,
            )
        )
