from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

OPEN_STAGES = ("upcoming", "evaluated", "negotiating", "retender")
# steps of a renewal in order; what is moved goes forward, or back by one person's word
STAGES = [
    ("upcoming", "Coming Up"),
    ("evaluated", "Evaluated"),
    ("negotiating", "Negotiating"),
    ("retender", "Re-Tender"),
    ("renewed", "Renewed"),
    ("lost", "Renewal Lost"),
    ("terminated", "Terminated"),
]
# what sales and account managers enter while the renewal is open
WORK_FIELDS = {
    "owner_id",
    "likelihood",
    "amount_expected",
    "date_close",
    "term_months",
    "evaluation",
    "proposal",
    "position_ids",
}


class KuaidiRenewal(models.Model):
    """How one term of a contract is brought to the next one, or ends (2.7, CO-2).

    Renewals are opened by the system ahead of the notice date, once for each term of a
    contract, and move by buttons.
    """

    _name = "kuaidi.renewal"
    _description = "Renewal"
    _inherit = [
        "kuaidi.account.part",
        "kuaidi.escalation.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_notice, id"
    _rec_names_search = ["account_id", "contract_id"]
    _mail_post_access = "read"

    _account_operation = "read"
    _worker_fields = ("owner_id",)
    _guarded_fields = frozenset(
        (
            "account_id",
            "company_id",
            "contract_id",
            "term",
            "stage",
            "stars",
            "manager_id",
            "date_notice",
            "date_end",
            "date_opened",
            "date_stage",
            "date_done",
            "date_deadline",
            "date_escalated",
            "amount_revenue",
            "amount_promised",
            "amount_renewed",
            "is_tacit",
            "is_lapsed",
            "successor_id",
            "lead_id",
            "tender_lead_id",
            "winback_lead_id",
            "lost_reason_id",
            "competitor",
            "lost_note",
            "date_winback",
            "reminder_ids",
            "price_agreement_id",
        )
    )
    _deadline_state_field = "stage"
    _deadline_stop_states = ("renewed", "lost", "terminated")
    _escalation_states = OPEN_STAGES
    _escalation_activity_type = "kuaidi_key_account.mail_activity_type_renewal_idle"

    # what ends
    account_id = fields.Many2one(
        ondelete="restrict", string="Key Account", readonly=True
    )
    partner_id = fields.Many2one(related="account_id.partner_id")
    contract_id = fields.Many2one(
        comodel_name="kuaidi.contract",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    kind = fields.Selection(related="contract_id.kind")
    is_public = fields.Boolean(related="contract_id.is_public")
    term = fields.Integer(string="Term No.", readonly=True, aggregator=None)
    stars = fields.Integer(
        string="Stars When Opened", readonly=True, default=0, aggregator=None
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    manager_id = fields.Many2one(
        related="account_id.manager_id", store=True, index="btree_not_null"
    )
    # when
    date_notice = fields.Date(
        string="Notice Date",
        required=True,
        readonly=True,
        help="Last day on which notice can be given in this term: whoever has not"
        " agreed by then, negotiates in a hurry.",
    )
    date_end = fields.Date(string="Term Ends On", required=True, readonly=True)
    date_opened = fields.Date(string="Opened On", readonly=True)
    days_left = fields.Integer(
        string="Days to the Notice Date",
        compute="_compute_days_left",
        help="Calendar days in the company's time zone, negative once it has passed.",
    )
    is_late = fields.Boolean(
        string="Notice Date Passed",
        compute="_compute_days_left",
        search="_search_is_late",
    )
    is_lapsed = fields.Boolean(
        string="Contract Has Lapsed",
        readonly=True,
        help="The contract ended before it was renewed, and nobody had decided so.",
    )
    is_tacit = fields.Boolean(
        string="Renewed Tacitly",
        readonly=True,
        help="Nobody gave notice in time: the contract went on by its own words.",
    )
    date_deadline = fields.Datetime(
        string="Idle From",
        help="Unless somebody moves the renewal, visits the client, writes or completes"
        " an activity by then, the CRM centre is told.",
    )
    # how it stands
    stage = fields.Selection(
        selection=STAGES,
        required=True,
        default="upcoming",
        readonly=True,
        tracking=True,
        group_expand=True,
    )
    date_stage = fields.Datetime(string="In This Stage Since", readonly=True)
    owner_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
        help="Sees to the renewal. By default the account manager.",
    )
    likelihood = fields.Integer(
        string="Likelihood (%)",
        default=60,
        aggregator="avg",
        help="How likely the client stays, in percent; the opportunity's probability.",
    )
    # money
    amount_revenue = fields.Monetary(
        string="Revenue of the Last 12 Months",
        readonly=True,
        help="Posted invoices less credit notes of the twelve months before the renewal"
        " was opened, untaxed. It stands with one contract of a client: the master"
        " contract, or the first founding paper in force where there is none.",
    )
    amount_promised = fields.Monetary(
        string="Promised in This Term",
        readonly=True,
        help="Revenue that the client had promised for twelve months of the term that"
        " ends.",
    )
    amount_expected = fields.Monetary(
        string="Expected Revenue per Year",
        help="What the client will bring in with the new terms in twelve months,"
        " untaxed; the opportunity's expected revenue.",
    )
    amount_forecast = fields.Monetary(
        string="Weighted Forecast",
        compute="_compute_amount_forecast",
        store=True,
        help="Expected revenue times likelihood; nothing once it is lost.",
    )
    amount_renewed = fields.Monetary(
        string="Renewed Revenue per Year",
        readonly=True,
        help="Expected revenue per year when the renewal was made.",
    )
    # next term
    term_months = fields.Integer(
        string="Months of the Next Term", default=12, aggregator=None
    )
    date_next_from = fields.Date(
        string="Next Term From", compute="_compute_next_term", compute_sudo=True
    )
    date_next_to = fields.Date(
        string="Next Term Until", compute="_compute_next_term", compute_sudo=True
    )
    date_close = fields.Date(
        string="Decision Expected On",
        tracking=True,
        help="When the client decides; the opportunity's expected closing date.",
    )
    evaluation = fields.Text(
        string="What We Make of It",
        help="Where the client stands, why it would stay or leave, what it is worth to"
        " us to keep it. Written when the renewal is evaluated.",
    )
    proposal = fields.Text(
        string="What We Offer",
        help="Terms proposed for the next term: prices, service, payment, liability.",
    )
    position_ids = fields.One2many(
        comodel_name="kuaidi.renewal.position",
        inverse_name="renewal_id",
        string="Negotiation Sheet",
    )
    # how it ended
    successor_id = fields.Many2one(
        comodel_name="kuaidi.contract",
        string="New Contract",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    lost_reason_id = fields.Many2one(
        comodel_name="crm.lost.reason",
        string="Why It Was Lost",
        readonly=True,
        ondelete="restrict",
        tracking=True,
    )
    competitor = fields.Char(string="Lost To", readonly=True)
    lost_note = fields.Text(string="What We Learn", readonly=True)
    date_winback = fields.Date(
        string="Win Back From", readonly=True, help="When we ask the client again."
    )
    # followed in CRM
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Opportunity",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    tender_lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Tender Opportunity",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    winback_lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Win-Back Opportunity",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _contract_term_uniq = models.UniqueIndex(
        "(contract_id, term)",
        "The renewal of this term of the contract was opened already. Open that one.",
    )
    _lead_uniq = models.UniqueIndex(
        "(lead_id) WHERE lead_id IS NOT NULL",
        "This opportunity belongs to another renewal already.",
    )
    _likelihood_range = models.Constraint(
        "CHECK(likelihood BETWEEN 0 AND 100)",
        "A likelihood lies between 0 and 100 percent.",
    )
    _term_months_positive = models.Constraint(
        "CHECK(term_months BETWEEN 1 AND 120)",
        "The next term takes between 1 and 120 months.",
    )
    _amounts_positive = models.Constraint(
        "CHECK(COALESCE(amount_expected, 0) >= 0)",
        "Expected revenue cannot be negative.",
    )
    _renewed_has_successor = models.Constraint(
        "CHECK(stage <> 'renewed' OR is_tacit OR successor_id IS NOT NULL)",
        "What is renewed has a new contract, or went on tacitly.",
    )
    _lost_has_reason = models.Constraint(
        "CHECK(stage <> 'lost' OR lost_reason_id IS NOT NULL)",
        "Say why the renewal was lost.",
    )
    _open_idx = models.Index(
        "(date_notice, id)"
        " WHERE stage IN ('upcoming', 'evaluated', 'negotiating', 'retender')"
    )
    _default_order_idx = models.Index("(date_notice, id)")

    # === COMPUTE METHODS === #

    @api.depends("account_id", "date_end")
    def _compute_display_name(self):
        for renewal in self:
            renewal.display_name = " ".join(
                filter(
                    None,
                    (
                        renewal.account_id.display_name,
                        renewal.date_end and str(renewal.date_end.year),
                    ),
                )
            )

    @api.depends("date_notice", "stage")
    def _compute_days_left(self):
        for renewal in self:
            is_open = renewal.stage in OPEN_STAGES and renewal.date_notice
            renewal.days_left = (
                (renewal.date_notice - renewal._get_today()).days if is_open else 0
            )
            renewal.is_late = renewal.days_left < 0

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented  # the ORM retries with the opposite operator
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        late = Domain([("stage", "in", list(OPEN_STAGES)), ("date_notice", "<", today)])
        found = Domain.FALSE
        if True in value:
            found |= late
        if False in value:
            found |= ~late
        return found

    @api.depends("amount_expected", "likelihood", "stage")
    def _compute_amount_forecast(self):
        for renewal in self:
            share = 0 if renewal.stage in ("lost", "terminated") else renewal.likelihood
            renewal.amount_forecast = renewal.amount_expected * share / 100

    @api.depends("contract_id.state", "date_end", "term_months")
    def _compute_next_term(self):
        for renewal in self:
            start = renewal._get_next_start()
            renewal.date_next_from = start
            renewal.date_next_to = start and start + relativedelta(
                months=renewal.term_months, days=-1
            )

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su and WORK_FIELDS & vals.keys():
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(
            self.env._(
                "A renewal stays on file: it counts among what came up for renewal."
            )
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_message(self):
        return self.env._(
            "A renewal follows its contract, and moves by its buttons alone."
        )

    def _get_next_start(self):
        """Return the first day of the next term.

        A contract that has lapsed is not renewed for days gone by.
        """
        self.ensure_one()
        if not self.date_end:
            return False
        following = self.date_end + relativedelta(days=1)
        if self.contract_id.state == "running":
            return following
        return max(following, self._get_today())

    def _check_open(self):
        """Refuse to work on what has ended.

        :raise UserError: naming how it ended
        """
        stages = dict(self._fields["stage"]._description_selection(self.env))
        for renewal in self:
            if renewal.stage not in OPEN_STAGES:
                raise UserError(
                    self.env._(
                        "The renewal of %(renewal)s has ended: %(stage)s. Nothing in it"
                        " can be changed any more.",
                        renewal=renewal.display_name,
                        stage=stages[renewal.stage],
                    )
                )
