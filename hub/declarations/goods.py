"""The goods of a declaration, item by item. Pure.

Source: WCO Data Model 3.6, class GovernmentAgencyGoodsItem and what it holds.
"""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from hub.declarations.parties import Party, RoleParty
from hub.declarations.quantities import (
    Amount,
    Code,
    CountryCode,
    DateTime,
    Identifier,
    Measure,
    Value,
    check_number,
)

Text = Annotated[str, Meta(max_length=512)]
Sequence = Annotated[int, Meta(ge=0, le=99999)]


class WriteOff(Value, frozen=True, kw_only=True):
    """How much of a licence or certificate this item uses up."""

    quantity_quantity: Measure | None = None
    amount_amount: Amount | None = None


class DocumentSubmitter(Value, frozen=True, kw_only=True):
    """Who issued a document."""

    name: Text | None = None
    role_code: Code | None = None


class AdditionalDocument(Value, frozen=True, kw_only=True):
    """A document, certificate or authorisation that goes with the goods."""

    category_code: Code | None = None
    effective_date_time: DateTime | None = None
    id: Annotated[str, Meta(min_length=1, max_length=70)] | None = None
    name: Text | None = None
    type_code: Code | None = None
    lpco_exemption_code: Code | None = None
    submitter: DocumentSubmitter | None = None
    write_off: WriteOff | None = None


class Pointer(Value, frozen=True, kw_only=True):
    """Where in a message something stands."""

    sequence_numeric: Sequence | None = None
    document_section_code: Code | None = None
    tag_id: Code | None = None


class AdditionalInformation(Value, frozen=True, kw_only=True):
    """A statement in words or by code."""

    statement_code: Code | None = None
    statement_description: Text | None = None
    statement_type_code: Code | None = None
    pointer: tuple[Pointer, ...] = ()


class PreviousDocument(Value, frozen=True, kw_only=True):
    """The document of an earlier procedure: a manifest line, a transit, a consignment reference."""

    category_code: Code | None = None
    id: Identifier | None = None
    type_code: Code | None = None
    line_numeric: Sequence | None = None


class Classification(Value, frozen=True, kw_only=True):
    """A commodity code, and after which list (``TSP`` combined nomenclature, ``TRC``, ``HS`` …)."""

    id: Annotated[str, Meta(min_length=1, max_length=18)] | None = None
    identification_type_code: Code | None = None


class DangerousGoods(Value, frozen=True, kw_only=True):
    """A dangerous substance, by its United Nations number."""

    undg_id: Annotated[str, Meta(pattern=r"^[0-9]{4}\Z")] | None = None


class Payment(Value, frozen=True, kw_only=True):
    """How a duty is paid, and how much was worked out and is due."""

    method_code: Code | None = None
    tax_assessed_amount: Amount | None = None
    payment_amount: Amount | None = None


class DutyTaxFee(Value, frozen=True, kw_only=True):
    """One duty or tax of an item."""

    ad_valorem_tax_base_amount: Amount | None = None
    deduct_amount: Amount | None = None
    duty_regime_code: Code | None = None
    """The preference asked for; 100: none."""
    specific_tax_base_quantity: Measure | None = None
    tax_rate_numeric: Decimal | None = None
    type_code: Code | None = None
    quota_order_id: Identifier | None = None
    payment: Payment | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number of this world."""
        if self.tax_rate_numeric is not None:
            check_number(self.tax_rate_numeric)


class GoodsMeasure(Value, frozen=True, kw_only=True):
    """Masses in kilograms unless a unit says otherwise, and the tariff's own quantity."""

    gross_mass_measure: Measure | None = None
    net_net_weight_measure: Measure | None = None
    tariff_quantity: Measure | None = None


class InvoiceLine(Value, frozen=True, kw_only=True):
    """What the invoice charges for the item."""

    item_charge_amount: Amount | None = None


class ContainerReference(Value, frozen=True, kw_only=True):
    """The container an item lies in."""

    sequence_numeric: Sequence | None = None
    id: Identifier | None = None


class Commodity(Value, frozen=True, kw_only=True):
    """What the goods are."""

    description: Text | None = None
    classification: tuple[Classification, ...] = ()
    dangerous_goods: tuple[DangerousGoods, ...] = ()
    duty_tax_fee: tuple[DutyTaxFee, ...] = ()
    goods_measure: GoodsMeasure | None = None
    invoice_line: InvoiceLine | None = None
    transport_equipment: tuple[ContainerReference, ...] = ()


class ChargeDeduction(Value, frozen=True, kw_only=True):
    """A charge that is added to the value, or taken off."""

    charges_type_code: Code | None = None
    other_charge_deduction_amount: Amount | None = None


class ItemValuation(Value, frozen=True, kw_only=True):
    """How an item's customs value was found."""

    method_code: Code | None = None
    charge_deduction: tuple[ChargeDeduction, ...] = ()


class Place(Value, frozen=True, kw_only=True):
    """A country or a region of it."""

    country_code: Annotated[str, Meta(min_length=1, max_length=4)] | None = None
    """ISO 3166-1 alpha-2, or of an origin a tariff's group of countries such as ``1011``."""
    region_id: Identifier | None = None
    type_code: Code | None = None


class Country(Value, frozen=True, kw_only=True):
    """A country by its code."""

    id: CountryCode | None = None


class GovernmentProcedure(Value, frozen=True, kw_only=True):
    """The customs procedure asked for, and the one before it."""

    current_code: Code | None = None
    previous_code: Code | None = None


class Packaging(Value, frozen=True, kw_only=True):
    """Packages of one kind."""

    sequence_numeric: Sequence | None = None
    marks_numbers_id: Text | None = None
    quantity_quantity: Measure | None = None
    type_code: Code | None = None
    packing_material_description: Text | None = None
    length_measure: Measure | None = None
    width_measure: Measure | None = None
    height_measure: Measure | None = None
    volume_measure: Measure | None = None


class UniqueConsignmentReference(Value, frozen=True, kw_only=True):
    """The UCR: one number that follows a trade transaction from order to release (WCO, 2004)."""

    id: Identifier | None = None
    trader_assigned_reference_id: Identifier | None = None


class ValuationAdjustment(Value, frozen=True, kw_only=True):
    """Indicators on the price: relationship, restrictions, conditions, proceeds."""

    addition_code: Code | None = None


class GoodsItem(Value, frozen=True, kw_only=True):
    """One item of goods (GovernmentAgencyGoodsItem)."""

    customs_value_amount: Amount | None = None
    sequence_numeric: Sequence | None = None
    statistical_value_amount: Amount | None = None
    transaction_nature_code: Code | None = None
    additional_document: tuple[AdditionalDocument, ...] = ()
    additional_information: tuple[AdditionalInformation, ...] = ()
    aeo_mutual_recognition_party: tuple[RoleParty, ...] = ()
    buyer: Party | None = None
    commodity: Commodity | None = None
    consignee: Party | None = None
    consignor: Party | None = None
    customs_valuation: ItemValuation | None = None
    destination: Place | None = None
    domestic_duty_tax_party: tuple[RoleParty, ...] = ()
    export_country: Country | None = None
    government_procedure: tuple[GovernmentProcedure, ...] = ()
    origin: tuple[Place, ...] = ()
    packaging: tuple[Packaging, ...] = ()
    previous_document: tuple[PreviousDocument, ...] = ()
    seller: Party | None = None
    ucr: UniqueConsignmentReference | None = None
    valuation_adjustment: ValuationAdjustment | None = None
