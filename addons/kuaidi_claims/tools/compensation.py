"""What a shipment's loss or delay is compensated with (2.12), without the ORM.

Everything is exact: amounts, weights and hours are ``Decimal``; each step is rounded
half up to a fen, and so what the steps show adds up to the amount.

No law caps an express company at three times the freight (article 59 of the Postal
Act takes article 47 out for it): limits come from the contract alone, and a limit that
is a standard term holds only where the client was told of it clearly (articles 496
and 497 of the Civil Code).
"""

from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
ZERO = Decimal(0)
HUNDRED = Decimal(100)
DAY_HOURS = Decimal(24)
# what we do not answer for: the article of the Civil Code
NO_LIABILITY = {"sender": "832", "force_majeure": "832", "nature": "832"}


@dataclass
class Facts:
    """What happened to a shipment, in yuan, kilograms, parcels and hours.

    :param kind: loss, damage, shortage, delay, misdelivery or wrong_goods
    :param is_total: whether all of the goods are gone or worthless
    :param loss: the loss as proven, None while nothing is proven
    :param value: the proven value of all goods of the waybill at the destination
    :param declared: declared value of all goods of the waybill (保价), 0 for none
    :param pieces: parcels that were hit
    :param weight: weight of these parcels
    :param freight: freight of the waybill
    :param hours_late: hours after the promised time
    :param liability: ours, carrier, agent, sender, nature or force_majeure
    """

    kind: str
    is_total: bool = False
    loss: Decimal | None = None
    value: Decimal | None = None
    declared: Decimal = ZERO
    pieces: int = 1
    weight: Decimal = ZERO
    freight: Decimal = ZERO
    hours_late: Decimal = ZERO
    liability: str = "ours"


@dataclass
class Rules:
    """The clauses of the contract; without a contract, those of the Civil Code.

    :param rule: market, freight, weight or piece, for goods without declared value
    :param factor: times the freight, yuan per kilogram or yuan per parcel
    :param most_per_piece: most for a parcel without declared value, 0 for no limit
    :param is_standard_term: whether the clause is one of ours for many clients
    :param has_notice_proof: whether we can prove that the client was told of it
    :param late_rule: none, percent_day, amount_day or free
    :param late_factor: percent of the freight, or yuan per parcel, for a day
    :param late_most_percent: most of the freight that a delay costs us
    :param late_grace: hours that a delay is free of
    """

    rule: str = "market"
    factor: Decimal = ZERO
    most_per_piece: Decimal = ZERO
    is_standard_term: bool = False
    has_notice_proof: bool = False
    late_rule: str = "none"
    late_factor: Decimal = ZERO
    late_most_percent: Decimal = HUNDRED
    late_grace: Decimal = ZERO


@dataclass
class Step:
    """One step of a calculation: what was applied, with its figures."""

    code: str
    amount: Decimal | None = None
    values: dict = field(default_factory=dict)


@dataclass
class Compensation:
    """What is to be paid by the rules.

    :param amount: yuan
    :param cap: most that the rules allow, in yuan, None where nothing limits it
    :param steps: how it came about
    :param needs_notice: the amount rests on a standard term whose notice to the client
        is not proven: without that proof `amount_without_term` is owed
    :param is_open: the loss is not proven yet, and so the amount may still change
    """

    amount: Decimal = ZERO
    cap: Decimal | None = None
    steps: list = field(default_factory=list)
    needs_notice: bool = False
    amount_without_term: Decimal | None = None
    is_open: bool = False


def round_fen(amount):
    """Round yuan half up to a fen."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def get_proportion(loss, covered, value):
    """Return what of a loss is borne where less than the value is covered.

    loss x min(1, covered / value): the same for a declared value below the real one
    and for under-insurance (Insurance Act, article 55; 2.12, 2.13).

    :param loss: yuan
    :param covered: declared value or sum insured, yuan
    :param value: real value of all goods, yuan; 0 when it is not known
    :return: yuan, rounded to a fen
    """
    if value <= 0 or covered >= value:
        return round_fen(loss)
    return round_fen(loss * covered / value)


def compensate(facts, rules):
    """Return the `Compensation` that rules give for the facts of a shipment."""
    result = Compensation()
    article = NO_LIABILITY.get(facts.liability)
    if article:
        result.cap = ZERO
        result.steps.append(
            Step("no_liability", ZERO, {"cause": facts.liability, "article": article})
        )
        return result
    if facts.kind == "delay":
        _compensate_delay(facts, rules, result)
    elif facts.declared > 0:
        _compensate_declared(facts, result)
    else:
        _compensate_undeclared(facts, rules, result)
    return result


def _compensate_delay(facts, rules, result):
    """Reduce the freight by the clause on late delivery."""
    hours = max(facts.hours_late - rules.late_grace, ZERO)
    if rules.late_rule == "none" or not hours:
        code = "late_no_rule" if rules.late_rule == "none" else "late_in_time"
        result.cap = ZERO
        result.steps.append(Step(code, ZERO, {"hours": facts.hours_late}))
        return
    days = (hours / DAY_HOURS).to_integral_value(ROUND_CEILING)
    percent = rules.late_most_percent
    result.cap = round_fen(facts.freight * percent / HUNDRED)
    if rules.late_rule == "free":
        amount, code = facts.freight, "late_free"
    elif rules.late_rule == "percent_day":
        amount, code = (
            facts.freight * rules.late_factor / HUNDRED * days,
            "late_percent",
        )
    else:
        amount, code = rules.late_factor * facts.pieces * days, "late_amount"
    amount = round_fen(amount)
    values = {
        "days": days,
        "factor": rules.late_factor,
        "pieces": facts.pieces,
        "freight": facts.freight,
    }
    result.steps.append(Step(code, amount, values))
    result.amount = _limit(
        amount, result.cap, result.steps, "late_cap", {"percent": percent}
    )


def _compensate_declared(facts, result):
    """Follow the declared value: all of it, or in proportion (条例 28)."""
    result.cap = round_fen(facts.declared)
    loss = facts.value if facts.is_total else facts.loss
    if loss is None:
        if not facts.is_total:
            _leave_open(result)
            return
        result.amount = result.cap
        result.steps.append(Step("declared_total", result.amount))
        return
    value = facts.value or ZERO
    result.amount = get_proportion(loss, facts.declared, value)
    if value > facts.declared:
        result.steps.append(
            Step(
                "declared_part",
                result.amount,
                {"loss": loss, "declared": facts.declared, "value": value},
            )
        )
    else:
        result.steps.append(Step("declared_loss", result.amount, {"loss": loss}))
    result.amount = _limit(result.amount, result.cap, result.steps, "declared_cap")


def _compensate_undeclared(facts, rules, result):
    """Follow the clause for goods without declared value, else the market value."""
    loss = facts.loss
    if loss is None and facts.is_total:
        loss = facts.value
    if rules.rule == "market":
        if loss is None:
            _leave_open(result)
            return
        result.amount = round_fen(loss)
        result.steps.append(Step("market", result.amount))
        if rules.most_per_piece:
            result.cap = round_fen(rules.most_per_piece * facts.pieces)
    else:
        result.cap, step = _get_clause_limit(facts, rules)
        result.steps.append(step)
        if loss is None:
            result.is_open = True
            result.amount = result.cap
            result.steps.append(Step("loss_open"))
        else:
            result.amount = min(round_fen(loss), result.cap)
            result.steps.append(
                Step("clause_loss", result.amount, {"loss": round_fen(loss)})
            )
    before = result.amount
    if rules.most_per_piece:
        piece_cap = round_fen(rules.most_per_piece * facts.pieces)
        result.cap = piece_cap if result.cap is None else min(result.cap, piece_cap)
        result.amount = _limit(
            before,
            piece_cap,
            result.steps,
            "piece_cap",
            {"most": rules.most_per_piece, "pieces": facts.pieces},
        )
    is_limited = loss is not None and result.amount < round_fen(loss)
    if is_limited and rules.is_standard_term:
        result.needs_notice = not rules.has_notice_proof
        result.amount_without_term = round_fen(loss)
        code = "notice_needed" if result.needs_notice else "notice_proven"
        result.steps.append(Step(code, result.amount_without_term))


def _get_clause_limit(facts, rules):
    """Return what the clause allows at most, and the step that says so."""
    if rules.rule == "freight":
        base, code = facts.freight, "clause_freight"
    elif rules.rule == "weight":
        base, code = facts.weight, "clause_weight"
    else:
        base, code = Decimal(facts.pieces), "clause_piece"
    limit = round_fen(base * rules.factor)
    return limit, Step(code, limit, {"base": base, "factor": rules.factor})


def _limit(amount, cap, steps, code, values=None):
    if amount <= cap:
        return amount
    steps.append(Step(code, cap, values or {}))
    return cap


def _leave_open(result):
    result.is_open = True
    result.steps.append(Step("loss_open"))
