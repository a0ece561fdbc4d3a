"""Freight of a parcel by zone and weight (2.9), in yuan and kilograms, without the ORM.

Everything is exact: amounts and weights are ``Decimal``, each named step is rounded
half up to a fen, and so what the steps show adds up to the price.
"""

import hashlib
from bisect import bisect_left
from dataclasses import astuple, dataclass, field
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
ZERO = Decimal(0)
HUNDRED = Decimal(100)
ENDLESS = Decimal("Infinity")


class PriceError(Exception):
    """A shipment has no price.

    ``code`` is zone, weight, size, gap or beyond; ``values`` is what to say with it.
    """

    def __init__(self, code, **values):
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass
class Line:
    """What weights above ``weight_from`` up to ``weight_to`` cost in one zone."""

    zone: object
    weight_from: Decimal
    weight_to: Decimal | None
    weight_first: Decimal
    amount_first: Decimal
    weight_continued: Decimal = Decimal(1)
    amount_continued: Decimal = ZERO

    @property
    def end(self):
        return ENDLESS if self.weight_to is None else self.weight_to


@dataclass
class Rung:
    """From so many pieces to so many (None: and more), what holds for them.

    ``value`` is percent off for a ladder. For progressive excess it is yuan per piece,
    which take the place of the first amount of a zone's lightest band.
    """

    pieces_from: int
    pieces_to: int | None
    value: Decimal


@dataclass
class Surcharge:
    """An amount on top of the freight.

    ``kind`` is piece, percent or weight; ``condition`` is always, remote, oversize
    (longest side in cm above the threshold), overweight (kg above the threshold),
    peak (from the first to the last day) or demand.
    """

    key: object
    name: str
    kind: str
    condition: str
    amount: Decimal
    threshold: Decimal = ZERO
    date_from: object = None
    date_to: object = None


@dataclass
class Terms:
    """All that an agreement says about prices.

    ``discount`` is percent off. ``remote`` holds the zones of remote surcharges,
    ``undiscounted`` those whose freight is never discounted.
    """

    divisor: Decimal = Decimal(6000)
    step: Decimal = Decimal(1)
    minimum: Decimal = ZERO
    discount: Decimal = ZERO
    lines: list[Line] = field(default_factory=list)
    ladder: list[Rung] = field(default_factory=list)
    excess: list[Rung] = field(default_factory=list)
    surcharges: list[Surcharge] = field(default_factory=list)
    remote: frozenset = frozenset()
    undiscounted: frozenset = frozenset()

    def get_digest(self):
        """Return a text that differs whenever anything in the terms does."""
        parts = (
            (self.divisor, self.step, self.minimum, self.discount),
            *(
                sorted("|".join(map(str, astuple(row))) for row in rows)
                for rows in (self.lines, self.ladder, self.excess, self.surcharges)
            ),
            sorted(map(str, self.remote)),
            sorted(map(str, self.undiscounted)),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()


@dataclass
class Price:
    """The price of one parcel: all of it, its freight, and the weight it is for."""

    amount: Decimal
    freight: Decimal
    weight: Decimal
    steps: list


def to_fen(amount):
    """Round half up to a fen: 0.125 is 0.13."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def round_up(weight, step):
    """Return the weight as it is charged: every step that has begun is whole.

    >>> round_up(Decimal("1.2"), Decimal("0.5"))
    Decimal('1.5')
    """
    if not step:
        return weight
    whole, rest = divmod(weight, step)
    return (whole + 1) * step if rest else whole * step


class PriceTable:
    """The terms of one agreement, ready to price many parcels."""

    def __init__(self, terms):
        """Sort the bands of each zone.

        :param Terms terms: without gaps, overlaps and zero divisors where a price is
            to be relied on; a gap raises when a parcel falls into it
        """
        self.terms = terms
        self._divisor = terms.divisor
        self._step = terms.step
        self._factor = 1 - terms.discount / HUNDRED
        self._rungs = sorted(terms.excess, key=lambda rung: rung.pieces_from)
        self._ladder = sorted(terms.ladder, key=lambda rung: rung.pieces_from)
        self._zones = {}
        for line in sorted(terms.lines, key=lambda line: line.end):
            ends, lines = self._zones.setdefault(line.zone, ([], []))
            ends.append(line.end)
            lines.append(line)
        always = [s for s in terms.surcharges if s.condition != "remote"]
        self._surcharges = {
            zone: terms.surcharges if zone in terms.remote else always
            for zone in self._zones
        }

    def price(
        self,
        zone,
        weight_kg,
        length_cm=ZERO,
        width_cm=ZERO,
        height_cm=ZERO,
        month_pieces=None,
        day_pieces=None,
        date=None,
        services=(),
    ):
        """Price one parcel and tell how.

        :param month_pieces: parcels of the month, which decide on the volume rebate
        :param day_pieces: parcels of the day; progressive excess then gives the mean
            price of one of them
        :param services: keys of the surcharges that were asked for
        :rtype: Price
        :raise PriceError: where there is none
        """
        volume, longest = self._measure(length_cm, width_cm, height_cm)
        first = self._get_mean(day_pieces) if self._rungs else None
        steps = []
        price = self._compute(
            zone,
            weight_kg,
            volume,
            longest,
            self.get_rebate(month_pieces),
            first,
            date,
            services,
            steps,
        )
        return Price(*price, steps)

    def rate(
        self,
        zone,
        weight_kg,
        sizes=None,
        rebate=ZERO,
        position=1,
        date=None,
        services=(),
    ):
        """Price one parcel of many, without the steps.

        :param sizes: length, width and height in cm, or None
        :param rebate: percent off by the month's volume, see `get_rebate`
        :param position: which parcel of its day it is, for progressive excess
        :return: (amount, freight, charged weight)
        :raise PriceError: where there is none
        """
        volume, longest = self._measure(*sizes) if sizes else (ZERO, ZERO)
        first = self._get_marginal(position) if self._rungs else None
        return self._compute(
            zone, weight_kg, volume, longest, rebate, first, date, services
        )

    def get_rebate(self, month_pieces):
        """Return the percent off for a month of so many pieces."""
        for rung in reversed(self._ladder):
            if month_pieces is not None and rung.pieces_from <= month_pieces:
                in_range = rung.pieces_to is None or month_pieces <= rung.pieces_to
                return rung.value if in_range else ZERO
        return ZERO

    def get_zones(self):
        """Return the zones that have prices."""
        return self._zones.keys()

    def _measure(self, length_cm, width_cm, height_cm):
        if not (length_cm or width_cm or height_cm):
            return ZERO, ZERO
        if not (length_cm > 0 and width_cm > 0 and height_cm > 0):
            raise PriceError("size")
        return length_cm * width_cm * height_cm, max(length_cm, width_cm, height_cm)

    def _get_marginal(self, position):
        amount = self._rungs[0].value
        for rung in self._rungs:
            if rung.pieces_from > position:
                break
            amount = rung.value
        return amount

    def _get_mean(self, day_pieces):
        """Return what a piece comes to on a day of so many: each rung its own price."""
        if not day_pieces or day_pieces < 1:
            return self._rungs[0].value
        total, rungs = ZERO, self._rungs
        for index, rung in enumerate(rungs):
            start = rung.pieces_from if index else min(rung.pieces_from, 1)
            start = max(start, 1)
            is_last = index == len(rungs) - 1
            end = day_pieces if is_last else rungs[index + 1].pieces_from - 1
            total += max(0, min(end, day_pieces) - start + 1) * rung.value
        return to_fen(total / day_pieces)

    def _find_line(self, zone, weight):
        try:
            ends, lines = self._zones[zone]
        except KeyError:
            raise PriceError("zone") from None
        index = bisect_left(ends, weight)
        if index == len(ends):
            raise PriceError("beyond", weight=weight, limit=ends[-1])
        line = lines[index]
        if weight <= line.weight_from:
            raise PriceError("gap", weight=weight)
        return line

    def _compute(
        self,
        zone,
        weight,
        volume,
        longest,
        rebate,
        first,
        date,
        services,
        steps=None,
    ):
        """Return (amount, freight, charged weight), adding the steps to the list."""
        if weight <= 0:
            raise PriceError("weight")
        charged = weight
        if volume:
            volumetric = volume / self._divisor
            if volumetric > charged:
                charged = volumetric
        charged = round_up(charged, self._step)
        line = self._find_line(zone, charged)
        begin = line.amount_first
        if first is not None and zone not in self.terms.remote:
            # heavier bands keep what they ask for above the lightest one
            begin = first + max(ZERO, begin - self._zones[zone][1][0].amount_first)
        extra = charged - line.weight_first
        units = ZERO
        freight = begin
        if extra > 0 and line.amount_continued:
            units, rest = divmod(extra, line.weight_continued)
            if rest:
                units += 1
            freight += units * line.amount_continued
        freight = to_fen(freight)
        if steps is not None:
            self._tell_weight(steps, weight, volume, charged)
            self._tell_freight(steps, line, begin, units, freight)
        if zone not in self.terms.undiscounted:
            freight = self._take_off(freight, rebate, steps)
        if freight < self.terms.minimum:
            freight = self.terms.minimum
            if steps is not None:
                steps.append(("minimum", {"amount": freight}))
        amount = freight
        for surcharge in self._surcharges[zone]:
            if _applies(surcharge, weight, longest, date, services):
                added = _get_added(surcharge, freight, charged)
                amount += added
                if steps is not None:
                    steps.append(
                        ("surcharge", {"name": surcharge.name, "amount": added})
                    )
        if steps is not None:
            steps.append(("total", {"amount": amount}))
        return amount, freight, charged

    def _take_off(self, freight, rebate, steps):
        for code, percent, factor in (
            ("discount", self.terms.discount, self._factor),
            ("rebate", rebate, 1 - rebate / HUNDRED),
        ):
            if percent:
                freight = to_fen(freight * factor)
                if steps is not None:
                    steps.append((code, {"percent": percent, "amount": freight}))
        return freight

    def _tell_weight(self, steps, weight, volume, charged):
        volumetric = volume / self._divisor
        if volume:
            values = {
                "weight": weight,
                "volumetric": volumetric.quantize(Decimal("0.001"), ROUND_HALF_UP),
                "divisor": self._divisor,
            }
            steps.append(
                ("volumetric" if volumetric > weight else "actual", values),
            )
        if charged != max(weight, volumetric):
            steps.append(("rounded", {"weight": charged, "step": self._step}))

    def _tell_freight(self, steps, line, begin, units, freight):
        values = {
            "zone": line.zone,
            "weight_from": line.weight_from,
            "weight_to": line.weight_to,
            "weight_first": line.weight_first,
            "begin": begin,
            "units": units,
            "weight_continued": line.weight_continued,
            "amount_continued": line.amount_continued,
            "amount": freight,
        }
        if begin != line.amount_first:
            steps.append(("excess", {"amount": begin}))
        steps.append(("continued" if units else "first", values))


def _applies(surcharge, weight, longest, date, services):
    condition = surcharge.condition
    if condition in ("always", "remote"):
        return True
    if condition == "oversize":
        return longest > surcharge.threshold
    if condition == "overweight":
        return weight > surcharge.threshold
    if condition == "peak":
        return date is not None and surcharge.date_from <= date <= surcharge.date_to
    return surcharge.key in services


def _get_added(surcharge, freight, charged):
    if surcharge.kind == "piece":
        return surcharge.amount
    if surcharge.kind == "percent":
        return to_fen(freight * surcharge.amount / HUNDRED)
    return to_fen(surcharge.amount * charged)
