"""Interest on late payment. No ORM, no database."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def get_interest(amount, days, rate):
    """Return simple interest, rounded to the cent.

    :param amount: what is overdue
    :param days: calendar days overdue; below 1 there is none
    :param rate: per cent a day

    >>> get_interest(10000.0, 30, 0.05)
    150.0
    >>> get_interest(10000.0, 0, 0.05)
    0.0
    >>> get_interest(333.33, 7, 0.05)
    1.17
    """
    if days < 1 or amount <= 0:
        return 0.0
    interest = Decimal(str(amount)) * days * Decimal(str(rate)) / 100
    return float(interest.quantize(CENT, ROUND_HALF_UP))
