"""When the services of a plan fall due, on plain numbers and dates."""


def scale_frequency(frequency, days, year_days):
    """Return how often a service falls into a period (GR-6, 2.3).

    :param int frequency: times per service year
    :param int days: calendar days of the period
    :param int year_days: calendar days of the service year that begins with it
    :return: the proportionate number, rounded half up, and at least once
    """
    if frequency <= 0:
        return 0
    return max(1, (2 * frequency * days + year_days) // (2 * year_days))


def spread_evenly(count, length, phase=0.5):
    """Return `count` positions in a row of `length`, evenly apart.

    :param float phase: where in its share each lies, from 0 to below 1; services with
        different phases keep out of each other's way
    """
    return [int((number + phase) * length / count) for number in range(count)]


def get_phases(count):
    """Return one phase for each of `count` services, none at the very ends."""
    return [(number + 1) / (count + 1) for number in range(count)]
