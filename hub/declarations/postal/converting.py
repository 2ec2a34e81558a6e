"""Postal forms to the low-value data set and back. Pure."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from hub.declarations.conversion import Conversion, Note, Raw, defaulted
from hub.declarations.json_form import JsonReader
from hub.declarations.low_value import REFERENCE, LowValueDeclaration, LowValueItem, LowValueParty
from hub.declarations.postal.forms import (
    Category,
    Cn22,
    Cn23,
    ContentPiece,
    Itmatt,
    PostalAddress,
    PostalForm,
    PostalImporter,
    PostalSender,
)
from hub.declarations.quantities import Amount

POST = "5"
"""Mode of transport: post (UN/ECE recommendation 19)."""
_REFERENCE = re.compile(REFERENCE)
_LOW_VALUE = JsonReader(LowValueDeclaration)
_Form = TypeVar("_Form", Cn22, Cn23, Itmatt)
_TO_POST = {
    "mode": "a postal form is of an item that travels by post",
    "is_personal": "the form does not say whether goods are for a person's own use",
    "export_country": "the form knows the sender's country only",
    "certificates": "the form names certificates of the whole item, not of a kind of contents",
    "reference": "the form keeps no number of the sender's own",
}
_FROM_POST = {
    "category": "the low-value data set does not keep which box was ticked",
    "reference": "the low-value data set keeps one number of its sender's own",
    "certificates": "the low-value data set keeps certificates with an item, and there are several items",
    "total_value": "the low-value data set has no total; it is the sum of the items",
}


def to_low_value(form: PostalForm) -> Raw:
    """Turn a postal form into the low-value data set."""
    sender, addressee = form.sender, form.addressee
    number = _reference_of(sender)
    certificates = () if isinstance(form, Cn22) else form.certificates
    only = certificates if len(form.pieces) == 1 else ()
    is_personal = form.category in (None, Category.GIFT)
    values = {
        "reference": number or form.item_id,
        "tracking_number": form.item_id,
        "mode": POST,
        # True is what is taken where nothing is said.
        "is_personal": None if is_personal else False,
        "consignor": _party(sender),
        "consignee": _party(addressee)
        | {"id": addressee.reference if isinstance(addressee, PostalImporter) else ""},
        "export_country": sender.country,
        "freight": None if isinstance(form, Cn22) else form.postage,
        "gross_kg": form.gross_kg,
        "items": [_item(piece, only) for piece in form.pieces],
    }
    return Raw(values, tuple(_given(form, number, is_personal=is_personal)))


def to_postal(kind: type[_Form]) -> Callable[[LowValueDeclaration], Raw]:
    """Give what turns the low-value data set into a postal form of this kind."""
    known = frozenset(kind.__struct_fields__)
    tag = str(kind.__struct_config__.tag)

    def make(declared: LowValueDeclaration) -> Raw:
        values = {
            "item_id": declared.tracking_number,
            "sender": _address(kind, "sender", declared.consignor, declared.reference),
            "addressee": _address(kind, "addressee", declared.consignee, declared.consignee.id),
            "pieces": [_piece(item) for item in declared.items],
            "gross_kg": declared.gross_kg,
            "total_value": _total([item.value for item in declared.items]),
            "postage": declared.freight,
            "certificates": list(dict.fromkeys(one for item in declared.items for one in item.certificates)),
        }
        return Raw({"form": tag} | {name: value for name, value in values.items() if name in known})

    return make


def from_postal(kind: type[_Form]) -> Conversion[_Form, LowValueDeclaration]:
    """Give the conversion of this kind of postal form to the low-value data set."""
    why = "the low-value data set has no place for it"
    return Conversion(to_low_value, to_postal(kind), _LOW_VALUE, why, _FROM_POST)


def into_postal(kind: type[_Form]) -> Conversion[LowValueDeclaration, _Form]:
    """Give the conversion of the low-value data set to this kind of postal form."""
    tag = str(kind.__struct_config__.tag)
    return Conversion(to_postal(kind), to_low_value, JsonReader(kind), f"{tag} has no place for it", _TO_POST)


def _given(form: PostalForm, number: str, *, is_personal: bool) -> Iterable[Note]:
    if not number:
        yield defaulted("/reference", form.item_id, "no customs reference of the sender: the item's number")
    yield defaulted("/mode", POST, "a postal item travels by post")
    yield defaulted("/export_country", form.sender.country, "the country of the sender")
    if form.category is not Category.GIFT:
        why = "the form does not say whether goods are for a person's own use; only a gift is taken to be"
        unsaid = "nothing is ticked: the data set takes goods to be for a person's own use"
        yield defaulted("/is_personal", is_personal, unsaid if is_personal else why)


def _reference_of(sender: PostalAddress) -> str:
    """Return the sender's customs reference where it can stand for a declaration."""
    number = sender.reference if isinstance(sender, PostalSender | PostalImporter) else ""
    return number if _REFERENCE.match(number) else ""


def _party(party: PostalAddress) -> dict[str, Any]:
    values = {name: getattr(party, name) for name in PostalAddress.__struct_fields__}
    if isinstance(party, PostalImporter):
        values |= {"phone": party.phone, "email": party.email}
    return values


def _address(kind: type[_Form], role: str, party: LowValueParty, reference: str) -> dict[str, Any]:
    values = {**msgspec.structs.asdict(party), "reference": reference}
    known = kind.__annotations__[role].__struct_fields__
    return {name: values[name] for name in known}


def _item(piece: ContentPiece, certificates: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(piece, name) for name in ContentPiece.__struct_fields__}
    return values | {"certificates": list(certificates)}


def _piece(item: LowValueItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ContentPiece.__struct_fields__}


def _total(values: list[Amount]) -> Amount | None:
    """Add up what is in one currency."""
    if len({value.currency_id for value in values}) != 1:
        return None
    return Amount(value=sum((one.value for one in values), Decimal(0)), currency_id=values[0].currency_id)
