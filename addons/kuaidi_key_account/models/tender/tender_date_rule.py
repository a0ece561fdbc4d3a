from odoo import api, fields, models

from .tender import END_STATES, OPEN_STATES

DATE_FIELDS = [
    ("date_notice", "Notice"),
    ("date_sale_from", "Start of Sale"),
    ("date_sale_to", "End of Sale"),
    ("date_questions", "End of Questions"),
    ("date_amended", "Last Amendment"),
    ("date_objection", "End of Objections"),
    ("date_bond", "Payment of the Bond"),
    ("date_deadline", "Deadline of Bids"),
    ("date_opening", "Opening"),
    ("date_presentation", "Presentation of the Bid"),
    ("date_candidates", "Candidates Published"),
    ("date_candidates_to", "End of Publicity"),
    ("date_award", "Award Notice"),
    ("date_objected", "Our Objection"),
    ("date_objection_answer", "Answer to Our Objection"),
    ("date_complaint", "Our Complaint"),
    ("date_signing", "Signing of the Contract"),
    ("date_validity_end", "End of Bid Validity"),
    ("date_withdrawn", "Withdrawal of the Bid"),
]
# states of a tender in which a rule's day is in the calendar
PHASES = {
    "bid": ("draft", "qualifying", "preparing", "sealed"),
    "open": OPEN_STATES,
    "submitted": ("submitted", "opened"),
    "result": ("submitted", "opened", "won", "lost"),
    "won": ("won",),
    "lost": ("lost",),
    "ended": ("won", "lost"),
    "withdrawn": ("cancelled",),
}
TENDER_FORMS = ("public", "invited")


class KuaidiTenderDateRule(models.Model):
    """One rule of the law, or of the trade, on the dates of a tender (2.8)."""

    _name = "kuaidi.tender.date.rule"
    _description = "Tender Date Rule"
    _order = "sequence, id"

    name = fields.Char(string="Rule", required=True, translate=True)
    code = fields.Char(readonly=True, copy=False)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    # the law
    article = fields.Char(
        string="Stands On", translate=True, help="Statute and article."
    )
    law = fields.Text(string="The Law in Words", translate=True)
    # arithmetic
    kind = fields.Selection(
        selection=[
            ("minimum", "At Least so Many Days Between"),
            ("latest", "At the Latest"),
        ],
        string="Kind of Rule",
        required=True,
        default="latest",
    )
    from_field = fields.Selection(
        selection=DATE_FIELDS, string="Counts From", required=True
    )
    to_field = fields.Selection(
        selection=DATE_FIELDS,
        string="Counts To",
        help="The tender's own date that the rule is held against. Without it the rule"
        " works out a date.",
    )
    days = fields.Integer(string="Days Counted", required=True, aggregator=None)
    unit = fields.Selection(
        selection=[("day", "Calendar Days"), ("workday", "Working Days")],
        string="Counted In",
        required=True,
        default="day",
    )
    is_before = fields.Boolean(
        string="Counts Backwards", help="So many days before, not after."
    )
    is_inclusive = fields.Boolean(
        string="First Day Counts", help="As with documents that are on sale both days."
    )
    # whom it concerns
    scope = fields.Selection(
        selection=[
            ("any", "Every Form"),
            ("tender", "Public and Invited Tenders"),
            ("other", "All but Public and Invited Tenders"),
            ("negotiation", "Competitive Negotiations"),
            ("consultation", "Competitive Consultations"),
            ("enquiry", "Price Enquiries"),
        ],
        string="Forms Concerned",
        required=True,
        default="any",
    )
    procurement = fields.Selection(
        selection=[
            ("any", "Every Issuer"),
            ("government", "Government Procurement"),
            ("other", "All but Government Procurement"),
            ("mandatory", "Tenders Required by Law, not of Government"),
            ("regulated", "Tenders Required by Law and Government Procurement"),
        ],
        string="Issuers Concerned",
        required=True,
        default="any",
    )
    known_field = fields.Selection(
        selection=DATE_FIELDS,
        string="Only Where Known",
        help="The rule does not concern a tender without this date.",
    )
    # what it brings about
    is_planned = fields.Boolean(
        string="In Calendar and Activities",
        default=True,
        help="The day goes into the calendar, and to whoever has the part as an"
        " activity, once each.",
    )
    phase = fields.Selection(
        selection=[
            ("bid", "Until the Bid Is Handed In"),
            ("open", "Until the Result"),
            ("submitted", "Between Handing In and Result"),
            ("result", "From Handing In"),
            ("won", "Once Won"),
            ("lost", "Once Lost"),
            ("ended", "Once Won or Lost"),
            ("withdrawn", "Once Withdrawn"),
        ],
        string="Planned",
        required=True,
        default="bid",
    )
    part = fields.Selection(
        selection=lambda self: (
            self.env["kuaidi.tender.member"]
            ._fields["part"]
            ._description_selection(self.env)
        ),
        string="For",
        required=True,
        default="lead",
        help="Who gets the activity: else the lead of the bid, else the bid manager.",
    )
    task = fields.Char(
        string="What to Do",
        translate=True,
        help="Title of the activity and the calendar entry; the rule's name where"
        " empty.",
    )

    _code_uniq = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "A rule of that code exists already."
    )
    _days_range = models.Constraint(
        "CHECK(days BETWEEN 0 AND 1000)", "A rule counts between 0 and 1,000 days."
    )
    _minimum_has_end = models.Constraint(
        "CHECK(kind <> 'minimum' OR to_field IS NOT NULL)",
        "Days between two dates need both of them.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self._apply()
        return rules

    def write(self, vals):
        res = super().write(vals)
        self._apply()
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _apply(self):
        """Work out the dates of open tenders anew, since a rule has changed."""
        # sudo: every tender of every company follows the rules
        tenders_sudo = self.env["kuaidi.tender"].sudo()
        tenders_sudo.search([("state", "not in", END_STATES)])._update_dates()

    def _filter_concerning(self, tender):
        """Return the rules that concern this tender."""
        is_tender = tender.form in TENDER_FORMS
        scopes = {"any", "tender" if is_tender else "other", tender.form}
        issuers = {"any", "government" if tender.is_government else "other"}
        if tender.is_mandatory and not tender.is_government:
            issuers.add("mandatory")
        if tender.is_mandatory or tender.is_government:
            issuers.add("regulated")
        return self.filtered(
            lambda rule: rule.scope in scopes and rule.procurement in issuers
        )

    def _is_planned_in(self, tender):
        """Tell whether the rule's day is in the calendar at the tender's step."""
        return self.is_planned and tender.state in PHASES[self.phase]
