from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .claim_insurance import CAUSES

STATES = [
    ("draft", "Draft"),
    ("notified", "Insurer Notified"),
    ("inspection", "Joint Inspection"),
    ("papers", "Papers Asked For"),
    ("decision", "With the Insurer"),
    ("agreed", "Insurer Agreed"),
    ("paid", "Insurer Paid"),
    ("refused", "Insurer Refused"),
    ("reopened", "Reopened"),
    ("closed", "Case Closed"),
]
# until the insurer has the papers, the figures can be corrected
OPEN_FIGURE_STATES = ("draft", "notified", "inspection", "papers", "reopened")
# settled with the first notice
BASIS_FIELDS = frozenset(("claim_id", "policy_id", "date_known"))
FIGURE_FIELDS = frozenset(
    ("cause", "amount_loss", "amount_value", "amount_insured", "amount_mitigation")
)


class KuaidiInsuranceCase(models.Model):
    """What we, or the client, demand from an insurer for one claim (2.12, 2.13)."""

    _name = "kuaidi.insurance.case"
    _description = "Insurance Case"
    _inherit = [
        "kuaidi.deadline.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.evidence.mixin",
        "kuaidi.guard.mixin",
    ]
    _order = "date_deadline, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "reference", "claim_id"]
    _check_company_auto = True
    _mail_post_access = "read"
    _deadline_stop_states = ("closed",)
    _guarded_fields = frozenset(
        {
            "account_id",
            "amount_agreed",
            "amount_payable",
            "clause",
            "clause_reasons",
            "close_reason",
            "company_id",
            "currency_id",
            "date_deadline",
            "date_decided",
            "date_done",
            "date_inspected",
            "date_notified",
            "date_papers_asked",
            "date_papers_sent",
            "first_cause",
            "insurer_id",
            "is_covered",
            "is_client_insured",
            "number",
            "papers_asked",
            "payable_steps",
            "refusal_reason",
            "reopen_count",
            "reopen_reason",
            "state",
        }
    )

    # identity
    number = fields.Char(readonly=True, copy=False)
    reference = fields.Char(
        string="Insurer's Number", copy=False, help="Under which the insurer files it."
    )
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
    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="claim_id.company_id", store=True, precompute=True, index=True
    )
    account_id = fields.Many2one(
        related="claim_id.account_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one(related="claim_id.partner_id", string="Client")
    currency_id = fields.Many2one(
        related="claim_id.currency_id", store=True, precompute=True
    )
    waybill_number = fields.Char(related="claim_id.waybill_number")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Claims Officer",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    # cover
    policy_id = fields.Many2one(
        comodel_name="kuaidi.insurance.policy",
        compute="_compute_policy_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    insurer_id = fields.Many2one(related="policy_id.insurer_id", store=True)
    is_client_insured = fields.Boolean(
        string="Client Is the Insured",
        compute="_compute_is_client_insured",
        store=True,
        help="The insurer pays the client itself, and may turn against us afterwards"
        " (Insurance Act, article 60).",
    )
    cause = fields.Selection(
        selection=CAUSES,
        string="Cause as Reported",
        compute="_compute_figures",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="As it is reported to the insurer. After a refusal it can be reclassified"
        " once.",
    )
    first_cause = fields.Selection(
        selection=CAUSES,
        string="Cause Reported at First",
        readonly=True,
        copy=False,
    )
    # figures
    amount_loss = fields.Monetary(
        string="Loss Amount",
        compute="_compute_figures",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    amount_value = fields.Monetary(
        string="Insured Value",
        compute="_compute_figures",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="Real value of all goods of the waybill (Insurance Act, article 55).",
    )
    amount_insured = fields.Monetary(
        string="Sum Insured",
        compute="_compute_figures",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
    )
    amount_mitigation = fields.Monetary(
        string="Mitigation Costs",
        compute="_compute_figures",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="What it cost to keep the loss small; borne by the insurer on top, up to"
        " the sum insured (Insurance Act, article 57).",
    )
    amount_agreed = fields.Monetary(
        string="Insurer Agreed To", readonly=True, copy=False, tracking=True
    )
    # course
    date_known = fields.Datetime(
        string="Loss Known On",
        compute="_compute_date_known",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="The time to notify the insurer and the limitation count from here.",
    )
    date_notified = fields.Datetime(
        string="Insurer Notified On", readonly=True, copy=False
    )
    date_inspected = fields.Datetime(
        string="Inspection Asked For On", readonly=True, copy=False
    )
    papers_asked = fields.Text(
        string="Papers the Insurer Asks For",
        readonly=True,
        copy=False,
        help="The insurer asks for what is missing once and completely (Insurance Act,"
        " article 22).",
    )
    date_papers_asked = fields.Datetime(
        string="Papers Asked For On", readonly=True, copy=False
    )
    date_papers_sent = fields.Datetime(
        string="Papers Complete On", readonly=True, copy=False
    )
    date_decided = fields.Datetime(
        string="Insurer Decided On", readonly=True, copy=False
    )
    refusal_reason = fields.Text(
        string="Insurer's Reasons", readonly=True, copy=False, tracking=True
    )
    reopen_count = fields.Integer(
        string="Times Reopened", readonly=True, copy=False, aggregator=None
    )
    reopen_reason = fields.Text(string="Why Reopened", readonly=True, copy=False)
    close_reason = fields.Text(string="Why Closed", readonly=True, copy=False)

    _number_uniq = models.UniqueIndex("(company_id, number)")
    _open_uniq = models.UniqueIndex(
        "(claim_id) WHERE state <> 'closed'",
        "This claim has an open insurance case already. Go on with that one.",
    )
    _amounts_positive = models.Constraint(
        "CHECK(COALESCE(amount_loss, 0) >= 0 AND COALESCE(amount_value, 0) >= 0"
        " AND COALESCE(amount_insured, 0) >= 0"
        " AND COALESCE(amount_mitigation, 0) >= 0"
        " AND COALESCE(amount_agreed, 0) >= 0)",
        "Amounts of an insurance case are not negative.",
    )
    _loss_within_value = models.Constraint(
        "CHECK(COALESCE(amount_value, 0) = 0"
        " OR COALESCE(amount_loss, 0) <= amount_value)",
        "The loss cannot be larger than the value of the goods. Check both.",
    )
    _reopened_once = models.Constraint(
        "CHECK(COALESCE(reopen_count, 0) <= 1)",
        "A refusal is taken up again once.",
    )

    # === COMPUTE METHODS === #

    @api.depends("claim_id")
    def _compute_user_id(self):
        for case in self:
            case.user_id = case.user_id or case.claim_id.user_id or self.env.user

    @api.depends("claim_id")
    def _compute_date_known(self):
        for case in self:
            case.date_known = case.claim_id.date_called or fields.Datetime.now()

    @api.depends("claim_id")
    def _compute_figures(self):
        """Take over what is known of the claim; it can be corrected."""
        for case in self:
            claim = case.claim_id
            case.cause = claim.loss_cause
            case.amount_loss = (
                claim._get_insured_loss() if claim else 0
            ) or claim.amount_claimed
            case.amount_value = claim.amount_value or claim.amount_declared
            case.amount_insured = claim.sum_insured
            case.amount_mitigation = claim.amount_mitigation

    @api.depends("claim_id")
    def _compute_policy_id(self):
        for case in self:
            case.policy_id = case.claim_id.policy_id

    @api.depends("policy_id")
    def _compute_is_client_insured(self):
        for case in self:
            case.is_client_insured = case.policy_id.insured_party == "client"

    @api.model
    def _expand_states(self, states, _domain):
        """Show the states in use on the board, in their order."""
        return [state for state, _label in STATES if state in states]

    # === CONSTRAINT METHODS === #

    @api.constrains("date_known")
    def _check_date_known(self):
        now = fields.Datetime.now()
        for case in self:
            if case.date_known > now:
                raise ValidationError(
                    self.env._("A loss cannot be known before it is. Check its day.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_typed(self._get_filled_names(vals_list))
        self.env["ir.sequence"]._draw_numbers(self._name, vals_list)
        cases = super().create(vals_list)
        # sudo: clocks and what follows for the claim are the system's
        cases.sudo()._on_created()
        return cases

    def write(self, vals):
        self._check_not_typed(vals.keys())
        self._check_open_for(vals.keys())
        res = super().write(vals)
        if "date_known" in vals:
            # sudo: clocks are the system's
            self.sudo()._restart_clocks()
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._("An insurance case stays on file. Close it with its reason.")

    @api.model
    def _get_guarded_message(self):
        return self.env._(
            "Number, state, dates and decisions of an insurance case follow"
            " from its buttons. Use those of its page."
        )

    def _check_open_for(self, names):
        """Refuse to change what the insurer was told already."""
        names = set(names)
        if self.env.su or not names & (BASIS_FIELDS | FIGURE_FIELDS):
            return
        for case in self:
            if "claim_id" in names or (names & BASIS_FIELDS and case.state != "draft"):
                raise UserError(
                    self.env._(
                        "%(case)s stays with its claim, and once the insurer is"
                        " notified with its policy and the day on which the loss was"
                        " known. Close it, and open the right one.",
                        case=case.display_name,
                    )
                )
            if case.state not in OPEN_FIGURE_STATES or (
                "cause" in names and case.reopen_count
            ):
                raise UserError(
                    self.env._(
                        "The insurer decides on %(case)s by the cause and the figures"
                        " that it got: they stay.",
                        case=case.display_name,
                    )
                )

    def _on_created(self):
        """Start the clocks; goods with an insurance case are insured goods."""
        self.claim_id.filtered(lambda claim: not claim.is_insured).is_insured = True
        for case in self:
            case._start_clock("case_notice", case.date_known)
            case._start_clock("case_limitation", case.date_known)

    def _format_amount(self, amount):
        """Return an amount as people read it."""
        return self.currency_id.format(amount)
