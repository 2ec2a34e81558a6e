"""Who takes part in a consignment: names, addresses, ways to reach them. Pure.

Source: WCO Data Model 3.6, classes Party, Address, Communication.
"""

from typing import Annotated

from msgspec import Meta

from hub.declarations.quantities import Code, CountryCode, Identifier, Value

Name = Annotated[str, Meta(min_length=1, max_length=512)]


class Address(Value, frozen=True, kw_only=True):
    """Where a party is."""

    type_code: Code | None = None
    city_name: Annotated[str, Meta(max_length=256)] | None = None
    country_code: CountryCode | None = None
    country_sub_division_code: Code | None = None
    country_sub_division_name: Annotated[str, Meta(max_length=256)] | None = None
    line: Annotated[str, Meta(max_length=512)] | None = None
    postcode_id: Annotated[str, Meta(max_length=17)] | None = None


class Communication(Value, frozen=True, kw_only=True):
    """A telephone (``TE``) or e-mail (``EM``) of a party."""

    id: Annotated[str, Meta(min_length=1, max_length=512)] | None = None
    type_code: Code | None = None


class Contact(Value, frozen=True, kw_only=True):
    """Whom to ask for at a party."""

    name: Name | None = None


class Party(Value, frozen=True, kw_only=True):
    """A person or a firm in one of its roles."""

    name: Name | None = None
    id: Identifier | None = None
    """A firm's number, or a person's own."""
    function_code: Code | None = None
    """Of an agent: 2 direct, 3 indirect representation."""
    role_code: Code | None = None
    address: Address | None = None
    contact: Contact | None = None
    communication: Communication | None = None


class RoleParty(Value, frozen=True, kw_only=True):
    """A party that is known by number and role only."""

    id: Identifier | None = None
    role_code: Code | None = None
