"""What nodes of several states agree on; one alone could make up a whole chain. Pure."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

Said = TypeVar("Said")


def agreed(said: Mapping[str, Said], states: Mapping[str, str], agree: int) -> Said | None:
    """Return what nodes of so many states say alike, a node without a state standing for itself.

    None: not enough say the same, or enough for each of two.
    """
    found: list[Said] = []
    for candidate in said.values():
        voices = {_voice(name, states) for name, one in said.items() if one == candidate}
        if len(voices) >= agree and candidate not in found:
            found.append(candidate)
    return found[0] if len(found) == 1 else None


def common_height(heads: Mapping[str, int], states: Mapping[str, str], agree: int) -> int | None:
    """Return the highest block that nodes of so many states have; None: fewer answered."""
    return next(common_heights(heads, states, agree), None)


def common_heights(heads: Mapping[str, int], states: Mapping[str, str], agree: int) -> Iterator[int]:
    """Yield the heights at which nodes of so many states can be asked, the highest first.

    The next ones matter where a node names a height that only a liar has besides it.
    """
    highest: dict[str, int] = {}
    for name, height in heads.items():
        voice = _voice(name, states)
        highest[voice] = max(height, highest.get(voice, -1))
    ranked = sorted(highest.values(), reverse=True)
    yield from dict.fromkeys(ranked[agree - 1 :])


def _voice(name: str, states: Mapping[str, str]) -> str:
    return states.get(name) or f"node {name}"
