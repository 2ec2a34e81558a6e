"""POST /v1/documents: a machine-readable zone, read into fields, which are neither stored nor logged."""

from datetime import date
from typing import Literal

import msgspec

from hardware.travel_document import TravelDocument, ZoneDate


class DocumentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the reader or a keyboard delivered."""

    mrz: str
    direction: Literal["", "in", "out"] = ""
    """Into or out of the country; empty: as the lane leads."""


class DocumentView(msgspec.Struct, frozen=True, kw_only=True):
    """The fields a guard compares with the document."""

    kind: str
    code: str
    issuing_state: str
    number: str
    surname: str
    given_names: str
    nationality: str
    birth_date: str
    """ISO 8601, ``?`` for what is unknown; empty when unreadable."""
    sex: str
    expiry_date: str
    is_expired: bool | None
    is_sound: bool
    """Every field well formed, every check digit right; says nothing about authenticity."""
    faults: tuple[str, ...]
    crossings: int | None = None
    """Counted under this document since its window began; null where documents are not counted."""


def view_of_document(document: TravelDocument, today: date, crossings: int | None) -> DocumentView:
    """Word a document that was read."""
    return DocumentView(
        kind=document.kind.value,
        code=document.code,
        issuing_state=document.issuing_state,
        number=document.number,
        surname=document.name.primary,
        given_names=document.name.secondary,
        nationality=document.nationality,
        birth_date=_text_of(document.birth),
        sex=document.sex.value if document.sex else "",
        expiry_date=_text_of(document.expiry),
        is_expired=document.is_expired(today),
        is_sound=document.is_sound,
        faults=tuple(str(fault) for fault in document.faults),
        crossings=crossings,
    )


def _text_of(found: ZoneDate | None) -> str:
    if found is None:
        return ""
    year = "????" if found.year is None else f"{found.year:04d}"
    month, day = ("??" if part is None else f"{part:02d}" for part in (found.month, found.day))
    return f"{year}-{month}-{day}"
