"""Instalments of a debt. No ORM, no database."""

from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

from dateutil.relativedelta import relativedelta

CENT = Decimal("0.01")
# nobody agrees on a plan of more than five years by the month
MOST_INSTALMENTS = 60


def split_amount(amount, number):
    """Return equal parts of an amount; the last one takes the cents.

    >>> split_amount(100.0, 3)
    [33.33, 33.33, 33.34]
    >>> split_amount(0.05, 2)
    [0.02, 0.03]
    """
    total = Decimal(str(amount)).quantize(CENT)
    part = (total / number).quantize(CENT, ROUND_DOWN)
    return [float(part)] * (number - 1) + [float(total - part * (number - 1))]


def get_days(first, number, interval, unit):
    """Return the days on which instalments fall due.

    Months keep the day of the first one, as far as they have it.

    :param str unit: ``day``, ``week`` or ``month``

    >>> from datetime import date
    >>> [str(day) for day in get_days(date(2026, 1, 31), 3, 1, "month")]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    if unit == "month":
        return [
            first + relativedelta(months=interval * index) for index in range(number)
        ]
    days = interval * (7 if unit == "week" else 1)
    return [first + timedelta(days=days * index) for index in range(number)]
