"""Arithmetic of the dates of a tender, on plain dates (2.8, dates engine).

A period does not count its first day, as in article 201 of the Civil Code, unless it is
inclusive: documents are on sale on both days. A last day that is not worked is not put
off: who is early is safe.
"""

from bisect import bisect_left, bisect_right
from datetime import timedelta


def shift(day, days, unit="day", is_before=False, worked=()):
    """Return the day that lies so many days after, or before, another one.

    :param str unit: ``day`` calendar days, ``workday`` days of ``worked``
    :param worked: sorted dates that are worked, reaching far enough both ways
    :raise IndexError: where ``worked`` does not reach
    """
    if unit == "day" or not days:
        return day - timedelta(days=days) if is_before else day + timedelta(days=days)
    if is_before:
        position = bisect_left(worked, day) - days
        if position < 0:
            raise IndexError("not enough working days")
        return worked[position]
    return worked[bisect_right(worked, day) + days - 1]


def count(start, end, unit="day", is_inclusive=False, worked=()):
    """Return how many days lie between two days; negative when they are reversed.

    :param is_inclusive: the first day counts as well
    """
    if end < start:
        return -count(end, start, unit, False, worked)
    if unit == "day":
        return (end - start).days + bool(is_inclusive)
    first = bisect_left(worked, start) if is_inclusive else bisect_right(worked, start)
    return bisect_right(worked, end) - first


def judge(
    kind,
    start,
    end,
    days,
    unit="day",
    *,
    is_before=False,
    is_inclusive=False,
    worked=(),
):
    """Return what a rule says of a start and an end that may not be known.

    :param str kind: ``minimum``: at least so many days lie between them; ``latest``:
        the end is at most so many days after the start, or so many before it
    :return: triple of the latest end (None for a minimum), the days counted between
        (None where one day is missing), and whether the rule is broken
    """
    if kind == "minimum":
        if start is None or end is None:
            return None, None, False
        found = count(start, end, unit, is_inclusive, worked)
        return None, found, found < days
    if start is None:
        return None, None, False
    latest = shift(start, days, unit, is_before, worked)
    if end is None:
        return latest, None, False
    pair = (end, start) if is_before else (start, end)
    return latest, count(*pair, unit, False, worked), end > latest
