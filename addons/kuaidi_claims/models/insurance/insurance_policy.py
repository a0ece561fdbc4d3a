from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from .conditions_mixin import CONDITIONS

# in which a policy covers what was shipped in its time
HELD_STATES = ("running", "ended")


class KuaidiInsurancePolicy(models.Model):
    """One policy in force for a time: whom it insures, for what, on which terms."""

    _name = "kuaidi.insurance.policy"
    _description = "Insurance Policy"
    _inherit = [
        "kuaidi.insurance.conditions.mixin",
        "kuaidi.guard.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_from desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "insurer_id"]
    _check_company_auto = True
    _guarded_fields = frozenset({"state", "date_ended"})

    # identity
    number = fields.Char(string="Policy Number", required=True, copy=False)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("running", "Running"),
            ("ended", "Ended Early"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    # parties
    product_id = fields.Many2one(
        comodel_name="kuaidi.insurance.product",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
    )
    insurer_id = fields.Many2one(
        related="product_id.insurer_id", store=True, precompute=True, index=True
    )
    applicant = fields.Selection(
        selection=[("us", "We"), ("client", "The Client")],
        required=True,
        default="us",
        help="Who applied for the policy and owes the premium (投保人).",
    )
    insured_party = fields.Selection(
        selection=[("us", "We"), ("client", "The Client")],
        required=True,
        default="us",
        help="Who is insured (被保险人). Where it is the client, an insurer that has"
        " paid may turn against us as the carrier (Insurance Act, article 60), unless"
        " recourse was waived.",
    )
    is_recourse_waived = fields.Boolean(
        string="Recourse against Us Waived",
        tracking=True,
        help="The insurer gives up its subrogation against the carrier"
        " (放弃对承运人的代位追偿).",
    )
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="For the Shipments of",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Empty: for the shipments of every client.",
    )
    is_declared_only = fields.Boolean(
        string="Covers Declared Shipments Alone",
        help="An open policy: a shipment is covered once it was declared to the"
        " insurer (kept in the list of declared shipments).",
    )
    # conditions, taken from the product
    kind = fields.Selection(
        compute="_compute_conditions", store=True, readonly=False, precompute=True
    )
    clause = fields.Selection(
        compute="_compute_conditions", store=True, readonly=False, precompute=True
    )
    currency_id = fields.Many2one(
        compute="_compute_conditions", store=True, readonly=False, precompute=True
    )
    deductible = fields.Monetary(
        compute="_compute_conditions", store=True, readonly=False, precompute=True
    )
    deductible_rule = fields.Selection(
        compute="_compute_conditions", store=True, readonly=False, precompute=True
    )
    amount_min = fields.Monetary(
        compute="_compute_conditions", store=True, readonly=False, precompute=True
    )
    used_goods_limit = fields.Monetary(
        compute="_compute_conditions", store=True, readonly=False, precompute=True
    )
    limit_per_piece = fields.Monetary(
        compute="_compute_conditions", store=True, readonly=False, precompute=True
    )
    rate = fields.Float(
        compute="_compute_conditions", store=True, readonly=False, precompute=True
    )
    term_ids = fields.One2many(
        comodel_name="kuaidi.insurance.term",
        inverse_name="policy_id",
        string="Exclusions and Special Terms",
        copy=True,
        help="Taken from the product when the policy is entered.",
    )
    sum_insured = fields.Monetary(
        string="Limit of the Whole Policy",
        help="Most that the policy pays in its time; 0 where each shipment has its own"
        " sum alone.",
    )
    # time
    date_from = fields.Date(string="In Force From", required=True, tracking=True)
    date_to = fields.Date(string="In Force Until", required=True, tracking=True)
    date_ended = fields.Date(
        string="Ended On",
        readonly=True,
        copy=False,
        help="Last day of a policy that ended before its time.",
    )
    end_reason = fields.Text(string="Why It Ended", copy=False)
    is_in_force = fields.Boolean(
        compute="_compute_is_in_force",
        search="_search_is_in_force",
        string="In Force Today",
    )
    is_recourse_open = fields.Boolean(
        string="Insurer May Turn against Us",
        compute="_compute_is_recourse_open",
        help="The client is the insured and recourse was not waived (司法解释四,"
        " article 8).",
    )
    note = fields.Text(string="Remarks")

    _number_uniq = models.UniqueIndex(
        "(company_id, insurer_id, number)",
        "This insurer's policy is on the list already. Go on with that one.",
    )
    _dates_order = models.Constraint(
        "CHECK(date_from <= date_to)", "A policy does not end before it begins."
    )
    _sum_not_negative = models.Constraint(
        "CHECK(COALESCE(sum_insured, 0) >= 0)",
        "The limit of a policy cannot be below zero.",
    )
    _running_idx = models.Index(
        "(company_id, date_from, date_to) WHERE state IN ('running', 'ended')"
    )

    # === COMPUTE METHODS === #

    @api.depends("product_id")
    def _compute_conditions(self):
        """Take what the product offers; what was agreed otherwise is typed over it."""
        for policy in self:
            for name in CONDITIONS:
                policy[name] = policy.product_id[name] or policy[name]

    @api.depends("state", "date_from", "date_to", "date_ended", "company_id")
    def _compute_is_in_force(self):
        service = self.env["kuaidi.deadline"]
        for policy in self:
            today = service._get_today(policy.company_id or self.env.company)
            policy.is_in_force = policy._covers(today)

    @api.model
    def _search_is_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        domain = self._get_cover_domain(today)
        return domain if True in value else ~domain

    @api.depends("insured_party", "is_recourse_waived")
    def _compute_is_recourse_open(self):
        for policy in self:
            policy.is_recourse_open = (
                policy.insured_party == "client" and not policy.is_recourse_waived
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("insured_party", "applicant", "account_id")
    def _check_client_named(self):
        for policy in self:
            if (
                "client" in (policy.insured_party, policy.applicant)
                and not policy.account_id
            ):
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s is applied for by or insures a client:"
                        " choose whose shipments it is for.",
                        policy=policy.number,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_typed(self._get_typed_names(vals_list))
        for vals in vals_list:
            self._normalize_number(vals)
        policies = super().create(vals_list)
        for policy, vals in zip(policies, vals_list, strict=True):
            # a form sends an empty list for what was not touched
            if not vals.get("term_ids"):
                policy._copy_terms()
        return policies

    def write(self, vals):
        self._check_not_typed(vals)
        if vals.keys() - self._get_free_fields():
            self._check_open_to_changes()
        self._normalize_number(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for policy in self:
            if policy.state != "draft":
                raise UserError(
                    self.env._(
                        "Policy %(policy)s was in force and stays on file. End it"
                        " instead.",
                        policy=policy.number,
                    )
                )

    # === BUSINESS METHODS === #

    @api.model
    def _get_free_fields(self):
        """Hook: return the fields that may change although the policy is in force."""
        return self._get_chatter_fields() | {"note", "end_reason"}

    @api.model
    def _get_guarded_message(self):
        return self.env._("A policy starts and ends by its buttons. Use those.")

    def _check_open_to_changes(self):
        """Refuse to change what was agreed with the insurer."""
        if self.env.su:
            return
        for policy in self:
            if policy.state != "draft":
                raise UserError(
                    self.env._(
                        "Policy %(policy)s stands as it was agreed. End it, and enter"
                        " the new one.",
                        policy=policy.number,
                    )
                )

    @api.model
    def _normalize_number(self, vals):
        if vals.get("number"):
            vals["number"] = "".join(vals["number"].split()).upper()

    def _copy_terms(self):
        """Take the exclusions and special terms of the product."""
        self.ensure_one()
        self.term_ids = [
            Command.create(
                term.copy_data({"product_id": False, "policy_id": self.id})[0]
            )
            for term in self.product_id.term_ids
        ]

    def _covers(self, day):
        """Return whether the policy is in force on a day (Insurance Act, article 14).

        :param date day: of shipping, in the company's time zone
        """
        self.ensure_one()
        if self.state not in HELD_STATES or not (self.date_from and self.date_to):
            return False
        last = min(self.date_to, self.date_ended or self.date_to)
        return self.date_from <= day <= last

    @api.model
    def _get_cover_domain(self, day):
        """Return the domain of what `_covers` a day."""
        return (
            Domain("state", "in", HELD_STATES)
            & Domain("date_from", "<=", day)
            & Domain("date_to", ">=", day)
            & (Domain("date_ended", "=", False) | Domain("date_ended", ">=", day))
        )
