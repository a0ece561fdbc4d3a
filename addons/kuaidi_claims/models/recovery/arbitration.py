from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

VERDICTS = [
    ("upheld", "Upheld"),
    ("changed", "False Report: Another Outlet Answers"),
    ("dismissed", "Dismissed"),
]
# what may change once it was reported
RULING_FIELDS = frozenset(
    {"verdict", "ruling", "amount_ruled", "responsible_id", "attachment_ids", "user_id"}
)
FREE_FIELDS = frozenset({"attachment_ids", "user_id"})


class KuaidiArbitration(models.Model):
    """A report of one outlet on another one, ruled by the head office (RC-4 to RC-6).

    The internal ruling of the network (仲裁), not the Arbitration Law. No state of it
    holds a parcel: what is reported travels on, and is delivered.
    """

    _name = "kuaidi.arbitration"
    _description = "Ruling of the Network"
    _inherit = [
        "kuaidi.escalation.mixin",
        "kuaidi.file.mixin",
        "kuaidi.guard.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_deadline desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "waybill_number", "claim_id"]
    _check_company_auto = True
    _mail_post_access = "read"
    _deadline_stop_states = ("filed", "ruled", "charged", "closed")
    _guarded_fields = frozenset(
        {
            "company_id",
            "date_deadline",
            "date_done",
            "date_escalated",
            "date_filed",
            "date_ruled",
            "number",
            "ruled_by_id",
            "state",
        }
    )

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
    waybill_number = fields.Char(related="claim_id.waybill_number", store=True)
    state = fields.Selection(
        selection=[
            ("draft", "To Report"),
            ("filed", "Reported"),
            ("ruled", "Ruled"),
            ("charged", "Charged Back"),
            ("closed", "Closed without Charge"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Who Reports",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    kind = fields.Selection(
        selection=[
            ("missort", "Wrong Sorting Code"),
            ("damage", "Damage on Arrival"),
            ("shortage", "Pieces Missing on Arrival"),
            ("loss", "Loss between Outlets"),
            ("other", "Another Fault"),
        ],
        string="What Is Reported",
        required=True,
        default="missort",
    )
    # parties
    reporter_id = fields.Many2one(
        comodel_name="kuaidi.case.department",
        string="Outlet That Reports",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    respondent_id = fields.Many2one(
        comodel_name="kuaidi.case.department",
        string="Outlet Reported",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    # proof, made at the first handling
    date_scan = fields.Datetime(
        string="Arrival Scan",
        help="When the outlet scanned the parcel on arrival: the report is due within"
        " 24 hours (D19).",
    )
    finding = fields.Text(string="What Was Found")
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_arbitration_attachment_rel",
        column1="arbitration_id",
        column2="attachment_id",
        string="Pictures and Scans",
        copy=False,
    )
    is_parcel_sent_on = fields.Boolean(
        string="Parcel Sent On",
        copy=False,
        help="Neither hub nor outlet holds a parcel for a report: it is forwarded or"
        " delivered at once (RC-4; Express Regulations, article 52).",
    )
    # clocks
    date_deadline = fields.Datetime(
        string="Report Until",
        compute="_compute_date_deadline",
        store=True,
        readonly=True,
        precompute=True,
    )
    date_filed = fields.Datetime(string="Reported On", readonly=True, copy=False)
    date_ruled = fields.Datetime(string="Ruled On", readonly=True, copy=False)
    date_done = fields.Datetime(string="Closed On", readonly=True)
    # ruling
    verdict = fields.Selection(selection=VERDICTS, copy=False, tracking=True)
    ruling = fields.Text(string="Reasons of the Ruling", copy=False)
    responsible_id = fields.Many2one(
        comodel_name="kuaidi.case.department",
        string="Outlet That Answers",
        compute="_compute_responsible_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
    )
    amount_ruled = fields.Monetary(copy=False, tracking=True)
    amount_fee = fields.Monetary(
        string="Fee of the Reporter",
        compute="_compute_amount_fee",
        store=True,
        help="Half of the amount, for a false report (RC-5).",
    )
    ruled_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    recovery_ids = fields.One2many(
        comodel_name="kuaidi.recovery",
        inverse_name="arbitration_id",
        string="Charge-Backs",
        readonly=True,
    )

    _number_uniq = models.UniqueIndex("(company_id, number)")
    _case_uniq = models.UniqueIndex(
        "(claim_id, respondent_id, kind) WHERE state <> 'closed'",
        "This outlet was reported for the same fault already.",
    )
    _parties_differ = models.Constraint(
        "CHECK(reporter_id <> respondent_id)",
        "An outlet does not report itself. Choose another one.",
    )
    _amount_positive = models.Constraint(
        "CHECK(COALESCE(amount_ruled, 0) >= 0)", "The amount ruled is not negative."
    )
    _filed_with_proof = models.Constraint(
        "CHECK(state = 'draft' OR (date_scan IS NOT NULL AND date_filed >= date_scan"
        " AND is_parcel_sent_on IS TRUE))",
        "A report has its arrival scan, and the parcel travels on.",
    )

    # === COMPUTE METHODS === #

    @api.depends("date_scan", "company_id")
    def _compute_date_deadline(self):
        service = self.env["kuaidi.deadline"]
        for arbitration in self:
            company = arbitration.company_id or self.env.company
            arbitration.date_deadline = arbitration.date_scan and service._get_due(
                arbitration.date_scan,
                company.sudo().kuaidi_arbitration_hours,  # sudo: a setting
                "hour",
                company,
            )

    @api.depends("verdict", "respondent_id")
    def _compute_responsible_id(self):
        for arbitration in self:
            if arbitration.verdict == "upheld":
                arbitration.responsible_id = arbitration.respondent_id
            elif arbitration.responsible_id == arbitration.respondent_id:
                arbitration.responsible_id = False
            else:
                arbitration.responsible_id = arbitration.responsible_id

    @api.depends("verdict", "amount_ruled", "company_id")
    def _compute_amount_fee(self):
        for arbitration in self:
            # sudo: a setting
            percent = arbitration.company_id.sudo().kuaidi_arbitration_fee_percent
            is_false = arbitration.verdict == "changed"
            arbitration.amount_fee = (
                is_false and arbitration.amount_ruled * percent / 100
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("date_scan")
    def _check_date_scan(self):
        now = fields.Datetime.now()
        for arbitration in self:
            if arbitration.date_scan and arbitration.date_scan > now:
                raise ValidationError(
                    self.env._("The arrival scan lies in the future. Check its time.")
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
        if any(arbitration.state != "draft" for arbitration in self):
            raise UserError(self.env._("What was reported stays on file."))

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_message(self):
        return self.env._("A report is filed, ruled and charged by its buttons.")

    def _check_may_write(self, names):
        """Refuse changes of what was reported, and of what is ruled."""
        if self.env.su:
            return
        names = names - self._get_chatter_fields()
        for arbitration in self:
            if arbitration.state == "draft":
                continue
            free = RULING_FIELDS if arbitration.state == "filed" else FREE_FIELDS
            if names - free:
                raise UserError(
                    self.env._(
                        "%(report)s was filed: what was reported stays as it is.",
                        report=arbitration.display_name,
                    )
                )


class KuaidiRecovery(models.Model):
    """A recovery may follow from a ruling."""

    _name = "kuaidi.recovery"
    _inherit = ["kuaidi.recovery"]

    arbitration_id = fields.Many2one(
        comodel_name="kuaidi.arbitration",
        string="By Ruling",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _ruling_subject_uniq = models.UniqueIndex(
        "(arbitration_id, subject) WHERE arbitration_id IS NOT NULL",
        "This ruling is charged back already.",
    )
