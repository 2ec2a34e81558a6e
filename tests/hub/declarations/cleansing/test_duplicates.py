"""Two declarations of one parcel share a key; those of two parcels do not."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from hub.declarations.cleansing.duplicates import duplicate_keys
from hub.declarations.facts import DeclarationFacts, ItemFacts, Money, PartyFacts

SHIRT = ItemFacts(
    description="Cotton shirt", hs_code="610910", quantity=Decimal(2), value=Money(Decimal(20), "USD")
)
SHOES = ItemFacts(
    description="Leather shoes", hs_code="640399", quantity=Decimal(1), value=Money(Decimal(60), "USD")
)
PARCEL = DeclarationFacts(
    reference="P-1",
    tracking_number="RB000000017CN",
    consignee=PartyFacts(name="Rəşad Məmmədov", country="AZ"),
    arrives_at=datetime(2026, 12, 1, 8, tzinfo=UTC),
    items=(SHIRT, SHOES),
)
SHIRT_AGAIN = msgspec.structs.replace(
    SHIRT, description="COTTON  Shirt", hs_code="61091000", value=Money(Decimal("20.00"), "USD")
)


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": "P-2"},
        {"tracking_number": "other"},
        {"items": (SHOES, SHIRT)},
        {"items": (SHIRT_AGAIN, SHOES)},
        {"consignee": PartyFacts(name="Рашад Мамедов", country="AZ")},
        {"arrives_at": datetime(2026, 12, 1, 20, tzinfo=UTC)},
    ],
)
def test_same_goods_for_the_same_person_on_one_day_share_a_key(changes: dict[str, Any]) -> None:
    other = msgspec.structs.replace(PARCEL, **changes)
    assert duplicate_keys(other).content == duplicate_keys(PARCEL).content


@pytest.mark.parametrize(
    "changes",
    [
        {"items": (SHIRT,)},
        {"items": (SHIRT, msgspec.structs.replace(SHOES, quantity=Decimal(2)))},
        {"consignee": PartyFacts(name="Leyla Əliyeva", country="AZ")},
        {"consignee": PartyFacts(name="Rəşad Məmmədov", country="GE")},
        {"arrives_at": datetime(2026, 12, 2, 8, tzinfo=UTC)},
    ],
)
def test_other_goods_people_or_days_have_another_key(changes: dict[str, Any]) -> None:
    other = msgspec.structs.replace(PARCEL, **changes)
    assert duplicate_keys(other).content != duplicate_keys(PARCEL).content


def test_tracking_number_counts_however_it_is_spaced() -> None:
    other = msgspec.structs.replace(PARCEL, tracking_number="rb 000 000 017 cn", items=())
    assert duplicate_keys(other).tracking == duplicate_keys(PARCEL).tracking


def test_nothing_to_go_by_gives_no_key() -> None:
    keys = duplicate_keys(DeclarationFacts(reference="P-1"))
    assert (keys.tracking, keys.content) == ("", "")


def test_keys_do_not_say_who_it_is() -> None:
    keys = duplicate_keys(PARCEL)
    assert len(keys.tracking) == len(keys.content) == 32
    assert set(keys.tracking + keys.content) <= set("0123456789abcdef")
