"""Which promises a client's payments have kept (RE-1). No ORM, no database."""

# half a cent
TOLERANCE = 0.005


def match_promises(promises, payments, today):
    """Decide on the promises of one client by the money that came in.

    A payment counts for promises made on its day or before and not over by then, the
    earliest first, and only once. What is applied to a debt keeps a promise; what came
    in and is applied to nothing yet does not, but no promise counts as broken for it.

    :param promises: tuples (id, date promised, last day, amount), by due date
    :param payments: tuples (date, applied, not applied)
    :param today: a promise is broken when its last day lies before it
    :return: dict of (state, received, waiting) by id

    >>> from datetime import date
    >>> day = lambda number: date(2026, 1, number)
    >>> match_promises([(1, day(1), day(5), 100.0)], [(day(4), 100.0, 0)], day(9))
    {1: ('kept', 100.0, 0.0)}
    >>> match_promises([(1, day(1), day(5), 100.0)], [(day(6), 100.0, 0)], day(9))
    {1: ('broken', 0.0, 0.0)}
    >>> match_promises([(1, day(1), day(5), 100.0)], [(day(4), 40.0, 60.0)], day(9))
    {1: ('open', 40.0, 60.0)}
    """
    left = [[day, applied, waiting] for day, applied, waiting in sorted(payments)]
    result = {}
    for number, start, end, amount in promises:
        received = _take(left, 1, start, end, amount)
        waiting = _take(left, 2, start, end, amount - received)
        if received >= amount - TOLERANCE:
            state = "kept"
        elif today > end and received + waiting < amount - TOLERANCE:
            state = "broken"
        else:
            state = "open"
        result[number] = (state, round(received, 2), round(waiting, 2))
    return result


def _take(left, column, start, end, amount):
    """Take up to an amount from the payments of some days; return what was taken."""
    taken = 0.0
    for payment in left:
        if start <= payment[0] <= end and payment[column] > 0:
            part = min(payment[column], amount - taken)
            if part <= 0:
                break
            payment[column] -= part
            taken += part
    return taken
