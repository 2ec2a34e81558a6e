"""Which fields certificates of origin have, and how each is written. Pure."""

import re
from collections.abc import Mapping
from enum import Enum

import msgspec

ROW = "N"
"""Stands in a pattern of paths for the number of an item or of an invoice."""
_NUMBER = re.compile(r"[1-9][0-9]{0,2}")


class Kind(Enum):
    """How a field's text is to be written, and how strictly it is compared."""

    TEXT = "text"
    CODE = "code"
    """Numbers of documents and registrations: every sign counts."""
    DECIMAL = "decimal"
    DAY = "day"
    HS_CODE = "hs-code"
    STATE = "state"
    CRITERION = "criterion"


KINDS: Mapping[str, Kind] = {
    "number": Kind.CODE,
    "issued_on": Kind.DAY,
    "state": Kind.STATE,
    "exporter.name": Kind.TEXT,
    "exporter.address": Kind.TEXT,
    "exporter.id": Kind.CODE,
    "consignee.name": Kind.TEXT,
    "consignee.address": Kind.TEXT,
    "consignee.id": Kind.CODE,
    "transport": Kind.TEXT,
    "destination_state": Kind.STATE,
    "origin_state": Kind.STATE,
    "remarks": Kind.TEXT,
    "retrospective": Kind.TEXT,
    "replaces": Kind.CODE,
    "duplicate_of": Kind.CODE,
    "endorsement.place": Kind.TEXT,
    "declaration.place": Kind.TEXT,
    "declaration.date": Kind.DAY,
    "items.N.marks": Kind.TEXT,
    "items.N.packages": Kind.TEXT,
    "items.N.description": Kind.TEXT,
    "items.N.hs_code": Kind.HS_CODE,
    "items.N.criterion": Kind.CRITERION,
    "items.N.gross_mass_kg": Kind.DECIMAL,
    "items.N.net_mass_kg": Kind.DECIMAL,
    "items.N.quantity": Kind.DECIMAL,
    "items.N.unit": Kind.TEXT,
    "invoices.N.number": Kind.CODE,
    "invoices.N.date": Kind.DAY,
}
"""By pattern; `ROW` is the number of an item or of an invoice."""


class Place(msgspec.Struct, frozen=True):
    """A path taken apart."""

    pattern: str
    """Of `KINDS`: ``items.N.hs_code``; or the path itself where it is none of these."""
    row: int | None
    """Number of the item or the invoice, from 1; None: the field stands once."""

    @property
    def kind(self) -> Kind:
        """Text, where the path is nobody's."""
        return KINDS.get(self.pattern, Kind.TEXT)

    @property
    def is_known(self) -> bool:
        """Whether the path is one that forms may show."""
        return self.pattern in KINDS


def place_of(path: str) -> Place:
    """Take a path apart: ``items.3.unit`` is row 3 of ``items.N.unit``."""
    parts = path.split(".")
    if len(parts) == 3 and _NUMBER.fullmatch(parts[1]):
        pattern = f"{parts[0]}.{ROW}.{parts[2]}"
        if pattern in KINDS:
            return Place(pattern, int(parts[1]))
    return Place(path, None)


def path_in_row(pattern: str, row: int) -> str:
    """Put a row's number in a pattern; a field that stands once is left as it is."""
    return pattern.replace(f".{ROW}.", f".{row}.")
