"""Dates of festivals, yearly occasions and statutory holidays."""

from calendar import monthrange
from datetime import date
from functools import cache

from holidays import country_holidays

# what the library calls the day itself, not the days off around it
LUNAR_FESTIVALS = {
    "spring_festival": "Chinese New Year (Spring Festival)",
    "tomb_sweeping": "Tomb-Sweeping Day",
    "dragon_boat": "Dragon Boat Festival",
    "mid_autumn": "Mid-Autumn Festival",
}


def get_festival_date(key, year):
    """Return the first day of a festival that the lunar or solar calendar moves.

    :param str key: of `LUNAR_FESTIVALS`
    :return: date, or None in a year that the library does not know
    """
    name = LUNAR_FESTIVALS[key]
    # two festivals on one day share its name: "Mid-Autumn Festival; National Day"
    return min(
        (day for day, names in _get_days("CN", year) if name in names.split("; ")),
        default=None,
    )


def get_day_in_year(month, day, year):
    """Return a month's day in a year; 29 February is the 28th in common years."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def get_next_yearly(first, today):
    """Return on which date, from today on, a day comes round again each year.

    :param first: date of which month and day count
    """
    day = get_day_in_year(first.month, first.day, today.year)
    if day < today:
        day = get_day_in_year(first.month, first.day, today.year + 1)
    return day


def get_statutory_days(country, years):
    """Return the dates that are statutory public holidays, days in lieu included.

    :param str country: ISO 3166 code
    :param years: iterable of years
    :return: set of dates; a country or year that the library does not know adds none
    """
    return {day for year in years for day, _names in _get_days(country, year)}


@cache
def _get_days(country, year):
    """Return the (date, names) of one year in English, in no order."""
    if not country:
        return ()
    try:
        calendar = country_holidays(country, years=year, language="en_US")
    except NotImplementedError:
        return ()
    return tuple((day, names) for day, names in calendar.items() if day.year == year)
