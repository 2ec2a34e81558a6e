"""What customs answers to a declaration: accepted, rejected, taxed, released. Pure.

Source: WCO Data Model 3.6, information package RES.
"""

from typing import Annotated

from msgspec import Meta

from hub.declarations.declaration import Amendment, Declaration, Office
from hub.declarations.goods import DutyTaxFee, Pointer, Sequence, Text
from hub.declarations.parties import Communication
from hub.declarations.quantities import Amount, Code, DateTime, Identifier, Value


class Bank(Value, frozen=True, kw_only=True):
    """The account to which duties are paid."""

    reference_id: Identifier | None = None
    id: Identifier | None = None


class ContactOffice(Value, frozen=True, kw_only=True):
    """The customs office to ask."""

    id: Identifier | None = None
    communication: tuple[Communication, ...] = ()


class Statement(Value, frozen=True, kw_only=True):
    """A statement in words or by code (AdditionalInformation of a response)."""

    statement_code: Annotated[str, Meta(max_length=17)] | None = None
    statement_description: Text | None = None
    limit_date_time: DateTime | None = None
    """By when something has to be done."""
    statement_type_code: Code | None = None
    pointer: tuple[Pointer, ...] = ()


class Error(Value, frozen=True, kw_only=True):
    """Why something was not accepted."""

    description: Text | None = None
    validation_code: Code | None = None
    pointer: tuple[Pointer, ...] = ()


class Status(Value, frozen=True, kw_only=True):
    """How far the declaration has come."""

    effective_date_time: DateTime | None = None
    name_code: Code | None = None
    release_date_time: DateTime | None = None
    pointer: tuple[Pointer, ...] = ()


class GuaranteeReference(Value, frozen=True, kw_only=True):
    """A guarantee by its number."""

    reference_id: Identifier | None = None


class TotalPayment(Value, frozen=True, kw_only=True):
    """What is due for the whole declaration, and by when."""

    reference_id: Identifier | None = None
    tax_assessed_amount: Amount | None = None
    due_date_time: DateTime | None = None
    payment_amount: Amount | None = None
    obligation_guarantee: tuple[GuaranteeReference, ...] = ()


class TotalDutyTaxFee(Value, frozen=True, kw_only=True):
    """Duties of the whole declaration."""

    payment: TotalPayment | None = None


class TaxedCommodity(Value, frozen=True, kw_only=True):
    """The duties of one item."""

    duty_tax_fee: tuple[DutyTaxFee, ...] = ()


class TaxedItem(Value, frozen=True, kw_only=True):
    """One item by its number, with its duties."""

    sequence_numeric: Sequence | None = None
    commodity: TaxedCommodity | None = None


class TaxedShipment(Value, frozen=True, kw_only=True):
    """The items, with their duties."""

    government_agency_goods_item: tuple[TaxedItem, ...] = ()


class ReportedDeclaration(Value, frozen=True, kw_only=True):
    """The declaration that is answered: its numbers, when it was accepted or not, its duties."""

    acceptance_date_time: DateTime | None = None
    cancellation_date_time: DateTime | None = None
    functional_reference_id: Annotated[str, Meta(min_length=1, max_length=35)] | None = None
    id: Identifier | None = None
    rejection_date_time: DateTime | None = None
    version_id: Annotated[str, Meta(min_length=1, max_length=9)] | None = None
    duty_tax_fee: tuple[TotalDutyTaxFee, ...] = ()
    goods_shipment: TaxedShipment | None = None


class Response(Value, frozen=True, kw_only=True):
    """One answer (see `function_code`)."""

    function_code: Code | None = None
    """01 accepted, 03 rejected, 09 cleared, 13 taxes … (DMS notifications)."""
    functional_reference_id: Annotated[str, Meta(min_length=1, max_length=35)] | None = None
    issue_date_time: DateTime | None = None
    additional_information: tuple[Statement, ...] = ()
    amendment: tuple[Amendment, ...] = ()
    appeal_office: Office | None = None
    bank: Bank | None = None
    contact_office: tuple[ContactOffice, ...] = ()
    error: tuple[Error, ...] = ()
    status: tuple[Status, ...] = ()
    declaration: ReportedDeclaration | None = None
    changed_declaration: Declaration | None = None
    """What a change put into the declaration: only what is different."""
