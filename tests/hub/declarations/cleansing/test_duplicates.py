"""Two declarations of one parcel share a key; those of two parcels do not."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from hub.declarations.cleansing.duplicates import parcel_keys
from hub.declarations.facts import DeclarationFacts, ItemFacts, Money, PartyFacts

SHIRT = ItemFacts(
    description="Cotton shirt", hs_code="610910", quantity=Decimal(2), value=Money(Decimal(20), "USD")
)
SHOES = ItemFacts(
    description="Leather shoes", hs_code="640399", quantity=Decimal(1), value=Money(Decimal(60), "USD")
)
ARRIVES_AT = datetime(2026, 12, 1, 8, tzinfo=UTC)
PARCEL = DeclarationFacts(
    reference="P-1",
    tracking_number="RB000000017CN",
    consignee=PartyFacts(name="Rəşad Məmmədov", country="AZ"),
    arrives_at=ARRIVES_AT,
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
    assert parcel_keys(other).content == parcel_keys(PARCEL).content


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
    assert parcel_keys(other).content != parcel_keys(PARCEL).content


def test_tracking_number_counts_however_it_is_spaced() -> None:
    other = msgspec.structs.replace(PARCEL, tracking_number="rb 000 000 017 cn", items=())
    assert parcel_keys(other).tracking == parcel_keys(PARCEL).tracking


def test_nothing_to_go_by_gives_no_key() -> None:
    keys = parcel_keys(DeclarationFacts(reference="P-1"))
    assert keys == (None, None)


def test_keys_of_one_day_lie_together_and_fit_a_column() -> None:
    arrivals = [ARRIVES_AT + timedelta(days=days) for days in (0, 1, 2)]
    content = [parcel_keys(msgspec.structs.replace(PARCEL, arrives_at=at)).content or 0 for at in arrivals]
    assert [one >> 48 for one in content] == [(content[0] >> 48) + days for days in (0, 1, 2)]
    assert all(0 < one < 2**63 for one in content)
    assert parcel_keys(PARCEL).tracking == "RB000000017CN"


def test_keys_kept_apart_meet_none_of_the_others() -> None:
    own, apart, other = (parcel_keys(PARCEL, apart) for apart in ("", "sandbox|a", "sandbox|b"))
    assert len({own.tracking, apart.tracking, other.tracking}) == 3
    assert len({own.content, apart.content, other.content}) == 3
    assert all(len(keys.tracking or "") <= 35 for keys in (own, apart, other))
