"""Forecast of next month's volume from the months before it (AN-6).

Numbers are those of consecutive months, oldest first, None where a month is missing.
"""

YEAR = 12
RECENT = 3
LEAST_TREND, MOST_TREND = 0.5, 2.0
REPLAYED = 6


def forecast(numbers):
    """Return what the month after the last of these is likely to bring, and why.

    By the season, when the same month of last year is known: that month times the
    trend. Else the mean of the last three months, when all of them are known; else the
    last month.

    :return: (value, method), the method being ``seasonal``, ``mean``, ``last`` or
        ``none``; with ``none`` the value is None
    """
    for method, predict in METHODS.items():
        value = predict(numbers)
        if value is not None:
            return value, method
    return None, "none"


def get_past_error(numbers, method):
    """Return by how many percent the method was wrong in up to six past months.

    The mean of the absolute errors in percent of what the month brought. A month
    without parcels, or with too short a past for the method, does not count.

    :return: percent, or None where no month can be replayed
    """
    predict = METHODS.get(method)
    errors = []
    for back in range(1, min(REPLAYED, len(numbers)) + 1):
        actual = numbers[-back]
        predicted = predict(numbers[:-back]) if predict and actual else None
        if predicted is not None:
            errors.append(abs(predicted - actual) / actual)
    return 100 * sum(errors) / len(errors) if errors else None


def get_change(number, base):
    """Return the change from ``base`` in percent, None where there is no base."""
    if number is None or not base:
        return None
    return 100 * (number - base) / base


def _predict_season(numbers):
    """The same month of last year, times how the last months compare with theirs."""
    if len(numbers) <= YEAR or numbers[-YEAR] is None:
        return None
    pairs = [
        (numbers[-back], numbers[-back - YEAR])
        for back in range(1, RECENT + 1)
        if back + YEAR <= len(numbers)
    ]
    pairs = [pair for pair in pairs if None not in pair]
    base = sum(before for _now, before in pairs)
    if not base:
        return None
    trend = sum(now for now, _before in pairs) / base
    return numbers[-YEAR] * min(max(trend, LEAST_TREND), MOST_TREND)


def _predict_mean(numbers):
    recent = numbers[-RECENT:]
    if len(recent) < RECENT or None in recent:
        return None
    return sum(recent) / RECENT


def _predict_last(numbers):
    return numbers[-1] if numbers else None


# the first that knows an answer gives it
METHODS = {
    "seasonal": _predict_season,
    "mean": _predict_mean,
    "last": _predict_last,
}
