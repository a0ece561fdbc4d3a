from decimal import Decimal

from odoo import api, fields, models

from ...tools.price_arithmetic import ZERO, Line, PriceTable
from ...tools.price_depth import compare
from ...tools.price_problems import find_problems
from .price_calculate import TERM_FIELDS, _to_decimal

LEVELS = [
    ("none", "Nobody"),
    ("manager", "Account Manager"),
    ("centre", "CRM Centre"),
    ("finance", "CRM Centre and Finance"),
]
RANKS = {level: rank for rank, (level, _label) in enumerate(LEVELS)}


class KuaidiPriceAgreement(models.Model):
    """Measures special prices against the tariff: who has to approve, and why."""

    _name = "kuaidi.price.agreement"
    _inherit = ["kuaidi.price.agreement"]

    tariff_id = fields.Many2one(
        comodel_name="kuaidi.price.agreement",
        string="Measured Against",
        compute="_compute_tariff_id",
        compute_sudo=True,
    )
    depth_percent = fields.Float(
        string="Depth of Discount (%)",
        digits=(5, 1),
        compute="_compute_depth",
        store=True,
        aggregator="avg",
        help="How far the lowest of all prices stays below the tariff, with every"
        " rebate that the client can reach.",
    )
    is_below_floor = fields.Boolean(
        string="Below Floor Price", compute="_compute_depth", store=True
    )
    approval_level = fields.Selection(
        selection=LEVELS,
        string="Approved By",
        readonly=True,
        copy=False,
        default="none",
    )
    required_level = fields.Selection(
        selection=LEVELS, string="Has to Approve", compute="_compute_required_level"
    )
    note_depth = fields.Text(
        string="Against the Tariff", compute="_compute_required_level"
    )
    digest = fields.Char(readonly=True, copy=False)

    # === COMPUTE METHODS === #

    @api.depends("company_id", "date_from", "is_standard")
    def _compute_tariff_id(self):
        for agreement in self:
            agreement.tariff_id = False
            if not agreement.is_standard and agreement.date_from:
                agreement.tariff_id = self._find_tariff(
                    agreement.company_id, agreement.date_from
                )

    @api.depends(*TERM_FIELDS, "company_id", "date_from", "is_standard")
    def _compute_depth(self):
        for agreement in self:
            depth = agreement._get_depth()
            worst = depth and depth.worst
            agreement.depth_percent = float(max(worst.percent, ZERO)) if worst else 0.0
            agreement.is_below_floor = bool(depth and depth.floor)

    @api.depends(*TERM_FIELDS, "company_id", "date_from", "is_standard", "account_id")
    @api.depends_context("lang", "uid")
    def _compute_required_level(self):
        for agreement in self:
            level, reasons = agreement._get_required_level()
            agreement.required_level = level
            agreement.note_depth = "\n".join(reasons)

    # === BUSINESS METHODS === #

    def _get_depth(self):
        """Compare these prices with the tariff of their first day.

        :return: `Depth`, or None where there is no tariff or nothing to compare
        """
        self.ensure_one()
        tariff = self.tariff_id
        if self.is_standard or not tariff:
            return None
        terms = self._get_terms()
        if find_problems(terms):
            return None
        # sudo: everybody who works with prices may compare them with the tariff
        tariff_sudo = tariff.sudo()
        floors = {}
        for line in tariff_sudo.line_ids:
            floors.setdefault(line.zone_id.id, []).append(
                Line(
                    line.zone_id.id,
                    _to_decimal(line.weight_from),
                    _to_decimal(line.weight_to) or None,
                    _to_decimal(line.weight_first),
                    _to_decimal(line.amount_floor),
                    _to_decimal(line.weight_continued),
                    _to_decimal(line.amount_floor_continued),
                )
            )
        return compare(PriceTable(terms), tariff_sudo._get_price_table(), floors)

    def _get_digest(self):
        """Return a text that differs when these prices, or the tariff, change."""
        self.ensure_one()
        parts = [self._get_terms().get_digest(), str(self.date_from), str(self.date_to)]
        if self.tariff_id:
            parts.append(self.tariff_id.sudo()._get_terms().get_digest())
        return " ".join(parts)

    def _get_authority(self):
        """Return up to which level the current user decides alone on these prices."""
        self.ensure_one()
        if self.env.user.has_group("kuaidi_key_account.group_crm_centre"):
            return "centre"
        # sudo: who serves the client is known to its team
        account_sudo = self.account_id.sudo()
        if self.env.user in account_sudo.manager_id | account_sudo.deputy_id and (
            self.env.user.has_group("kuaidi_key_account.group_account_manager")
        ):
            return "manager"
        return "none"

    def _get_limit(self):
        """Return the authority over prices of clients with this client's star."""
        self.ensure_one()
        # sudo: everybody may know who decides
        limits = self.env["kuaidi.price.limit"].sudo()
        star = self.account_id.sudo().star_id
        domain = [("company_id", "=", self.company_id.id)]
        return limits.search(
            [*domain, ("level_id", "=", star.id)], limit=1
        ) or limits.search([*domain, ("level_id", "=", False)], limit=1)

    def _get_required_level(self):
        """Say who has to approve these prices if the current user asks (2.9 d).

        :return: (level, reasons); the reasons are sentences
        """
        self.ensure_one()
        if self.is_standard or not self.account_id:
            return "none", []
        problems = find_problems(self._get_terms())
        if problems:
            return "none", [self._describe_problem(*problem) for problem in problems]
        depth = self._get_depth()
        if depth is None:
            return self._lower_level(
                "centre",
                [
                    self.env._(
                        "No tariff is in force on the first day, so the discount cannot"
                        " be told: the CRM centre decides."
                    )
                ],
            )
        level, reasons = self._judge_percent(depth.worst)
        if depth.missing:
            level = max(level, "centre", key=RANKS.get)
            zone, weight = depth.missing[0]
            reasons.append(
                self.env._(
                    "The tariff has no price to compare with for %(zone)s, %(weight)s"
                    " kg: the CRM centre decides.",
                    zone=self._get_zone_name(zone),
                    weight=f"{weight.normalize():f}",
                )
            )
        if depth.lowered:
            level = max(level, "centre", key=RANKS.get)
            reasons.append(
                self.env._(
                    "Surcharges of the tariff are lower here or left out: %(names)s."
                    " The CRM centre decides.",
                    names=", ".join(depth.lowered),
                )
            )
        if depth.floor:
            level = "finance"
            reasons.append(
                self.env._(
                    "Below the floor price: %(zone)s, %(weight)s kg at %(amount)s yuan,"
                    " floor %(floor)s yuan. Finance decides as well.",
                    zone=self._get_zone_name(depth.floor.zone),
                    weight=f"{depth.floor.weight.normalize():f}",
                    amount=f"{depth.floor.amount:.2f}",
                    floor=f"{depth.floor.base_amount:.2f}",
                )
            )
        return self._lower_level(level, reasons)

    def _judge_percent(self, worst):
        """Return the level and the reasons that follow from the deepest discount."""
        percent = worst.percent if worst else ZERO
        if percent <= 0:
            return "none", [self.env._("No price is below the tariff.")]
        limit = self._get_limit()
        reasons = [self._describe_sample(worst)]
        ladder = {
            "none": limit.percent_sales,
            "manager": limit.percent_manager,
            "centre": limit.percent_centre,
        }
        level = next(
            (
                level
                for level, highest in ladder.items()
                if percent <= Decimal(str(highest))
            ),
            "finance",
        )
        # sudo: the star's name is known to whoever works with its client
        values = {
            "star": limit.sudo().display_name or "",
            "sales": f"{limit.percent_sales:g}",
            "manager": f"{limit.percent_manager:g}",
            "centre": f"{limit.percent_centre:g}",
        }
        reasons.append(
            self.env._(
                "%(star)s: sales may give %(sales)s %%, the account manager"
                " %(manager)s %%, the CRM centre %(centre)s %%; beyond that finance"
                " decides as well.",
                **values,
            )
        )
        return level, reasons

    def _describe_sample(self, sample):
        values = {
            "percent": f"{sample.percent.normalize():f}",
            "zone": self._get_zone_name(sample.zone),
            "weight": f"{sample.weight.normalize():f}",
            "amount": f"{sample.amount:.2f}",
            "tariff": f"{sample.base_amount:.2f}",
        }
        if sample.is_bulky:
            return self.env._(
                "%(percent)s %% below the tariff at most: %(zone)s, bulky goods of"
                " %(weight)s kg by volume at %(amount)s yuan, tariff %(tariff)s yuan.",
                **values,
            )
        return self.env._(
            "%(percent)s %% below the tariff at most: %(zone)s, %(weight)s kg at"
            " %(amount)s yuan, tariff %(tariff)s yuan.",
            **values,
        )

    def _lower_level(self, level, reasons):
        """Return the level that is left where the user decides up to one alone."""
        if level == "manager" and not self.account_id.sudo().manager_id:
            level = "centre"
        if RANKS[level] <= RANKS[self._get_authority()]:
            level = "none"
        return level, reasons

    def _get_zone_name(self, zone_id):
        # sudo: zones of the company are named to whoever prices
        return self.env["kuaidi.price.zone"].sudo().browse(zone_id).name
