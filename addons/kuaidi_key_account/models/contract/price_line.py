from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KuaidiPriceLine(models.Model):
    """What parcels of one weight band to one zone cost (2.9)."""

    _name = "kuaidi.price.line"
    _description = "Price Line"
    _inherit = ["kuaidi.price.part"]
    _order = "agreement_id, zone_sequence, zone_id, weight_from, id"
    _check_company_auto = True

    _copied_fields = (
        "zone_id",
        "weight_from",
        "weight_to",
        "weight_first",
        "amount_first",
        "weight_continued",
        "amount_continued",
        "amount_floor",
        "amount_floor_continued",
    )

    zone_id = fields.Many2one(
        comodel_name="kuaidi.price.zone",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
    )
    zone_sequence = fields.Integer(
        related="zone_id.sequence", store=True, precompute=True, aggregator=None
    )
    weight_from = fields.Float(
        string="Above (kg)",
        digits=(16, 3),
        required=True,
        default=0.0,
        aggregator=None,
        help="The band holds weights above this one.",
    )
    weight_to = fields.Float(
        string="Up To (kg)",
        digits=(16, 3),
        aggregator=None,
        help="The band holds weights up to this one. 0: and everything heavier.",
    )
    band = fields.Char(string="Weight Band", compute="_compute_band")
    weight_first = fields.Float(
        string="First Weight (kg)",
        digits=(16, 3),
        required=True,
        default=1.0,
        aggregator=None,
        help="So much is covered by the first amount.",
    )
    amount_first = fields.Monetary(
        string="First Amount", required=True, default=0.0, aggregator=None
    )
    weight_continued = fields.Float(
        string="Continued Unit (kg)",
        digits=(16, 3),
        required=True,
        default=1.0,
        aggregator=None,
        help="Every unit above the first weight costs the continued amount; a unit"
        " that has begun counts whole.",
    )
    amount_continued = fields.Monetary(
        string="Continued Amount", required=True, default=0.0, aggregator=None
    )
    amount_floor = fields.Monetary(
        string="Floor of First Amount",
        aggregator=None,
        help="Only in the tariff: below it finance decides on a special price.",
    )
    amount_floor_continued = fields.Monetary(
        string="Floor of Continued Amount", aggregator=None
    )

    _amounts_positive = models.Constraint(
        "CHECK(amount_first >= 0 AND amount_continued >= 0"
        " AND COALESCE(amount_floor, 0) >= 0"
        " AND COALESCE(amount_floor_continued, 0) >= 0)",
        "A price cannot be negative.",
    )
    _band_order = models.Constraint(
        "CHECK(weight_from >= 0"
        " AND (COALESCE(weight_to, 0) = 0 OR weight_from < weight_to))",
        "A weight band ends above where it begins.",
    )
    _units_positive = models.Constraint(
        "CHECK(weight_first > 0 AND weight_continued > 0)",
        "First weight and continued unit have to be above 0 kg.",
    )

    # === COMPUTE METHODS === #

    @api.depends("zone_id", "weight_from", "weight_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = " ".join((line.zone_id.name or "", line.band))

    @api.depends("weight_from", "weight_to")
    @api.depends_context("lang")
    def _compute_band(self):
        for line in self:
            line.band = line._format_band()

    # === CONSTRAINT METHODS === #

    @api.constrains("amount_floor", "amount_floor_continued", "agreement_id")
    def _check_floor_of_tariff(self):
        for line in self:
            if not line.agreement_id.is_standard and (
                line.amount_floor or line.amount_floor_continued
            ):
                raise ValidationError(
                    self.env._(
                        "Floor prices belong to the tariff of the company, not to the"
                        " agreement with one client."
                    )
                )

    # === BUSINESS METHODS === #

    def _format_band(self):
        """Return the weight band in words, such as 1–3 kg."""
        self.ensure_one()
        return self.env["kuaidi.price.agreement"]._format_band(
            self.weight_from, self.weight_to
        )
