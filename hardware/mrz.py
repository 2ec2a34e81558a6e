"""Reads machine readable zones TD1, TD2, TD3, MRV-A and MRV-B (ICAO Doc 9303, parts 3 to 7)."""

import re
import string
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from hardware.check_digit import FILLER, check_digit, is_zone_text
from hardware.errors import HardwareError
from hardware.travel_document import HolderName, Sex, TravelDocument, ZoneDate, ZoneFault
from hardware.zone_dates import birth_date, expiry_date
from hardware.zone_layout import Slot, ZoneLayout, layout_of

_ONE_LINE = {88: 44, 72: 36, 90: 30}
_SEXES = {"F": Sex.FEMALE, "M": Sex.MALE, FILLER: Sex.UNSPECIFIED, "X": Sex.UNSPECIFIED}
_NAMES = re.compile(r"[A-Z]+(?:<[A-Z]+)*(?:<<[A-Z]+(?:<[A-Z]+)*)?<*")
_STATE = re.compile(r"[A-Z]{1,3}<{0,2}")
_CODE = re.compile(r"[A-Z][A-Z0-9<]")
_MAX_CHARACTERS = 512
_UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)


class MrzError(HardwareError):
    """Text that has the shape of no machine readable zone; never quotes it."""


def parse_mrz(text: str, today: date) -> TravelDocument:
    """Read a zone: two or three lines, or all of it in one, as keyboard readers send it.

    Wrong fields and check digits are listed in the document's `faults`; `today` settles centuries.
    Raises `MrzError` when it has the shape of no zone.
    """
    lines = _lines(text)
    widths = {len(line) for line in lines}
    layout = layout_of(len(lines), widths.pop(), lines[0][:1]) if len(widths) == 1 else None
    if layout is None:
        shape = ", ".join(str(len(line)) for line in lines) or "nothing"
        raise MrzError(
            f"machine readable zone: 3 lines of 30, 2 of 36 or 2 of 44 expected, got lines of {shape}"
        )
    return _ZoneReader(lines, layout).document(today)


def _lines(text: str) -> list[str]:
    if len(text) > _MAX_CHARACTERS:
        raise MrzError(f"machine readable zone: {len(text)} characters are too many")
    lines = ["".join(line.split()).translate(_UPPER) for line in text.splitlines()]
    lines = [line for line in lines if line]
    width = _ONE_LINE.get(len(lines[0])) if len(lines) == 1 else None
    return lines if width is None else [lines[0][at : at + width] for at in range(0, len(lines[0]), width)]


class _ZoneReader:
    """Reads the fields of one zone and collects what is wrong."""

    def __init__(self, lines: list[str], layout: ZoneLayout) -> None:
        self._lines = lines
        self._layout = layout
        self._faults: list[ZoneFault] = []

    def document(self, today: date) -> TravelDocument:
        layout = self._layout
        self._check_alphabet()
        number, first_optional = self._number()
        optional = [first_optional, *(self._text(slot) for slot in layout.optional[1:])]
        document = TravelDocument(
            kind=layout.kind,
            code=self._matched("document code", layout.code, _CODE),
            issuing_state=self._matched("issuing state", layout.state, _STATE),
            number=number,
            name=self._name(),
            nationality=self._matched("nationality", layout.nationality, _STATE),
            birth=self._date("date of birth", layout.birth, birth_date, today),
            sex=self._sex(),
            expiry=self._date("date of expiry", layout.expiry, expiry_date, today),
            optional_data=tuple(text.rstrip(FILLER) for text in optional),
            faults=(),
        )
        self._check_optional()
        self._check_composite()
        return _with_faults(document, self._faults)

    def _text(self, slot: Slot) -> str:
        return self._lines[slot.line][slot.start : slot.end]

    def _fault(self, field: str, slot: Slot, reason: str) -> None:
        self._faults.append(ZoneFault(field, slot.line + 1, slot.start + 1, reason))

    def _check_alphabet(self) -> None:
        for number, line in enumerate(self._lines):
            for column, character in enumerate(line):
                if not is_zone_text(character):
                    self._fault("character", Slot(number, column, column + 1), "is none of A-Z, 0-9 and <")

    def _matched(self, field: str, slot: Slot, pattern: re.Pattern[str]) -> str:
        text = self._text(slot)
        if not pattern.fullmatch(text):
            self._fault(field, slot, "is malformed")
        return text.rstrip(FILLER)

    def _name(self) -> HolderName:
        slot = self._layout.names
        text = self._text(slot)
        if not _NAMES.fullmatch(text):
            self._fault("name", slot, "is malformed")
        primary, _, secondary = text.strip(FILLER).partition(2 * FILLER)
        return HolderName(_words(primary), _words(secondary), may_be_truncated=not text.endswith(FILLER))

    def _sex(self) -> Sex | None:
        sex = _SEXES.get(self._text(self._layout.sex))
        if sex is None:
            self._fault("sex", self._layout.sex, "is none of F, M and <")
        return sex

    def _date(
        self, field: str, slot: Slot, read: Callable[[str, date], ZoneDate | None], today: date
    ) -> ZoneDate | None:
        text = self._text(slot)
        found = read(text, today)
        if found is None:
            self._fault(field, slot, "is no date")
        self._check(field, slot, text, self._after(slot))
        return found

    def _number(self) -> tuple[str, str]:
        """Read the document number and what is left of the first optional field.

        A number of more than nine characters has a filler for a check digit and goes on in the optional
        field, its real check digit last (9303-5, 4.2.2.1 note j; 9303-6, 4.2.2.1 note j).
        """
        slot, optional = self._layout.number, self._layout.optional[0]
        head, digit, rest = self._text(slot), self._after(slot), self._text(optional)
        if self._layout.has_long_numbers and digit == FILLER and FILLER not in head and rest[:1] != FILLER:
            tail, _, left = rest.partition(FILLER)
            head, digit, rest = head + tail[:-1], tail[-1], left
        if not head.strip(FILLER):
            self._fault("document number", slot, "is missing")
        self._check("document number", slot, head, digit)
        return head.rstrip(FILLER), rest

    def _check_optional(self) -> None:
        """Check a passport's optional field; when empty, its digit may be a filler (9303-4, 4.2.2.2)."""
        slot = self._layout.optional[0]
        if not self._layout.has_checked_optional:
            return
        text, digit = self._text(slot), self._after(slot)
        if text.strip(FILLER) or digit != FILLER:
            self._check("optional data", slot, text, digit)

    def _check_composite(self) -> None:
        slot = self._layout.composite_digit
        if slot is not None:
            covered = "".join(self._text(part) for part in self._layout.composite)
            self._check("composite check digit", slot, covered, self._text(slot))

    def _after(self, slot: Slot) -> str:
        return self._lines[slot.line][slot.end]

    def _check(self, field: str, slot: Slot, text: str, digit: str) -> None:
        if not is_zone_text(text):
            return  # the character has its own fault
        if digit != str(check_digit(text)):
            self._fault(field, slot, "does not agree with its check digit")


def _words(part: str) -> str:
    return " ".join(word for word in part.split(FILLER) if word)


def _with_faults(document: TravelDocument, faults: list[ZoneFault]) -> TravelDocument:
    ordered = sorted(faults, key=lambda fault: (fault.line, fault.column, fault.field))
    return replace(document, faults=tuple(ordered))
