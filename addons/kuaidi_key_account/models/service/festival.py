from calendar import monthrange

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.festivals import get_day_in_year, get_festival_date

# a leap year: 29 February is a day that a festival can have
LEAP_YEAR = 2024


class KuaidiFestival(models.Model):
    """A festival on which clients are greeted, and how long before it starts (2.4)."""

    _name = "kuaidi.festival"
    _description = "Festival"
    _order = "sequence, id"

    name = fields.Char(string="Festival", required=True, translate=True)
    key = fields.Selection(
        selection=[
            ("fixed", "Same Date Every Year"),
            ("spring_festival", "Spring Festival"),
            ("tomb_sweeping", "Tomb-Sweeping Day"),
            ("dragon_boat", "Dragon Boat Festival"),
            ("mid_autumn", "Mid-Autumn Festival"),
        ],
        string="Falls On",
        required=True,
        default="fixed",
        help="Festivals of the Chinese calendar fall on another date each year, which"
        " is computed.",
    )
    month = fields.Integer(help="1 to 12, for a festival with the same date.")
    day = fields.Integer(
        help="1 to 31. 29 February falls on the 28th in common years.",
    )
    lead_days = fields.Integer(
        string="Lead Time (days)",
        required=True,
        default=7,
        aggregator=None,
        help="Calendar days before the festival on which the greeting begins: holiday"
        " times, last order dates and visits come first.",
    )
    date_next = fields.Date(
        string="Next Date",
        compute="_compute_date_next",
        help="First day of the festival, from today on.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _lead_days_range = models.Constraint(
        "CHECK(lead_days BETWEEN 0 AND 180)",
        "The lead time of a festival lies between 0 and 180 days.",
    )
    _key_uniq = models.UniqueIndex(
        "(key) WHERE key <> 'fixed'",
        "This festival is on the list already (it may be archived). Its date is"
        " computed, so that it is needed once.",
    )

    # === COMPUTE METHODS === #

    @api.depends("key", "month", "day")
    def _compute_date_next(self):
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        end = today.replace(year=today.year + 1, month=12, day=31)
        for festival in self:
            dates = festival._get_dates(today, end)
            festival.date_next = dates[0] if dates else False

    # === CONSTRAINT METHODS === #

    @api.constrains("key", "month", "day")
    def _check_date_exists(self):
        for festival in self:
            if festival.key != "fixed":
                continue
            if (
                not 1 <= festival.month <= 12
                or not 1 <= festival.day <= monthrange(LEAP_YEAR, festival.month)[1]
            ):
                raise ValidationError(
                    self.env._(
                        "%(festival)s has the same date every year: enter a month and"
                        " a day that the calendar has.",
                        festival=festival.name,
                    )
                )

    # === BUSINESS METHODS === #

    def _get_dates(self, date_from, date_to):
        """Return the first days of these festivals within a period (2.4).

        A computed festival has no date in a year that the tables do not reach (1950
        to 2100).

        :param date_from: first day of the period
        :param date_to: last day of the period, included
        :return: sorted list of dates
        """
        years = range(date_from.year, date_to.year + 1)
        dates = {festival._get_date(year) for festival in self for year in years}
        return sorted(day for day in dates - {None} if date_from <= day <= date_to)

    def _get_date(self, year):
        """Return the date of this festival in a year, or None where it has none."""
        self.ensure_one()
        if self.key and self.key != "fixed":
            return get_festival_date(self.key, year)
        if not 1 <= self.month <= 12 or self.day < 1:
            return None  # not entered yet
        return get_day_in_year(self.month, self.day, year)
