"""The postal forms as values: CN22, CN23 and the data of ITMATT. Pure.

Sources: the fields printed on the forms CN22 and CN23 of the Universal Postal Union; for ITMATT what is
publicly said of its contents. The text of the standard (UPU M33) is not public: the names are this project's
own, after the UPU's words (item, content piece, category), and no message of M33 is read or written.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, TypeAlias

from msgspec import Meta

from hub.declarations.quantities import Amount, CountryCode, Value, check_number

MOST_PIECES = 99
_Line = Annotated[str, Meta(max_length=140)]
_Name = Annotated[str, Meta(min_length=1, max_length=140)]
_Number = Annotated[str, Meta(min_length=1, max_length=70)]
_Note = Annotated[str, Meta(max_length=512)]


class Category(StrEnum):
    """The box that the sender ticks."""

    GIFT = "gift"
    DOCUMENTS = "documents"
    SALE_OF_GOODS = "sale-of-goods"
    COMMERCIAL_SAMPLE = "commercial-sample"
    RETURNED_GOODS = "returned-goods"
    OTHER = "other"


class PostalAddress(Value, frozen=True, kw_only=True):
    """A sender or addressee, as written on the item."""

    name: _Name
    country: CountryCode
    city: _Line = ""
    line: _Line = ""
    postcode: Annotated[str, Meta(max_length=17)] = ""


class PostalSender(PostalAddress, frozen=True, kw_only=True):
    """The sender on a CN23."""

    reference: Annotated[str, Meta(max_length=35)] = ""
    """Sender's customs reference."""


class PostalImporter(PostalAddress, frozen=True, kw_only=True):
    """The addressee on a CN23, or either party of ITMATT."""

    reference: Annotated[str, Meta(max_length=35)] = ""
    """Importer's reference: a tax, VAT or importer's number."""
    phone: Annotated[str, Meta(max_length=35)] = ""
    email: Annotated[str, Meta(max_length=254)] = ""


class ContentPiece(Value, frozen=True, kw_only=True):
    """One kind of contents."""

    description: Annotated[str, Meta(min_length=1, max_length=512)]
    quantity: Decimal
    net_kg: Decimal | None = None
    value: Amount
    """Of all pieces together."""
    hs_code: Annotated[str, Meta(max_length=12)] = ""
    origin: CountryCode | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number of this world."""
        for number in (self.quantity, self.net_kg):
            if number is not None:
                check_number(number)


class _PostalForm(Value, frozen=True, kw_only=True, tag_field="form"):
    item_id: Annotated[str, Meta(max_length=35)] = ""
    """The item's number (UPU S10)."""
    category: Category | None = None
    explanation: _Note = ""
    """Of the category `other`."""
    pieces: Annotated[tuple[ContentPiece, ...], Meta(min_length=1, max_length=MOST_PIECES)]
    gross_kg: Decimal | None = None
    total_value: Amount | None = None
    posted_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number of this world."""
        if self.gross_kg is not None:
            check_number(self.gross_kg)


class Cn22(_PostalForm, frozen=True, kw_only=True, tag="cn22"):
    """The label on a letter or small packet; it bears no address, so the item's own stand here."""

    sender: PostalAddress
    addressee: PostalAddress


class Cn23(_PostalForm, frozen=True, kw_only=True, tag="cn23"):
    """The declaration on a parcel."""

    sender: PostalSender
    addressee: PostalImporter
    postage: Amount | None = None
    """Postal charges and fees."""
    comments: _Note = ""
    licences: tuple[_Number, ...] = ()
    certificates: tuple[_Number, ...] = ()
    invoices: tuple[_Number, ...] = ()
    office_of_origin: _Line = ""


class Itmatt(_PostalForm, frozen=True, kw_only=True, tag="itmatt"):
    """What posts tell one another of an item before it comes (ITMATT)."""

    sender: PostalImporter
    addressee: PostalImporter
    postage: Amount | None = None
    insured_value: Amount | None = None
    licences: tuple[_Number, ...] = ()
    certificates: tuple[_Number, ...] = ()
    invoices: tuple[_Number, ...] = ()
    office_of_origin: _Line = ""


PostalForm: TypeAlias = Cn22 | Cn23 | Itmatt
