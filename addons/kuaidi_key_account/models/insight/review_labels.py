import json

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ...tools.month_names import format_month, format_short_month
from .client_review import NOTHING, RATES


class KuaidiClientReview(models.Model):
    """Words for the figures: a dash for what cannot be compared, never 0 %."""

    _name = "kuaidi.client.review"
    _inherit = ["kuaidi.client.review", "kuaidi.ratio.mixin"]

    # a month without parcels has no rate and does not count
    _ratios = {name: (count, "pieces", 100.0) for name, count in RATES.items()}

    change_month_label = fields.Char(
        string="On Last Month", compute="_compute_labels", help="Change of the parcels."
    )
    change_year_label = fields.Char(
        string="On Last Year",
        compute="_compute_labels",
        help="Change of the parcels against the same month of last year.",
    )
    late_label = fields.Char(string="Late of Parcels", compute="_compute_labels")
    damaged_label = fields.Char(string="Damaged of Parcels", compute="_compute_labels")
    lost_label = fields.Char(string="Lost of Parcels", compute="_compute_labels")
    accident_label = fields.Char(
        string="Accidents of Parcels", compute="_compute_labels"
    )
    forecast_label = fields.Char(string="Forecast", compute="_compute_labels")
    volume_chart = fields.Text(compute="_compute_volume_chart")

    # === COMPUTE METHODS === #

    @api.depends("pieces", "has_figure", "has_last_month", "has_last_year", *RATES)
    @api.depends("forecast_method", "forecast_pieces", "forecast_error_percent")
    @api.depends_context("lang")
    def _compute_labels(self):
        for review in self:
            review.change_month_label = review._format_change("month")
            review.change_year_label = review._format_change("year")
            for name in RATES:
                label = f"{name.removesuffix('_percent')}_label"
                review[label] = review._format_rate(name)
            review.forecast_label = review._get_forecast_sentence()

    @api.depends("account_id", "month", "forecast_pieces", "forecast_method")
    @api.depends_context("lang")
    def _compute_volume_chart(self):
        for review in self:
            history = review._get_history()[12:]
            values = [
                {
                    "label": format_short_month(month["month"], self.env.lang),
                    "value": month["pieces"] or 0,
                    "type": "past",
                }
                for month in history
            ]
            if review.forecast_method != "none":
                values.append(
                    {
                        "label": self.env._("Forecast"),
                        "value": review.forecast_pieces,
                        "type": "future",
                    }
                )
            review.volume_chart = json.dumps(
                [
                    {
                        "key": self.env._("Parcels"),
                        "is_sample_data": False,
                        "values": values,
                    }
                ]
            )

    # === BUSINESS METHODS === #

    def _format_month(self, month):
        """Return a month with its year, in the order that the language has them."""
        return format_month(month, self.env.lang)

    def _format_change(self, base):
        """Return the change of the parcels in words, a dash where it is not known.

        :param base: `month` or `year`, before which it was
        """
        self.ensure_one()
        before = self[f"pieces_last_{base}"]
        if not (self.has_figure and self[f"has_last_{base}"] and before):
            return NOTHING
        return self._format_percent(self[f"change_{base}_percent"], signed=True)

    def _format_percent(self, percent, signed=False, digits=1):
        sign = "+" if signed and round(percent, digits) > 0 else ""
        return f"{sign}{formatLang(self.env, percent, digits=digits)}%"

    def _format_rate(self, name):
        """Return a rate with count and denominator, a dash where nothing was shipped.

        :param name: one of RATES
        """
        self.ensure_one()
        if not self.pieces:
            return NOTHING
        return self.env._(
            "%(percent)s (%(count)s of %(pieces)s)",
            percent=self._format_percent(self[name], digits=3),
            count=self._format_count(self[RATES[name]]),
            pieces=self._format_count(self.pieces),
        )

    def _format_count(self, count):
        return formatLang(self.env, count, digits=0)

    def _get_forecast_sentence(self):
        """Return forecast, method and past error of the method in one sentence."""
        self.ensure_one()
        if self.forecast_method in (False, "none"):
            return self.env._("No forecast: the last month is not known.")
        methods = dict(self._fields["forecast_method"]._description_selection(self.env))
        values = {
            "pieces": self._format_count(self.forecast_pieces),
            "method": methods[self.forecast_method],
        }
        if not self.has_forecast_error:
            return self.env._(
                "%(pieces)s parcels (%(method)s; not tested on past months yet)",
                **values,
            )
        return self.env._(
            "%(pieces)s parcels (%(method)s; was wrong by %(error)s on average)",
            error=self._format_percent(self.forecast_error_percent),
            **values,
        )
