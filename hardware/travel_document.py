"""What a machine readable zone says about a document and its holder; its repr hides them."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class DocumentKind(StrEnum):
    """Sizes of ICAO Doc 9303, parts 4 to 7."""

    TD1 = "td1"
    """Card, 3 lines of 30."""
    TD2 = "td2"
    """Large card, 2 lines of 36."""
    TD3 = "td3"
    """Passport, 2 lines of 44."""
    MRV_A = "mrv-a"
    """Visa, 2 lines of 44."""
    MRV_B = "mrv-b"
    """Visa, 2 lines of 36."""


class Sex(StrEnum):
    """As the zone has it (9303-3, 4.1.1.1)."""

    FEMALE = "F"
    MALE = "M"
    UNSPECIFIED = "X"


@dataclass(frozen=True, slots=True)
class ZoneDate:
    """A date of a zone, of which month and day may be unknown (9303-3, 4.8)."""

    year: int | None
    month: int | None
    day: int | None

    @property
    def whole(self) -> date | None:
        """The calendar date; None unless all of it is known."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class ZoneFault:
    """One thing wrong in a zone; never quotes what stands there."""

    field: str
    line: int
    """From 1."""
    column: int
    """From 1; where the field starts."""
    reason: str

    def __str__(self) -> str:
        """Word it for an officer."""
        return f"line {self.line}, column {self.column}, {self.field}: {self.reason}"


@dataclass(frozen=True, slots=True)
class HolderName:
    """As the zone transliterates it, upper case, words separated by spaces."""

    primary: str = field(repr=False)
    """Surname, as a rule."""
    secondary: str = field(repr=False)
    """Given names; may be empty."""
    may_be_truncated: bool = False
    """The name fills its field to the last character (9303-3, 4.6.1)."""


@dataclass(frozen=True, slots=True)
class TravelDocument:
    """A read document; the fields with a fault hold what could be read, or nothing."""

    kind: DocumentKind
    code: str
    """First one or two characters, such as ``P`` or ``ID``."""
    issuing_state: str
    """ISO 3166-1 alpha-3 or a code of 9303-3, 5; ``D`` is Germany."""
    number: str = field(repr=False)
    name: HolderName = field(repr=False)
    nationality: str
    birth: ZoneDate | None = field(repr=False)
    sex: Sex | None
    expiry: ZoneDate | None
    optional_data: tuple[str, ...] = field(repr=False)
    """Optional elements as the issuer filled them, without fillers."""
    faults: tuple[ZoneFault, ...]

    @property
    def is_sound(self) -> bool:
        """Whether every field is well formed and every check digit right; says nothing about authenticity."""
        return not self.faults

    def is_expired(self, today: date) -> bool | None:
        """Whether the last day of validity is over; None when it is not known."""
        last = self.expiry.whole if self.expiry else None
        return None if last is None else last < today
