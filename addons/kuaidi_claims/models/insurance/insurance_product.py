from odoo import fields, models


class KuaidiInsuranceProduct(models.Model):
    """What an insurer offers: clause, rate and conditions of policies (IN-1)."""

    _name = "kuaidi.insurance.product"
    _description = "Insurance Product"
    _inherit = ["kuaidi.insurance.conditions.mixin"]
    _order = "insurer_id, name, id"
    _check_company_auto = True

    name = fields.Char(string="Product", required=True, translate=True)
    active = fields.Boolean(default=True)
    insurer_id = fields.Many2one(
        comodel_name="kuaidi.insurer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Empty: offered to every company.",
    )
    kind = fields.Selection(default="cargo")
    clause = fields.Selection(default="a")
    currency_id = fields.Many2one(default=lambda self: self.env.company.currency_id)
    deductible = fields.Monetary(default=300)
    deductible_rule = fields.Selection(default="always")
    amount_min = fields.Monetary(default=300)
    used_goods_limit = fields.Monetary(default=10000)
    term_ids = fields.One2many(
        comodel_name="kuaidi.insurance.term",
        inverse_name="product_id",
        string="Exclusions and Special Terms",
        copy=True,
    )
    note = fields.Text(string="What It Covers, in Words")
    policy_count = fields.Integer(string="Policies", compute="_compute_policy_count")

    # === COMPUTE METHODS === #

    def _compute_policy_count(self):
        counts = dict(
            self.env["kuaidi.insurance.policy"]._read_group(
                [("product_id", "in", self.ids)], ["product_id"], ["__count"]
            )
        )
        for product in self:
            product.policy_count = counts.get(product, 0)

    # === ACTION METHODS === #

    def action_view_policies(self):
        """Show the policies of this product."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_claims.kuaidi_insurance_policy_action"
        )
        return dict(
            action,
            domain=[("product_id", "=", self.id)],
            context={"default_product_id": self.id},
        )
