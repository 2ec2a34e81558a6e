"""What a check says of a field: an error, a doubt or a change, where it is and how to mend it. Pure."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Weight(StrEnum):
    """What a finding means for the declaration."""

    ERROR = "error"
    """It cannot be taken as it is: its sender has to mend it."""
    DOUBT = "doubt"
    """It may be wrong: whoever decides sees it."""
    CHANGE = "change"
    """It was written in the standard's form; what it says is the same."""


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing said of one field."""

    pointer: str
    """JSON pointer (RFC 6901) into what the sender sent."""
    code: str
    """Stable code for programs, such as ``hs-code-unknown``."""
    weight: Weight
    detail: str
    """One line in English: the offending value and the reason."""
    fix: str = ""
    """One line in English: what to write there instead; empty: nothing has to be done."""
    values: dict[str, str] = {}
    """What a translated sentence needs: the value, a limit, a suggestion."""
    before: str | None = None
    """Of a change: as it was sent."""
    after: str | None = None
    """Of a change: as it is used."""


class CleansingReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that was found and changed, in the order of the declaration."""

    findings: tuple[Finding, ...] = ()
    edition: str = ""
    """Which reference data it was checked against, such as ``hs-2022 rules-2026-11``."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What has to be mended before the declaration is taken."""
        return self.of(Weight.ERROR)

    @property
    def is_valid(self) -> bool:
        """Whether nothing has to be mended."""
        return not self.errors

    def of(self, weight: Weight) -> tuple[Finding, ...]:
        """Return the findings of one weight."""
        return tuple(one for one in self.findings if one.weight is weight)


def report_of(findings: Iterable[Finding], edition: str = "") -> CleansingReport:
    """Gather findings, the same one of the same field once."""
    each = {(one.pointer, one.code): one for one in reversed(tuple(findings))}
    return CleansingReport(findings=tuple(reversed(each.values())), edition=edition)
