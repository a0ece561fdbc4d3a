from odoo import api, models
from odoo.tools.misc import format_amount, format_date

from ...tools.star_arithmetic import SERVICE_YEAR_MONTHS


class KuaidiStarRating(models.Model):
    """How a star came about, in plain words and in the reader's language."""

    _name = "kuaidi.star.rating"
    _inherit = ["kuaidi.star.rating"]

    # === COMPUTE METHODS === #

    @api.depends(
        "adjustment",
        "adjustment_expiry",
        "adjustment_factor",
        "adjustment_reason",
        "amount_annual",
        "basis",
        "date_from",
        "date_to",
        "level_id",
        "previous_rating_id",
    )
    @api.depends_context("lang")
    def _compute_explanation(self):
        for rating in self:
            rating.explanation = (
                self._get_explanation(rating) if rating.account_id else False
            )

    @api.depends("account_id", "stars", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for rating in self:
            if not rating.account_id:
                rating.display_name = False
                continue
            rating.display_name = self.env._(
                "%(account)s, %(stars)s (%(date)s)",
                account=rating.account_id.display_name,
                stars=self._format_stars(rating.stars),
                date=format_date(self.env, rating.date_to),
            )

    # === BUSINESS METHODS === #

    def _format_stars(self, stars):
        return f"{stars}★" if stars else self.env._("no star")

    @api.model
    def _get_explanation(self, figures):
        """Tell in plain words how a star came about, in the reader's language.

        :param figures: one record with the figures of a rating: a rating itself or a
            line of a preview
        """
        return "\n".join(
            sentence
            for sentence in (
                self._explain_revenue(figures),
                self._explain_level(figures),
                self._explain_adjustment(figures),
                self._explain_result(figures),
            )
            if sentence
        )

    def _explain_revenue(self, figures):
        revenue = format_amount(self.env, figures.amount_revenue, figures.currency_id)
        dates = {
            "date_from": format_date(self.env, figures.date_from),
            "date_to": format_date(self.env, figures.date_to),
        }
        if figures.basis == "expected":
            sentence = self.env._(
                "Expected revenue over %(months)s months: %(revenue)s. The expectation"
                " stands from %(date_from)s to %(date_to)s.",
                months=figures.term_months,
                revenue=revenue,
                **dates,
            )
        else:
            sentence = self.env._(
                "Posted invoices less credit notes from %(date_from)s to %(date_to)s,"
                " untaxed: %(revenue)s.",
                revenue=revenue,
                **dates,
            )
        if figures.term_months <= SERVICE_YEAR_MONTHS:
            return sentence
        spread = self.env._(
            "Spread over %(months)s months this makes %(annual)s a year.",
            months=figures.term_months,
            annual=format_amount(self.env, figures.amount_annual, figures.currency_id),
        )
        return f"{sentence}\n{spread}"

    def _explain_level(self, figures):
        currency = figures.currency_id
        following = format_amount(self.env, figures.amount_next_threshold, currency)
        if not figures.computed_level_id:
            return self.env._(
                "The lowest level begins at %(following)s: no level is reached.",
                following=following,
            )
        level = self.env._(
            "%(level)s begins at %(threshold)s and is reached.",
            level=figures.computed_level_id.display_name,
            threshold=format_amount(self.env, figures.amount_threshold, currency),
        )
        if not figures.amount_next_threshold:
            return level
        above = self.env._(
            "The next level begins at %(following)s.", following=following
        )
        return f"{level}\n{above}"

    def _explain_adjustment(self, figures):
        if figures.adjustment and figures.adjustment_expiry:
            return self.env._(
                "Adjusted by %(stars)+d stars until %(date)s (%(factor)s): %(reason)s",
                stars=figures.adjustment,
                date=format_date(self.env, figures.adjustment_expiry),
                factor=self._get_factor_label(figures.adjustment_factor),
                reason=figures.adjustment_reason or "",
            )
        if figures.origin == "expiry":
            former = figures.previous_rating_id
            return self.env._(
                "The adjustment by %(stars)+d stars (%(factor)s) expired on %(date)s:"
                " the computed star applies again.",
                stars=former.adjustment,
                factor=self._get_factor_label(former.adjustment_factor),
                date=format_date(self.env, former.adjustment_expiry),
            )
        return ""

    def _explain_result(self, figures):
        if not figures.previous_rating_id:
            return self.env._(
                "Result: %(stars)s. The client was not rated before.",
                stars=self._format_stars(figures.stars),
            )
        return self.env._(
            "Result: %(stars)s, formerly %(former)s.",
            stars=self._format_stars(figures.stars),
            former=self._format_stars(figures.previous_stars),
        )

    def _get_factor_label(self, factor):
        selection = self._fields["adjustment_factor"]._description_selection(self.env)
        return dict(selection).get(factor, "")
