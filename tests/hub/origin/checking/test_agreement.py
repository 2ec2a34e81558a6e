"""Certificate and declaration side by side: what agrees, what does not, how much of each line is needed."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.declarations.facts import DeclarationFacts, ItemFacts, PartyFacts
from hub.origin.checking.agreement import Agreement, Match, Mismatch, agree
from hub.origin.verifying.judging import WHOLE
from tests.hub.origin.checking.issued import certificate

NUMBER = "GE-2026-000017"
WINE = ItemFacts(
    description="Wine",
    hs_code="2204210000",
    gross_kg=Decimal(300),
    origin="GE",
    preference="200",
    certificates=(NUMBER,),
)


def compared(*items: ItemFacts, id: str = "1700000001", name: str = "", to: str = "AZ") -> Agreement:
    facts = DeclarationFacts(
        "r-1", consignee=PartyFacts(name=name, id=id), destination_country=to, items=items or (WINE,)
    )
    return agree(certificate(), facts)


def changed(**changes: Any) -> ItemFacts:
    return msgspec.structs.replace(WINE, **changes)


def test_a_quarter_of_the_wine_uses_a_quarter_of_its_line() -> None:
    found = compared()
    assert (found.mismatches, found.needs) == ((), {1: WHOLE // 4})
    assert {one.match for one in found.compared} == {Match.AGREES}


@pytest.mark.parametrize(
    ("item", "mismatch"),
    [
        (changed(hs_code="220830"), Mismatch.HS_CODE),
        (changed(hs_code="2204"), Mismatch.HS_CODE),
        (changed(origin="MD"), Mismatch.ORIGIN),
        (changed(gross_kg=Decimal("1200.001")), Mismatch.QUANTITY),
        (changed(gross_kg=None), Mismatch.QUANTITY_UNKNOWN),
        (changed(gross_kg=None, quantity=Decimal(9), unit="KGM"), Mismatch.QUANTITY_UNKNOWN),
    ],
)
def test_what_differs_is_named(item: ItemFacts, mismatch: Mismatch) -> None:
    assert compared(item).mismatches == (mismatch,)


def test_another_consignee_or_country_differs_by_its_number_not_by_spelling() -> None:
    assert compared(id="1700000009").mismatches == (Mismatch.CONSIGNEE,)
    assert compared(id="17 0000 0001").mismatches == ()
    assert compared(to="TR").mismatches == (Mismatch.DESTINATION,)
    named = compared(id="", name="MMC BAKI TICARET")
    assert named.compared[0].match is Match.AGREES
    spelt = compared(id="", name="Baku Trade LLC")
    assert (spelt.mismatches, spelt.compared[0].match) == ((), Match.NOT_COMPARED)


def test_items_of_the_same_goods_add_up() -> None:
    half = changed(gross_kg=Decimal(600))
    assert compared(half, half).needs == {1: WHOLE}
    assert compared(half, half, changed(gross_kg=Decimal(1))).mismatches == (Mismatch.QUANTITY,)


def test_only_items_that_name_it_are_compared() -> None:
    found = compared(WINE, changed(hs_code="950300", certificates=()))
    assert found.mismatches == ()


def test_quantities_do_where_masses_are_not_stated() -> None:
    litres = changed(gross_kg=None, quantity=Decimal(90), unit="ltr")
    assert compared(litres).needs == {1: WHOLE // 10}


@given(st.decimals(min_value="0.001", max_value="1200", places=3))
def test_what_is_needed_never_rounds_down(mass: Decimal) -> None:
    needed = compared(changed(gross_kg=mass)).needs[1]
    assert Decimal(needed) / WHOLE * 1200 >= mass
    assert Decimal(needed - 1) / WHOLE * 1200 < mass
