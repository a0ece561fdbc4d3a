"""Arithmetic of working days on plain sorted numbers, dates or datetimes."""

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from pytz import utc

ONE_DAY = timedelta(days=1)
END_OF_DAY = time(23, 59, 59)


def to_utc(local, zone):
    """Return a local wall-clock time as a naive UTC datetime.

    :param zone: time zone of pytz
    """
    return zone.localize(local).astimezone(utc).replace(tzinfo=None)


# a process meets few time zones, and asks for their days again and again
@lru_cache(maxsize=64)
def day_bounds(zone, year):
    """Return the first and the last second of each date of a year, in naive UTC.

    :param zone: time zone of pytz
    :return: pairs of datetimes by date
    """
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return {
        day: tuple(
            to_utc(datetime.combine(day, moment), zone)
            for moment in (time.min, END_OF_DAY)
        )
        for day in map(date.fromordinal, range(first, last + 1))
    }


def due_positions(opens, closes, moments, amounts):
    """Return the indexes of the working days on which deadlines end.

    Day ``i`` lasts from ``opens[i]`` to ``closes[i]``, both sorted. The day of a
    moment itself never counts; 0 days is that day when it is worked, else the next
    one. An index may lie beyond the lists: the caller then needs more days.

    :param amounts: working days after each of the moments, whole and 0 or more
    """
    return [
        bisect_right(opens, moment) + amount - 1
        if amount
        else bisect_left(closes, moment)
        for moment, amount in zip(moments, amounts, strict=True)
    ]


def days_between(days, first, last):
    """Return the slice of the sorted ``days`` from ``first`` to ``last`` inclusive."""
    return days[bisect_left(days, first) : bisect_right(days, last)]


def group_consecutive(dates):
    """Return dates, in any order, as sorted lists of days that follow each other."""
    groups = []
    for day in sorted(set(dates)):
        if groups and day - groups[-1][-1] == ONE_DAY:
            groups[-1].append(day)
        else:
            groups.append([day])
    return groups


def widen_over_rest_days(holidays, is_rest_day):
    """Return ``holidays`` with the rest days that touch them.

    A public holiday from Thursday to Friday lasts until Sunday where the weekend is
    free, and two holidays around a weekend are one.

    :param is_rest_day: function telling of a date whether nobody works then anyway
    """
    widened = set(holidays)
    for day in holidays:
        for step in (ONE_DAY, -ONE_DAY):
            neighbour = day + step
            while neighbour not in widened and is_rest_day(neighbour):
                widened.add(neighbour)
                neighbour += step
    return widened


def cut_days(first, last, removed):
    """Return what is left of the days ``first`` to ``last`` without ``removed``.

    :return: pairs (first, last) of the remaining stretches, in order
    """
    length = (last - first).days + 1
    kept = {first + timedelta(days=offset) for offset in range(length)} - set(removed)
    return [(group[0], group[-1]) for group in group_consecutive(kept)]
