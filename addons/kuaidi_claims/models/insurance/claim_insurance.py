from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_list

CAUSES = [
    ("collision", "Vehicle Collision or Overturning"),
    ("theft", "Robbery or Theft"),
    ("water", "Water or Rain"),
    ("fire", "Fire or Explosion"),
    ("disaster", "Natural Disaster"),
    ("handling", "Loading or Unloading"),
    ("breakage", "Breakage"),
    ("leakage", "Leakage"),
    ("missing", "Disappeared, Not Delivered"),
    ("nature", "Nature of the Goods"),
    ("delay", "Delay"),
    ("sender", "Fault of the Sender"),
]
# no client sees what the insurer does
INTERNAL = "kuaidi_key_account.group_kuaidi_user"


class KuaidiClaim(models.Model):
    """Which policy covers the goods of a claim, and for how much (2.13)."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    is_insured = fields.Boolean(
        compute="_compute_is_insured", store=True, readonly=False, precompute=True
    )
    policy_id = fields.Many2one(
        comodel_name="kuaidi.insurance.policy",
        compute="_compute_policy_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id), ('state', '!=', 'draft')]",
        groups=INTERNAL,
        tracking=True,
        help="Found by waybill, client and day of shipping; another one that was in"
        " force may be chosen.",
    )
    sum_insured = fields.Monetary(
        compute="_compute_sum_insured",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        groups=INTERNAL,
        tracking=True,
        help="Of all goods of the waybill, as declared to the insurer.",
    )
    loss_cause = fields.Selection(
        selection=CAUSES,
        string="Cause of the Loss",
        groups=INTERNAL,
        copy=False,
        tracking=True,
        help="What the inquiries found. Clause B and basic cover pay for the causes"
        " they name alone; a cause that was wrongly classified is a reason to ask the"
        " insurer again (case 3).",
    )
    is_declared_specially = fields.Boolean(
        string="Declared Specially",
        compute="_compute_is_declared_specially",
        store=True,
        readonly=False,
        precompute=True,
        groups=INTERNAL,
        help="The insurer was told before shipping of what is above the limit of a"
        " piece, or covered only when declared.",
    )
    is_packing_unfit = fields.Boolean(
        string="Packing Unfit",
        groups=INTERNAL,
        help="The packing did not do for these goods and this way. Whether the sender"
        " was warned is told by the warnings at booking.",
    )
    amount_mitigation = fields.Monetary(
        string="Cost of Saving the Goods",
        aggregator=None,
        groups=INTERNAL,
        help="Necessary and proven cost of keeping the loss small; the insurer bears"
        " it (Insurance Act, article 57).",
    )
    policy_note = fields.Text(
        string="About the Policy", compute="_compute_policy_note", groups=INTERNAL
    )

    _insurance_not_negative = models.Constraint(
        "CHECK(COALESCE(sum_insured, 0) >= 0 AND COALESCE(amount_mitigation, 0) >= 0)",
        "Sum insured and costs cannot be below zero.",
    )

    # === COMPUTE METHODS === #

    @api.depends("waybill_number", "company_id")
    def _compute_is_insured(self):
        """Tick what was declared to an insurer; what was ticked stays."""
        declared = self._find_declared()
        for claim in self:
            claim.is_insured = claim.is_insured or bool(declared[claim])

    @api.depends(
        "is_insured", "waybill_number", "account_id", "date_shipped", "company_id"
    )
    def _compute_policy_id(self):
        """Take the policy that counts first; one that was chosen and fits stays."""
        for claim, policies in self._find_policies().items():
            if not claim.is_insured:
                claim.policy_id = False
            elif claim.policy_id not in policies:
                claim.policy_id = policies[:1]
            else:
                claim.policy_id = claim.policy_id

    @api.depends("policy_id", "waybill_number", "is_insured")
    def _compute_sum_insured(self):
        """Take what was declared to the insurer."""
        declared = self._find_declared()
        for claim in self:
            shipment = declared[claim].filtered(
                lambda shipment, claim=claim: shipment.policy_id == claim.policy_id
            )
            if not claim.is_insured:
                claim.sum_insured = 0
            else:
                claim.sum_insured = shipment.sum_insured or claim.sum_insured

    @api.depends("policy_id", "waybill_number")
    def _compute_is_declared_specially(self):
        declared = self._find_declared()
        for claim in self:
            shipment = declared[claim].filtered(
                lambda shipment, claim=claim: shipment.policy_id == claim.policy_id
            )
            claim.is_declared_specially = (
                claim.is_declared_specially or shipment.is_declared_specially
            )

    @api.depends(
        "is_insured", "policy_id", "waybill_number", "account_id", "date_shipped"
    )
    @api.depends_context("lang")
    def _compute_policy_note(self):
        for claim, policies in self._find_policies().items():
            claim.policy_note = claim._get_policy_note(policies)

    # === CONSTRAINT METHODS === #

    @api.constrains("policy_id", "date_shipped", "account_id", "is_insured")
    def _check_policy(self):
        for claim in self:
            # sudo: what a policy covers is a fact, whoever may read it
            policy_sudo = claim.policy_id.sudo()
            if not policy_sudo:
                continue
            day = claim._get_shipping_day()
            if not policy_sudo._covers(day):
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s was not in force on %(day)s, when waybill"
                        " %(waybill)s was shipped. Choose another one.",
                        policy=policy_sudo.number,
                        day=fields.Date.to_string(day),
                        waybill=claim.waybill_number,
                    )
                )
            if policy_sudo.account_id and policy_sudo.account_id != claim.account_id:
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s is for the shipments of another client."
                        " Choose another one.",
                        policy=policy_sudo.number,
                    )
                )
            if policy_sudo.currency_id != claim.currency_id:
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s is in %(theirs)s and the claim in %(ours)s."
                        " Amounts of two currencies cannot be compared: enter the"
                        " policy in %(ours)s.",
                        policy=policy_sudo.number,
                        theirs=policy_sudo.currency_id.name,
                        ours=claim.currency_id.name,
                    )
                )

    # === BUSINESS METHODS === #

    def _find_declared(self):
        """Return what was declared to insurers of each waybill, in superuser mode."""
        numbers = {
            self._get_plain_waybill(claim.waybill_number)
            for claim in self
            if claim.waybill_number
        }
        # sudo: what was declared is a fact, whoever may read the list
        shipments_sudo = self.env["kuaidi.insurance.shipment"].sudo()
        by_waybill = {}
        if numbers:
            for shipment in shipments_sudo.search(
                [
                    ("waybill_number", "in", list(numbers)),
                    ("company_id", "in", self.company_id.ids),
                ]
            ):
                key = shipment.company_id.id, shipment.waybill_number
                by_waybill[key] = by_waybill.get(key, shipments_sudo) | shipment
        return {
            claim: by_waybill.get(
                (claim.company_id.id, self._get_plain_waybill(claim.waybill_number)),
                shipments_sudo,
            )
            for claim in self
        }

    def _find_policies(self):
        """Return the policies that cover each claim's shipment, the first one first."""
        insured = self.filtered("is_insured")
        found = self.env["kuaidi.insurance.policy"]._find_for_shipments(
            [
                {
                    "company": claim.company_id,
                    "account": claim.account_id,
                    "day": claim._get_shipping_day(),
                    "waybill": self._get_plain_waybill(claim.waybill_number),
                }
                for claim in insured
            ]
        )
        nothing = self.env["kuaidi.insurance.policy"].sudo()
        policies = dict(zip(insured, found, strict=True))
        return {claim: policies.get(claim, nothing) for claim in self}

    @api.model
    def _get_plain_waybill(self, number):
        """Return a waybill number as it is kept."""
        return "".join((number or "").split()).upper()

    def _get_policy_note(self, policies):
        """Say what is to be known of the policies that cover the shipment."""
        self.ensure_one()
        if not self.is_insured:
            return False
        if not self.policy_id:
            return self.env._(
                "No policy covers this waybill on the day of shipping: it was not in"
                " force, is in another currency, or the shipment was not declared."
                " Enter the policy, or untick that the goods are insured."
            )
        lines = []
        others = policies - self.policy_id
        if others:
            lines.append(
                self.env._(
                    "Other policies cover this shipment too: %(policies)s. Tell each"
                    " insurer of the others: together they pay no more than the goods"
                    " are worth (Insurance Act, article 56).",
                    policies=format_list(self.env, others.mapped("number")),
                )
            )
        if self.policy_id.sudo().is_recourse_open:
            lines.append(
                self.env._(
                    "The client is the insured and recourse was not waived: an insurer"
                    " that has paid may turn against us (Insurance Act, article 60)."
                )
            )
        return "\n".join(lines)
