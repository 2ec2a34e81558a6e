"""What checks, duties and decisions ask of a declaration, whichever form it came in. Pure.

A form (the full data set, the low-value one, a postal message) is read into `DeclarationFacts`; `Pointers`
says where in the sender's own document each fact stands, so every finding names a place the sender knows.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import msgspec


class Money(msgspec.Struct, frozen=True, gc=False):
    """An amount in a currency (ISO 4217)."""

    amount: Decimal
    currency: str


class PartyFacts(msgspec.Struct, frozen=True, gc=False):
    """A sender or receiver; empty text: not stated."""

    name: str = ""
    id: str = ""
    """A person's own number, or a firm's."""
    country: str = ""
    """ISO 3166-1 alpha-2."""
    city: str = ""
    line: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""


class ItemFacts(msgspec.Struct, frozen=True, gc=False):
    """One item of goods; empty or None: not stated."""

    description: str = ""
    hs_code: str = ""
    """Digits, 6 to 10."""
    quantity: Decimal | None = None
    unit: str = ""
    """UN/ECE recommendation 20; empty: pieces."""
    gross_kg: Decimal | None = None
    net_kg: Decimal | None = None
    value: Money | None = None
    """Of the whole item, not of a piece."""
    origin: str = ""
    """ISO 3166-1 alpha-2."""
    preference: str = ""
    """The duty regime asked for; empty or 100: none."""
    certificates: tuple[str, ...] = ()
    """Numbers of certificates of origin."""


class DeclarationFacts(msgspec.Struct, frozen=True, gc=False):
    """One declaration; empty or None: not stated."""

    reference: str
    """The sender's own number."""
    ucr: str = ""
    tracking_number: str = ""
    mode: str = ""
    """1 sea, 2 rail, 3 road, 4 air, 5 post (UN/ECE recommendation 19)."""
    is_personal: bool = False
    """For a person's own use, bought or as a gift."""
    consignor: PartyFacts = PartyFacts()
    consignee: PartyFacts = PartyFacts()
    export_country: str = ""
    destination_country: str = ""
    arrives_at: datetime | None = None
    """When the goods are expected."""
    freight: Money | None = None
    insurance: Money | None = None
    invoice_total: Money | None = None
    gross_kg: Decimal | None = None
    items: tuple[ItemFacts, ...] = ()


class Pointers(msgspec.Struct, frozen=True, gc=False):
    """Where a form keeps each fact: JSON pointers by the fact's name, ``{}`` for an item's place from 0."""

    places: Mapping[str, str]
    """By names such as ``consignee.name`` and ``items.hs_code``."""
    elsewhere: Mapping[tuple[str, int], str] = {}
    """Where one item keeps a fact at another place than the others, by name and item from 0."""

    def to(self, fact: str, item: int | None = None) -> str:
        """Return the pointer to a fact; raises `KeyError` for one that the form does not have."""
        if item is not None and (fact, item) in self.elsewhere:
            return self.elsewhere[fact, item]
        return self.places[fact].format(item)
