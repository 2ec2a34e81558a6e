"""A customs declaration in the terms of the WCO Data Model. Pure.

Source: WCO Data Model 3.6, information package DEC. A field is the schema's element in snake case and a class
keeps the schema's sequence, so a declaration and its XML say the same in the same order.
"""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from hub.declarations.goods import (
    AdditionalDocument,
    AdditionalInformation,
    ChargeDeduction,
    Country,
    GoodsItem,
    Place,
    Pointer,
    PreviousDocument,
    Sequence,
    Text,
    UniqueConsignmentReference,
)
from hub.declarations.parties import Name, Party, RoleParty
from hub.declarations.quantities import (
    Amount,
    Code,
    CountryCode,
    CurrencyCode,
    DateTime,
    Identifier,
    Measure,
    Value,
    check_number,
)

MOST_ITEMS = 999
Count = Annotated[int, Meta(ge=0, le=99_999_999)]


class Authenticator(Value, frozen=True, kw_only=True):
    """Who signed."""

    name: Name | None = None


class Authentication(Value, frozen=True, kw_only=True):
    """The signature under the declaration."""

    authentication: Text | None = None
    authenticator: Authenticator | None = None


class Amendment(Value, frozen=True, kw_only=True):
    """Why and where a declaration is changed."""

    change_reason_code: Code | None = None
    pointer: tuple[Pointer, ...] = ()


class AuthorisationHolder(Value, frozen=True, kw_only=True):
    """Somebody whose authorisation is made use of."""

    id: Identifier | None = None
    category_code: Code | None = None


class TransportMeans(Value, frozen=True, kw_only=True):
    """A ship, aircraft, train or road vehicle."""

    name: Text | None = None
    id: Identifier | None = None
    identification_type_code: Code | None = None
    type_code: Code | None = None
    registration_nationality_code: CountryCode | None = None
    mode_code: Code | None = None
    """1 sea, 2 rail, 3 road, 4 air, 5 post (UN/ECE recommendation 19)."""


class Freight(Value, frozen=True, kw_only=True):
    """How the carriage is paid."""

    payment_method_code: Code | None = None


class Itinerary(Value, frozen=True, kw_only=True):
    """A country on the way."""

    sequence_numeric: Sequence | None = None
    routing_country_code: CountryCode | None = None


class ConsignmentItem(Value, frozen=True, kw_only=True):
    """An item as the carrier sees it."""

    sequence_numeric: Sequence | None = None
    consignor: Party | None = None
    freight: Freight | None = None


class Carriage(Value, frozen=True, kw_only=True):
    """The consignment as the carrier has it (Declaration/Consignment)."""

    carrier: Party | None = None
    consignment_item: tuple[ConsignmentItem, ...] = ()
    consignor: Party | None = None
    freight: Freight | None = None
    itinerary: tuple[Itinerary, ...] = ()


class CurrencyExchange(Value, frozen=True, kw_only=True):
    """A rate of exchange that was agreed."""

    currency_type_code: CurrencyCode | None = None
    rate_numeric: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number of this world."""
        if self.rate_numeric is not None:
            check_number(self.rate_numeric)


class Office(Value, frozen=True, kw_only=True):
    """A customs office by its number."""

    id: Identifier | None = None


class LocationAddress(Value, frozen=True, kw_only=True):
    """Where goods lie."""

    type_code: Code | None = None
    city_name: Text | None = None
    country_code: CountryCode | None = None
    line: Text | None = None
    postcode_id: Code | None = None


class Location(Value, frozen=True, kw_only=True):
    """A place of loading or of goods."""

    name: Text | None = None
    id: Identifier | None = None
    type_code: Code | None = None
    address: LocationAddress | None = None


class Seal(Value, frozen=True, kw_only=True):
    """A seal on a container."""

    sequence_numeric: Sequence | None = None
    id: Identifier | None = None


class TransportEquipment(Value, frozen=True, kw_only=True):
    """A container, with its seals."""

    sequence_numeric: Sequence | None = None
    id: Identifier | None = None
    seal: tuple[Seal, ...] = ()


class Consignment(Value, frozen=True, kw_only=True):
    """The goods as they travel (GoodsShipment/Consignment)."""

    container_code: Code | None = None
    arrival_transport_means: TransportMeans | None = None
    departure_transport_means: TransportMeans | None = None
    goods_location: Location | None = None
    loading_location: Location | None = None
    transport_equipment: tuple[TransportEquipment, ...] = ()


class ShipmentValuation(Value, frozen=True, kw_only=True):
    """Freight and other charges of the whole shipment."""

    freight_charge_amount: Amount | None = None
    charge_deduction: tuple[ChargeDeduction, ...] = ()


class Invoice(Value, frozen=True, kw_only=True):
    """The invoice of the shipment."""

    id: Identifier | None = None
    issue_date_time: DateTime | None = None


class TradeTerms(Value, frozen=True, kw_only=True):
    """Delivery terms (Incoterms)."""

    condition_code: Code | None = None
    country_relationship_code: Code | None = None
    description: Text | None = None
    location_id: Identifier | None = None
    location_name: Text | None = None


class Warehouse(Value, frozen=True, kw_only=True):
    """A customs warehouse."""

    id: Identifier | None = None
    type_code: Code | None = None


class GoodsShipment(Value, frozen=True, kw_only=True):
    """The trade transaction: parties, terms, goods."""

    exit_date_time: DateTime | None = None
    transaction_nature_code: Code | None = None
    aeo_mutual_recognition_party: tuple[RoleParty, ...] = ()
    buyer: Party | None = None
    consignee: Party | None = None
    consignment: Consignment | None = None
    consignor: Party | None = None
    customs_valuation: ShipmentValuation | None = None
    destination: Place | None = None
    domestic_duty_tax_party: tuple[RoleParty, ...] = ()
    export_country: Country | None = None
    government_agency_goods_item: Annotated[tuple[GoodsItem, ...], Meta(max_length=MOST_ITEMS)] = ()
    importer: Party | None = None
    invoice: Invoice | None = None
    payer: Party | None = None
    previous_document: tuple[PreviousDocument, ...] = ()
    seller: Party | None = None
    surety: Party | None = None
    trade_terms: TradeTerms | None = None
    ucr: UniqueConsignmentReference | None = None
    warehouse: Warehouse | None = None


class ObligationGuarantee(Value, frozen=True, kw_only=True):
    """A guarantee for duties."""

    amount_amount: Amount | None = None
    id: Identifier | None = None
    reference_id: Identifier | None = None
    security_details_code: Code | None = None
    access_code: Code | None = None
    guarantee_office: Office | None = None


class Declaration(Value, frozen=True, kw_only=True):
    """A declaration, an amendment of one or a request to invalidate one (see `function_code`)."""

    acceptance_date_time: DateTime | None = None
    function_code: Code | None = None
    """9 original, 13 request to change, 14 change (UN/EDIFACT 1225)."""
    functional_reference_id: Annotated[str, Meta(min_length=1, max_length=35)] | None = None
    """The sender's own number of it (LRN), unique with each sender."""
    id: Identifier | None = None
    """The number under which customs registered it (MRN)."""
    issue_date_time: DateTime | None = None
    issue_location_id: Identifier | None = None
    type_code: Code | None = None
    """Import, export or another kind, and its sub-kind: IMA, IMZ, EXA …"""
    goods_item_quantity: Count | None = None
    declaration_office_id: Identifier | None = None
    invoice_amount: Amount | None = None
    loading_list_quantity: Count | None = None
    total_gross_mass_measure: Measure | None = None
    total_package_quantity: Count | None = None
    specific_circumstances_code_code: Code | None = None
    authentication: Authentication | None = None
    submitter: Party | None = None
    additional_document: tuple[AdditionalDocument, ...] = ()
    additional_information: tuple[AdditionalInformation, ...] = ()
    agent: Party | None = None
    amendment: tuple[Amendment, ...] = ()
    authorisation_holder: tuple[AuthorisationHolder, ...] = ()
    border_transport_means: TransportMeans | None = None
    consignment: Carriage | None = None
    currency_exchange: tuple[CurrencyExchange, ...] = ()
    declarant: Party | None = None
    exit_office: Office | None = None
    exporter: Party | None = None
    goods_shipment: GoodsShipment | None = None
    obligation_guarantee: tuple[ObligationGuarantee, ...] = ()
    presentation_office: Office | None = None
    supervising_office: Office | None = None
