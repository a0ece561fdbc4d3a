from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

TARGETS = [
    ("outlet", "Outlet of the Network"),
    ("carrier", "Carrier outside the Network"),
    ("agent", "Agent"),
    ("consignee", "Consignee"),
]
SUBJECTS = [
    ("compensation", "Compensation Paid"),
    ("freight", "Freight Collect"),
    ("fee", "Fee for a False Report"),
]
BASES = [
    ("contract", "Written Contract"),
    ("rules", "Rules of the Network"),
    ("law", "Law Alone"),
    ("none", "No Contract"),
]
STATES = [
    ("draft", "To Demand"),
    ("demanded", "Demanded"),
    ("agreed", "Owed"),
    ("booked", "Entry Posted"),
    ("paid", "Received"),
    ("passed", "Charged to the Hiring Branch"),
    ("failed", "Given Up"),
]
CLOSED_STATES = ("paid", "passed", "failed")
DEFAULT_BASES = {
    "outlet": "rules",
    "carrier": "none",
    "agent": "none",
    "consignee": "law",
}
# who is hired by contract, or without one
HIRED_TARGETS = ("carrier", "agent")
# general limitation (Civil Code, article 188)
LIMITATION_YEARS = 3
# what may change in every state, and what may until the debt is settled
FREE_FIELDS = frozenset({"user_id", "note", "attachment_ids"})
ANSWER_FIELDS = FREE_FIELDS | {"answer", "amount_agreed", "result", "route"}


class KuaidiRecovery(models.Model):
    """What one debtor owes us for one claim, and what came of it (RC-1 to RC-3).

    The client's claim, the insurer's case and the recovery are records of their own,
    each with its own clock: none of them waits for another one (Civil Code, 593).
    """

    _name = "kuaidi.recovery"
    _description = "Recovery"
    _inherit = [
        "kuaidi.escalation.mixin",
        "kuaidi.file.mixin",
        "kuaidi.guard.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_deadline, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "claim_id", "debtor_id"]
    _check_company_auto = True
    _mail_post_access = "read"
    _deadline_stop_states = ("draft", "agreed", "booked", *CLOSED_STATES)
    _escalation_states = ("demanded",)
    _escalation_activity_type = "kuaidi_claims.activity_type_recovery_late"
    _guarded_fields = frozenset(
        {
            "amount_recovered",
            "company_id",
            "date_deadline",
            "date_demanded",
            "date_done",
            "date_escalated",
            "number",
            "origin_id",
            "arbitration_id",
            "state",
        }
    )

    # what
    number = fields.Char(readonly=True, copy=False)
    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="claim_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="claim_id.currency_id")
    account_id = fields.Many2one(
        related="claim_id.account_id", store=True, index="btree_not_null"
    )
    waybill_number = fields.Char(related="claim_id.waybill_number", string="Waybill")
    state = fields.Selection(
        selection=STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand="_expand_states",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Who Recovers",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    # from whom
    target = fields.Selection(
        selection=TARGETS, string="Kind of Debtor", required=True, tracking=True
    )
    department_id = fields.Many2one(
        comodel_name="kuaidi.case.department",
        string="Outlet",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The outlet that answers. For a carrier or agent, the branch that hired"
        " it: without a contract that branch pays all (2.12, case 2).",
    )
    debtor_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_debtor_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    # why
    subject = fields.Selection(
        selection=SUBJECTS, string="What For", required=True, default="compensation"
    )
    basis = fields.Selection(
        selection=BASES,
        string="Legal Basis",
        compute="_compute_basis",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    contract_reference = fields.Char(
        string="Contract with the Debtor", help="Number and date of the contract."
    )
    cause = fields.Text(
        string="Why the Debtor Answers", help="What happened in its hands, what proves."
    )
    route = fields.Selection(
        selection=[
            ("talks", "Talks"),
            ("network", "Ruling of the Network"),
            ("commission", "Arbitration Commission"),
            ("court", "Court"),
        ],
        string="Way",
        required=True,
        default="talks",
        tracking=True,
    )
    arbitration_agreement = fields.Text(
        help="What the parties agreed in writing: that they want arbitration, about"
        " what, and by which commission (Arbitration Law, article 16). Without it the"
        " commission refuses."
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_recovery_attachment_rel",
        column1="recovery_id",
        column2="attachment_id",
        string="Proofs",
        copy=False,
    )
    # how much
    amount_demanded = fields.Monetary(string="Demanded Amount", tracking=True)
    amount_agreed = fields.Monetary(
        string="Amount Owed",
        copy=False,
        tracking=True,
        help="What the debtor agreed to, or was ruled or sentenced to pay.",
    )
    amount_recovered = fields.Monetary(
        string="Amount Received",
        compute="_compute_amount_recovered",
        store=True,
        help="Money that came in for it, by Odoo's books.",
    )
    # when
    date_known = fields.Date(
        string="Loss Known Since",
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
        help="When we knew of the loss and the debtor: limitation runs from here.",
    )
    date_limitation = fields.Date(
        string="Barred After",
        compute="_compute_date_limitation",
        store=True,
        help="Three years (Civil Code, article 188).",
    )
    date_demanded = fields.Datetime(string="Demanded On", readonly=True, copy=False)
    date_deadline = fields.Datetime(string="Answer Due", readonly=True, copy=False)
    date_done = fields.Datetime(string="Ended On", readonly=True)
    # what came of it
    answer = fields.Text(string="What the Debtor Says", copy=False)
    result = fields.Text(string="Result and Its Reason", copy=False)
    note = fields.Text(string="Internal Note", copy=False)
    origin_id = fields.Many2one(
        comodel_name="kuaidi.recovery",
        string="Instead Of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The recovery without a contract in whose place the branch pays.",
    )

    _number_uniq = models.UniqueIndex("(company_id, number)")
    _origin_uniq = models.UniqueIndex(
        "(origin_id) WHERE origin_id IS NOT NULL",
        "This recovery was charged to the hiring branch already.",
    )
    _open_idx = models.Index("(date_deadline) WHERE state = 'demanded'")
    _amounts_positive = models.Constraint(
        "CHECK(COALESCE(amount_demanded, 0) >= 0 AND COALESCE(amount_agreed, 0) >= 0)",
        "What is demanded and owed is not negative.",
    )
    _agreed_not_above_demanded = models.Constraint(
        "CHECK(COALESCE(amount_agreed, 0) <= COALESCE(amount_demanded, 0))",
        "The debtor does not owe more than was demanded.",
    )
    _basis_of_hired = models.Constraint(
        "CHECK(target NOT IN ('carrier', 'agent') OR basis IN ('contract', 'none'))",
        "With a carrier or an agent there is a contract, or there is none.",
    )

    # === COMPUTE METHODS === #

    @api.depends("target", "department_id")
    def _compute_debtor_id(self):
        for recovery in self:
            if recovery.target == "outlet":
                # sudo: units are kept by others
                unit_sudo = recovery.department_id.sudo()
                recovery.debtor_id = (
                    unit_sudo._get_settlement_partner() if unit_sudo else False
                )
            else:
                recovery.debtor_id = recovery.debtor_id

    @api.depends("target")
    def _compute_basis(self):
        for recovery in self:
            is_hired = recovery.target in HIRED_TARGETS
            kept = ("contract", "none") if is_hired else ("contract", "rules", "law")
            if not recovery.target or recovery.basis not in kept:
                recovery.basis = DEFAULT_BASES.get(recovery.target)
            else:
                recovery.basis = recovery.basis

    @api.depends("date_known")
    def _compute_date_limitation(self):
        for recovery in self:
            known = recovery.date_known
            recovery.date_limitation = known and known + relativedelta(
                years=LIMITATION_YEARS
            )

    @api.model
    def _expand_states(self, states, _domain):
        """Show the states in use on the board, in their order."""
        return [state for state, _label in STATES if state in states]

    # === CONSTRAINT METHODS === #

    @api.constrains("target", "department_id", "debtor_id")
    def _check_outlet(self):
        for recovery in self:
            if recovery.target != "outlet":
                continue
            if not recovery.department_id:
                raise ValidationError(self.env._("Say which outlet answers for it."))
            # sudo: units are kept by others
            payer = recovery.department_id.sudo()._get_settlement_partner()
            if recovery.debtor_id != payer:
                raise ValidationError(
                    self.env._(
                        "An outlet pays by whom it is settled with. Change that on the"
                        " page of the outlet."
                    )
                )

    @api.constrains("target", "subject")
    def _check_subject(self):
        for recovery in self:
            if recovery.subject == "freight" and recovery.target != "consignee":
                raise ValidationError(
                    self.env._("Freight collect is owed by the consignee.")
                )
            if recovery.subject == "fee" and recovery.target != "outlet":
                raise ValidationError(
                    self.env._("A fee for a false report is owed by an outlet.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_typed(self._get_filled_names(vals_list))
        self.env["ir.sequence"]._draw_numbers(self._name, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_typed(vals.keys())
        self._check_may_write(vals.keys())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(recovery.state != "draft" for recovery in self):
            raise UserError(
                self.env._("What was demanded stays on file. Give it up instead.")
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_message(self):
        return self.env._(
            "State, clocks and received money of a recovery follow from its"
            " buttons and from the books."
        )

    def _check_may_write(self, names):
        """Refuse changes of what was demanded, and of what is settled."""
        if self.env.su:
            return
        names = names - self._get_chatter_fields()
        for recovery in self:
            if recovery.state == "draft":
                continue
            free = ANSWER_FIELDS if recovery.state == "demanded" else FREE_FIELDS
            if names - free:
                raise UserError(
                    self.env._(
                        "%(recovery)s was demanded: what it is about stays. Give it up"
                        " and enter another one if it was wrong.",
                        recovery=recovery.display_name,
                    )
                )
