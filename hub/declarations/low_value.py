"""The low-value data set: what a carrier or a citizen declares of a parcel. Pure.

Source: the data elements of the EU's H7 data set and of the postal CN23 form, in this project's own JSON.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from hub.declarations.facts import DeclarationFacts, ItemFacts, Money, PartyFacts, Pointers
from hub.declarations.quantities import Amount, CountryCode, Value, check_number

MOST_ITEMS = 99
_Name = Annotated[str, Meta(min_length=1, max_length=140)]
_Text = Annotated[str, Meta(max_length=140)]
REFERENCE = r"^[A-Za-z0-9][A-Za-z0-9/._-]{0,34}\Z"
_Reference = Annotated[str, Meta(pattern=REFERENCE)]
_Modes = Annotated[str, Meta(pattern=r"^[1-9]\Z")]


class LowValueParty(Value, frozen=True, kw_only=True):
    """A sender or receiver."""

    name: _Name
    country: CountryCode
    id: Annotated[str, Meta(max_length=35)] = ""
    """A person's own number or a firm's."""
    city: _Text = ""
    line: _Text = ""
    postcode: Annotated[str, Meta(max_length=17)] = ""
    phone: Annotated[str, Meta(max_length=35)] = ""
    email: Annotated[str, Meta(max_length=254)] = ""


class LowValueItem(Value, frozen=True, kw_only=True):
    """One kind of goods in the parcel."""

    description: Annotated[str, Meta(min_length=1, max_length=512)]
    hs_code: Annotated[str, Meta(max_length=12)] = ""
    quantity: Decimal
    unit: Annotated[str, Meta(max_length=4)] = ""
    gross_kg: Decimal | None = None
    net_kg: Decimal | None = None
    value: Amount
    """Of all pieces together."""
    origin: CountryCode | None = None
    preference: Annotated[str, Meta(max_length=3)] = ""
    certificates: tuple[Annotated[str, Meta(min_length=1, max_length=70)], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no number of this world."""
        for number in (self.quantity, self.gross_kg, self.net_kg):
            if number is not None:
                check_number(number)


class LowValueDeclaration(Value, frozen=True, kw_only=True):
    """A parcel, declared before it arrives."""

    reference: _Reference
    """The sender's own number of this declaration; sent again, it is the same declaration."""
    ucr: Annotated[str, Meta(max_length=35)] = ""
    tracking_number: Annotated[str, Meta(max_length=35)] = ""
    mode: _Modes
    """4 air, 5 post … (UN/ECE recommendation 19)."""
    is_personal: bool = True
    consignor: LowValueParty
    consignee: LowValueParty
    export_country: CountryCode
    arrives_at: datetime | None = None
    freight: Amount | None = None
    insurance: Amount | None = None
    gross_kg: Decimal | None = None
    items: Annotated[tuple[LowValueItem, ...], Meta(min_length=1, max_length=MOST_ITEMS)]

    def __post_init__(self) -> None:
        """Refuse what is no number of this world, and a time without a zone."""
        if self.gross_kg is not None:
            check_number(self.gross_kg)
        if self.arrives_at is not None and self.arrives_at.tzinfo is None:
            raise ValueError("arrives_at has no time zone")


LOW_VALUE_POINTERS = Pointers(
    {
        **{
            name: f"/{name}"
            for name in (
                "reference",
                "ucr",
                "tracking_number",
                "mode",
                "export_country",
                "arrives_at",
                "freight",
                "insurance",
                "gross_kg",
                "items",
            )
        },
        **{
            f"{party}.{name}": f"/{party}/{name}"
            for party in ("consignor", "consignee")
            for name in ("name", "id", "country", "city", "line", "postcode", "phone", "email")
        },
        "destination_country": "/consignee/country",
        "invoice_total": "/items",
        **{
            f"items.{name}": "/items/{}/" + name
            for name in (
                "description",
                "hs_code",
                "quantity",
                "unit",
                "gross_kg",
                "net_kg",
                "value",
                "origin",
                "preference",
                "certificates",
            )
        },
    }
)


def facts_of_low_value(declared: LowValueDeclaration) -> DeclarationFacts:
    """Read the facts."""
    return DeclarationFacts(
        reference=declared.reference,
        ucr=declared.ucr,
        tracking_number=declared.tracking_number,
        mode=declared.mode,
        is_personal=declared.is_personal,
        consignor=_party(declared.consignor),
        consignee=_party(declared.consignee),
        export_country=declared.export_country,
        destination_country=declared.consignee.country,
        arrives_at=declared.arrives_at,
        freight=_money(declared.freight),
        insurance=_money(declared.insurance),
        gross_kg=declared.gross_kg,
        items=tuple(_item(one) for one in declared.items),
    )


def _party(party: LowValueParty) -> PartyFacts:
    return PartyFacts(
        name=party.name,
        id=party.id,
        country=party.country,
        city=party.city,
        line=party.line,
        postcode=party.postcode,
        phone=party.phone,
        email=party.email,
    )


def _item(item: LowValueItem) -> ItemFacts:
    return ItemFacts(
        description=item.description,
        hs_code=item.hs_code,
        quantity=item.quantity,
        unit=item.unit,
        gross_kg=item.gross_kg,
        net_kg=item.net_kg,
        value=_money(item.value),
        origin=item.origin or "",
        preference=item.preference,
        certificates=item.certificates,
    )


def _money(amount: Amount | None) -> Money | None:
    if amount is None:
        return None
    return Money(amount.value, amount.currency_id or "")
