from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools.misc import format_amount


class KuaidiServicePlan(models.Model):
    """What a plan costs against what the client brings in (SP-5, GR-8)."""

    _name = "kuaidi.service.plan"
    _inherit = ["kuaidi.service.plan"]

    amount_revenue = fields.Monetary(
        string="Revenue in the Period",
        compute="_compute_budget",
        help="The yearly revenue that the star stands on, for the days of the plan.",
    )
    budget_percent = fields.Float(
        string="Cost of Revenue (%)", compute="_compute_budget", digits=(16, 1)
    )
    is_over_budget = fields.Boolean(compute="_compute_budget")
    note_budget = fields.Char(compute="_compute_budget")
    note_star = fields.Char(compute="_compute_note_star")

    # === COMPUTE METHODS === #

    @api.depends("account_id", "amount_cost", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_budget(self):
        for plan in self:
            # sudo: the yearly revenue is part of the star, which the team may see
            account_sudo = plan.account_id.sudo()
            limit = plan.company_id.sudo().kuaidi_service_budget_percent
            share = plan._get_year_share()
            plan.amount_revenue = account_sudo.amount_annual * share
            plan.budget_percent = (
                100 * plan.amount_cost / plan.amount_revenue
                if plan.amount_revenue > 0
                else 0.0
            )
            plan.is_over_budget = plan.amount_cost > plan.amount_revenue * limit / 100
            notes = []
            if plan.is_over_budget:
                notes.append(
                    self.env._(
                        "The plan costs %(cost)s, more than %(limit)s %% of the"
                        " %(revenue)s that the client brings in over its period.",
                        cost=plan._format_amount(plan.amount_cost),
                        limit=f"{limit:g}",
                        revenue=plan._format_amount(plan.amount_revenue),
                    )
                )
            rating_sudo = account_sudo.current_rating_id
            if rating_sudo.basis == "expected":
                notes.append(plan._get_estimate_note(rating_sudo))
            plan.note_budget = " ".join(notes) or False

    @api.depends("account_id.star_id", "level_id", "state")
    @api.depends_context("lang")
    def _compute_note_star(self):
        for plan in self:
            star = plan.account_id.star_id
            has_moved = (
                plan.state == "published" and plan.level_id and star != plan.level_id
            )
            plan.note_star = has_moved and self.env._(
                "The client was planned with %(before)s and has %(now)s now. Revise"
                " the plan so that it holds what the star entitles to.",
                before=plan.level_id.display_name,
                now=star.display_name or self.env._("no star"),
            )

    # === BUSINESS METHODS === #

    def _get_year_share(self):
        """Return the plan's length in service years, as a fraction."""
        self.ensure_one()
        if not self.date_from or not self.date_to:
            return 1.0
        year_days = self.template_id._get_year_days(self.date_from)
        return ((self.date_to - self.date_from).days + 1) / year_days

    def _format_amount(self, amount):
        self.ensure_one()
        return format_amount(self.env, amount, self.currency_id)

    def _get_estimate_note(self, rating):
        """Say what happens where the expected revenue fails to come in (GR-8)."""
        self.ensure_one()
        year_ago = self._get_today() - relativedelta(years=1)
        monthly = self.account_id.sudo()._get_monthly_revenue(
            year_ago, self._get_today()
        )
        realised = sum(monthly.values())
        return self.env._(
            "The star stands on expected revenue of %(expected)s a year; the past"
            " twelve months brought in %(realised)s. Plan dear services late, so that"
            " a shortfall does not make the service unaffordable.",
            expected=self._format_amount(rating.amount_annual),
            realised=self._format_amount(realised),
        )
