"""A sentence to be said in the officer's language: its source text and what goes into it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Union

Value = Union[str, int, float, date, datetime, "Phrase"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """An English text of `words`; `count` picks the plural and fills ``%n``, `values` fill ``{name}``."""

    source: str
    count: int | None = None
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))


def phrase(source: str, count: int | None = None, **values: Value) -> Phrase:
    """Make a phrase from a source text and its values."""
    return Phrase(source, count, MappingProxyType(values))
