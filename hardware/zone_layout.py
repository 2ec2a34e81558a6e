"""Where which field stands in each kind of machine readable zone (ICAO Doc 9303, parts 4 to 7)."""

from dataclasses import dataclass

from hardware.travel_document import DocumentKind


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of one line; line and start count from 0, the end is exclusive."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ZoneLayout:
    """One kind of zone; a check digit stands right after its field, as the standard has it throughout."""

    kind: DocumentKind
    lines: int
    width: int
    code: Slot
    state: Slot
    number: Slot
    names: Slot
    nationality: Slot
    birth: Slot
    sex: Slot
    expiry: Slot
    optional: tuple[Slot, ...]
    composite: tuple[Slot, ...]
    """What the last check digit covers; empty for visas, which have none."""
    composite_digit: Slot | None
    has_long_numbers: bool
    """Whether a number of more than nine characters goes on in the first optional field."""
    has_checked_optional: bool = False
    """Whether the optional field has a check digit of its own."""


_CODE = Slot(0, 0, 2)
_STATE = Slot(0, 2, 5)


def _two_lines(kind: DocumentKind, width: int, optional: Slot, composite: tuple[Slot, ...]) -> ZoneLayout:
    return ZoneLayout(
        kind=kind,
        lines=2,
        width=width,
        code=_CODE,
        state=_STATE,
        number=Slot(1, 0, 9),
        names=Slot(0, 5, width),
        nationality=Slot(1, 10, 13),
        birth=Slot(1, 13, 19),
        sex=Slot(1, 20, 21),
        expiry=Slot(1, 21, 27),
        optional=(optional,),
        composite=composite,
        composite_digit=Slot(1, width - 1, width) if composite else None,
        has_long_numbers=kind is DocumentKind.TD2,
        has_checked_optional=kind is DocumentKind.TD3,
    )


TD1 = ZoneLayout(
    kind=DocumentKind.TD1,
    lines=3,
    width=30,
    code=_CODE,
    state=_STATE,
    number=Slot(0, 5, 14),
    names=Slot(2, 0, 30),
    nationality=Slot(1, 15, 18),
    birth=Slot(1, 0, 6),
    sex=Slot(1, 7, 8),
    expiry=Slot(1, 8, 14),
    optional=(Slot(0, 15, 30), Slot(1, 18, 29)),
    composite=(Slot(0, 5, 30), Slot(1, 0, 7), Slot(1, 8, 15), Slot(1, 18, 29)),
    composite_digit=Slot(1, 29, 30),
    has_long_numbers=True,
)
TD2 = _two_lines(DocumentKind.TD2, 36, Slot(1, 28, 35), (Slot(1, 0, 10), Slot(1, 13, 20), Slot(1, 21, 35)))
TD3 = _two_lines(DocumentKind.TD3, 44, Slot(1, 28, 42), (Slot(1, 0, 10), Slot(1, 13, 20), Slot(1, 21, 43)))
MRV_A = _two_lines(DocumentKind.MRV_A, 44, Slot(1, 28, 44), ())
MRV_B = _two_lines(DocumentKind.MRV_B, 36, Slot(1, 28, 36), ())


def layout_of(lines: int, width: int, first_character: str) -> ZoneLayout | None:
    """Tell the kind from the zone's shape and its first character; None when no kind has that shape."""
    match lines, width, first_character == "V":
        case 3, 30, _:
            return TD1
        case 2, 36, is_visa:
            return MRV_B if is_visa else TD2
        case 2, 44, is_visa:
            return MRV_A if is_visa else TD3
        case _:
            return None
