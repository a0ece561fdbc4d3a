from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.misc import format_date

from ...tools.star_arithmetic import (
    SERVICE_YEAR_MONTHS,
    adjust_stars,
    find_level,
    get_service_year,
    spread_over_term,
)


class KuaidiStarRating(models.Model):
    """One assessment of one client's star: figures, result, and who approved it.

    The approved rating of an account is its current one; former ones stay as history.
    The star is internal (GR-4): nothing here reaches a client.
    """

    _name = "kuaidi.star.rating"
    _description = "Star Rating"
    _inherit = ["mail.thread", "kuaidi.decision.mixin", "kuaidi.account.work"]
    _order = "date_to desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    _approval_guarded_fields = (
        "state",
        "origin",
        "run_id",
        "company_id",
        "amount_annual",
        "computed_level_id",
        "amount_threshold",
        "amount_next_threshold",
        "level_id",
        "stars",
        "previous_rating_id",
        "previous_level_id",
        "previous_stars",
        "direction",
        "requested_by_id",
        "decided_by_id",
        "date_decided",
        "validation_status",
        "review_ids",
    )

    # client
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('state', '!=', 'closed')]",
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    manager_id = fields.Many2one(related="account_id.manager_id")
    industry_id = fields.Many2one(related="account_id.industry_id")
    # figures
    basis = fields.Selection(
        selection=[
            ("realised", "Realised Revenue"),
            ("expected", "Expected Revenue"),
        ],
        required=True,
        default="realised",
        help="Realised: posted invoices less credit notes of the period. Expected:"
        " what a new client will bring in, entered by hand.",
    )
    date_from = fields.Date(
        string="Period From",
        compute="_compute_date_from",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date_to = fields.Date(
        string="Period To",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Last day of the period. A rating on expected revenue stands until this"
        " day; then realised revenue decides.",
    )
    amount_revenue = fields.Monetary(
        string="Revenue",
        compute="_compute_amount_revenue",
        store=True,
        readonly=False,
        precompute=True,
        help="Untaxed, in the currency of the company. Realised revenue is computed"
        " from the invoices of the period; expected revenue is the sum of the term.",
    )
    term_months = fields.Integer(
        string="Term (months)",
        required=True,
        default=SERVICE_YEAR_MONTHS,
        aggregator=None,
        help="How many months of service the revenue is for. Above twelve months it is"
        " spread over the term; a shorter term is not extrapolated to a year.",
    )
    amount_annual = fields.Monetary(
        string="Yearly Revenue",
        compute="_compute_amount_annual",
        store=True,
        precompute=True,
        help="Revenue of one service year, which decides the level.",
    )
    # result
    computed_level_id = fields.Many2one(
        comodel_name="kuaidi.star.level",
        compute="_compute_computed_level_id",
        store=True,
        precompute=True,
        ondelete="restrict",
        check_company=True,
        help="Level that the yearly revenue reaches by itself.",
    )
    amount_threshold = fields.Monetary(
        string="Threshold Reached",
        compute="_compute_computed_level_id",
        store=True,
        precompute=True,
        aggregator=None,
        help="Threshold of the computed level when the rating was made.",
    )
    amount_next_threshold = fields.Monetary(
        string="Next Threshold",
        compute="_compute_computed_level_id",
        store=True,
        precompute=True,
        aggregator=None,
        help="Threshold of the level above when the rating was made; 0 at the top.",
    )
    adjustment = fields.Integer(
        string="Adjustment (stars)",
        aggregator=None,
        help="Stars added to or taken from the computed level. The result has one to"
        " five stars.",
    )
    adjustment_factor = fields.Selection(
        selection=[
            ("size", "Size of the client"),
            ("influence", "Social influence"),
            ("need", "Concrete need"),
        ],
    )
    adjustment_reason = fields.Text()
    adjustment_expiry = fields.Date(
        string="Adjusted Until",
        help="Last day of the adjustment. Afterwards the computed star applies again.",
    )
    level_id = fields.Many2one(
        comodel_name="kuaidi.star.level",
        compute="_compute_level_id",
        store=True,
        precompute=True,
        ondelete="restrict",
        check_company=True,
        help="Level after the adjustment. Empty: the client reaches no level.",
    )
    stars = fields.Integer(
        compute="_compute_level_id", store=True, precompute=True, aggregator="avg"
    )
    # where the client came from
    previous_rating_id = fields.Many2one(
        comodel_name="kuaidi.star.rating",
        string="Former Rating",
        compute="_compute_previous_rating_id",
        store=True,
        precompute=True,
        ondelete="set null",
        index="btree_not_null",
    )
    previous_level_id = fields.Many2one(
        comodel_name="kuaidi.star.level",
        string="Former Level",
        compute="_compute_previous_rating_id",
        store=True,
        precompute=True,
        ondelete="restrict",
    )
    previous_stars = fields.Integer(
        string="Former Stars",
        compute="_compute_previous_rating_id",
        store=True,
        precompute=True,
        aggregator=None,
    )
    direction = fields.Selection(
        selection=[("new", "New"), ("up", "Up"), ("down", "Down"), ("same", "Same")],
        compute="_compute_direction",
        store=True,
        precompute=True,
    )
    explanation = fields.Text(compute="_compute_explanation")
    # approval
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("superseded", "Superseded"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    origin = fields.Selection(
        selection=[
            ("manual", "By Hand"),
            ("run", "Grading of All Accounts"),
            ("expiry", "Adjustment Expired"),
        ],
        required=True,
        default="manual",
        readonly=True,
        copy=False,
    )

    _term_positive = models.Constraint(
        "CHECK(term_months > 0)",
        "The term has to be at least one month: enter how many months of service the"
        " revenue is for.",
    )
    _period_order = models.Constraint(
        "CHECK(date_from <= date_to)", "The period ends before it begins."
    )
    _realised_service_year = models.Constraint(
        "CHECK(basis <> 'realised' OR date_to < date_from + interval '12 months')",
        "A star stands on the revenue of one service year: the period of realised"
        " revenue is twelve months at most. Revenue that is for more than a year is"
        " spread by its term.",
    )
    _expected_positive = models.Constraint(
        "CHECK(basis = 'realised' OR amount_revenue > 0)",
        "Enter the revenue that is expected over the term; it has to be above 0.",
    )
    _adjustment_range = models.Constraint(
        "CHECK(adjustment BETWEEN -4 AND 4)",
        "A star can be adjusted by four stars at most, up or down.",
    )
    _adjustment_founded = models.Constraint(
        "CHECK(coalesce(adjustment, 0) = 0 OR (adjustment_factor IS NOT NULL"
        " AND adjustment_reason IS NOT NULL AND adjustment_expiry IS NOT NULL))",
        "An adjusted star needs a factor, a reason and the day until which it holds.",
    )
    _approved_account_uniq = models.UniqueIndex(
        "(account_id) WHERE state = 'approved'",
        "This account has an approved rating already; it has to be superseded first.",
    )
    _open_run_account_uniq = models.UniqueIndex(
        "(account_id) WHERE state IN ('draft', 'to_approve') AND origin = 'run'",
        "A grading has made an open proposal for this account already.",
    )
    # what waits is little among the history, and is looked up by account too
    _open_account_idx = models.Index(
        "(account_id) WHERE state IN ('draft', 'to_approve')"
    )
    _expiry_idx = models.Index(
        "(adjustment_expiry) WHERE state = 'approved' AND adjustment <> 0"
    )

    # === COMPUTE METHODS === #

    @api.depends("basis")
    def _compute_date_from(self):
        for rating in self:
            today = rating._get_today()
            rating.date_from = (
                today if rating.basis == "expected" else get_service_year(today)[0]
            )

    @api.depends("date_from")
    def _compute_date_to(self):
        for rating in self:
            rating.date_to = rating.date_from and rating._get_service_year_end()

    @api.depends("account_id", "basis", "date_from", "date_to")
    def _compute_amount_revenue(self):
        realised = self.filtered(
            lambda rating: (
                rating.basis == "realised" and rating.date_from and rating.date_to
            )
        )
        for rating in self - realised:
            # what was entered stays; invoices say nothing about expectations
            rating.amount_revenue = rating.amount_revenue
        periods = realised.grouped(lambda rating: (rating.date_from, rating.date_to))
        for (date_from, date_to), ratings in periods.items():
            # sudo: every invoice of the client counts, whoever may read it
            accounts = ratings.account_id._origin.sudo()
            amounts = dict.fromkeys(accounts.ids, 0.0)
            monthly = accounts._get_monthly_revenue(date_from, date_to)
            for (account_id, _month), amount in monthly.items():
                amounts[account_id] += amount
            for rating in ratings:
                amount = amounts.get(rating.account_id._origin.id, 0.0)
                rating.amount_revenue = (
                    rating.currency_id.round(amount) if rating.currency_id else amount
                )

    @api.depends("amount_revenue", "term_months")
    def _compute_amount_annual(self):
        for rating in self:
            amount = spread_over_term(rating.amount_revenue, rating.term_months)
            rating.amount_annual = (
                rating.currency_id.round(amount) if rating.currency_id else amount
            )

    # a later change of a threshold must not reach back into ratings, so the levels
    # are no dependencies
    @api.depends("amount_annual", "company_id")
    def _compute_computed_level_id(self):
        ladders = self._get_ladders()
        for rating in self:
            levels = ladders.get(rating.company_id.id, [])
            thresholds = [level.amount_min for level in levels]
            rung = find_level(rating.amount_annual, thresholds)
            rating.computed_level_id = levels[rung - 1] if rung else False
            rating.amount_threshold = thresholds[rung - 1] if rung else 0.0
            rating.amount_next_threshold = (
                thresholds[rung] if rung < len(levels) else 0.0
            )

    @api.depends("computed_level_id", "adjustment")
    def _compute_level_id(self):
        ladders = self._get_ladders()
        for rating in self:
            by_stars = {
                level.stars: level for level in ladders.get(rating.company_id.id, [])
            }
            stars = adjust_stars(rating.computed_level_id.stars, rating.adjustment)
            rating.level_id = by_stars.get(stars, False)
            rating.stars = rating.level_id.stars

    @api.depends("account_id")
    def _compute_previous_rating_id(self):
        current = self.account_id._origin._get_current_ratings()
        for rating in self:
            former = current.get(rating.account_id._origin.id, self.browse())
            rating.previous_rating_id = former
            rating.previous_level_id = former.level_id
            rating.previous_stars = former.stars

    @api.depends("stars", "previous_stars", "previous_rating_id")
    def _compute_direction(self):
        for rating in self:
            if not rating.previous_rating_id:
                rating.direction = "new"
            elif rating.stars == rating.previous_stars:
                rating.direction = "same"
            else:
                up = rating.stars > rating.previous_stars
                rating.direction = "up" if up else "down"

    # === CONSTRAINT METHODS === #

    @api.constrains("account_id")
    def _check_account_is_open(self):
        for rating in self:
            account = rating.account_id
            if account.state == "closed" or not account.company_id.active:
                raise ValidationError(
                    self.env._(
                        "%(account)s is closed, or its company is: its star is not"
                        " rated any more. Reopen it first.",
                        account=account.display_name,
                    )
                )

    @api.constrains("adjustment", "adjustment_reason", "adjustment_expiry")
    def _check_adjustment(self):
        for rating in self:
            if not rating.adjustment or rating.state not in ("draft", "to_approve"):
                continue
            if not (rating.adjustment_reason or "").strip():
                raise ValidationError(
                    self.env._("Say in the reason why the star is adjusted.")
                )
            rating._check_expiry_is_ahead()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            guarded = set(self._approval_guarded_fields) - {"state"}
            unproposed = {*self._approval_guarded_fields, "amount_revenue"}
            if unproposed & self._get_default_names() or guarded & set().union(
                *vals_list
            ):
                raise AccessError(self._get_computed_message())
            self._check_account_access(vals_list)
            for vals in vals_list:
                if vals.get("basis", "realised") == "realised":
                    self._check_revenue_not_typed(vals)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            own = vals.keys() & self._get_draft_fields()
            if own and any(rating.state != "draft" for rating in self):
                raise UserError(
                    self.env._(
                        "Only a draft can be changed. Make a new rating: it supersedes"
                        " this one when it is approved."
                    )
                )
            self._check_account_access([vals])
            if any(vals.get("basis", rating.basis) == "realised" for rating in self):
                self._check_revenue_not_typed(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Show what a draft would come to, but of nobody else's clients."""
        self._check_account_access(
            [values, {"account_id": self.env.context.get("default_account_id")}]
        )
        return super().onchange(values, field_names, fields_spec)

    def copy_data(self, default=None):
        """A copy starts from the figures of today: nothing computed is copied."""
        return [
            {
                name: value
                for name, value in vals.items()
                if name not in self._approval_guarded_fields
                and not (name == "amount_revenue" and vals["basis"] == "realised")
            }
            for vals in super().copy_data(default)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        if any(rating.state != "draft" for rating in self):
            raise UserError(
                self.env._(
                    "Ratings are the history of a client's star. Only a draft can be"
                    " deleted; a proposal is refused instead."
                )
            )

    # === BUSINESS METHODS === #

    def _get_service_year_end(self):
        self.ensure_one()
        return self.date_from + relativedelta(months=SERVICE_YEAR_MONTHS, days=-1)

    def _get_ladders(self):
        """Return the levels by company id, in the order of their stars."""
        # sudo: the ladder decides on the star, whoever asks
        levels = (
            self.env["kuaidi.star.level"]
            .sudo()
            .search([("company_id", "in", self.company_id.ids)], order="stars")
        )
        return {
            company.id: list(rungs)
            for company, rungs in levels.grouped("company_id").items()
        }

    def _get_draft_fields(self):
        """Return the fields that a user enters while the rating is a draft."""
        return {
            "account_id",
            "adjustment",
            "adjustment_expiry",
            "adjustment_factor",
            "adjustment_reason",
            "amount_revenue",
            "basis",
            "date_from",
            "date_to",
            "term_months",
        }

    def _get_computed_message(self):
        return self.env._(
            "The level, the yearly revenue and the approval of a rating follow from its"
            " figures and its buttons; they cannot be entered."
        )

    def _check_account_access(self, vals_list):
        """Check that the user may write every account that the values name.

        Record rules look at a rating as it was before it is moved to another account.
        """
        account_ids = {
            vals["account_id"] for vals in vals_list if vals.get("account_id")
        }
        self.env["kuaidi.key.account"].browse(account_ids).check_access("write")

    def _check_revenue_not_typed(self, vals):
        if vals.get("amount_revenue"):
            raise UserError(
                self.env._(
                    "Realised revenue is computed from the posted invoices of the"
                    " period. Leave it empty, or choose expected revenue."
                )
            )

    def _check_expiry_is_ahead(self):
        for rating in self:
            if rating.adjustment and rating.adjustment_expiry <= rating._get_today():
                raise ValidationError(
                    self.env._(
                        "The adjustment for %(account)s ends on %(date)s, which is not"
                        " in the future. Enter a later day or drop the adjustment.",
                        account=rating.account_id.display_name,
                        date=format_date(self.env, rating.adjustment_expiry),
                    )
                )
