"""Builds facts of parcels for duties."""

from decimal import Decimal
from typing import Any

from hub.declarations.facts import DeclarationFacts, ItemFacts, Money


def usd(amount: str | Decimal) -> Money:
    """Make an amount in US dollars."""
    return Money(Decimal(amount), "USD")


def goods(price: str | Decimal = "100", hs_code: str = "640399", **changes: Any) -> ItemFacts:
    """Make an item of shoes, or of what else is said."""
    facts: dict[str, Any] = {"quantity": Decimal(1), "net_kg": Decimal(1), "value": usd(price)}
    return ItemFacts(hs_code=hs_code, **(facts | changes))


def own_parcel(*items: ItemFacts, **changes: Any) -> DeclarationFacts:
    """Make a person's parcel by air to Azerbaijan, without charges."""
    facts: dict[str, Any] = {"mode": "4", "is_personal": True, "destination_country": "AZ"}
    return DeclarationFacts(reference="P-1", items=items, **(facts | changes))
