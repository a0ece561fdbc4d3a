from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class KuaidiInsuranceGoodwill(models.Model):
    """Asks to have an insurer pay in goodwill (通融赔付), with its approval (IN-8).

    The insurer owes nothing of it by the policy: what we ask it for, and why, is
    decided by the claims manager, and above their limit by the vice president too.
    """

    _name = "kuaidi.insurance.goodwill"
    _description = "Goodwill Payment"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.decision.mixin",
        "kuaidi.evidence.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True
    _mail_post_access = "read"

    _approval_group = "kuaidi_claims.group_claims_manager"
    _approval_guarded_fields = (
        "state",
        "number",
        "approval_level",
        "requested_by_id",
        "decided_by_id",
        "date_decided",
        "validation_status",
        "review_ids",
    )

    case_id = fields.Many2one(
        comodel_name="kuaidi.insurance.case",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    account_id = fields.Many2one(related="case_id.account_id", store=True)
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="case_id.currency_id")
    number = fields.Char(readonly=True, copy=False)
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    amount = fields.Monetary(
        string="Goodwill Asked For", required=True, tracking=True, aggregator=None
    )
    reason = fields.Text(
        string="Why the Insurer Should Pay",
        required=True,
        help="What we give for it, and what the insurer was told of the loss.",
    )
    approval_level = fields.Integer(
        readonly=True,
        aggregator=None,
        help="1: the claims manager alone; 2: the vice president too.",
    )
    vp_id = fields.Many2one(
        related="company_id.kuaidi_claim_vp_id", string="Vice President"
    )
    requested_by_id = fields.Many2one(string="Asked By")

    _live_uniq = models.UniqueIndex(
        "(case_id) WHERE state IN ('draft', 'to_approve', 'approved')",
        "This case has a goodwill payment already.",
    )
    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "Ask for an amount above zero."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        guarded = set(self._approval_guarded_fields)
        if not self.env.su and any(
            guarded
            & {name for name, value in vals.items() if value and name != "state"}
            for vals in vals_list
        ):
            raise AccessError(self._get_guarded_message())
        for vals in vals_list:
            vals["number"] = self.env["ir.sequence"]._draw_number(
                "kuaidi.insurance.goodwill", self.env.company
            )
        goodwill = super().create(vals_list)
        for record in goodwill:
            record._check_case()
        return goodwill

    def write(self, vals):
        if not self.env.su and {"case_id", "amount", "reason"} & vals.keys():
            if "case_id" in vals or any(record.state != "draft" for record in self):
                raise UserError(
                    self.env._(
                        "What the approvers decide on stays as it is. Ask anew where"
                        " it was refused."
                    )
                )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_request_approval(self):
        """Ask the claims manager, and above the limit the vice president, to approve.

        :raise UserError: when it is no draft, the insurer owes it by the policy, or
            the settings name no vice president
        """
        self.check_access("write")
        for record in self:
            # sudo: an officer may lock what he asks for
            record.case_id.sudo().lock_for_update()
            record._check_case()
            record.sudo().write(
                {
                    "approval_level": record._get_approval_level(),
                    "requested_by_id": self.env.uid,
                }
            )
            if record.approval_level > 1 and not record.sudo().vp_id:
                raise UserError(
                    self.env._(
                        "The vice president approves this amount: name one in the"
                        " settings first."
                    )
                )
        return super().action_request_approval()

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._("What was asked of an insurer stays on file.")

    def _check_case(self):
        """Check that goodwill is asked for what the policy does not pay.

        :raise UserError: when the insurer has not decided, or more than the loss is
            asked for
        """
        self.ensure_one()
        case = self.case_id
        if case.state not in case._get_payable_states("goodwill"):
            raise UserError(
                self.env._(
                    "%(case)s is not decided by the insurer: goodwill is for what it"
                    " does not owe.",
                    case=case.display_name,
                )
            )
        case._check_within_loss(
            self.amount
            + max(case.amount_agreed - case._get_live_amount(), 0)
            * (case.state == "agreed")
        )

    def _get_approval_level(self):
        self.ensure_one()
        # sudo: limits are settings
        limit = self.company_id.sudo().kuaidi_claim_limit_manager
        return 2 if self.currency_id.compare_amounts(self.amount, limit) > 0 else 1


class KuaidiInsuranceCase(models.Model):
    """Lets finance book in goodwill what was approved."""

    _name = "kuaidi.insurance.case"
    _inherit = ["kuaidi.insurance.case"]

    goodwill_ids = fields.One2many(
        comodel_name="kuaidi.insurance.goodwill",
        inverse_name="case_id",
        string="Goodwill Payments",
    )

    # === ACTION METHODS === #

    def action_open_goodwill(self):
        """Open the goodwill payment of this case, or the form of a new one."""
        self.ensure_one()
        live = self.goodwill_ids.filtered(lambda record: record.state != "refused")
        if live:
            return live[:1]._get_records_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Goodwill Payment"),
            "res_model": "kuaidi.insurance.goodwill",
            "view_mode": "form",
            "context": {"default_case_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _get_owed(self, kind):
        if kind == "goodwill":
            approved = self.goodwill_ids.filtered(
                lambda record: record.state == "approved"
            )
            return sum(approved.mapped("amount"))
        return super()._get_owed(kind)
