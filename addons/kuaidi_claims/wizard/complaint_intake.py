from odoo import api, fields, models
from odoo.fields import Domain

from ..models.complaint.complaint import CHANNELS
from ..models.complaint.complaint_crisis import REASONS
from ..models.complaint.complaint_type import SEVERITIES

COPIED = (
    "account_id",
    "partner_id",
    "contact_name",
    "phone",
    "email",
    "waybill_number",
    "type_id",
    "channel",
    "mood",
    "need",
    "severity",
    "description",
    "compensation",
    "date_received",
)


class KuaidiComplaintIntake(models.TransientModel):
    """The short form on which a call is taken in under a minute (CP-12)."""

    _name = "kuaidi.complaint.intake"
    _description = "Complaint Intake"

    query = fields.Char(
        string="Find",
        help="Client's name, phone, client code or waybill: the file is found by it.",
    )
    found = fields.Text(compute="_compute_found")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        compute="_compute_account_id",
        store=True,
        readonly=False,
        domain="[('company_id', '=', company_id)]",
    )
    stars = fields.Integer(related="account_id.stars")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        compute="_compute_caller",
        store=True,
        readonly=False,
    )
    contact_name = fields.Char(
        string="Caller", compute="_compute_caller", store=True, readonly=False
    )
    phone = fields.Char(compute="_compute_caller", store=True, readonly=False)
    email = fields.Char(compute="_compute_caller", store=True, readonly=False)
    waybill_number = fields.Char(
        string="Waybill", compute="_compute_waybill_number", store=True, readonly=False
    )
    known_id = fields.Many2one(
        comodel_name="kuaidi.complaint",
        string="Open on This Waybill",
        compute="_compute_known_id",
        help="This call is added to it.",
    )
    type_id = fields.Many2one(
        comodel_name="kuaidi.complaint.type", string="Complaint Type", required=True
    )
    script = fields.Text(related="type_id.script")
    channel = fields.Selection(selection=CHANNELS, required=True, default="hotline")
    mood = fields.Selection(selection=lambda self: self._get_selection("mood"))
    need = fields.Selection(
        selection=lambda self: self._get_selection("need"), string="Wants"
    )
    severity = fields.Selection(
        selection=[row for row in SEVERITIES if row[0] != "crisis"],
        compute="_compute_severity",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    crisis_reason = fields.Selection(
        selection=REASONS,
        help="Law, media, 3.15 or trouble at our door: VP and legal are told at once.",
    )
    description = fields.Text(string="What Happened")
    compensation = fields.Monetary(string="Compensation Asked")
    date_received = fields.Datetime(
        string="Received On", required=True, default=lambda self: fields.Datetime.now()
    )

    # === COMPUTE METHODS === #

    @api.model
    def _get_selection(self, name):
        """Return the choices that complaints have, in the reader's language."""
        field = self.env["kuaidi.complaint"]._fields[name]
        return field._description_selection(self.env)

    @api.depends("query", "company_id")
    def _compute_account_id(self):
        for intake in self.filtered("query"):
            found = intake._find_account()
            intake.account_id = found or intake.account_id

    @api.depends("query", "account_id")
    @api.depends_context("lang")
    def _compute_found(self):
        for intake in self:
            intake.found = bool(intake.query and not intake.account_id) and self.env._(
                "No client file is found by this. Take the complaint in without one."
            )

    @api.depends("account_id", "query")
    def _compute_caller(self):
        for intake in self:
            intake.partner_id = intake.account_id.partner_id or intake.partner_id
            caller = intake._find_caller()
            intake.contact_name = intake.contact_name or caller.name
            intake.phone = intake.phone or caller.phone
            intake.email = (
                intake.email or caller.email or intake.account_id.partner_id.email
            )

    @api.depends("query")
    def _compute_waybill_number(self):
        normalize = self.env["kuaidi.complaint"]._normalize_waybill
        for intake in self.filtered("query"):
            # of a caller known by phone it is not known which parcel it is about
            number = normalize(intake.query)
            known = intake._find_complaints().filtered(
                lambda complaint, number=number: complaint.waybill_number == number
            )
            intake.waybill_number = known[:1].waybill_number or intake.waybill_number

    @api.depends("waybill_number", "company_id")
    def _compute_known_id(self):
        complaints = self.env["kuaidi.complaint"]
        for intake in self:
            number = complaints._normalize_waybill(intake.waybill_number)
            intake.known_id = number and complaints.search(
                Domain(
                    [
                        ("waybill_number", "=", number),
                        ("company_id", "=", intake.company_id.id),
                    ]
                )
                & complaints._get_open_domain(),
                limit=1,
            )

    @api.depends("type_id")
    def _compute_severity(self):
        for intake in self:
            intake.severity = intake.type_id.severity or "simple"

    # === ACTION METHODS === #

    def action_take_in(self):
        """Take the complaint in and open it; it starts in the taker's hands."""
        complaint = self._take_in()
        if not complaint.has_access("read"):
            # an account manager's call was added to a case of other colleagues
            return {"type": "ir.actions.act_window_close"}
        return complaint._get_records_action()

    def action_take_in_and_next(self):
        """Take the complaint in and open an empty form for the next call."""
        self._take_in()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_claims.kuaidi_complaint_intake_action"
        )

    # === BUSINESS METHODS === #

    def _take_in(self):
        self.ensure_one()
        values = self._convert_to_write(
            {name: self[name] for name in COPIED if self[name]}
        )
        complaint = self.env["kuaidi.complaint"]._take_in(values)
        # sudo: a crisis is told at once, whoever's case the call was added to
        complaint_sudo = complaint.sudo()
        if self.crisis_reason and not complaint_sudo.date_crisis:
            complaint_sudo._declare_crisis(self.crisis_reason, self.description)
        return complaint

    def _find_account(self):
        """Return the client file that the officer's words lead to, if it is one.

        By client code and name, then by phone of a contact, then by the waybill of
        earlier complaints.
        """
        self.ensure_one()
        query = self.query.strip()
        accounts = self.env["kuaidi.key.account"]
        company = Domain("company_id", "=", self.company_id.id)
        for domain in (
            Domain("code", "=ilike", query),
            Domain("partner_id.name", "ilike", query),
            Domain("contact_ids.partner_id.name", "ilike", query),
            Domain("partner_id.phone", "ilike", query),
            Domain("contact_ids.partner_id.phone", "ilike", query),
        ):
            found = accounts.search(company & domain, limit=2)
            if len(found) == 1:
                return found
        return self._find_complaints().account_id[:1]

    def _find_caller(self):
        """Return the contact of the file that the officer's words name."""
        self.ensure_one()
        contacts = self.account_id.contact_ids.partner_id
        query = (self.query or "").strip()
        return contacts.filtered(
            lambda contact: query and query in (contact.name, contact.phone)
        )[:1]

    def _find_complaints(self):
        """Return earlier complaints on the waybill, or from the phone, in the query."""
        self.ensure_one()
        complaints = self.env["kuaidi.complaint"]
        number = complaints._normalize_waybill(self.query)
        return complaints.search(
            [
                ("company_id", "=", self.company_id.id),
                "|",
                ("waybill_number", "=", number),
                ("phone", "=", (self.query or "").strip()),
            ],
            order="id desc",
            limit=5,
        )
