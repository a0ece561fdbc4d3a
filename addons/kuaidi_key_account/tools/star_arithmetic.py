"""Stars from plain numbers: service year, spreading over a term, level, adjustment."""

from bisect import bisect_right
from datetime import date

from dateutil.relativedelta import relativedelta

SERVICE_YEAR_MONTHS = 12
MIN_STARS = 1
MAX_STARS = 5


def get_service_year(day: date) -> tuple[date, date]:
    """Return the twelve full months before the month of `day`, both ends included.

    >>> [str(end) for end in get_service_year(date(2026, 11, 1))]
    ['2025-11-01', '2026-10-31']
    """
    first_of_month = day.replace(day=1)
    return (
        first_of_month - relativedelta(months=SERVICE_YEAR_MONTHS),
        first_of_month - relativedelta(days=1),
    )


def get_quarter(day: date) -> tuple[str, date]:
    """Return the name and the first day of the calendar quarter of `day`.

    >>> get_quarter(date(2026, 12, 31))
    ('2026-Q4', datetime.date(2026, 10, 1))
    """
    quarter = (day.month - 1) // 3
    return f"{day.year}-Q{quarter + 1}", date(day.year, 3 * quarter + 1, 1)


def spread_over_term(amount: float, term_months: int) -> float:
    """Return the yearly share of revenue that serves `term_months` months (GR-2).

    Revenue for more than twelve months is spread over its whole term. Revenue for
    twelve months or less counts as it is: what a short term would bring in a whole
    year is not known, so it is not extrapolated. A term that is not positive has no
    yearly share: 0.

    >>> spread_over_term(2400000, 24), spread_over_term(90000, 6)
    (1200000.0, 90000)
    """
    if term_months <= 0:
        return 0.0
    if term_months <= SERVICE_YEAR_MONTHS:
        return amount
    return amount / term_months * SERVICE_YEAR_MONTHS


def find_level(amount: float, thresholds: list[float]) -> int:
    """Return how many of the rising thresholds the amount reaches; 0 is none.

    >>> find_level(30000, [10000, 30000]), find_level(29999.99, [10000, 30000])
    (2, 1)
    """
    return bisect_right(thresholds, amount)


def adjust_stars(stars: int, adjustment: int) -> int:
    """Return the stars after an adjustment, which ends at one and at five (GR-3).

    Without adjustment nothing is clamped: no stars stay no stars.
    """
    if not adjustment:
        return stars
    return min(MAX_STARS, max(MIN_STARS, stars + adjustment))
