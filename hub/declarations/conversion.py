"""What a conversion between two forms kept, lost, filled in and changed. Pure.

Nothing is listed by hand that can be found out: the converted document is turned back, and what does not
come back as it was is reported. Only what the target had to be given of itself is named by the converter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

import msgspec

from hub.declarations.differences import Difference, Leaf, differences
from hub.declarations.json_form import JsonReader

Source = TypeVar("Source", bound=msgspec.Struct)
Target = TypeVar("Target", bound=msgspec.Struct)


class Fate(StrEnum):
    """What became of a field."""

    LOST = "lost"
    """The target has no place for it; `pointer` leads into the source."""
    CHANGED = "changed"
    """The target says something else there; `pointer` leads into the source."""
    DEFAULTED = "defaulted"
    """The source did not say it; `pointer` leads into the target."""
    IMPLIED = "implied"
    """The source did not say it, and the target cannot but say it; `pointer` leads into the source."""


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """One field that is not the same on both sides."""

    pointer: str
    fate: Fate
    reason: str
    """One line in English."""
    before: Leaf = None
    after: Leaf = None


class ConversionReport(msgspec.Struct, frozen=True):
    """Everything that a conversion did not keep; empty: it comes back exactly, and nothing was made up."""

    notes: tuple[Note, ...] = ()

    def pointers(self, fate: Fate) -> tuple[str, ...]:
        """Return the places of one fate."""
        return tuple(note.pointer for note in self.notes if note.fate is fate)


class Raw(msgspec.Struct, frozen=True):
    """A document as JSON would hold it, not checked yet, and what it was given of itself."""

    values: dict[str, Any]
    """Empty texts, lists and None stand for what is not said."""
    defaults: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversion(Generic[Source, Target]):
    """How one form is turned into another."""

    forth: Callable[[Source], Raw]
    back: Callable[[Target], Raw]
    reader: JsonReader[Target]
    otherwise: str
    """Why a field is lost for which nothing else is said."""
    reasons: Mapping[str, str]
    """By the last name of its pointer, lists passed over, else by the first."""

    def __call__(self, source: Source) -> tuple[Target, ConversionReport]:
        """Convert; raises `InvalidInputError` pointing into the target for what it cannot be without."""
        raw = self.forth(source)
        target = self.reader.read(msgspec.json.encode(_document(raw)))
        found = differences(msgspec.to_builtins(source), _document(self.back(target)))
        return target, ConversionReport((*raw.defaults, *(self._note(one) for one in found)))

    def _note(self, one: Difference) -> Note:
        names = [name for name in one.pointer.split("/")[1:] if not name.isdigit()]
        reason = self.reasons.get(names[-1]) or self.reasons.get(names[0]) or self.otherwise
        if one.before is None:
            return Note(one.pointer, Fate.IMPLIED, reason, after=one.after)
        fate = Fate.LOST if one.after is None else Fate.CHANGED
        return Note(one.pointer, fate, reason, one.before, one.after)


def defaulted(pointer: str, value: Leaf, reason: str) -> Note:
    """Say that the target was given a value of its own."""
    return Note(pointer, Fate.DEFAULTED, reason, after=value)


def _document(raw: Raw) -> Any:
    return _without_empty(msgspec.to_builtins(raw.values))


def _without_empty(value: Any) -> Any:
    """Leave out what says nothing: None, empty texts, objects and lists; a list keeps its places."""
    if isinstance(value, dict):
        kept = {name: _without_empty(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in (None, "", {}, [])}
    if isinstance(value, list):
        return [_without_empty(inner) for inner in value]
    return value
