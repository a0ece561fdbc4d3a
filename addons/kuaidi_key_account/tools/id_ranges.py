"""Short forms of long lists of ids."""


def get_ranges(ids) -> list[tuple[int, int]]:
    """Return the ids as ranges, both ends included, in rising order.

    >>> get_ranges([7, 3, 1, 2, 8, 2])
    [(1, 3), (7, 8)]
    """
    numbers = sorted(set(ids))
    if not numbers:
        return []
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return [(numbers[0], numbers[-1])]
    ends = [
        position
        for position in range(len(numbers) - 1)
        if numbers[position] + 1 != numbers[position + 1]
    ]
    firsts = [0, *(position + 1 for position in ends)]
    lasts = [*ends, len(numbers) - 1]
    return [
        (numbers[first], numbers[last])
        for first, last in zip(firsts, lasts, strict=True)
    ]
