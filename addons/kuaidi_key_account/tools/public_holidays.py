"""Official holidays of a country and year, read from the `holidays` library."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from holidays import country_holidays

from .working_days import group_consecutive, widen_over_rest_days

# Where the government announces each year anew which days are off and which of the
# weekend are worked for them; statutory days alone would be wrong.
YEARLY_ARRANGED_COUNTRIES = ("CN",)


class UnknownHolidaysError(Exception):
    """The library does not hold the official holidays of this country and year."""


class Entry(NamedTuple):
    """Name of one day, and the festival for which it is off or worked."""

    name: str
    festival: str


class Arrangement(NamedTuple):
    """Days off and make-up working days of one year, as {date: Entry}."""

    holidays: dict
    makeups: dict


def get_arrangement(country, year, language=None):
    """Return the official `Arrangement` of a year.

    In China the days of the weekend that touch a holiday belong to it, as in the
    notice of the State Council (15 to 23 February 2026). A make-up day in December
    for a holiday in January belongs to the new year's notice.

    :param str country: ISO 3166 code
    :param str language: of the names, like ``zh_CN``; English where it has none
    :raise UnknownHolidaysError: unknown country, or year without official data
    """
    calendar = _open_calendar(country, year, language)
    names = {day: name for day, name in calendar.items() if day.year == year}
    worked = {
        day
        for day in getattr(calendar, "weekend_workdays", ())
        if day.year == year or (day.year == year - 1 and day.month == 12)
    }
    days = set(names)
    if country in YEARLY_ARRANGED_COUNTRIES:
        days = widen_over_rest_days(
            days,
            lambda day: (
                day.year == year
                and day.weekday() in calendar.weekend
                and day not in worked
            ),
        )
    festivals = {}
    for stretch in group_consecutive(days):
        festival = _get_festival(
            calendar, [names[day] for day in stretch if day in names]
        )
        festivals.update(dict.fromkeys(stretch, festival))
    makeup_festivals = {
        makeup: festivals.get(day, "")
        for makeup, day in _iter_substitutions(calendar, year)
    }
    return Arrangement(
        holidays={
            day: Entry(names.get(day, festival), festival)
            for day, festival in festivals.items()
        },
        makeups={
            day: Entry(makeup_festivals.get(day, ""), makeup_festivals.get(day, ""))
            for day in worked
        },
    )


def _open_calendar(country, year, language):
    try:
        supported = country_holidays(country).supported_languages
    except NotImplementedError as error:
        raise UnknownHolidaysError(country) from error
    if language not in supported:
        chinese = (language or "").startswith("zh") and "zh_CN" in supported
        language = "zh_CN" if chinese else "en_US" if "en_US" in supported else None
    calendar = country_holidays(country, years=year, language=language)
    arranged = getattr(calendar, "special_public_holidays", {})
    if (
        not calendar.start_year <= year <= calendar.end_year
        or not calendar
        or (country in YEARLY_ARRANGED_COUNTRIES and year not in arranged)
    ):
        raise UnknownHolidaysError(f"{country} {year}")
    return calendar


def _get_festival(calendar, names):
    """Return the festival that most days of a stretch are named after."""
    substituted = calendar.tr(getattr(calendar, "substituted_label", None) or "")
    prefix = substituted.partition("%s")[0]
    singles = [single for name in names for single in name.split("; ")]
    counts = Counter(
        single for single in singles if not (prefix and single.startswith(prefix))
    )
    observed = calendar.tr(getattr(calendar, "observed_label", None) or "%s")
    repeats = {observed % single for single in counts} if observed != "%s" else set()
    festivals = [name for name, _days in counts.most_common() if name not in repeats]
    return (festivals or singles)[0]


def _iter_substitutions(calendar, year):
    """Yield (make-up date, holiday it pays for) where the library tells."""
    arranged = getattr(calendar, "special_public_holidays", {}).get(year, ())
    if arranged and not isinstance(arranged[0], tuple):
        arranged = (arranged,)
    for month, day, *makeup in arranged:
        if len(makeup) >= 2:
            makeup_year = makeup[2] if len(makeup) > 2 else year
            yield date(makeup_year, makeup[0], makeup[1]), date(year, month, day)
