from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.price_arithmetic import (
    Line,
    PriceError,
    PriceTable,
    Rung,
    Surcharge,
    Terms,
)

# what a price follows from
TERM_FIELDS = (
    "volumetric_divisor",
    "weight_step_kg",
    "amount_minimum",
    "discount_percent",
    "line_ids.zone_id",
    "line_ids.weight_from",
    "line_ids.weight_to",
    "line_ids.weight_first",
    "line_ids.amount_first",
    "line_ids.weight_continued",
    "line_ids.amount_continued",
    "ladder_ids.pieces_from",
    "ladder_ids.pieces_to",
    "ladder_ids.discount_percent",
    "excess_ids.pieces_from",
    "excess_ids.pieces_to",
    "excess_ids.amount_piece",
    "surcharge_ids.name",
    "surcharge_ids.kind",
    "surcharge_ids.condition",
    "surcharge_ids.threshold",
    "surcharge_ids.date_from",
    "surcharge_ids.date_to",
    "surcharge_ids.amount",
)
# what is typed into the calculator, and kept nowhere
CALCULATOR = (
    "calc_zone_id",
    "calc_weight_kg",
    "calc_length_cm",
    "calc_width_cm",
    "calc_height_cm",
    "calc_month_pieces",
    "calc_day_pieces",
    "calc_date",
    "calc_services",
)


class KuaidiPriceAgreement(models.Model):
    """Prices a parcel and says how, step by step (PR-2)."""

    _name = "kuaidi.price.agreement"
    _inherit = ["kuaidi.price.agreement"]

    # calculator
    calc_zone_id = fields.Many2one(
        comodel_name="kuaidi.price.zone",
        string="To",
        compute="_compute_calculator",
        readonly=False,
        domain="[('company_id', '=', company_id)]",
    )
    calc_weight_kg = fields.Float(
        string="Weight (kg)",
        digits=(16, 3),
        compute="_compute_calculator",
        readonly=False,
    )
    calc_length_cm = fields.Float(
        string="Length (cm)",
        digits=(16, 1),
        compute="_compute_calculator",
        readonly=False,
    )
    calc_width_cm = fields.Float(
        string="Width (cm)",
        digits=(16, 1),
        compute="_compute_calculator",
        readonly=False,
    )
    calc_height_cm = fields.Float(
        string="Height (cm)",
        digits=(16, 1),
        compute="_compute_calculator",
        readonly=False,
    )
    calc_month_pieces = fields.Integer(
        string="Parcels This Month", compute="_compute_calculator", readonly=False
    )
    calc_day_pieces = fields.Integer(
        string="Parcels That Day", compute="_compute_calculator", readonly=False
    )
    calc_date = fields.Date(
        string="Shipped On", compute="_compute_calculator", readonly=False
    )
    calc_services = fields.Char(
        string="On Demand",
        compute="_compute_calculator",
        readonly=False,
        help="Names of surcharges that the client asks for, separated by commas.",
    )
    calc_amount = fields.Monetary(string="Client Pays", compute="_compute_calc_amount")
    calc_steps = fields.Text(string="Steps", compute="_compute_calc_amount")

    # === COMPUTE METHODS === #

    def _compute_calculator(self):
        """Begin with one kilogram to Guangdong, or to the first zone."""
        self.update(dict.fromkeys(CALCULATOR, False))
        for agreement in self:
            agreement.calc_zone_id = agreement._get_reference_zone()
            agreement.calc_weight_kg = 1.0
            agreement.calc_date = agreement._get_today()

    @api.depends(*CALCULATOR, *TERM_FIELDS)
    @api.depends_context("lang")
    def _compute_calc_amount(self):
        for agreement in self:
            agreement.calc_amount = 0.0
            if not agreement.line_ids:
                agreement.calc_steps = self.env._(
                    "Add prices first: a zone, a weight band, an amount."
                )
                continue
            try:
                price = agreement._get_price(
                    zone=agreement.calc_zone_id,
                    weight_kg=agreement.calc_weight_kg,
                    length_cm=agreement.calc_length_cm,
                    width_cm=agreement.calc_width_cm,
                    height_cm=agreement.calc_height_cm,
                    month_pieces=agreement.calc_month_pieces or None,
                    day_pieces=agreement.calc_day_pieces or None,
                    date=agreement.calc_date,
                    services=agreement.calc_services,
                )
            except UserError as error:
                agreement.calc_steps = str(error)
            else:
                agreement.calc_amount = price["amount"]
                agreement.calc_steps = "\n".join(
                    f"{number}. {step}" for number, step in enumerate(price["steps"], 1)
                )

    # === ONCHANGE METHODS === #

    @api.onchange("line_ids")
    def _onchange_line_ids(self):
        if not self.calc_zone_id:
            self.calc_zone_id = self._get_reference_zone()

    # === CRUD METHODS === #

    def write(self, vals):
        vals = {name: vals[name] for name in vals if name not in CALCULATOR}
        return super().write(vals) if vals else True

    # === BUSINESS METHODS === #

    def _get_reference_zone(self):
        """Return the zone that the calculator begins with: that of Guangdong."""
        self.ensure_one()
        guangdong = self.env.ref("base.state_cn_GD")
        zones = self.line_ids.zone_id
        return (zones.filtered(lambda zone: guangdong in zone.state_ids) or zones)[:1]

    def _get_price(
        self,
        zone=None,
        weight_kg=0,
        length_cm=0,
        width_cm=0,
        height_cm=0,
        month_pieces=None,
        day_pieces=None,
        date=None,
        services=None,
    ):
        """Price one parcel by these terms and say how (2.9, PR-2).

        :param zone: a zone, a province, or the code or name of either
        :param weight_kg: weight as weighed; all sizes in cm or none of them
        :param month_pieces: parcels of the month, for the volume rebate
        :param day_pieces: parcels of that day, for the progressive excess
        :param date: day of shipping, for surcharges of the peak season
        :param services: names of surcharges on demand, as a list or with commas
        :return: dict with ``amount``, ``freight`` (yuan), ``weight_kg`` as charged and
            ``steps``, a list of sentences in the user's language
        :raise UserError: saying why there is no price
        """
        self.ensure_one()
        table = self._get_price_table()
        try:
            price = table.price(
                self._find_zone_id(zone),
                _to_decimal(weight_kg),
                _to_decimal(length_cm),
                _to_decimal(width_cm),
                _to_decimal(height_cm),
                month_pieces=month_pieces,
                day_pieces=day_pieces,
                date=date,
                services=self._find_services(services, table),
            )
        except PriceError as error:
            raise UserError(self._describe_price_error(error)) from error
        return {
            "amount": float(price.amount),
            "freight": float(price.freight),
            "weight_kg": float(price.weight),
            "steps": [self._describe_step(*step) for step in price.steps],
        }

    def _get_price_table(self):
        """Return what prices parcels by these terms."""
        return PriceTable(self._get_terms())

    def _get_terms(self):
        """Return these prices as exact numbers.

        :rtype: Terms
        """
        self.ensure_one()
        # sudo: zones, and settings of the company
        zones_sudo = self.line_ids.zone_id.sudo()
        remote = frozenset(zones_sudo.filtered("is_remote")._origin.ids)
        allowed = self.company_id.sudo().kuaidi_price_remote_discount
        return Terms(
            divisor=_to_decimal(self.volumetric_divisor),
            step=_to_decimal(self.weight_step_kg),
            minimum=_to_decimal(self.amount_minimum),
            discount=_to_decimal(self.discount_percent),
            lines=[
                Line(
                    line.zone_id._origin.id,
                    _to_decimal(line.weight_from),
                    _to_decimal(line.weight_to) or None,
                    _to_decimal(line.weight_first),
                    _to_decimal(line.amount_first),
                    _to_decimal(line.weight_continued),
                    _to_decimal(line.amount_continued),
                )
                for line in self.line_ids
                if line.zone_id
            ],
            ladder=[
                Rung(
                    rung.pieces_from,
                    rung.pieces_to or None,
                    _to_decimal(rung.discount_percent),
                )
                for rung in self.ladder_ids
            ],
            excess=[
                Rung(
                    rung.pieces_from,
                    rung.pieces_to or None,
                    _to_decimal(rung.amount_piece),
                )
                for rung in self.excess_ids
            ],
            surcharges=[
                Surcharge(
                    surcharge.name,
                    surcharge.name,
                    surcharge.kind,
                    surcharge.condition,
                    _to_decimal(surcharge.amount),
                    _to_decimal(surcharge.threshold),
                    surcharge.date_from or None,
                    surcharge.date_to or None,
                )
                for surcharge in self.surcharge_ids
            ],
            remote=remote,
            undiscounted=frozenset() if allowed else remote,
        )

    def _find_zone_id(self, zone):
        """Return the id of a zone, whatever it is named by; None where it is unknown.

        :raise UserError: when no zone is named at all
        """
        if not zone:
            raise UserError(
                self.env._("Say where the parcel goes: a zone or a province.")
            )
        if isinstance(zone, models.BaseModel) and zone._name == "kuaidi.price.zone":
            return zone._origin.id
        key = zone.strip().lower() if isinstance(zone, str) else zone
        zone_id = self.env["kuaidi.price.zone"]._get_index(self.company_id).get(key)
        if not zone_id:
            raise UserError(
                self._describe_price_error(
                    PriceError("zone"), zone if isinstance(zone, str) else zone.name
                )
            )
        return zone_id

    def _find_services(self, services, table):
        """Return the names of surcharges on demand that are asked for.

        :raise UserError: for a name that the agreement does not have
        """
        if isinstance(services, str):
            for mark in "，、;；":
                services = services.replace(mark, ",")
            services = [name.strip() for name in services.split(",") if name.strip()]
        known = {s.name for s in table.terms.surcharges if s.condition == "demand"}
        unknown = set(services or ()) - known
        if unknown:
            raise UserError(
                self._describe_price_error(
                    PriceError("service", name=min(unknown)), names=sorted(known)
                )
            )
        return frozenset(services or ())


def _to_decimal(value):
    """Return a stored number as it was entered: 0.1 is exactly a tenth."""
    return Decimal(str(value or 0)).normalize()
