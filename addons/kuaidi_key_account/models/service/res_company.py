from odoo import fields, models


class ResCompany(models.Model):
    """Gives every company its service standards, and says what service may cost."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_service_budget_percent = fields.Float(
        groups="base.group_user",
        string="Service Budget (% of revenue)",
        default=5.0,
        help="A plan that costs more than this share of the client's revenue in the"
        " same time shows a warning.",
    )
    kuaidi_plan_horizon_days = fields.Integer(
        groups="base.group_user",
        string="Activities Ahead (days)",
        default=14,
        help="Activities and meetings of a published plan are made so many calendar"
        " days before a line starts.",
    )

    _kuaidi_service_budget_positive = models.Constraint(
        "CHECK(kuaidi_service_budget_percent >= 0)",
        "The service budget cannot be negative.",
    )
    _kuaidi_plan_horizon_range = models.Constraint(
        "CHECK(kuaidi_plan_horizon_days BETWEEN 0 AND 366)",
        "Activities are made zero to 366 days ahead.",
    )

    # === BUSINESS METHODS === #

    def _create_kuaidi_defaults(self):
        """Give the companies one template for each star that has none (2.3)."""
        res = super()._create_kuaidi_defaults()
        if not self.env.ref(
            "kuaidi_key_account.service_type_phone", raise_if_not_found=False
        ):
            return res  # while installing: called again once the types are there
        # sudo: whoever opens a company does not need the right to change standards
        templates = self.env["kuaidi.plan.template"].sudo()
        equipped = templates.with_context(active_test=False).search(
            [("company_id", "in", self.ids)]
        )
        levels = self.env["kuaidi.star.level"].sudo()
        templates.create(
            [
                level._prepare_plan_template()
                for level in levels.search(
                    [("company_id", "in", (self - equipped.company_id).ids)]
                )
            ]
        )
        return res
