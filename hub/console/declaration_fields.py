"""The fields of a declaration in words, each with what cleansing found there. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.console.declaration_wording import FIELDS, FINDINGS, MODES, WEIGHT_TONES, WEIGHTS
from hub.console.finding_fixes import fix_of
from hub.console.presenting import Badge
from hub.console.reader import Reader
from hub.console.wording import word
from hub.declarations.facts import DeclarationFacts, ItemFacts, Money, PartyFacts, Pointers

_TOP = tuple(
    name for name in DeclarationFacts.__struct_fields__ if name not in {"consignor", "consignee", "items"}
)


@dataclass(frozen=True, slots=True)
class FoundThere:
    """What cleansing says of a field."""

    weight: Badge
    text: str
    change: str
    """Of a rewritten field: before and after."""
    fix: str = ""
    """What to write there instead."""
    other: str = ""
    """Address of the declaration that it is about."""


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field that is stated, or that something was found at."""

    label: str
    text: str
    pointer: str
    findings: tuple[FoundThere, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The declaration as a whole, a party or an item."""

    title: str
    rows: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Everything declared, and findings at no field that is shown."""

    sections: tuple[Section, ...]
    elsewhere: tuple[FoundThere, ...]

    @property
    def pointers(self) -> tuple[tuple[str, str], ...]:
        """Return the fields that may be asked about: pointers and names."""
        return tuple(
            (row.pointer, f"{section.title}: {row.label}")
            for section in self.sections
            for row in section.rows
            if row.pointer
        )


@dataclass(frozen=True, slots=True)
class _Place:
    label: str
    text: str
    pointer: str


def present_fields(
    facts: DeclarationFacts, pointers: Pointers, findings: Sequence[Mapping[str, Any]], reader: Reader
) -> Fields:
    """Word a declaration by section; each finding stands at the field whose pointer leads to it."""
    drafts = [(title, tuple(places)) for title, places in _sections(facts, pointers, reader)]
    known = [place.pointer for _, places in drafts for place in places if place.pointer]
    at: dict[str, list[FoundThere]] = {}
    for finding in findings:
        at.setdefault(_owner(str(finding["pointer"]), known), []).append(_found(finding, reader))
    sections = tuple(Section(title, tuple(_rows(places, at))) for title, places in drafts)
    return Fields(tuple(one for one in sections if one.rows), tuple(at.get("", ())))


def _rows(places: Iterable[_Place], at: Mapping[str, list[FoundThere]]) -> Iterable[FieldRow]:
    for place in places:
        found = tuple(at.get(place.pointer, ())) if place.pointer else ()
        if place.text or found:
            yield FieldRow(place.label, place.text, place.pointer, found)


def _owner(pointer: str, known: Iterable[str]) -> str:
    """Return the longest known pointer that leads to this one; empty: none does."""
    leading = [one for one in known if pointer == one or pointer.startswith(f"{one}/")]
    return max(leading, key=len, default="")


def _sections(
    facts: DeclarationFacts, pointers: Pointers, reader: Reader
) -> Iterable[tuple[str, Iterable[_Place]]]:
    words = reader.language.words
    yield words.gettext("The consignment"), _places(facts, _TOP, "", None, pointers, reader)
    for party, title in (
        ("consignor", words.gettext("Consignor")),
        ("consignee", words.gettext("Consignee")),
    ):
        names = PartyFacts.__struct_fields__
        yield title, _places(getattr(facts, party), names, f"{party}.", None, pointers, reader)
    for place, item in enumerate(facts.items):
        title = words.gettext("Item %(number)s") % {"number": place + 1}
        yield title, _places(item, ItemFacts.__struct_fields__, "items.", place, pointers, reader)


def _places(
    holder: Any, names: Iterable[str], prefix: str, item: int | None, pointers: Pointers, reader: Reader
) -> Iterable[_Place]:
    for name in names:
        label = word(FIELDS, name, reader.language.words)
        text = _text(name, getattr(holder, name), reader)
        yield _Place(label, text, _pointer(pointers, f"{prefix}{name}", item))


def _pointer(pointers: Pointers, fact: str, item: int | None) -> str:
    """Return where a fact stands; empty for one that the form does not have."""
    try:
        return pointers.to(fact, item)
    except KeyError:
        return ""


def _text(name: str, value: object, reader: Reader) -> str:
    words = reader.language.words
    match value:
        case None | "":
            return ""
        case bool():
            return words.gettext("yes") if value else words.gettext("no")
        case Money(amount, currency):
            return f"{amount} {currency}"
        case datetime():
            return reader.moment(value).text
        case tuple():
            return ", ".join(map(str, value))
        case _:
            return word(MODES, str(value), words) if name == "mode" else str(value)


def _found(finding: Mapping[str, Any], reader: Reader) -> FoundThere:
    words, weight = reader.language.words, str(finding["weight"])
    before, after = finding.get("before"), finding.get("after")
    return FoundThere(
        Badge(word(WEIGHTS, weight, words), WEIGHT_TONES.get(weight, "")),
        word(FINDINGS, str(finding["code"]), words),
        f"{before} → {after}" if before is not None and after is not None else "",
        fix_of(finding, reader),
        f"/console/declarations/{other}" if (other := finding.get("values", {}).get("declaration")) else "",
    )
