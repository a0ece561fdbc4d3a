from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

# what happens around prices that are agreed, not in them
LIVE_FIELDS = {"message_follower_ids", "activity_ids", "message_ids"}
OPEN_STATES = ("draft", "to_approve", "approved")


class KuaidiPriceAgreement(models.Model):
    """What parcels of one client cost in one period, or of everybody (2.9, PR-1).

    The tariff of the company is an agreement without a client. Agreed prices never
    change: a new version takes the place of the former, which stays readable.
    """

    _name = "kuaidi.price.agreement"
    _description = "Price Agreement"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.approval.mixin",
        "kuaidi.account.work",
        "kuaidi.version.mixin",
    ]
    _order = "date_from desc, id desc"
    _rec_names_search = ["name", "account_id"]
    _check_company_auto = True
    _mail_post_access = "read"

    # approved prices wait for their contract, where it is not in force yet
    _state_to = ["approved", "running"]
    _state_refused = "draft"
    _approval_guarded_fields = (
        "state",
        "name",
        "revision",
        "previous_id",
        "depth_percent",
        "is_below_floor",
        "approval_level",
        "requested_by_id",
        "date_requested",
        "digest",
        "date_approved",
        "validation_status",
        "review_ids",
    )

    # parties
    name = fields.Char(
        string="Agreement No.",
        readonly=True,
        copy=False,
        help="Drawn from the company's sequence. A new version keeps it.",
    )
    is_standard = fields.Boolean(
        string="Tariff of the Company",
        help="The published prices, which special prices are measured against.",
    )
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('state', '!=', 'closed')]",
        check_company=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    manager_id = fields.Many2one(
        related="account_id.manager_id", store=True, precompute=True, index=True
    )
    contract_id = fields.Many2one(
        comodel_name="kuaidi.contract",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('account_id', '=', account_id),"
        " ('state', 'not in', ('expired', 'terminated', 'superseded'))]",
        check_company=True,
        help="The contract that these prices belong to. They come into force with it.",
    )
    # validity
    date_from = fields.Date(
        string="Valid From",
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
        tracking=True,
    )
    date_to = fields.Date(
        string="Valid Until",
        tracking=True,
        help="Last day. Empty: until other prices take their place.",
    )
    is_upcoming = fields.Boolean(
        string="Prices Not Begun Yet", compute="_compute_is_upcoming"
    )
    # prices
    volumetric_divisor = fields.Float(
        string="Divisor (cm³ per kg)",
        digits=(16, 1),
        required=True,
        aggregator=None,
        compute="_compute_weighing",
        store=True,
        precompute=True,
        readonly=False,
        help="Length × width × height in cm, divided by this, is the volumetric"
        " weight. The greater of actual and volumetric weight is charged.",
    )
    weight_step_kg = fields.Float(
        string="Weights Charged in Steps (kg)",
        digits=(16, 3),
        aggregator=None,
        compute="_compute_weighing",
        store=True,
        precompute=True,
        readonly=False,
        help="A step that has begun is charged whole. 0: as weighed.",
    )
    amount_minimum = fields.Monetary(
        string="Least Freight per Parcel",
        aggregator=None,
        help="After all discounts, before surcharges.",
    )
    discount_percent = fields.Float(
        string="Composite Discount (%)",
        digits=(5, 2),
        aggregator=None,
        tracking=True,
        help="Percent off the freight of all lines: 15 means that the client pays 85 %"
        " (八五折). Remote zones are not discounted, unless the settings allow it.",
    )
    amount_assessment = fields.Monetary(
        string="Monthly Assessment Deduction",
        aggregator=None,
        help="Taken off a month's settlement for missed quality, as agreed (2.9 b).",
    )
    line_ids = fields.One2many(
        comodel_name="kuaidi.price.line",
        inverse_name="agreement_id",
        string="Prices",
    )
    ladder_ids = fields.One2many(
        comodel_name="kuaidi.price.ladder",
        inverse_name="agreement_id",
        string="Volume Rebate",
    )
    excess_ids = fields.One2many(
        comodel_name="kuaidi.price.excess",
        inverse_name="agreement_id",
        string="Progressive Excess",
    )
    surcharge_ids = fields.One2many(
        comodel_name="kuaidi.price.surcharge",
        inverse_name="agreement_id",
        string="Surcharges",
    )
    note = fields.Html(string="Remarks")
    # approval
    request_reason = fields.Text(
        string="Why This Price",
        copy=False,
        help="What those who approve should know: volume, competitor, margin.",
    )
    date_requested = fields.Datetime(string="Requested On", readonly=True, copy=False)
    date_approved = fields.Datetime(string="Agreed On", readonly=True, copy=False)
    # versions
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("approved", "Waits for Contract"),
            ("running", "In Force"),
            ("superseded", "Superseded"),
            ("expired", "Expired"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    revision = fields.Integer(
        string="Version", readonly=True, copy=False, default=1, aggregator=None
    )
    previous_id = fields.Many2one(
        comodel_name="kuaidi.price.agreement",
        string="Former Prices",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    next_ids = fields.One2many(
        comodel_name="kuaidi.price.agreement", inverse_name="previous_id"
    )
    next_id = fields.Many2one(
        comodel_name="kuaidi.price.agreement",
        string="Next Prices",
        compute="_compute_next_id",
    )

    _party_known = models.Constraint(
        "CHECK(is_standard = (account_id IS NULL))",
        "Choose the client of these prices. Only the tariff of the company has none.",
    )
    _tariff_without_contract = models.Constraint(
        "CHECK(NOT is_standard OR contract_id IS NULL)",
        "The tariff of the company belongs to no contract.",
    )
    _period_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_from <= date_to)",
        "The prices would end before they begin.",
    )
    _divisor_positive = models.Constraint(
        "CHECK(volumetric_divisor > 0)",
        "The volumetric divisor has to be above 0: 6000 is common, 12000 for bulky"
        " goods.",
    )
    _step_positive = models.Constraint(
        "CHECK(COALESCE(weight_step_kg, 0) >= 0)",
        "The weight step cannot be negative.",
    )
    _discount_range = models.Constraint(
        "CHECK(COALESCE(discount_percent, 0) BETWEEN 0 AND 100)",
        "A discount lies between 0 and 100 %: 15 means that the client pays 85 %.",
    )
    _amounts_positive = models.Constraint(
        "CHECK(COALESCE(amount_minimum, 0) >= 0"
        " AND COALESCE(amount_assessment, 0) >= 0)",
        "A price cannot be negative.",
    )
    _running_account_excl = models.Constraint(
        "EXCLUDE USING gist (int4range(account_id, account_id, '[]') WITH &&,"
        " daterange(date_from, date_to, '[]') WITH &&)"
        " WHERE (state = 'running' AND account_id IS NOT NULL)",
        "This client has prices in force for part of that time already. Revise those,"
        " or begin after they end.",
    )
    _running_tariff_excl = models.Constraint(
        "EXCLUDE USING gist (int4range(company_id, company_id, '[]') WITH &&,"
        " daterange(date_from, date_to, '[]') WITH &&)"
        " WHERE (state = 'running' AND account_id IS NULL)",
        "The company has a tariff in force for part of that time already. Revise that"
        " one, or begin after it ends.",
    )
    _open_revision_uniq = models.UniqueIndex(
        "(previous_id, COALESCE(contract_id, 0))"
        " WHERE state IN ('draft', 'to_approve', 'approved')",
        "New prices in the place of these are being drawn up already. Go on with"
        " those.",
    )
    _name_uniq = models.UniqueIndex(
        "(company_id, name, revision)",
        "A price agreement of this number and version exists already.",
    )
    _default_order_idx = models.Index("(date_from DESC, id DESC)")
    _end_idx = models.Index("(date_to, id) WHERE state = 'running'")

    # === COMPUTE METHODS === #

    @api.depends("name", "account_id", "is_standard", "revision")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for agreement in self:
            client = (
                self.env._("Tariff")
                if agreement.is_standard
                else agreement.account_id.display_name
            )
            name = " ".join(filter(None, (agreement.name, client)))
            agreement.display_name = (
                self.env._(
                    "%(name)s, version %(version)s",
                    name=name,
                    version=agreement.revision,
                )
                if agreement.revision > 1
                else name
            )

    @api.depends("account_id")
    def _compute_company_id(self):
        for agreement in self:
            agreement.company_id = (
                agreement.account_id.company_id
                or agreement.company_id
                or self.env.company
            )

    @api.depends("company_id")
    def _compute_weighing(self):
        for agreement in self:
            # sudo: settings of the company
            company_sudo = agreement.company_id.sudo()
            if not agreement.volumetric_divisor:
                agreement.volumetric_divisor = company_sudo.kuaidi_price_divisor
                agreement.weight_step_kg = company_sudo.kuaidi_price_step_kg

    @api.depends("state", "date_from")
    def _compute_is_upcoming(self):
        for agreement in self:
            agreement.is_upcoming = bool(
                agreement.state == "running"
                and agreement.date_from
                and agreement.date_from > agreement._get_today()
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("account_id", "contract_id")
    def _check_contract_of_client(self):
        for agreement in self:
            contract = agreement.contract_id
            if contract and contract.account_id != agreement.account_id:
                raise ValidationError(
                    self.env._(
                        "%(contract)s is not a contract of %(client)s. Choose one of"
                        " this client.",
                        contract=contract.display_name,
                        client=agreement.account_id.display_name,
                    )
                )

    @api.constrains("contract_id", "date_from", "date_to")
    def _check_within_contract(self):
        for agreement in self:
            contract = agreement.contract_id
            if not contract or agreement.state not in OPEN_STATES:
                continue
            if agreement.date_from < contract.date_from or (
                contract.date_to
                and not contract.is_tacit
                and agreement.date_to
                and agreement.date_to > contract.date_to
            ):
                raise ValidationError(
                    self.env._(
                        "The prices have to lie within %(contract)s, from %(start)s to"
                        " %(end)s. Change their dates, or choose another contract.",
                        contract=contract.display_name,
                        start=format_date(self.env, contract.date_from),
                        end=format_date(self.env, contract.date_to) or "…",
                    )
                )

    @api.constrains("company_id", "account_id")
    def _check_company_of_client(self):
        for agreement in self:
            company = agreement.account_id.company_id
            if company and company != agreement.company_id:
                raise ValidationError(
                    self.env._("Prices belong to the company that serves the client.")
                )

    # === ONCHANGE METHODS === #

    @api.onchange("contract_id")
    def _onchange_contract_id(self):
        contract = self.contract_id
        if contract and self.state == "draft":
            self.date_from = max(
                contract.date_from, self.date_from or self._get_today()
            )
            if not contract.is_tacit:
                self.date_to = contract.date_to

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._get_named_accounts(vals_list)
        self._check_none_guarded(vals_list)
        default_id = self.env.context.get("default_account_id")
        accounts = self.env["kuaidi.key.account"]
        for vals in vals_list:
            if not vals.get("name"):
                account = accounts.browse(vals.get("account_id") or default_id)
                company_id = vals.get("company_id") or self.env.company.id
                vals["name"] = self.env["ir.sequence"]._draw_number(
                    "kuaidi.price.agreement", account.sudo().company_id.id or company_id
                )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and vals.keys() - LIVE_FIELDS:
            self._check_guarded(vals)
            # whoever requests or approves at the same time waits, and finds the change
            self.check_access("write")
            self.lock_for_update()
            self._check_draft()
            if "account_id" in vals and any(
                agreement.account_id.id != vals["account_id"] for agreement in self
            ):
                raise UserError(
                    self.env._(
                        "Prices stay with their client. Draw up new ones for the other."
                    )
                )
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Show what a draft would come to, but of nobody else's clients."""
        ids = {self.env.context.get("default_account_id")}
        if isinstance(values.get("account_id"), int):
            ids.add(values["account_id"])
        # sudo: whoever may read the agreement may see it on its form
        ids -= {None, False, *self.sudo().account_id.ids}
        self.env["kuaidi.key.account"].browse(ids).check_access("write")
        return super().onchange(values, field_names, fields_spec)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        if any(agreement.state != "draft" for agreement in self):
            raise UserError(
                self.env._(
                    "What was requested or agreed stays on file. Only a draft can be"
                    " deleted."
                )
            )

    def copy_data(self, default=None):
        raise UserError(
            self.env._(
                "Prices are not duplicated: revise those in force, or draw up new ones"
                " for the client."
            )
        )

    # === BUSINESS METHODS === #

    def _check_guarded(self, vals):
        if any(name in vals for name in self._approval_guarded_fields):
            raise AccessError(self._get_guarded_message())

    def _check_draft(self):
        """Check that these prices may still be changed.

        :raise UserError: when they were requested or agreed already
        """
        self.invalidate_recordset(["state"])
        for agreement in self:
            if agreement.state != "draft":
                raise UserError(
                    self.env._(
                        "%(name)s is not a draft (any more), so its prices stay as they"
                        " are. Revise it: the new version takes its place when it is in"
                        " force.",
                        name=agreement.display_name,
                    )
                )

    @api.model
    def _find_running(self, account, date=None):
        """Return the prices in force for a client on a day, past or coming, or none.

        :param account: one key account; empty for the tariff of the current company
        :param date: today by default
        """
        date = date or self._get_today()
        domain = (
            Domain("account_id", "=", account.id)
            & Domain("date_from", "<=", date)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", date))
            & (
                Domain("state", "in", ["running", "expired"])
                # what has no follower never came into force
                | Domain("state", "=", "superseded") & Domain("next_ids", "!=", False)
            )
        )
        if not account:
            domain &= Domain("company_id", "=", self.env.company.id)
        return self.search(domain, order="date_from desc, id desc", limit=1)

    @api.model
    def _find_tariff(self, company, date):
        """Return the published tariff of a company on a day, or none."""
        # sudo: everybody who works with prices may compare them with the tariff
        return (
            self.sudo()
            .with_company(company)
            ._find_running(self.env["kuaidi.key.account"], date)
        )

    @api.model
    def _format_band(self, weight_from, weight_to):
        """Return a weight band in words, such as 1–3 kg."""
        if not weight_to:
            return self.env._("above %(weight)s kg", weight=f"{weight_from:g}")
        return self.env._(
            "%(weight_from)s–%(weight_to)s kg",
            weight_from=f"{weight_from:g}",
            weight_to=f"{weight_to:g}",
        )
