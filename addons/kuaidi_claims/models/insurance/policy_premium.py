from odoo import api, fields, models


class KuaidiInsurancePolicy(models.Model):
    """Checks premiums: the rate x what was declared, against what was booked."""

    _name = "kuaidi.insurance.policy"
    _inherit = ["kuaidi.insurance.policy"]

    shipment_count = fields.Integer(
        string="Declared Shipments", compute="_compute_premiums"
    )
    amount_declared = fields.Monetary(
        string="Sum of What Was Declared", compute="_compute_premiums"
    )
    amount_premium_due = fields.Monetary(
        string="Premiums by the Rate", compute="_compute_premiums"
    )
    amount_premium = fields.Monetary(
        string="Premiums Booked", compute="_compute_premiums"
    )
    amount_premium_gap = fields.Monetary(
        string="Booked above the Rate",
        compute="_compute_premiums",
        help="Below zero: less was booked than the rate gives.",
    )
    premium_gap_count = fields.Integer(
        string="Premiums to Check", compute="_compute_premiums"
    )
    narrowed_count = fields.Integer(
        string="Shipments Covered Less", compute="_compute_premiums"
    )

    # === COMPUTE METHODS === #

    @api.depends()
    def _compute_premiums(self):
        shipments = self.env["kuaidi.insurance.shipment"]
        sums = {
            policy: values
            for policy, *values in shipments._read_group(
                [("policy_id", "in", self.ids)],
                ["policy_id"],
                [
                    "__count",
                    "sum_insured:sum",
                    "amount_premium_due:sum",
                    "amount_premium:sum",
                ],
            )
        }
        gaps, narrowed = (
            dict(
                shipments._read_group(
                    [("policy_id", "in", self.ids), condition],
                    ["policy_id"],
                    ["__count"],
                )
            )
            for condition in (
                ("amount_premium_gap", "!=", 0),
                ("is_narrowed", "=", True),
            )
        )
        for policy in self:
            count, declared, due, booked = sums.get(policy, (0, 0, 0, 0))
            policy.shipment_count = count
            policy.amount_declared = declared
            policy.amount_premium_due = due
            policy.amount_premium = booked
            policy.amount_premium_gap = booked - due
            policy.premium_gap_count = gaps.get(policy, 0)
            policy.narrowed_count = narrowed.get(policy, 0)

    # === ACTION METHODS === #

    def action_view_shipments(self):
        """Show what was declared under the policy."""
        return self._get_shipments_action({})

    def action_view_premium_gaps(self):
        """Show the shipments whose premium is not what the rate gives."""
        return self._get_shipments_action({"search_default_premium_gap": 1})

    def action_view_narrowed(self):
        """Show the shipments that are covered less than agreed."""
        return self._get_shipments_action({"search_default_narrowed": 1})

    # === BUSINESS METHODS === #

    def _get_shipments_action(self, context):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_claims.kuaidi_insurance_shipment_action"
        )
        return dict(
            action,
            domain=[("policy_id", "=", self.id)],
            context={"default_policy_id": self.id, **context},
        )
