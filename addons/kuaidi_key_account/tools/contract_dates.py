"""Terms of a contract in calendar months."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

ONE_DAY = timedelta(days=1)


def get_term_end(first_day, months, count=1):
    """Return the last day of the `count`-th of equal terms, the first of which begins
    on `first_day`.

    All of them are counted from that first day, so that a short month moves no later
    one. Where the last month has no such day, the term ends with the month (Civil Code,
    article 202): of monthly terms from 31 January the first ends on 28 or 29 February,
    the second on 30 March.

    :param months: length of one term, at least 1
    """
    next_first = first_day + relativedelta(months=months * count)
    if next_first.day < first_day.day:
        return next_first
    return next_first - ONE_DAY


def list_terms(first_day, months, passed, last_day, today):
    """Return the terms that follow a term which has ended, up to the one of today.

    :param first_day: the day from which terms are counted
    :param passed: how many terms since that day are over with `last_day`
    :return: pairs (first day, last day), none where `last_day` is not over yet
    """
    terms = []
    while last_day < today:
        passed += 1
        term = (last_day + ONE_DAY, get_term_end(first_day, months, passed))
        terms.append(term)
        last_day = term[1]
    return terms
