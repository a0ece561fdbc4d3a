from odoo import api, fields, models
from odoo.exceptions import UserError

TYPES = [
    ("loss", "Lost"),
    ("damage", "Damaged"),
    ("shortage", "Pieces Missing"),
    ("delay", "Delay"),
    ("misdelivery", "Delivered to the Wrong Person"),
    ("wrong_goods", "Wrong Goods Delivered"),
]
STATES = [
    ("received", "Received"),
    ("evidence", "Evidence"),
    ("inquiry", "Inquiry"),
    ("assessment", "Assessment"),
    ("negotiation", "Negotiation"),
    ("consensus", "Consensus"),
    ("report", "Report"),
    ("to_approve", "To Approve"),
    ("approved", "Approved"),
    ("paid", "Paid"),
    ("filed", "Filed"),
    ("refused", "Refused"),
    ("lawyer", "With the Lawyer"),
    ("withdrawn", "Withdrawn"),
]
# in which nothing is left to be done
CLOSED_STATES = ("filed", "refused", "withdrawn")
# who answers for what happened; where it is none of ours, the client may be refused
LIABILITIES = [
    ("ours", "We"),
    ("carrier", "Carrier outside Our Network"),
    ("agent", "Agent"),
    ("sender", "Sender or Consignee"),
    ("nature", "Nature of the Goods"),
    ("force_majeure", "Force Majeure"),
]


class KuaidiClaim(models.Model):
    """What one client demands for one waybill, and what becomes of it (2.12)."""

    _name = "kuaidi.claim"
    _description = "Claim"
    _inherit = [
        "kuaidi.deadline.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.evidence.mixin",
        "kuaidi.guard.mixin",
    ]
    _order = "date_deadline, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "waybill_number", "partner_id"]
    _check_company_auto = True
    _mail_post_access = "read"
    _deadline_stop_states = CLOSED_STATES
    _guarded_fields = frozenset(
        {
            "amount_agreed",
            "amount_approved",
            "amount_paid",
            "company_id",
            "date_deadline",
            "date_done",
            "number",
            "outcome_reason",
            "state",
        }
    )

    # identity
    number = fields.Char(readonly=True, copy=False)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    state = fields.Selection(
        selection=STATES,
        required=True,
        default="received",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand="_expand_states",
    )
    type = fields.Selection(
        selection=TYPES, string="What Happened", required=True, tracking=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Claims Officer",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    # client
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        compute="_compute_account_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Found by the client, its code or the phone; empty for clients without a"
        " key account.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    manager_id = fields.Many2one(related="account_id.manager_id")
    contact_name = fields.Char(string="Contact Person")
    phone = fields.Char(help="Of who called. A known number finds the client.")
    email = fields.Char(
        string="E-mail of the Contact",
        help="The application form goes there; empty: to the client's own address.",
    )
    # waybill
    waybill_number = fields.Char(required=True, index=True, tracking=True)
    date_shipped = fields.Date(string="Shipped On")
    origin = fields.Char(string="Shipped From")
    destination = fields.Char(string="Shipped To")
    goods = fields.Char(string="Goods by the Waybill")
    goods_kind = fields.Selection(
        selection=[
            ("document", "Documents"),
            ("textile", "Clothing and Textiles"),
            ("electronics", "Electronics"),
            ("appliance", "Home Appliances"),
            ("machinery", "Machines and Parts"),
            ("fragile", "Glass and Fragile Goods"),
            ("food", "Food and Fresh Goods"),
            ("medicine", "Medicine"),
            ("valuable", "Valuables"),
            ("other", "Other Goods"),
        ],
    )
    is_used = fields.Boolean(string="Used Goods")
    packing = fields.Selection(
        selection=[
            ("original", "Original of the Factory"),
            ("own", "Packed by the Client"),
            ("ours", "Packed by Us"),
        ],
    )
    booking_warning = fields.Text(
        string="Warnings at Booking",
        help="What the sender was told about packing, limits or declared value, by whom"
        " and how it is proven.",
    )
    pieces = fields.Integer(default=1, aggregator=None)
    amount_per_piece = fields.Monetary(string="Value per Piece", aggregator=None)
    weight_kg = fields.Float(string="Weight (kg)", digits=(12, 3), aggregator=None)
    amount_freight = fields.Monetary(string="Freight", aggregator=None)
    is_declared = fields.Boolean(
        string="Declared Value",
        compute="_compute_is_declared",
        store=True,
        readonly=False,
        precompute=True,
        help="The goods were shipped with a declared value (保价).",
    )
    amount_declared = fields.Monetary(
        help="Declared value of all goods of the waybill.",
    )
    is_insured = fields.Boolean(
        string="Insured",
        tracking=True,
        help="Cargo insurance covers the goods: the whole claim may take two months"
        " instead of one (D17, D18).",
    )
    pieces_sent = fields.Integer(aggregator=None)
    pieces_received = fields.Integer(aggregator=None)
    signer = fields.Char(string="Signed For by")
    date_signed = fields.Date(string="Signed For On")
    signoff_remark = fields.Char(
        string="Remark at Sign-off",
        help="What the consignee wrote when signing; without any objection in time,"
        " delivery as documented is presumed (Civil Code, article 831).",
    )
    # demand
    date_called = fields.Datetime(
        string="Client Called On",
        required=True,
        default=fields.Datetime.now,
        tracking=True,
        help="The clock of the whole claim starts here: one month, two months where the"
        " goods are insured (D17, D18).",
    )
    description = fields.Text(string="What the Client Says")
    amount_claimed = fields.Monetary(string="Claimed", tracking=True)
    amount_assessed = fields.Monetary(
        string="Assessed", copy=False, tracking=True, help="What we find is owed."
    )
    amount_agreed = fields.Monetary(
        string="Agreed", readonly=True, copy=False, tracking=True
    )
    amount_approved = fields.Monetary(
        string="Approved", readonly=True, copy=False, tracking=True
    )
    amount_paid = fields.Monetary(
        string="Paid Out", readonly=True, copy=False, tracking=True
    )
    # outcome of the inquiries
    liability = fields.Selection(
        selection=LIABILITIES,
        string="Who Answers for It",
        copy=False,
        tracking=True,
        help="Outcome of the inquiries. A carrier or agent of ours answers to us: the"
        " client is compensated all the same.",
    )
    liability_note = fields.Text(
        string="Why", copy=False, help="What was found out, and what proves it."
    )
    department_id = fields.Many2one(
        comodel_name="kuaidi.case.department",
        string="Responsible Unit",
        index="btree_not_null",
        copy=False,
        check_company=True,
        tracking=True,
    )
    link_id = fields.Many2one(
        comodel_name="kuaidi.case.link",
        string="Link of the Operation",
        index="btree_not_null",
        copy=False,
    )
    outcome_reason = fields.Text(
        string="Reason of the Outcome",
        readonly=True,
        copy=False,
        help="Why it was refused, withdrawn, taken up again or given to the lawyer.",
    )

    _number_uniq = models.UniqueIndex("(company_id, number)")
    _waybill_type_uniq = models.UniqueIndex(
        "(company_id, waybill_number, type)"
        " WHERE state NOT IN ('filed', 'refused', 'withdrawn')",
        "This waybill has an open claim of the same kind already. Go on with that one.",
    )
    _facts_positive = models.Constraint(
        "CHECK(COALESCE(pieces, 0) >= 0 AND COALESCE(pieces_sent, 0) >= 0"
        " AND COALESCE(pieces_received, 0) >= 0 AND COALESCE(weight_kg, 0) >= 0"
        " AND COALESCE(amount_per_piece, 0) >= 0 AND COALESCE(amount_freight, 0) >= 0"
        " AND COALESCE(amount_declared, 0) >= 0 AND COALESCE(amount_claimed, 0) >= 0"
        " AND COALESCE(amount_assessed, 0) >= 0 AND COALESCE(amount_agreed, 0) >= 0"
        " AND COALESCE(amount_approved, 0) >= 0 AND COALESCE(amount_paid, 0) >= 0)",
        "Pieces, weights and amounts of a claim are not negative.",
    )
    _received_not_above_sent = models.Constraint(
        "CHECK(COALESCE(pieces_sent, 0) = 0"
        " OR COALESCE(pieces_received, 0) <= pieces_sent)",
        "More pieces cannot be received than were sent. Count again.",
    )
    _default_order_idx = models.Index(
        "(company_id, date_deadline, id DESC)"
        " WHERE state NOT IN ('filed', 'refused', 'withdrawn')"
    )

    # === COMPUTE METHODS === #

    @api.depends("amount_declared")
    def _compute_is_declared(self):
        for claim in self:
            claim.is_declared = bool(claim.amount_declared)

    def _expand_states(self, states, domain):
        """Show on the board what is at work, and what ends it where it is used."""
        return [
            state
            for state, _label in STATES
            if state in states or state not in (*CLOSED_STATES, "lawyer")
        ]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_typed(self._get_filled_names(vals_list) - {"company_id"})
        for vals in vals_list:
            self._normalize_waybill(vals)
        self.env["ir.sequence"]._draw_numbers(self._name, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_typed(vals.keys())
        self._check_not_closed(vals.keys())
        self._normalize_waybill(vals)
        return super().write(vals)

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._("A claim stays on file. Withdraw it with its reason instead.")

    @api.model
    def _get_free_fields(self):
        """Hook: return the fields that may change although the claim is closed."""
        return self._get_chatter_fields()

    @api.model
    def _get_guarded_message(self):
        return self.env._(
            "Number, state and decided amounts of a claim follow from its"
            " buttons. Use those of its page."
        )

    def _check_not_closed(self, names):
        """Refuse changes of claims on which nothing is left to be done."""
        if self.env.su or not set(names) - self._get_free_fields():
            return
        for claim in self:
            if claim.state in CLOSED_STATES:
                raise UserError(
                    self.env._(
                        "%(claim)s is closed. Take it up again before you change it.",
                        claim=claim.display_name,
                    )
                )

    @api.model
    def _normalize_waybill(self, vals):
        """Write waybill numbers as they are searched: no blanks, capital letters."""
        if vals.get("waybill_number"):
            vals["waybill_number"] = "".join(vals["waybill_number"].split()).upper()
