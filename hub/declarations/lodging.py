"""Reads one declaration in whichever form it is lodged. Pure."""

from enum import StrEnum

import msgspec

from hub.declarations.batches import ReadRow, read_row
from hub.declarations.declaration import Declaration
from hub.declarations.declaration_facts import facts_of_declaration, pointers_of_declaration
from hub.declarations.facts import DeclarationFacts, Pointers
from hub.declarations.forms import Form
from hub.declarations.identity import digest_of
from hub.declarations.json_form import JsonReader
from hub.declarations.ucr import MOST_SIGNS, check_ucr
from hub.declarations.wco.documents import declaration_document, read_declaration
from hub.declarations.wco.writing import write_document
from hub.errors import FieldProblem, InvalidInputError

UCR_PLACE = "/goods_shipment/ucr/"
_FULL = JsonReader(Declaration)


class MediaType(StrEnum):
    """How a single declaration is written when it is lodged."""

    LOW_VALUE = "application/json"
    FULL = "application/vnd.kechid.declaration+json"
    """The full data set, in snake case."""
    WCO = "application/xml"
    """The full data set, as a WCO document."""


def read_lodged(content: bytes, kind: MediaType) -> ReadRow:
    """Read one; raises `InvalidInputError` naming the field that is wrong."""
    match kind:
        case MediaType.LOW_VALUE:
            return read_row(content)
        case MediaType.FULL:
            return _full_row(_FULL.read(content), content)
        case MediaType.WCO:
            declared = read_declaration(content)
            return _full_row(declared, msgspec.json.encode(declared))


def wco_document_of(content: bytes) -> bytes:
    """Write a stored declaration of the full data set as a WCO document."""
    return write_document(declaration_document(_FULL.read(content)))


def _full_row(declared: Declaration, content: bytes) -> ReadRow:
    facts, pointers = facts_of_declaration(declared), pointers_of_declaration(declared)
    _check(facts, pointers)
    return ReadRow(0, facts, content, digest_of(msgspec.json.encode(declared)), Form.FULL)


def _check(facts: DeclarationFacts, pointers: Pointers) -> None:
    if not facts.reference.strip():
        reason = "the sender's own number of the declaration has to be there"
        raise InvalidInputError(FieldProblem(pointers.to("reference"), "missing", reason))
    for fact, number in (("tracking_number", facts.tracking_number), ("ucr", facts.ucr)):
        if len(number) > MOST_SIGNS:
            reason = f"it has {len(number)} signs, {MOST_SIGNS} are kept"
            raise InvalidInputError(FieldProblem(pointers.to(fact), "too-long", reason))
    place = pointers.to("ucr")
    # A previous document may bear a reference of another kind under the same code.
    if place.startswith(UCR_PLACE):
        check_ucr(facts.ucr, place)
