from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

FORMS = [
    ("public", "Public Tender"),
    ("invited", "Invited Tender"),
    ("negotiation", "Competitive Negotiation"),
    ("consultation", "Competitive Consultation"),
    ("enquiry", "Price Enquiry"),
    ("single_source", "Single Source"),
    ("comparison", "Comparison of Offers"),
]
STATES = [
    ("draft", "Notice Read"),
    ("qualifying", "To Decide"),
    ("preparing", "In Preparation"),
    ("sealed", "Sealed"),
    ("submitted", "Submitted"),
    ("opened", "Opened"),
    ("won", "Tender Won"),
    ("lost", "Tender Lost"),
    ("no_bid", "Not Bid For"),
    ("cancelled", "Tender Cancelled"),
]
# the bid can be worked on
WORK_STATES = ("draft", "qualifying", "preparing")
# nothing was handed in yet
BID_STATES = (*WORK_STATES, "sealed")
OPEN_STATES = (*BID_STATES, "submitted", "opened")
END_STATES = ("won", "lost", "no_bid", "cancelled")


class KuaidiTender(models.Model):
    """One tender of a client that we answer, or decide not to answer (2.8, 4.10)."""

    _name = "kuaidi.tender"
    _description = "Tender"
    _inherit = ["kuaidi.deadline.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_deadline, id"
    _rec_names_search = ["name", "number", "reference"]
    _check_company_auto = True
    _mail_post_access = "read"

    _deadline_stop_states = ("submitted", "opened", *END_STATES)

    # what is put out to tender
    name = fields.Char(string="Project", required=True, tracking=True)
    number = fields.Char(
        string="Our Number", required=True, readonly=True, copy=False, default="/"
    )
    reference = fields.Char(
        string="Tender Number",
        copy=False,
        tracking=True,
        help="The number that the issuer or its agency gave the tender.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        selection=STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
        index=True,
    )
    form = fields.Selection(
        selection=FORMS,
        string="Form of Tender",
        required=True,
        default="public",
        tracking=True,
        help="Public and invited tenders: Tendering and Bidding Law, articles 10 and"
        " 17. Negotiation, consultation, enquiry and single source: Government"
        " Procurement Law, articles 26 and 29 to 40.",
    )
    is_mandatory = fields.Boolean(
        string="Tender Required by Law",
        tracking=True,
        help="The project has to be put out to tender by law: from the issue of the"
        " documents to the deadline there are at least 20 days.",
    )
    is_government = fields.Boolean(
        string="Government Procurement",
        compute="_compute_is_government",
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
        help="The issuer buys under the Government Procurement Law: questions and"
        " complaints run in working days, bonds are not paid in cash.",
    )
    # who issues it
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Issuer",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    agency_id = fields.Many2one(
        comodel_name="res.partner",
        string="Tender Agency",
        index="btree_not_null",
        ondelete="restrict",
    )
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        compute="_compute_account_id",
        store=True,
        precompute=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    stars = fields.Integer(
        string="Stars of the Issuer",
        compute="_compute_stars",
        store=True,
        aggregator=None,
        groups="kuaidi_key_account.group_crm_centre,kuaidi_key_account.group_finance",
        help="When the tender was entered; 0: no star, or no key account.",
    )
    renewal_id = fields.Many2one(
        comodel_name="kuaidi.renewal",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    # who answers it
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Bid Manager",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    member_ids = fields.One2many(
        comodel_name="kuaidi.tender.member",
        inverse_name="tender_id",
        string="Bid Team",
    )
    lot_ids = fields.One2many(
        comodel_name="kuaidi.tender.lot", inverse_name="tender_id", string="Lots"
    )
    # money
    amount_budget = fields.Monetary(
        string="Budget", help="The issuer's estimate or budget for the project."
    )
    amount_ceiling = fields.Monetary(
        string="Ceiling Price",
        help="Highest price that the issuer takes (最高投标限价); a bid above it is"
        " rejected (Implementation Regulations, article 51). 0: none was announced.",
    )
    amount_bid = fields.Monetary(
        string="Our Price", tracking=True, help="Total price of our bid."
    )
    amount_cost = fields.Monetary(
        string="Own Cost",
        groups="kuaidi_key_account.group_kuaidi_user",
        help="What the work costs us. A bid below it is rejected (Tendering and Bidding"
        " Law, article 33). It is never shown to the issuer.",
    )
    # what the documents ask for
    validity_days = fields.Integer(
        string="Bid Validity (Days)",
        default=90,
        aggregator=None,
        help="Calendar days from the deadline for which the bid stays valid.",
    )
    original_count = fields.Integer(string="Originals", default=1, aggregator=None)
    copy_count = fields.Integer(string="Copies", default=4, aggregator=None)
    description = fields.Html(string="Notes")
    # dates
    date_notice = fields.Date(string="Notice Published On")
    date_sale_from = fields.Date(string="Documents on Sale From")
    date_sale_to = fields.Date(string="Documents on Sale Until")
    date_questions = fields.Date(string="Questions Until")
    date_objection = fields.Date(string="Objections to the Documents Until")
    date_bond = fields.Date(string="Bond Paid Until")
    date_deadline = fields.Datetime(
        string="Bid Deadline",
        copy=False,
        tracking=True,
        help="Whatever arrives later is refused (Tendering and Bidding Law, article"
        " 28; Implementation Regulations, article 36).",
    )
    date_opening = fields.Datetime(string="Bid Opening")
    date_presentation = fields.Datetime(string="Presentation On")
    date_award = fields.Date(string="Award Notice On", tracking=True)
    date_signing = fields.Date(string="Contract Signed On", tracking=True)
    date_validity_end = fields.Date(
        string="Bid Valid Until", compute="_compute_date_validity_end", store=True
    )
    time_left = fields.Char(string="Time to the Deadline", compute="_compute_time_left")
    clock = fields.Selection(
        selection=[
            ("none", "No Deadline Known"),
            ("ahead", "More than a Week Left"),
            ("near", "Less than a Week Left"),
            ("urgent", "Less than Two Days Left"),
            ("late", "Deadline Missed"),
            ("stopped", "Clock Stopped"),
        ],
        string="Deadline Clock",
        compute="_compute_time_left",
    )

    _number_uniq = models.UniqueIndex(
        "(company_id, number)", "This number of ours stands for another tender."
    )
    _reference_uniq = models.UniqueIndex(
        "(company_id, partner_id, upper(btrim(reference)))"
        " WHERE btrim(reference) <> '' AND state <> 'cancelled'",
        "We answer the tender with this number of the issuer already. Open that one,"
        " and add the lot to it.",
    )
    _amounts_positive = models.Constraint(
        "CHECK(COALESCE(amount_budget, 0) >= 0 AND COALESCE(amount_ceiling, 0) >= 0"
        " AND COALESCE(amount_bid, 0) >= 0 AND COALESCE(amount_cost, 0) >= 0)",
        "Budget, ceiling, price and cost cannot be negative.",
    )
    _counts_positive = models.Constraint(
        "CHECK(validity_days BETWEEN 0 AND 3650 AND original_count BETWEEN 0 AND 100"
        " AND copy_count BETWEEN 0 AND 100)",
        "A bid is valid for 0 to 3,650 days, and handed in with up to 100 originals and"
        " copies.",
    )
    _open_idx = models.Index(
        "(company_id, date_deadline)"
        " WHERE state IN ('draft', 'qualifying', 'preparing', 'sealed')"
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "number")
    def _compute_display_name(self):
        for tender in self:
            tender.display_name = " ".join(filter(None, (tender.number, tender.name)))

    @api.depends("account_id")
    def _compute_is_government(self):
        for tender in self:
            tender.is_government = tender.account_id.is_public_body

    @api.depends("partner_id", "company_id")
    def _compute_account_id(self):
        accounts = self.env["kuaidi.key.account"].search(
            [
                ("partner_id", "in", self.partner_id.commercial_partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        by_client = accounts.grouped(lambda a: (a.partner_id, a.company_id))
        for tender in self:
            tender.account_id = by_client.get(
                (tender.partner_id.commercial_partner_id, tender.company_id)
            )

    @api.depends("account_id")
    def _compute_stars(self):
        for tender in self:
            tender.stars = tender.account_id.stars

    @api.depends("date_deadline", "validity_days", "company_id")
    def _compute_date_validity_end(self):
        for tender in self:
            tender.date_validity_end = tender._get_validity_end()

    @api.depends("date_deadline", "state")
    def _compute_time_left(self):
        now = fields.Datetime.now()
        for tender in self:
            deadline = tender.date_deadline
            if tender._is_deadline_stopped() or not deadline:
                tender.time_left = False
                tender.clock = "none" if tender.state in BID_STATES else "stopped"
                continue
            tender.clock = _get_clock(deadline - now)
            tender.time_left = tender._describe_time(deadline - now)

    # === CONSTRAINT METHODS === #

    @api.constrains("user_id", "company_id")
    def _check_manager_works_here(self):
        for tender in self:
            tender._check_works_here(tender.user_id)

    # === BUSINESS METHODS === #

    def _get_today(self):
        """Return today in the company's time zone."""
        company = self.company_id[:1] or self.env.company
        return self.env["kuaidi.deadline"]._get_today(company)

    def _get_local_date(self, moment):
        """Return the day of a UTC datetime in the company's time zone, or False."""
        company = self.company_id[:1] or self.env.company
        return moment and self.env["kuaidi.deadline"]._get_local_date(moment, company)

    def _get_validity_end(self):
        """Return the last day on which the bid is valid, False without a deadline.

        Evidence that expires earlier is refused (2.8).
        """
        self.ensure_one()
        day = self._get_local_date(self.date_deadline)
        return day and fields.Date.add(day, days=self.validity_days)

    def _get_part_user(self, part):
        """Return who has a part in the team: else its lead, else the bid manager.

        :param str part: a value of the team member's `part`
        """
        self.ensure_one()
        members = self.member_ids.grouped("part")
        for name in (part, "lead"):
            if name in members:
                return members[name][0].user_id
        return self.user_id

    def _check_works_here(self, users):
        """Refuse clients' users and those of other companies.

        :raise ValidationError: naming the user
        """
        self.ensure_one()
        # sudo: the companies of a colleague are for administrators to read
        for user in users.sudo():
            if user.share or self.company_id not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s is no employee of %(company)s and cannot work on"
                        " %(tender)s. Choose an internal user of the company.",
                        user=user.name,
                        company=self.company_id.name,
                        tender=self.display_name,
                    )
                )

    def _describe_time(self, left):
        """Return a span of time in words: days, or hours and minutes."""
        minutes = int(abs(left).total_seconds() // 60)
        days, hours = minutes // 1440, minutes // 60
        if left < timedelta():
            if days:
                return self.env._("%(days)s days late", days=days)
            return self.env._(
                "%(hours)s h %(minutes)s min late", hours=hours, minutes=minutes % 60
            )
        if days >= 2:
            return self.env._("%(days)s days %(hours)s h", days=days, hours=hours % 24)
        return self.env._(
            "%(hours)s h %(minutes)s min", hours=hours, minutes=minutes % 60
        )


def _get_clock(left):
    if left < timedelta():
        return "late"
    if left < timedelta(days=2):
        return "urgent"
    return "near" if left < timedelta(days=7) else "ahead"
