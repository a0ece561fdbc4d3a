"""How far an agreement stays below the published tariff, and below the floor."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .price_arithmetic import ZERO, PriceError, to_fen

TENTH = Decimal("0.1")
# kilograms above the begin of a band without end at which it is looked at
BEYOND = (Decimal(1), Decimal(5), Decimal(20), Decimal(50))
GRAM = Decimal("0.001")


@dataclass
class Sample:
    """One parcel priced by both: how much lower the agreement is, in percent."""

    percent: Decimal
    zone: object
    weight: Decimal
    amount: Decimal
    base_amount: Decimal
    freight: Decimal = ZERO
    is_bulky: bool = False


@dataclass
class Depth:
    """The worst of all bands: discount, prices below the floor, what cannot be told.

    ``missing`` are zones, or zones with a weight, that the tariff has no price for.
    """

    worst: Sample | None
    floor: Sample | None
    missing: list
    undiscounted: Sample | None
    lowered: list


def compare(table, base, floors):
    """Compare an agreement with the tariff, band by band (2.9 d).

    Every band is looked at where it begins and where it ends, with the highest volume
    rebate and the lowest progressive price, for dense and for bulky parcels.

    :param PriceTable table: of the agreement
    :param PriceTable base: of the tariff
    :param floors: Lines whose amounts are the least that a client pays, by zone
    :rtype: Depth
    """
    depth = Depth(None, None, [], None, _find_lowered(table.terms, base.terms))
    rebate = max((rung.value for rung in table.terms.ladder), default=ZERO)
    position = _get_cheapest_position(table)
    is_bulky_cheaper = table.terms.divisor > base.terms.divisor
    for zone in table.get_zones():
        for weight in _get_weights(zone, table.terms, base.terms):
            for is_bulky in (False, True) if is_bulky_cheaper else (False,):
                sample = _take(
                    table, base, (zone, weight), rebate, position, is_bulky=is_bulky
                )
                if sample is None:
                    depth.missing.append((zone, weight))
                    continue
                _note(depth, sample, table, floors)
    return depth


def _take(table, base, place, rebate, position, is_bulky):
    """Price one parcel by both; None where the tariff has no price for it.

    A bulky parcel weighs as much as its volume makes it by the tariff's divisor.
    """
    zone, weight = place
    volume = weight * base.terms.divisor if is_bulky else ZERO
    actual = GRAM if is_bulky else weight
    first = table._get_marginal(position) if table.terms.excess else None
    base_first = base._get_marginal(1) if base.terms.excess else None
    try:
        ours = table._compute(zone, actual, volume, ZERO, rebate, first, None, ())
        theirs = base._compute(zone, actual, volume, ZERO, ZERO, base_first, None, ())
    except PriceError:
        return None
    amount, base_amount = ours[0], theirs[0]
    percent = ZERO
    if base_amount:
        percent = (base_amount - amount) * 100 / base_amount
    return Sample(
        percent.quantize(TENTH, ROUND_HALF_UP),
        zone,
        weight,
        amount,
        base_amount,
        freight=ours[1],
        is_bulky=is_bulky,
    )


def _note(depth, sample, table, floors):
    if depth.worst is None or sample.percent > depth.worst.percent:
        depth.worst = sample
    if (
        sample.percent > 0
        # how goods are weighed holds for all zones, and counts as depth only
        and not sample.is_bulky
        and sample.zone in table.terms.undiscounted
        and (depth.undiscounted is None or sample.percent > depth.undiscounted.percent)
    ):
        depth.undiscounted = sample
    floor = _get_floor(floors.get(sample.zone, ()), sample.weight)
    if floor is not None and sample.freight < floor and not sample.is_bulky:
        percent = (floor - sample.freight) * 100 / floor
        if depth.floor is None or percent > depth.floor.percent:
            depth.floor = Sample(
                percent.quantize(TENTH, ROUND_HALF_UP),
                sample.zone,
                sample.weight,
                sample.freight,
                floor,
            )


def _get_floor(lines, weight):
    for line in lines:
        if line.weight_from < weight <= line.end and line.amount_first:
            extra = max(ZERO, weight - line.weight_first)
            units, rest = divmod(extra, line.weight_continued)
            if rest:
                units += 1
            return to_fen(line.amount_first + units * line.amount_continued)
    return None


def _get_cheapest_position(table):
    rungs = table.terms.excess
    return min(rungs, key=lambda rung: rung.value).pieces_from if rungs else 1


def _get_weights(zone, terms, base):
    """Return the weights at which the bands of both are looked at."""
    step = min(filter(None, (terms.step, base.step)), default=GRAM)
    weights = set()
    for line in (*terms.lines, *base.lines):
        if line.zone != zone:
            continue
        weights.add(line.weight_from + step)
        if line.weight_to is None:
            weights.update(line.weight_from + more for more in BEYOND)
        else:
            weights.add(line.weight_to)
    limit = max(line.end for line in terms.lines if line.zone == zone)
    return sorted(weight for weight in weights if weight <= limit)


def _find_lowered(terms, base):
    """Return the names of the tariff's surcharges that are missing here, or lower."""
    ours = {}
    for surcharge in terms.surcharges:
        key = surcharge.name, surcharge.kind, surcharge.condition
        ours[key] = max(surcharge.amount, ours.get(key, ZERO))
    return [
        surcharge.name
        for surcharge in base.surcharges
        if ours.get((surcharge.name, surcharge.kind, surcharge.condition), ZERO)
        < surcharge.amount
    ]
