"""What differs between two JSON values, field by field. Pure."""

from collections.abc import Iterator
from typing import TypeAlias

import msgspec

Leaf: TypeAlias = str | int | float | bool | None


class Difference(msgspec.Struct, frozen=True, gc=False):
    """One field that is not the same in both."""

    pointer: str
    """JSON pointer (RFC 6901)."""
    before: Leaf
    """None: it was not there."""
    after: Leaf
    """None: it is not there any more."""


def leaves_of(value: object) -> dict[str, Leaf]:
    """Give every text, number and truth value by its pointer; null, {} and [] have none."""
    return dict(_leaves("", value))


def differences(before: object, after: object) -> tuple[Difference, ...]:
    """Compare two values, in the order of the first, then what only the second has."""
    old, new = leaves_of(before), leaves_of(after)
    return tuple(
        Difference(pointer, old.get(pointer), new.get(pointer))
        for pointer in dict.fromkeys((*old, *new))
        if old.get(pointer) != new.get(pointer)
    )


def _leaves(pointer: str, value: object) -> Iterator[tuple[str, Leaf]]:
    match value:
        case dict():
            for name, inner in value.items():
                yield from _leaves(f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}", inner)
        case list() | tuple():
            for index, inner in enumerate(value):
                yield from _leaves(f"{pointer}/{index}", inner)
        case str() | int() | float() | bool():
            yield pointer, value
