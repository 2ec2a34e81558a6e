"""Builds full declarations of the same parcels, as JSON and as WCO documents."""

from typing import Any

import msgspec

from hub.declarations.declaration import Declaration
from hub.declarations.full_conversion import INTO_FULL
from hub.declarations.low_value import LowValueDeclaration
from hub.declarations.wco.documents import declaration_document
from hub.declarations.wco.writing import write_document
from tests.hub.declarations.parcels import parcel


def full(number: int = 1, **changes: Any) -> Declaration:
    """Make a full declaration of a parcel."""
    return INTO_FULL(msgspec.convert(parcel(number, **changes), LowValueDeclaration, strict=False))[0]


def full_json(declared: Declaration) -> bytes:
    """Write it as JSON."""
    return msgspec.json.encode(declared)


def full_xml(declared: Declaration) -> bytes:
    """Write it as a WCO document."""
    return write_document(declaration_document(declared))
