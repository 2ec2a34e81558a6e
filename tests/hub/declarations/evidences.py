"""Builds evidence on a parcel, for conditions and decisions."""

from decimal import Decimal
from typing import Any

import msgspec

from hub.declarations.assessing.evidence import Evidence
from hub.declarations.findings import CleansingReport, Finding, Weight
from hub.declarations.low_value import LowValueDeclaration, facts_of_low_value
from tests.hub.declarations.parcels import parcel


def evidence(changes: dict[str, Any] | None = None, **known: Any) -> Evidence:
    """Make evidence on a parcel with these fields changed, and this known of it besides."""
    declared = msgspec.convert(parcel(**(changes or {})), LowValueDeclaration)
    facts = {"report": CleansingReport(), "sender_id": "client:swift", "value_usd": Decimal("19.90")}
    return Evidence(facts=facts_of_low_value(declared), **(facts | known))  # type: ignore[arg-type]


def doubt(code: str = "vague-description") -> Finding:
    """Make a doubt."""
    return Finding(pointer="/items/0/description", code=code, weight=Weight.DOUBT, detail="")


def item(**changes: Any) -> dict[str, Any]:
    """Make an item with these fields changed."""
    return parcel()["items"][0] | changes  # type: ignore[no-any-return]
