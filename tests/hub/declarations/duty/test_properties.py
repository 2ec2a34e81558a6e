"""What holds of every parcel: lines add up, parting never pays, more value never costs less."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.declarations.duty.assessing import assess_duty
from hub.declarations.duty.assessment import DutyAssessment
from hub.declarations.duty.rounding import CENT, EXACT, apportion, rounded
from hub.declarations.duty.rules import Rounding
from hub.declarations.duty_files import read_duty_tables
from hub.declarations.facts import DeclarationFacts, ItemFacts, Money
from tests.hub.declarations.duty.parcels import own_parcel, usd

DAY = date(2026, 3, 14)
TABLES = read_duty_tables()
CODES = ("640399", "610910", "490199", "847130", "220830", "711319", "300490", "")
cents = st.integers(0, 60_000).map(lambda number: Decimal(number) / 100)
some_cents = st.integers(1, 60_000).map(lambda number: Decimal(number) / 100)
currencies = st.sampled_from(["USD", "EUR", "AZN", "RUB", "JPY"])
roundings = st.sampled_from(Rounding)


@st.composite
def items(draw: st.DrawFn) -> ItemFacts:
    code = draw(st.sampled_from(CODES))
    return ItemFacts(
        hs_code=code,
        quantity=Decimal(draw(st.integers(1, 6))),
        unit="LTR" if code == "220830" else "",
        net_kg=draw(some_cents) / 100,
        value=Money(draw(some_cents), draw(currencies)),
    )


baskets = st.lists(items(), min_size=1, max_size=5)


def assess(facts: DeclarationFacts, used: Decimal = Decimal(0)) -> DutyAssessment:
    return assess_duty(facts, TABLES, used, DAY, {})


def due(found: DutyAssessment) -> Decimal:
    assert found.total is not None, found.problems
    return found.total


@given(baskets, cents, cents, st.booleans())
@settings(deadline=None)
def test_lines_and_values_add_up_to_the_last_unit(
    goods: list[ItemFacts], freight: Decimal, used: Decimal, is_personal: bool
) -> None:
    facts = own_parcel(*goods, freight=usd(freight), is_personal=is_personal)
    found = assess(facts, used)
    lines = [line.amount for item in found.items for line in item.lines]
    assert sum(lines) == found.total
    assert all(amount >= 0 and amount == amount.quantize(CENT) for amount in lines)
    exact = sum(item.price * item.rate for item in found.items) + freight * Decimal("1.7")
    whole = rounded(exact, CENT, Rounding.HALF_UP)
    assert sum(item.customs_value for item in found.items) == whole


@given(baskets, baskets, cents)
@settings(deadline=None)
def test_two_parcels_never_cost_less_than_one_and_leave_no_more_of_the_limit(
    some: list[ItemFacts], others: list[ItemFacts], used: Decimal
) -> None:
    whole = assess(own_parcel(*some, *others), used)
    first = assess(own_parcel(*some), used)
    second = assess(own_parcel(*others), used + first.counted_usd)
    assert due(first) + due(second) >= due(whole)
    assert whole.limit is not None
    assert second.limit is not None
    assert second.limit.left_usd <= whole.limit.left_usd


@given(items(), st.integers(2, 5), cents, cents)
@settings(deadline=None)
def test_pieces_of_one_kind_sent_apart_never_cost_less(
    item: ItemFacts, count: int, freight: Decimal, used: Decimal
) -> None:
    assert item.value is not None
    assert item.quantity is not None
    assert item.net_kg is not None
    many = msgspec.structs.replace(
        item,
        quantity=item.quantity * count,
        net_kg=item.net_kg * count,
        value=Money(item.value.amount * count, item.value.currency),
    )
    whole = assess(own_parcel(many, freight=usd(freight * count)), used)
    apart, month = Decimal(0), used
    for _ in range(count):
        found = assess(own_parcel(item, freight=usd(freight)), month)
        apart += due(found)
        month += found.counted_usd
    assert apart >= due(whole)
    assert month >= used + whole.counted_usd


@given(baskets, st.integers(0, 4), some_cents, cents, st.booleans())
@settings(deadline=None)
def test_a_dearer_item_never_costs_less(
    goods: list[ItemFacts], place: int, more: Decimal, used: Decimal, is_personal: bool
) -> None:
    cheap = goods[place % len(goods)]
    assert cheap.value is not None
    dear = msgspec.structs.replace(cheap, value=Money(cheap.value.amount + more, cheap.value.currency))
    dearer = [dear if one is cheap else one for one in goods]
    before = assess(own_parcel(*goods, is_personal=is_personal), used)
    assert due(assess(own_parcel(*dearer, is_personal=is_personal), used)) >= due(before)


@given(baskets, cents, some_cents)
@settings(deadline=None)
def test_more_used_before_never_costs_less_and_never_more_than_without_a_limit(
    goods: list[ItemFacts], used: Decimal, more: Decimal
) -> None:
    facts = own_parcel(*goods)
    unlimited = due(assess(msgspec.structs.replace(facts, is_personal=False)))
    assert due(assess(facts, used)) <= due(assess(facts, used + more)) <= unlimited


@given(st.lists(st.fractions(0, 10**6), min_size=1, max_size=30), roundings)
@example([Fraction(2, 300)] * 3, Rounding.UP)
@example([Fraction(1, 300)] * 3, Rounding.DOWN)
@example([Fraction(1, 600)] * 3, Rounding.HALF_UP)
def test_parts_add_up_to_their_exact_sum_and_none_is_off_by_a_unit(
    parts: list[Fraction], rounding: Rounding
) -> None:
    exact = [EXACT.divide(Decimal(part.numerator), Decimal(part.denominator)) for part in parts]
    found = apportion(exact, CENT, rounding)
    assert sum(found) * 100 == whole_units(sum(parts, Fraction(0)) * 100, rounding)
    assert all(abs(Fraction(one) - part) < Fraction(1, 100) for one, part in zip(found, parts, strict=True))


def whole_units(exact: Fraction, rounding: Rounding) -> int:
    """Round by whole numbers alone."""
    match rounding:
        case Rounding.UP:
            return ceil(exact)
        case Rounding.DOWN:
            return floor(exact)
        case Rounding.HALF_UP:
            return floor(exact + Fraction(1, 2))
