from odoo import api, fields, models


class KuaidiClaim(models.Model):
    """What a claim has cost us in the end: paid, less insurance and recoveries (2.14).

    Stored, and computed anew with every cent that comes in or goes back.
    """

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    recovery_ids = fields.One2many(
        comodel_name="kuaidi.recovery", inverse_name="claim_id", string="Recoveries"
    )
    arbitration_ids = fields.One2many(
        comodel_name="kuaidi.arbitration",
        inverse_name="claim_id",
        string="Rulings of the Network",
    )
    recovery_count = fields.Integer(compute="_compute_recovery_count")
    amount_insured = fields.Monetary(
        string="Paid by the Insurer",
        compute="_compute_amount_insured",
        store=True,
        help="What insurers have paid to us for this claim.",
    )
    amount_recovered = fields.Monetary(
        string="Recovered",
        compute="_compute_claim_recovered",
        store=True,
        help="Compensation that debtors have paid back, by Odoo's books; freight and"
        " fees are none.",
    )
    amount_net = fields.Monetary(
        string="Net Loss",
        compute="_compute_amount_net",
        store=True,
        help="Paid out, less what the insurer paid and what was recovered.",
    )

    _insured_recovered_positive = models.Constraint(
        "CHECK(COALESCE(amount_insured, 0) >= 0"
        " AND COALESCE(amount_recovered, 0) >= 0)",
        "What insurers and debtors have paid is not negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends(lambda self: self._get_insured_depends())
    def _compute_amount_insured(self):
        for claim in self:
            claim.amount_insured = claim._get_amount_insured()

    @api.depends("recovery_ids.amount_recovered", "recovery_ids.subject")
    def _compute_claim_recovered(self):
        for claim in self:
            claim.amount_recovered = sum(
                recovery.amount_recovered
                for recovery in claim.recovery_ids
                if recovery.subject == "compensation"
            )

    @api.depends("amount_paid", "amount_insured", "amount_recovered")
    def _compute_amount_net(self):
        for claim in self:
            claim.amount_net = (
                claim.amount_paid - claim.amount_insured - claim.amount_recovered
            )

    def _compute_recovery_count(self):
        counts = dict(
            self.env["kuaidi.recovery"]._read_group(
                [("claim_id", "in", self.ids)], ["claim_id"], ["__count"]
            )
        )
        for claim in self:
            claim.recovery_count = counts.get(claim._origin, 0)

    # === ACTION METHODS === #

    def action_view_recoveries(self):
        """Show from whom this claim is recovered."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_claims.kuaidi_recovery_action"
        )
        return dict(
            action,
            domain=[("claim_id", "=", self.id)],
            context={
                "default_claim_id": self.id,
                "default_amount_demanded": self.amount_paid or self.amount_claimed,
            },
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "amount_insured",
            "amount_net",
            "amount_recovered",
        }

    @api.model
    def _get_free_fields(self):
        # recovery goes on when the client's claim is closed
        return super()._get_free_fields() | {"recovery_ids", "arbitration_ids"}

    @api.model
    def _get_insured_depends(self):
        """Hook: return the fields that the insurer's payments follow from."""
        return []

    def _get_amount_insured(self):
        """Hook: return what insurers paid us for this claim; rooms of insurance add."""
        self.ensure_one()
        return 0
