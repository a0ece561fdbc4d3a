"""Finds what is wrong with the terms of an agreement before anybody relies on them."""

from .price_arithmetic import ENDLESS


def find_problems(terms):
    """Return what is wrong with terms, worst first.

    :param Terms terms: as they were entered
    :return: pairs (code, values): divisor, step, discount, negative, empty, first,
        band, gap, overlap, continued, ladder_gap, ladder_overlap, excess_gap,
        excess_overlap, rebate, peak
    """
    problems = []
    if terms.divisor <= 0:
        problems.append(("divisor", {}))
    if terms.step < 0:
        problems.append(("step", {}))
    if not 0 <= terms.discount <= 100:
        problems.append(("discount", {"percent": terms.discount}))
    if terms.minimum < 0:
        problems.append(("negative", {"amount": terms.minimum}))
    if not terms.lines:
        problems.append(("empty", {}))
    zones = {}
    for line in terms.lines:
        zones.setdefault(line.zone, []).append(line)
        problems += _check_line(line)
    for zone, lines in zones.items():
        problems += _check_bands(zone, sorted(lines, key=lambda line: line.weight_from))
    problems += _check_rungs("ladder", terms.ladder)
    problems += _check_rungs("excess", terms.excess)
    problems += [
        ("rebate", {"percent": rung.value})
        for rung in terms.ladder
        if not 0 <= rung.value <= 100
    ]
    problems += [
        ("negative", {"amount": rung.value}) for rung in terms.excess if rung.value < 0
    ]
    for surcharge in terms.surcharges:
        if surcharge.amount < 0:
            problems.append(("negative", {"amount": surcharge.amount}))
        if surcharge.condition == "peak" and not (
            surcharge.date_from
            and surcharge.date_to
            and surcharge.date_from <= surcharge.date_to
        ):
            problems.append(("peak", {"name": surcharge.name}))
    return problems


def _check_line(line):
    values = {"zone": line.zone, "weight_from": line.weight_from}
    if min(line.amount_first, line.amount_continued) < 0:
        amount = min(line.amount_first, line.amount_continued)
        yield "negative", values | {"amount": amount}
    if line.weight_from < 0 or line.end <= line.weight_from:
        yield "band", values | {"weight_to": line.weight_to}
    if line.weight_first <= 0 or line.weight_continued <= 0:
        yield "continued", values


def _check_bands(zone, lines):
    """Every weight from the first gram on has to fall into one band."""
    end = 0
    for line in lines:
        values = {"zone": zone, "end": end, "weight_from": line.weight_from}
        if line.weight_from > end:
            yield ("gap" if end else "first"), values
        elif line.weight_from < end:
            yield "overlap", values
        end = max(end, line.end)
        if end == ENDLESS and line is not lines[-1]:
            yield "overlap", {"zone": zone, "end": end, "weight_from": lines[-1].end}
            return


def _check_rungs(name, rungs):
    rungs = sorted(rungs, key=lambda rung: rung.pieces_from)
    if name == "excess" and rungs and rungs[0].pieces_from > 1:
        yield "excess_gap", {"pieces": 1}
    for rung in rungs:
        if rung.pieces_to is not None and rung.pieces_to < rung.pieces_from:
            yield f"{name}_overlap", {"pieces": rung.pieces_to}
    for lower, upper in zip(rungs, rungs[1:], strict=False):
        expected = None if lower.pieces_to is None else lower.pieces_to + 1
        if expected is None or upper.pieces_from < expected:
            yield f"{name}_overlap", {"pieces": upper.pieces_from}
        elif upper.pieces_from > expected:
            yield f"{name}_gap", {"pieces": expected}
