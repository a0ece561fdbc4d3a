"""Ranks of prices on plain numbers."""


def get_rank(ours, others):
    """Return which place our price takes among the others, the lowest being first.

    Equal prices share a place. Without a price of ours, or without others: 0.
    """
    if not ours or not others:
        return 0
    return 1 + sum(other < ours for other in others)
