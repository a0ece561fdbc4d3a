from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ...tools.contract_dates import ONE_DAY, get_term_end

# kinds by which a client puts us in charge in writing (ON-1)
FOUNDING_KINDS = ("authorisation", "entrustment", "cooperation", "master")


class KuaidiContract(models.Model):
    """What a client and the company have agreed in writing (CO-1 to CO-8, ON-9).

    A contract is drawn up, checked, approved, signed, and then runs for one term
    after the other. An amendment is a new version that takes the former one's place;
    the former stays readable as superseded.
    """

    _name = "kuaidi.contract"
    _description = "Contract"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.approval.mixin",
        "kuaidi.account.work",
        "kuaidi.version.mixin",
        "kuaidi.file.mixin",
    ]
    _order = "date_from desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "title", "account_id"]
    _check_company_auto = True
    _mail_post_access = "read"

    _state_to = ["approved"]
    # a refused contract is a draft again: it is mended and requested once more
    _state_refused = "draft"
    _approval_guarded_fields = (
        "state",
        "number",
        "company_id",
        "revision",
        "previous_id",
        "predecessor_id",
        "requested_by_id",
        "term",
        "date_term_from",
        "date_notice",
        "date_signed",
        "is_termination_given",
        "date_termination_given",
        "termination_by",
        "date_termination",
        "date_ended",
        "end_reason",
        "changes_signed",
        "validation_status",
        "review_ids",
    )

    # identity
    number = fields.Char(
        readonly=True,
        copy=False,
        index="trigram",
        help="Drawn from the company's sequence. A new version keeps it.",
    )
    title = fields.Char(
        compute="_compute_title", store=True, precompute=True, readonly=False
    )
    kind = fields.Selection(
        selection=[
            ("authorisation", "Authorisation"),
            ("entrustment", "Entrustment Agreement"),
            ("cooperation", "Cooperation Agreement"),
            ("master", "Master Contract"),
            ("safety", "Safety Agreement"),
            ("other", "Other Contract"),
        ],
        string="Kind of Contract",
        required=True,
        default="master",
        index=True,
        tracking=True,
        help="A client has one running master contract at a time.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("approved", "To Sign"),
            ("running", "In Force"),
            ("expired", "Expired"),
            ("terminated", "Terminated"),
            ("superseded", "Superseded"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    # parties
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('state', '!=', 'closed')]",
        check_company=True,
    )
    partner_id = fields.Many2one(related="account_id.partner_id")
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    manager_id = fields.Many2one(
        related="account_id.manager_id", store=True, precompute=True, index=True
    )
    client_signatory = fields.Char(
        string="Signs for the Client", help="Name and office, as in the contract."
    )
    company_signatory = fields.Char(
        string="Signs for Us", help="Name and office, as in the contract."
    )
    # term
    date_from = fields.Date(
        string="In Force From",
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
        tracking=True,
    )
    date_to = fields.Date(
        string="In Force Until",
        compute="_compute_date_to",
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
        help="Last day of the current term. A contract without end has none.",
    )
    is_open_ended = fields.Boolean(
        string="Without End", help="Runs until one side gives notice."
    )
    notice_days = fields.Integer(
        string="Notice Period (days)",
        default=lambda self: self.env.company.kuaidi_contract_notice_days,
        aggregator=None,
        help="Calendar days before the end of the term by which one side has to say"
        " that it does not go on.",
    )
    date_notice = fields.Date(
        string="Notice Date",
        compute="_compute_date_notice",
        store=True,
        precompute=True,
        help="Last day on which notice can be given in this term.",
    )
    is_tacit = fields.Boolean(
        string="Tacit Renewal",
        help="Goes on for another term where nobody gives notice in time.",
    )
    renewal_months = fields.Integer(
        string="Months of Each Further Term",
        default=lambda self: self.env.company.kuaidi_contract_renewal_months,
        aggregator=None,
    )
    is_termination_given = fields.Boolean(
        string="Notice Given",
        readonly=True,
        copy=False,
        tracking=True,
        help="One side has said that it does not go on: the contract ends on its last"
        " day, tacit renewal or not.",
    )
    date_termination_given = fields.Date(
        string="Notice Given On", readonly=True, copy=False
    )
    termination_by = fields.Selection(
        selection=[
            ("client", "The Client"),
            ("company", "We"),
            ("both", "Both, by Agreement"),
        ],
        string="Who Gave Notice",
        readonly=True,
        copy=False,
    )
    date_termination = fields.Date(
        string="Ends Early On",
        readonly=True,
        copy=False,
        help="Given where the contract ends before its term is over, or has no end.",
    )
    term = fields.Integer(
        string="Term No.", readonly=True, copy=False, default=1, aggregator=None
    )
    date_term_from = fields.Date(
        string="Current Term From",
        compute="_compute_date_term_from",
        store=True,
        precompute=True,
        copy=False,
    )
    term_ids = fields.One2many(
        comodel_name="kuaidi.contract.term",
        inverse_name="contract_id",
        string="Terms",
    )
    is_upcoming = fields.Boolean(
        string="Not Begun Yet",
        compute="_compute_is_upcoming",
        search="_search_is_upcoming",
    )
    days_left = fields.Integer(
        string="Days to the End",
        compute="_compute_days_left",
        help="Calendar days until the end of the current term, in the company's time"
        " zone.",
    )
    # money
    amount_total = fields.Monetary(
        string="Contract Amount",
        tracking=True,
        help="What the contract comes to over its first term, untaxed. Extensions of"
        " a public client are measured against it.",
    )
    amount_promised = fields.Monetary(
        string="Promised Revenue per Year",
        help="What the client has promised to ship with us in twelve months, untaxed.",
    )
    pieces_promised = fields.Integer(
        string="Promised Parcels per Month", aggregator="sum"
    )
    payment_term_id = fields.Many2one(
        comodel_name="account.payment.term", check_company=True, tracking=True
    )
    credit_limit = fields.Monetary(
        tracking=True,
        aggregator=None,
        help="What the client may owe at most. 0: no limit was agreed.",
    )
    sme_status = fields.Selection(
        selection=[
            ("none", "Not Concerned"),
            ("large", "We Are the Smaller Enterprise, the Client Is Large"),
            ("public", "We Are the Smaller Enterprise, the Client Is Public"),
        ],
        string="Protection of Small Enterprises",
        required=True,
        default="none",
        help="Under the Regulations on Payments to Small and Medium Enterprises a large"
        " client pays within 60 days and a public body within 30, where the smaller"
        " enterprise declared itself on signing.",
    )
    is_public = fields.Boolean(
        string="Public Procurement",
        compute="_compute_is_public",
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
        help="The client buys under the Government Procurement Law: what is added"
        " without a tender stays within 10 % of the original amount (articles 31, 49).",
    )
    # papers and versions
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_contract_attachment_rel",
        column1="contract_id",
        column2="attachment_id",
        string="Signed Copies",
        copy=False,
    )
    original_location = fields.Char(
        string="Original Held At",
        help="The original is filed on its own: say where (ON-2).",
    )
    original_count = fields.Integer(
        string="Originals", default=2, aggregator=None, help="How many were signed."
    )
    revision = fields.Integer(
        string="Version", readonly=True, copy=False, default=1, aggregator=None
    )
    previous_id = fields.Many2one(
        comodel_name="kuaidi.contract",
        string="Former Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    next_ids = fields.One2many(
        comodel_name="kuaidi.contract", inverse_name="previous_id"
    )
    predecessor_id = fields.Many2one(
        comodel_name="kuaidi.contract",
        string="Renewal Of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    successor_ids = fields.One2many(
        comodel_name="kuaidi.contract",
        inverse_name="predecessor_id",
        string="Renewed By",
    )
    note = fields.Html(string="Remarks")
    # flow
    date_signed = fields.Date(
        string="Signed On", readonly=True, copy=False, tracking=True
    )
    date_ended = fields.Date(
        string="Ended On", readonly=True, copy=False, tracking=True
    )
    end_reason = fields.Char(readonly=True, copy=False, tracking=True)

    _term_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_from <= date_to)",
        "The contract would end before it begins.",
    )
    _end_known = models.Constraint(
        "CHECK(is_open_ended OR date_to IS NOT NULL)",
        "Give the last day of the contract, or mark it as without end.",
    )
    _open_ended_has_no_end = models.Constraint(
        "CHECK(NOT is_open_ended OR date_to IS NULL"
        " OR state IN ('terminated', 'superseded', 'expired'))",
        "A contract without end has no last day.",
    )
    _notice_positive = models.Constraint(
        "CHECK(notice_days >= 0)", "The notice period cannot be negative."
    )
    _renewal_months_positive = models.Constraint(
        "CHECK(NOT is_tacit OR renewal_months > 0)",
        "Say how many months a further term takes.",
    )
    _open_ended_is_not_renewed = models.Constraint(
        "CHECK(NOT (is_open_ended AND is_tacit))",
        "A contract without end has no term that could be renewed tacitly. Choose one"
        " of the two.",
    )
    _amounts_positive = models.Constraint(
        "CHECK(COALESCE(amount_total, 0) >= 0 AND COALESCE(amount_promised, 0) >= 0"
        " AND COALESCE(credit_limit, 0) >= 0 AND COALESCE(pieces_promised, 0) >= 0)",
        "Amounts and parcels of a contract cannot be negative.",
    )
    _number_uniq = models.UniqueIndex(
        "(company_id, number, revision)",
        "A contract of this number and version exists already.",
    )
    _master_excl = models.Constraint(
        "EXCLUDE USING gist (int4range(account_id, account_id, '[]') WITH &&,"
        " daterange(date_from, date_to, '[]') WITH &&)"
        " WHERE (state = 'running' AND kind = 'master')",
        "This client has a running master contract for part of that time already. Amend"
        " that one, renew it, or begin after it ends.",
    )
    _open_amendment_uniq = models.UniqueIndex(
        "(previous_id) WHERE state IN ('draft', 'to_approve', 'approved')",
        "A new version of this contract is being drawn up already. Go on with that"
        " one.",
    )
    _notice_idx = models.Index("(date_notice, id) WHERE state = 'running'")
    _end_idx = models.Index("(date_to, id) WHERE state = 'running'")
    _default_order_idx = models.Index("(date_from DESC, id DESC)")

    # === COMPUTE METHODS === #

    @api.depends("number", "title", "revision")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for contract in self:
            name = " ".join(filter(None, (contract.number, contract.title)))
            contract.display_name = (
                self.env._(
                    "%(contract)s, version %(version)s",
                    contract=name,
                    version=contract.revision,
                )
                if contract.revision > 1
                else name
            )

    @api.depends("account_id", "kind")
    def _compute_title(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for contract in self:
            if not contract.title and contract.account_id:
                contract.title = self.env._(
                    "%(client)s %(kind)s",
                    client=contract.account_id.partner_id.name,
                    kind=kinds[contract.kind],
                )

    @api.depends("account_id")
    def _compute_is_public(self):
        for contract in self:
            contract.is_public = contract.account_id.is_public_body

    @api.depends("date_from", "is_open_ended")
    def _compute_date_to(self):
        for contract in self:
            if contract.is_open_ended:
                contract.date_to = False
            elif contract.date_from and (
                not contract.date_to
                or contract.date_to < contract.date_from
                # on a form that is not saved yet the last day follows the first
                or not contract._origin
            ):
                contract.date_to = get_term_end(contract.date_from, 12)

    @api.depends("date_to", "notice_days")
    def _compute_date_notice(self):
        for contract in self:
            contract.date_notice = contract.date_to and contract.date_to - timedelta(
                days=max(contract.notice_days, 0)
            )

    @api.depends("date_from")
    def _compute_date_term_from(self):
        for contract in self:
            if contract.term == 1:
                contract.date_term_from = contract.date_from

    @api.depends("state", "date_from")
    def _compute_is_upcoming(self):
        for contract in self:
            contract.is_upcoming = (
                contract.state == "running"
                and contract.date_from > contract._get_today()
            )

    def _search_is_upcoming(self, operator, value):
        if operator != "in":
            return NotImplemented  # the ORM retries with the opposite operator
        today = self._get_today()
        upcoming = Domain([("state", "=", "running"), ("date_from", ">", today)])
        found = Domain.FALSE
        if True in value:
            found |= upcoming
        if False in value:
            found |= ~upcoming
        return found

    @api.depends("state", "date_to")
    def _compute_days_left(self):
        for contract in self:
            contract.days_left = (
                (contract.date_to - contract._get_today()).days
                if contract.state == "running" and contract.date_to
                else 0
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("date_from", "date_to", "notice_days", "is_tacit", "renewal_months")
    def _check_notice_within_term(self):
        for contract in self:
            if not contract.date_to or contract.is_termination_given:
                continue
            start = contract.date_term_from or contract.date_from
            days = (contract.date_to - start).days + 1
            if contract.is_tacit and contract.renewal_months > 0:
                next_start = contract.date_to + ONE_DAY
                next_end = get_term_end(next_start, contract.renewal_months)
                days = min(days, (next_end - next_start).days + 1)
            if contract.notice_days >= days:
                raise ValidationError(
                    self.env._(
                        "The notice period of %(notice)s days is not shorter than a"
                        " term of %(days)s days: notice could never be given in time."
                        " Shorten it, or give the contract longer terms.",
                        notice=contract.notice_days,
                        days=days,
                    )
                )

    @api.constrains("date_from", "previous_id", "account_id", "kind")
    def _check_version_continues(self):
        for contract in self:
            former = contract.previous_id
            if former and (
                former.date_from != contract.date_from
                or former.account_id != contract.account_id
                or former.kind != contract.kind
            ):
                raise ValidationError(
                    self.env._(
                        "A new version keeps the client, the kind and the first day"
                        " (%(date)s) of %(contract)s. For anything else draw up a"
                        " contract of its own.",
                        contract=former.display_name,
                        date=format_date(self.env, former.date_from),
                    )
                )

    # === BUSINESS METHODS === #
