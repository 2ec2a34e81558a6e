"""Conditions of risk profiles: predicates over facts, written as data, that say what made them true. Pure."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from hub.declarations.assessing.evidence import Evidence
from hub.errors import FieldProblem

MOST_DEPTH = 8
_ITEM = "item."
MOST_PARTS = 100
Value: TypeAlias = str | Decimal | bool


class Operator(StrEnum):
    """How a fact is compared; with several items one that fits is enough."""

    EQUALS = "equals"
    ONE_OF = "one-of"
    STARTS_WITH = "starts-with"
    CONTAINS = "contains"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"
    IS_MISSING = "is-missing"


class Comparison(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="fact"):
    """One fact against a value."""

    fact: str
    operator: Operator
    value: str | tuple[str, ...] = ""
    """Of `ONE_OF` several; numbers as text, such as ``"300.00"``."""


class All(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="all"):
    """Every part holds; comparisons of items that stand side by side are about one and the same item."""

    parts: tuple["Condition", ...]


class Some(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="some"):
    """One part at least holds."""

    parts: tuple["Condition", ...]


class Not(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="not"):
    """The part does not hold."""

    part: "Condition"


Condition: TypeAlias = Comparison | All | Some | Not


class Match(msgspec.Struct, frozen=True):
    """A comparison that held, and by which value."""

    fact: str
    operator: Operator
    value: str
    """The declaration's own."""
    item: int | None = None
    """Of which item, from 0."""


Facts: TypeAlias = Mapping[str, tuple[tuple[Value, int | None], ...]]
"""By name: the values with the items they are of."""


def _texts(facts: Evidence) -> Iterator[tuple[str, str]]:
    one = facts.facts
    yield from (
        ("mode", one.mode),
        ("export-country", one.export_country),
        ("destination-country", one.destination_country),
        ("sender", facts.sender_id),
        ("tracking-number", one.tracking_number),
    )
    for role, party in (("consignor", one.consignor), ("consignee", one.consignee)):
        yield from (
            (f"{role}.name", party.name),
            (f"{role}.country", party.country),
            (f"{role}.id", party.id),
        )


def _numbers(evidence: Evidence) -> Iterator[tuple[str, Decimal | None]]:
    duties, hours = evidence.duties, evidence.hours_to_arrival
    yield "value-usd", evidence.value_usd
    yield "gross-kg", evidence.facts.gross_kg
    yield "item-count", Decimal(len(evidence.facts.items))
    yield "parcels-of-person", Decimal(evidence.parcels_of_person)
    yield "duty-usd", None if duties is None else duties.total_usd
    yield "limit-used-usd", None if duties is None else duties.limit_used_usd
    yield "hours-to-arrival", None if hours is None else Decimal(str(round(hours, 3)))
    yield "score", None if evidence.score is None else Decimal(str(round(evidence.score.value, 6)))


def _of_items(evidence: Evidence) -> Iterator[tuple[str, Value | None, int]]:
    for place, item in enumerate(evidence.facts.items):
        yield "item.description", item.description, place
        yield "item.hs-code", item.hs_code, place
        yield "item.origin", item.origin, place
        yield "item.preference", item.preference, place
        yield "item.quantity", item.quantity, place
        yield "item.net-kg", item.net_kg, place
        yield "item.value", None if item.value is None else item.value.amount, place
        yield "item.value-per-kg", _per_kg(item.value.amount if item.value else None, item.net_kg), place


def _per_kg(amount: Decimal | None, kg: Decimal | None) -> Decimal | None:
    if amount is None or not kg:
        return None
    return (amount / kg).quantize(Decimal("0.01"))


def facts_of(evidence: Evidence) -> Facts:
    """Name every fact that conditions may ask for; one that is not stated has no value."""
    found: dict[str, list[tuple[Value, int | None]]] = {name: [] for name in KINDS}
    for name, text in _texts(evidence):
        found[name] += [(text, None)] if text else []
    for name, number in _numbers(evidence):
        found[name] += [] if number is None else [(number, None)]
    for name, value, place in _of_items(evidence):
        if value not in {None, ""}:
            found[name].append((value, place))
    found["is-personal"].append((evidence.facts.is_personal, None))
    found["is-over-limit"].append((bool(evidence.duties and evidence.duties.is_over_limit), None))
    found["finding"] += [(one.code, None) for one in evidence.report.findings]
    found["origin-verdict"] += [(verdict.value, None) for verdict in evidence.origins]
    return {name: tuple(values) for name, values in found.items()}


KINDS: Mapping[str, type] = {
    **dict.fromkeys(
        (
            "mode",
            "export-country",
            "destination-country",
            "sender",
            "tracking-number",
            "consignor.name",
            "consignor.country",
            "consignor.id",
            "consignee.name",
            "consignee.country",
            "consignee.id",
            "item.description",
            "item.hs-code",
            "item.origin",
            "item.preference",
            "finding",
            "origin-verdict",
        ),
        str,
    ),
    **dict.fromkeys(
        (
            "value-usd",
            "gross-kg",
            "item-count",
            "parcels-of-person",
            "duty-usd",
            "limit-used-usd",
            "hours-to-arrival",
            "score",
            "item.quantity",
            "item.net-kg",
            "item.value",
            "item.value-per-kg",
        ),
        Decimal,
    ),
    "is-personal": bool,
    "is-over-limit": bool,
}
"""Facts by name, and of what kind each is."""
_FOR_TEXT = frozenset({Operator.EQUALS, Operator.ONE_OF, Operator.STARTS_WITH, Operator.CONTAINS})
_FOR_NUMBERS = frozenset({Operator.EQUALS, Operator.AT_LEAST, Operator.AT_MOST})
OPERATORS: Mapping[type, frozenset[Operator]] = {
    str: _FOR_TEXT | {Operator.IS_MISSING},
    Decimal: _FOR_NUMBERS | {Operator.IS_MISSING},
    bool: frozenset({Operator.EQUALS}),
}
"""What each kind can be compared by."""


def matches(condition: Condition, facts: Facts) -> tuple[Match, ...] | None:
    """Return what made a condition hold, None when it does not; of a `Not` there is nothing to show."""
    match condition:
        case Comparison():
            return _compared(condition, facts)
        case All(parts):
            return _all(parts, facts)
        case Some(parts):
            each = [found for part in parts if (found := matches(part, facts)) is not None]
            return tuple(one for part in each for one in part) if each else None
        case Not(part):
            return () if matches(part, facts) is None else None


def _all(parts: tuple[Condition, ...], facts: Facts) -> tuple[Match, ...] | None:
    """Every part holds, and what is asked of items holds of one and the same item."""
    each = []
    shared: set[int | None] | None = None
    for part in parts:
        found = matches(part, facts)
        if found is None:
            return None
        each.append((part, found))
        if isinstance(part, Comparison) and part.fact.startswith(_ITEM):
            of = {one.item for one in found}
            shared = of if shared is None else shared & of
    if shared is not None and not shared:
        return None
    return tuple(one for _, found in each for one in found if _is_of(one, shared))


def _is_of(found: Match, shared: set[int | None] | None) -> bool:
    return shared is None or found.item is None or found.item in shared


def _compared(wanted: Comparison, facts: Facts) -> tuple[Match, ...] | None:
    values = facts[wanted.fact]
    if wanted.operator is Operator.IS_MISSING:
        return None if values else (Match(wanted.fact, wanted.operator, ""),)
    fits = _FITS[wanted.operator]
    asked = _asked(wanted)
    held = [(value, item) for value, item in values if fits(value, asked)]
    return tuple(Match(wanted.fact, wanted.operator, str(value), item) for value, item in held) or None


def _asked(wanted: Comparison) -> Any:
    match KINDS[wanted.fact]:
        case kind if kind is Decimal:
            return Decimal(str(wanted.value))
        case kind if kind is bool:
            return wanted.value == "true"
        case _ if isinstance(wanted.value, tuple):
            return frozenset(one.casefold() for one in wanted.value)
        case _:
            return wanted.value.casefold()


_FITS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUALS: lambda value, asked: _folded(value) == asked,
    Operator.ONE_OF: lambda value, asked: _folded(value) in asked,
    Operator.STARTS_WITH: lambda value, asked: str(_folded(value)).startswith(asked),
    Operator.CONTAINS: lambda value, asked: asked in str(_folded(value)),
    Operator.AT_LEAST: lambda value, asked: value >= asked,
    Operator.AT_MOST: lambda value, asked: value <= asked,
}


def _folded(value: Value) -> Value:
    return value.casefold() if isinstance(value, str) else value


def problems_of(condition: Condition, pointer: str = "/condition") -> list[FieldProblem]:
    """Say what is wrong with a condition, each part by its place; an empty list: nothing."""
    found = list(_problems(condition, pointer, 1))
    if sum(1 for _ in _walk(condition)) > MOST_PARTS:
        found.append(FieldProblem(pointer, "too-long", f"at most {MOST_PARTS} comparisons"))
    return found


def _problems(condition: Condition, pointer: str, depth: int) -> Iterator[FieldProblem]:
    if depth > MOST_DEPTH:
        yield FieldProblem(pointer, "too-deep", f"at most {MOST_DEPTH} levels")
        return
    match condition:
        case Comparison():
            yield from _comparison_problems(condition, pointer)
        case All(parts) | Some(parts):
            if not parts:
                yield FieldProblem(f"{pointer}/parts", "empty", "a condition has parts")
            for place, part in enumerate(parts):
                yield from _problems(part, f"{pointer}/parts/{place}", depth + 1)
        case Not(part):
            yield from _problems(part, f"{pointer}/part", depth + 1)


def _comparison_problems(one: Comparison, pointer: str) -> Iterator[FieldProblem]:
    kind = KINDS.get(one.fact)
    if kind is None:
        yield FieldProblem(f"{pointer}/fact", "unknown-fact", f"{one.fact[:60]!r} is no fact")
    elif one.operator not in OPERATORS[kind]:
        names = ", ".join(sorted(OPERATORS[kind]))
        yield FieldProblem(f"{pointer}/operator", "not-for-this-fact", f"{one.fact} takes {names}")
    elif isinstance(one.value, tuple) is not (one.operator is Operator.ONE_OF):
        yield FieldProblem(
            f"{pointer}/value", "wrong-kind", "several values go with one-of, and only with it"
        )
    elif kind is Decimal and one.operator is not Operator.IS_MISSING and not _is_number(one.value):
        yield FieldProblem(f"{pointer}/value", "not-a-number", f"{str(one.value)[:40]!r} is no number")
    elif kind is bool and one.value not in {"true", "false"}:
        yield FieldProblem(f"{pointer}/value", "not-a-truth-value", "true or false")
    elif kind is str and one.operator is not Operator.IS_MISSING and not all(_each(one.value)):
        yield FieldProblem(f"{pointer}/value", "empty", "an empty text is in every other")


def _each(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value or ("",)


def _is_number(value: object) -> bool:
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def _walk(condition: Condition) -> Iterator[Comparison]:
    match condition:
        case Comparison():
            yield condition
        case All(parts) | Some(parts):
            for part in parts:
                yield from _walk(part)
        case Not(part):
            yield from _walk(part)
