"""Amounts, measures, quantities and times as the WCO Data Model writes them. Pure."""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

MOST = Decimal("1e15")
"""No amount, mass or quantity of a declaration comes near; a number beyond it is a mistake or an attack."""
MOST_DIGITS = 22
Code = Annotated[str, Meta(min_length=1, max_length=17)]
Identifier = Annotated[str, Meta(min_length=1, max_length=70)]
CountryCode = Annotated[str, Meta(min_length=2, max_length=2)]
"""ISO 3166-1 alpha-2; that there is such a country is for cleansing to see."""
CurrencyCode = Annotated[str, Meta(min_length=3, max_length=3)]
"""ISO 4217, likewise."""
UNIT_CODE = r"^[A-Z0-9]{2,4}(#[A-Z])?\Z"
UnitCode = Annotated[str, Meta(pattern=UNIT_CODE)]
"""UN/ECE recommendation 20, with a tariff's qualifier such as ``ASV#X``."""


class Value(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False
):
    """A class of the model; its fields stand in the order of the schema's sequence.

    Such a tree has no cycles, so the collector need not walk the hundred thousands of a batch.
    """


class Amount(Value, frozen=True, kw_only=True):
    """Money. Source: UN/CEFACT Amount. Type."""

    value: Decimal
    currency_id: CurrencyCode | None = None
    """None: the currency that the declaration names elsewhere."""

    def __post_init__(self) -> None:
        """Refuse what is no number of this world."""
        check_number(self.value)


class Measure(Value, frozen=True, kw_only=True):
    """A mass, length or volume, or a counted quantity. Source: UN/CEFACT Measure. Type, Quantity. Type."""

    value: Decimal
    unit_code: UnitCode | None = None
    """None: kilograms for a mass, pieces for a quantity."""

    def __post_init__(self) -> None:
        """Refuse what is no number of this world."""
        check_number(self.value)


class DateTime(Value, frozen=True, kw_only=True):
    """A time as sent, with the code of its format (UN/EDIFACT 2379: 102 day, 304 second and zone)."""

    value: Annotated[str, Meta(min_length=4, max_length=35)]
    format_code: Annotated[str, Meta(pattern=r"^[0-9]{3}\Z")] | None = None


def check_number(value: Decimal) -> None:
    """Raise `ValueError` for NaN, an infinity, a number past `MOST` or with too many digits."""
    if not value.is_finite():
        raise ValueError(f"{value} is not a number")
    is_small = abs(value.adjusted()) <= MOST_DIGITS and -MOST <= value <= MOST
    if not is_small or len(str(value)) > MOST_DIGITS:
        raise ValueError("the number is too large or has too many digits")
