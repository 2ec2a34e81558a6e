"""Masses, quantities and values that cannot be so are errors; unlikely ones are doubts."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from hub.declarations.cleansing.plausibility import check_item, check_whole
from hub.declarations.facts import DeclarationFacts, ItemFacts, Money
from tests.hub.declarations.cleansing.checking import REFERENCE, codes_of, notes, only

SHIRT = ItemFacts(
    description="Cotton shirt",
    hs_code="610910",
    quantity=Decimal(2),
    gross_kg=Decimal("0.5"),
    net_kg=Decimal("0.4"),
    value=Money(Decimal(20), "USD"),
)
PARCEL = DeclarationFacts(reference="P-1", mode="5", gross_kg=Decimal("0.6"), items=(SHIRT,))


def of_item(**changes: Any) -> list[str]:
    gathered = notes()
    check_item(msgspec.structs.replace(SHIRT, **changes), 0, gathered, REFERENCE)
    return codes_of(gathered)


def of_whole(**changes: Any) -> list[str]:
    gathered = notes()
    check_whole(msgspec.structs.replace(PARCEL, **changes), gathered, REFERENCE)
    return codes_of(gathered)


def test_plausible_parcel_has_no_finding() -> None:
    assert of_item() == of_whole() == []


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"quantity": Decimal(0)}, ["quantity-not-positive"]),
        ({"quantity": Decimal(-1)}, ["quantity-not-positive"]),
        ({"gross_kg": Decimal(0), "net_kg": None}, ["mass-not-positive"]),
        ({"net_kg": Decimal("-0.1")}, ["mass-not-positive"]),
        ({"value": Money(Decimal(0), "USD")}, ["value-not-positive"]),
        ({"value": Money(Decimal(-5), "USD")}, ["value-not-positive"]),
        ({"net_kg": Decimal("0.6")}, ["mass-net-over-gross"]),
        ({"gross_kg": None, "net_kg": None, "value": None, "quantity": None}, []),
    ],
)
def test_number_that_cannot_be_so_is_an_error(changes: dict[str, Any], codes: list[str]) -> None:
    assert of_item(**changes) == codes


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"value": Money(Decimal("0.1"), "USD")}, ["value-per-kg-low", "value-per-piece-low"]),
        ({"value": Money(Decimal("0.3"), "USD")}, ["value-per-kg-low"]),
        ({"value": Money(Decimal(200_000), "USD")}, ["value-per-kg-high", "value-per-piece-high"]),
        ({"value": Money(Decimal(200_000), "UZS")}, []),
        ({"value": Money(Decimal(200_000), "XOF")}, []),
        ({"unit": "KGM", "value": Money(Decimal("0.5"), "USD")}, []),
        ({"hs_code": "", "value": Money(Decimal("0.01"), "USD")}, []),
    ],
)
def test_value_is_measured_against_what_goods_of_the_chapter_cost(
    changes: dict[str, Any], codes: list[str]
) -> None:
    assert of_item(**changes) == codes


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"gross_kg": Decimal("0.3")}, ["mass-sum-over-total"]),
        ({"gross_kg": Decimal("2.5")}, ["mass-sum-under-total"]),
        ({"gross_kg": Decimal(0)}, ["mass-not-positive"]),
        ({"gross_kg": None}, []),
        ({"gross_kg": Decimal(60), "items": ()}, ["mass-over-mode"]),
        ({"gross_kg": Decimal(60), "items": (), "mode": "1"}, []),
        ({"invoice_total": Money(Decimal(20), "USD")}, []),
        ({"invoice_total": Money(Decimal(25), "USD")}, ["value-sum-differs"]),
        ({"invoice_total": Money(Decimal(25), "EUR")}, []),
        ({"freight": Money(Decimal(-1), "USD")}, ["charge-negative"]),
    ],
)
def test_sums_and_transport_are_checked(changes: dict[str, Any], codes: list[str]) -> None:
    assert of_whole(**changes) == codes


def test_finding_names_the_limit_and_the_item() -> None:
    gathered = notes()
    check_item(msgspec.structs.replace(SHIRT, net_kg=Decimal(30), gross_kg=None), 4, gathered, REFERENCE)
    found = only(gathered)
    assert found.pointer == "/items/4/value"
    assert found.values == {"usd": "0.667", "limit": "1", "chapter": "61"}


def test_every_chapter_of_the_list_has_bounds() -> None:
    chapters = {code[:2] for code in REFERENCE.hs.under("")}
    assert chapters == set(REFERENCE.bounds)
    assert all(
        one.kg_low < one.kg_high and one.piece_low < one.piece_high for one in REFERENCE.bounds.values()
    )
