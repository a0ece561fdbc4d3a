from odoo import api, fields, models


class KuaidiPriceLimit(models.Model):
    """Who may give how much off the tariff to clients of one star (2.9 d)."""

    _name = "kuaidi.price.limit"
    _description = "Discount Authority"
    _order = "company_id, stars"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    level_id = fields.Many2one(
        comodel_name="kuaidi.star.level",
        string="Star of the Client",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('company_id', '=', company_id)]",
        help="Empty: clients without a star.",
    )
    stars = fields.Integer(related="level_id.stars", store=True, aggregator=None)
    percent_sales = fields.Float(
        string="Sales (%)",
        digits=(5, 1),
        aggregator=None,
        help="So much below the tariff sales may agree on without asking.",
    )
    percent_manager = fields.Float(
        string="Account Manager Up To (%)",
        digits=(5, 1),
        aggregator=None,
        help="So much below the tariff the account manager of the client decides.",
    )
    percent_centre = fields.Float(
        string="CRM Centre Up To (%)",
        digits=(5, 1),
        aggregator=None,
        help="So much below the tariff the CRM centre decides; beyond that, and below"
        " the floor price, finance as well.",
    )

    _company_level_uniq = models.UniqueIndex(
        "(company_id, COALESCE(level_id, 0))",
        "The authority for this star is set already. Change that line.",
    )
    _percent_order = models.Constraint(
        "CHECK(percent_sales >= 0 AND percent_sales <= percent_manager"
        " AND percent_manager <= percent_centre AND percent_centre <= 100)",
        "Each may give no less than the one before, from 0 to 100 %: sales, account"
        " manager, CRM centre.",
    )

    # === COMPUTE METHODS === #

    @api.depends("level_id", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for limit in self:
            limit.display_name = limit.level_id.display_name or self.env._(
                "Without a star"
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_default_limits(self, levels):
        """Return the values of a company's limits.

        The full limit rises with the star; as in 2.9 (d) a supervisor gives ten points
        less than the branch manager, a salesman fifteen.

        :param levels: its star levels
        """
        ladder = [(False, 15.0)] + [
            (level.id, 15.0 + 5.0 * level.stars) for level in levels
        ]
        return [
            {
                "level_id": level_id,
                "percent_sales": full - 15.0,
                "percent_manager": full - 10.0,
                "percent_centre": full,
            }
            for level_id, full in ladder
        ]
