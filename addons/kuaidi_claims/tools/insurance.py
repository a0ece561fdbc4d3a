"""What a policy covers and what it pays (2.13), without the ORM.

Everything is exact: amounts are ``Decimal`` in the policy's currency, each step is
rounded half up to a fen, and so what the steps show adds up to the amount.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from .compensation import ZERO, get_proportion, round_fen

THOUSAND = Decimal(1000)
# what a clause becomes for goods that it does not take whole (IN-7)
NARROWER = {"a": "b", "comprehensive": "basic"}
# clauses that name their perils pay for these causes alone (case 3, 2.13)
NAMED_CAUSES = {
    "b": ("collision", "theft", "water"),
    "basic": ("collision", "fire", "disaster", "handling"),
}
# what no cargo clause pays for
EXCLUDED_CAUSES = ("nature", "delay", "sender")


@dataclass(frozen=True)
class Term:
    """What a policy says of some goods or routes, where all that is given fits.

    :param effect: excluded, declared (excluded unless declared specially) or special
        (a rate and a deductible of its own)
    :param goods_kind: kind of goods, empty for every kind
    :param words: words of which the name of the goods has one, lower case
    :param places: words of which the route has one, lower case
    :param rate: per mille of the sum insured, None for the policy's
    :param deductible: yuan, None for the policy's
    """

    name: str
    effect: str
    goods_kind: str = ""
    words: tuple = ()
    places: tuple = ()
    rate: Decimal | None = None
    deductible: Decimal | None = None


@dataclass
class Cover:
    """What of a policy decides on the clause.

    :param clause: a, b, basic or comprehensive
    :param used_limit: yuan a piece above which used goods need the packing of their
        factory, 0 for no such rule
    :param piece_limit: yuan a piece above which goods are declared specially, 0 for no
        limit
    """

    clause: str = "a"
    used_limit: Decimal = Decimal(10000)
    piece_limit: Decimal = ZERO
    terms: tuple = ()


@dataclass
class Facts:
    """What is known of a shipment.

    :param packing: original, own or ours; empty while it is not known
    :param amount_per_piece: value of one piece in yuan, 0 while it is not known
    :param is_declared_specially: whether the insurer was told of what is above the
        limit or excluded otherwise
    :param is_packing_unfit: whether the packing did not do for these goods and this way
    :param is_warned: whether the sender was told of it at the booking
    :param cause: what caused the loss, empty while it is not known
    """

    goods_kind: str = ""
    goods: str = ""
    route: str = ""
    is_used: bool = False
    packing: str = ""
    amount_per_piece: Decimal = ZERO
    is_declared_specially: bool = False
    is_packing_unfit: bool = False
    is_warned: bool = False
    cause: str = ""


@dataclass
class Step:
    """One step of a decision or calculation: what was applied, with its figures."""

    code: str
    amount: Decimal | None = None
    values: dict = field(default_factory=dict)


@dataclass
class Decision:
    """Which clause holds for a shipment, and whether it pays for the cause.

    :param clause: a, b, basic, comprehensive, or None where nothing is covered
    :param is_covered: None while the cause decides and is not known
    """

    clause: str | None = None
    is_covered: bool | None = None
    steps: list = field(default_factory=list)


@dataclass
class Conditions:
    """What of a policy decides on the amount.

    :param deductible_rule: always, or under_insured (only where less than the value
        is insured)
    :param minimum: yuan of loss and costs below which the insurer pays nothing
    """

    deductible: Decimal = Decimal(300)
    deductible_rule: str = "always"
    minimum: Decimal = ZERO


@dataclass
class Payable:
    """What an insurer owes: for the loss, and for the cost of saving the goods."""

    amount: Decimal = ZERO
    amount_mitigation: Decimal = ZERO
    is_under_insured: bool = False
    steps: list = field(default_factory=list)


def find_terms(terms, facts):
    """Return the terms that fit the goods and the route of a shipment."""
    goods, route = facts.goods.lower(), facts.route.lower()
    return [
        term
        for term in terms
        if (not term.goods_kind or term.goods_kind == facts.goods_kind)
        and (not term.words or any(word in goods for word in term.words))
        and (not term.places or any(place in route for place in term.places))
    ]


def decide_clause(cover, facts):
    """Return the `Decision` on the clause of a shipment (IN-6, IN-7).

    Nothing covers excluded goods, what is above the limit of a piece and was not
    declared, and packing that was left as it was after a warning (case 4). Used goods
    above 10,000 yuan a piece without the packing of their factory fall to clause B
    (case 3).
    """
    decision = Decision()
    steps = decision.steps
    for term in find_terms(cover.terms, facts):
        if term.effect == "excluded":
            steps.append(Step("excluded", values={"name": term.name}))
        elif term.effect == "declared" and not facts.is_declared_specially:
            steps.append(Step("not_declared", values={"name": term.name}))
    if 0 < cover.piece_limit < facts.amount_per_piece:
        values = {"value": facts.amount_per_piece, "limit": cover.piece_limit}
        if not facts.is_declared_specially:
            steps.append(Step("over_limit", values=values))
    if facts.is_packing_unfit and facts.is_warned:
        steps.append(Step("packing_warned"))
    if steps:
        decision.is_covered = False
        return decision
    decision.clause = cover.clause
    if facts.is_used and cover.used_limit and cover.clause in NARROWER:
        values = {"value": facts.amount_per_piece, "limit": cover.used_limit}
        if facts.packing == "original":
            steps.append(Step("used_original"))
        elif facts.amount_per_piece > cover.used_limit:
            decision.clause = NARROWER[cover.clause]
            steps.append(Step("used_narrowed", values=values))
        elif not facts.amount_per_piece:
            steps.append(Step("used_value_open", values=values))
        else:
            steps.append(Step("used_below", values=values))
    else:
        steps.append(Step("clause"))
    if facts.is_packing_unfit:
        steps.append(Step("packing_unwarned"))
    _judge_cause(decision, facts.cause)
    return decision


def _judge_cause(decision, cause):
    """Say whether the clause of a decision pays for what caused the loss."""
    named = NAMED_CAUSES.get(decision.clause)
    if not cause:
        if named:
            decision.steps.append(Step("cause_open"))
        return
    decision.is_covered = cause not in EXCLUDED_CAUSES and (not named or cause in named)
    code = "cause_covered" if decision.is_covered else "cause_not_covered"
    decision.steps.append(Step(code, values={"cause": cause}))


def get_payable(conditions, loss, value, insured, mitigation=ZERO):
    """Return the `Payable` of a loss that the policy covers (IN-6).

    Loss x min(1, sum insured / value) less the deductible, never below 0 nor above the
    sum insured (Insurance Act, article 55). The cost of saving the goods comes on top,
    in the same proportion, and up to the sum insured again (article 57).

    :param Conditions conditions: of the policy
    :param loss: yuan
    :param value: real value of all goods, yuan; 0 while it is not known
    :param insured: sum insured, yuan
    :param mitigation: necessary cost of saving the goods, yuan
    """
    result = Payable()
    loss, mitigation = max(loss, ZERO), max(mitigation, ZERO)
    if insured <= 0:
        result.steps.append(Step("sum_missing", ZERO))
        return result
    if loss + mitigation < conditions.minimum:
        values = {"loss": loss + mitigation, "minimum": conditions.minimum}
        result.steps.append(Step("below_minimum", ZERO, values))
        return result
    if 0 < value < loss:
        result.steps.append(Step("loss_above_value", value, {"loss": loss}))
        loss = value
    result.is_under_insured = insured < value
    amount = get_proportion(loss, insured, value)
    values = {"loss": loss, "insured": insured, "value": value}
    code = "under_insured" if result.is_under_insured else "fully_insured"
    result.steps.append(Step(code, amount, values))
    amount = _deduct(conditions, amount, result)
    if amount > insured:
        amount = round_fen(insured)
        result.steps.append(Step("sum_cap", amount))
    if mitigation:
        saved = min(get_proportion(mitigation, insured, value), round_fen(insured))
        result.amount_mitigation = saved
        result.steps.append(Step("mitigation", saved, {"cost": mitigation}))
    result.amount = amount + result.amount_mitigation
    return result


def _deduct(conditions, amount, result):
    """Return an amount less the deductible, as the policy applies it."""
    deductible = conditions.deductible
    if not deductible or not amount:
        return amount
    if conditions.deductible_rule == "under_insured" and not result.is_under_insured:
        result.steps.append(Step("no_deductible", amount))
        return amount
    rest = max(round_fen(amount - deductible), ZERO)
    code = "deductible" if rest else "deductible_all"
    result.steps.append(Step(code, rest, {"deductible": deductible}))
    return rest


def get_premium(insured, rate):
    """Return the premium of a sum insured.

    :param insured: yuan
    :param rate: per mille
    """
    return round_fen(insured * rate / THOUSAND)
