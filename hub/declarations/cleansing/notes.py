"""Gathers findings while a declaration is gone through."""

from hub.declarations.cleansing.catalogue import SENTENCES
from hub.declarations.facts import Pointers
from hub.declarations.findings import Finding

_MOST_SHOWN = 80


class Notes:
    """The findings of one declaration, each at its place in the sender's own document."""

    def __init__(self, pointers: Pointers) -> None:
        """Begin without any."""
        self._pointers = pointers
        self.findings: list[Finding] = []

    def say(self, code: str, fact: str, item: int | None = None, **values: str) -> None:
        """Note an error or a doubt in the words of the catalogue."""
        self._add(code, fact, item, values)

    def change(self, code: str, fact: str, item: int | None, before: str, after: str) -> None:
        """Note what was written in another form."""
        self._add(code, fact, item, {"before": before, "after": after}, before, after)

    def change_unseen(self, code: str, fact: str) -> None:
        """Note a change of a person's own number, which findings do not repeat."""
        self._add(code, fact, None, {})

    def _add(
        self,
        code: str,
        fact: str,
        item: int | None,
        values: dict[str, str],
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        sentence = SENTENCES[code]
        shown = {name: _shown(value) if name in _SENT else value for name, value in values.items()}
        self.findings.append(
            Finding(
                pointer=self._pointer(fact, item),
                code=code,
                weight=sentence.weight,
                detail=sentence.detail.format_map(shown),
                fix=sentence.fix.format_map(shown),
                values=shown,
                before=before,
                after=after,
            )
        )

    def _pointer(self, fact: str, item: int | None) -> str:
        try:
            return self._pointers.to(fact, item)
        except KeyError:
            return self._pointers.places.get("items", "") if item is not None else ""


_SENT = frozenset(("value", "word", "before", "after"))
"""Values that the sender wrote: of any length, with any characters."""


def _shown(text: str) -> str:
    line = "".join(
        letter if letter.isprintable() else f"U+{ord(letter):04X}" for letter in text[:_MOST_SHOWN]
    )
    return line if len(text) <= _MOST_SHOWN else f"{line}…"
