"""What new prices do to a client's revenue, at last year's volumes."""

from decimal import Decimal

from .price_arithmetic import PriceError


def get_mean_prices(table, zones, weight_kg, months):
    """Return the mean price of a parcel to each zone over a year.

    Parcels of every month have the mean weight of the year, and get the volume rebate
    of their month. A zone or weight without a price is left out.

    >>> get_mean_prices(None, [], Decimal(1), [100])
    {}

    :param table: PriceTable
    :param zones: zones as the table names them
    :param weight_kg: mean weight of a parcel
    :param months: pieces of each month
    :return: yuan by zone
    """
    pieces = [number for number in months if number]
    means = {}
    for zone in zones:
        try:
            amounts = [
                table.price(zone, weight_kg, month_pieces=number).amount * number
                for number in pieces
            ]
        except PriceError:
            continue
        if amounts:
            means[zone] = sum(amounts) / Decimal(sum(pieces))
    return means


def get_effect(means_now, means_then):
    """Return mean price now, then, and the change in percent, over common zones.

    The zones weigh alike: monthly figures do not say where the parcels went.

    >>> get_effect({"gd": Decimal(8), "xj": Decimal(20)}, {"gd": Decimal(7)})
    (Decimal('8'), Decimal('7'), Decimal('-12.5'))

    :return: None without a common zone
    """
    common = means_now.keys() & means_then.keys()
    if not common:
        return None
    now = sum(means_now[zone] for zone in common) / len(common)
    then = sum(means_then[zone] for zone in common) / len(common)
    return now, then, 100 * (then - now) / now if now else Decimal(0)
