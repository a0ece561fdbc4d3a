from odoo import fields, models


class ResCompany(models.Model):
    """Gives every company price zones and limits, and says how freight is weighed."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_price_divisor = fields.Float(
        groups="base.group_user",
        string="Volumetric Divisor",
        default=6000.0,
        help="Cubic centimetres that are charged as a kilogram in new agreements.",
    )
    kuaidi_price_step_kg = fields.Float(
        groups="base.group_user",
        string="Weight Step (kg)",
        digits=(16, 3),
        default=1.0,
        help="Weights are charged in such steps, begun ones whole. 0: as weighed.",
    )
    kuaidi_price_contract_required = fields.Boolean(
        groups="base.group_user",
        string="Discounts by Contract Only",
        default=True,
        help="Parcels without a running contract are never discounted (2.9 d).",
    )
    kuaidi_price_remote_discount = fields.Boolean(
        groups="base.group_user",
        string="Discounts to Remote Zones",
        help="By default remote zones are never discounted (2.9 d).",
    )

    _kuaidi_price_divisor_positive = models.Constraint(
        "CHECK(kuaidi_price_divisor > 0)",
        "The volumetric divisor has to be above 0.",
    )
    _kuaidi_price_step_positive = models.Constraint(
        "CHECK(kuaidi_price_step_kg >= 0)", "The weight step cannot be negative."
    )

    # === BUSINESS METHODS === #

    def _create_kuaidi_defaults(self):
        """Give the companies zones, and limits by star, where they have none (2.9)."""
        res = super()._create_kuaidi_defaults()
        # sudo: whoever opens a company does not need the right to change prices
        zones = self.env["kuaidi.price.zone"].sudo().with_context(active_test=False)
        equipped = zones.search([("company_id", "in", self.ids)]).company_id
        created = zones.create(
            [
                dict(values, company_id=company.id)
                for company in self - equipped
                for values in zones._get_default_zones()
            ]
        )
        for lang, _name in self.env["res.lang"].get_installed():
            translated = zones.with_context(lang=lang)
            names = {
                values["code"]: values["name"]
                for values in translated._get_default_zones()
            }
            for zone in created.with_context(lang=lang):
                zone.name = names[zone.code]
        limits = self.env["kuaidi.price.limit"].sudo()
        equipped = limits.search([("company_id", "in", self.ids)]).company_id
        levels = self.env["kuaidi.star.level"].sudo()
        limits.create(
            [
                dict(values, company_id=company.id)
                for company in self - equipped
                for values in limits._get_default_limits(
                    levels.search([("company_id", "=", company.id)])
                )
            ]
        )
        return res
