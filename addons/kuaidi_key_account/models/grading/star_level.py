from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import format_amount


class KuaidiStarLevel(models.Model):
    """One rung of a company's ladder of stars: what it takes and what it entitles to.

    Every company has the five levels from its beginning. Moving a threshold changes
    no client's star: the next grading proposes what follows from it.
    """

    _name = "kuaidi.star.level"
    _description = "Star Level"
    _order = "company_id, stars"

    name = fields.Char(
        required=True,
        translate=True,
        help="What colleagues call clients of this level. Never told to a client.",
    )
    stars = fields.Integer(required=True, readonly=True, aggregator=None)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_min = fields.Monetary(
        string="Threshold",
        required=True,
        aggregator=None,
        help="Least revenue of one service year for this level, untaxed, in the"
        " currency of the company. The threshold itself is enough.",
    )
    leadership_allowed = fields.Boolean(
        string="Leadership Group",
        help="Clients of this level may have a leadership group that oversees their"
        " service.",
    )
    visit_gap_days = fields.Integer(
        string="Days between Visits",
        required=True,
        default=365,
        aggregator=None,
        help="The client is visited on site at least once in so many calendar days.",
    )
    renewal_notice_days = fields.Integer(
        string="Renewal Starts (days)",
        required=True,
        default=30,
        aggregator=None,
        help="The renewal is taken up so many calendar days before the contract's"
        " notice date.",
    )
    description = fields.Text(
        help="What the level entitles to, for colleagues. The standard is a minimum:"
        " more is allowed, less needs an approval.",
    )

    _stars_range = models.Constraint(
        "CHECK(stars BETWEEN 1 AND 5)", "A level has one to five stars."
    )
    _amount_min_positive = models.Constraint(
        "CHECK(amount_min >= 0)", "The threshold of a level cannot be negative."
    )
    _visit_gap_positive = models.Constraint(
        "CHECK(visit_gap_days > 0)", "The days between visits have to be above 0."
    )
    _renewal_notice_positive = models.Constraint(
        "CHECK(renewal_notice_days >= 0)",
        "The days before a renewal cannot be negative.",
    )
    _company_stars_uniq = models.UniqueIndex(
        "(company_id, stars)",
        "This company has a level of these stars already. Change that one.",
    )
    _company_amount_uniq = models.UniqueIndex(
        "(company_id, amount_min)",
        "Two levels of one company cannot begin at the same revenue.",
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "stars")
    def _compute_display_name(self):
        for level in self:
            level.display_name = level.name or f"{level.stars}★"

    # === CONSTRAINT METHODS === #

    @api.constrains("amount_min", "company_id", "stars")
    def _check_thresholds_rise(self):
        """More stars have to take more revenue, or a level could never be reached."""
        ladders = self.search([("company_id", "in", self.company_id.ids)])
        for levels in ladders.grouped("company_id").values():
            rungs = levels.sorted("stars")
            for lower, upper in zip(rungs, rungs[1:], strict=False):
                if upper.amount_min <= lower.amount_min:
                    raise ValidationError(
                        self.env._(
                            "%(upper)s would begin at %(upper_amount)s, which is not"
                            " more than the %(lower_amount)s of %(lower)s. Thresholds"
                            " rise with the stars: to raise several, begin with the"
                            " highest level; to lower several, with the lowest.",
                            upper=upper.display_name,
                            upper_amount=upper._format_amount(upper.amount_min),
                            lower=lower.display_name,
                            lower_amount=lower._format_amount(lower.amount_min),
                        )
                    )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ladder(self):
        raise UserError(
            self.env._(
                "A company keeps its five levels: ratings and their history stand on"
                " them. Change the threshold instead."
            )
        )

    # === BUSINESS METHODS === #

    def _format_amount(self, amount):
        self.ensure_one()
        return format_amount(self.env, amount, self.currency_id)

    @api.model
    def _get_default_levels(self):
        """Return the values of the five levels that a company starts with.

        Thresholds in yuan per service year (2.2), days between site visits from the
        service template (2.3), days before the notice date from the renewal ladder of
        90, 60 and 30 (2.7). A leadership group is for large clients: from four stars.
        """
        names = (
            "stars",
            "amount_min",
            "leadership_allowed",
            "visit_gap_days",
            "renewal_notice_days",
        )
        rows = (
            (1, 10_000, False, 365, 30),
            (2, 30_000, False, 182, 30),
            (3, 100_000, False, 91, 60),
            (4, 500_000, True, 60, 90),
            (5, 5_000_000, True, 30, 90),
        )
        return [dict(zip(names, row, strict=True), name=f"{row[0]}★") for row in rows]
