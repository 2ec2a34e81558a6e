"""The Harmonized System in the edition in force, and where codes of the edition before have gone. Pure."""

from bisect import bisect_left
from collections.abc import Mapping

EDITION = "HS 2022"
EARLIER_EDITION = "HS 2017"
MOST_NEAR = 3
_SHOWN = 60


class HsList:
    """Chapters, headings and subheadings with their English texts."""

    def __init__(self, texts: Mapping[str, str], moved: Mapping[str, tuple[str, ...]]) -> None:
        """Take texts by code of 2, 4 or 6 digits; by a code of the edition before, those in force for it."""
        self._texts = dict(texts)
        self._moved = dict(moved)
        self._subheadings = sorted(code for code in texts if len(code) == 6)

    def __contains__(self, code: str) -> bool:
        """Tell whether a chapter, heading or subheading is in force."""
        return code in self._texts

    def text(self, code: str) -> str:
        """Return its text; empty for one that is not in force."""
        return self._texts.get(code, "")

    def short(self, code: str) -> str:
        """Return the code with the beginning of its text."""
        text = self.text(code)
        return f"{code} ({text[:_SHOWN].rstrip()}{'…' if len(text) > _SHOWN else ''})"

    def moved(self, code: str) -> tuple[str, ...] | None:
        """Return where a subheading of the edition before has gone; None for one it did not have."""
        return self._moved.get(code)

    def under(self, beginning: str) -> list[str]:
        """Return the subheadings that begin so."""
        first = bisect_left(self._subheadings, beginning)
        after = bisect_left(self._subheadings, beginning + ":")
        return self._subheadings[first:after]

    def near(self, code: str) -> list[str]:
        """Return subheadings it may have been meant for, the likeliest first."""
        six = code[:6]
        swapped = (
            six[:place] + six[place + 1] + six[place] + six[place + 2 :] for place in range(len(six) - 1)
        )
        found = [other for other in swapped if len(other) == 6 and other != six and other in self._texts]
        for length in (5, 4, 3, 2):
            if len(found) >= MOST_NEAR:
                break
            found += [other for other in self.under(six[:length]) if other not in found]
        return found[:MOST_NEAR]
