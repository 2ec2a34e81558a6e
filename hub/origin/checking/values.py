"""What a check of a certificate is made of, and what an officer has to say with a decision. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from hub.declarations.assessing.evidence import OriginVerdict
from hub.errors import FieldProblem, InvalidInputError

LONGEST_REASON = 2000
LONGEST_SOURCE = 200
MOST_TOUCHED = 400


class Method(StrEnum):
    """How a certificate came to be checked."""

    PAPER = "paper"
    """By eye alone, as before: there is no verdict."""
    CODE_ONLINE = "code-online"
    """By the code on the paper, asking the chain."""
    CODE_OFFLINE = "code-offline"
    """By the code on the paper, from what is kept on site."""
    FILE = "file"
    API = "api"


class OfficerDecision(StrEnum):
    """What an officer does with a certificate."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    """Adverse: two persons."""
    REFER = "refer"
    """Ask the issuing authority."""


class Truth(StrEnum):
    """What turned out later."""

    GENUINE = "genuine"
    FALSE = "false"
    UNKNOWN = "unknown"
    """It was asked, and nobody could say."""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer says of a certificate."""

    decision: OfficerDecision
    reason: str = ""
    fields_touched: int = 0
    """Boxes that were compared by eye."""


class LaterTruth(msgspec.Struct, frozen=True):
    """What turned out, and how it is known."""

    truth: Truth
    source: str
    """Such as a reply of the issuing authority, with its number."""


class NewSeed(msgspec.Struct, frozen=True, kw_only=True):
    """A forgery that is put among the others; without an id it is a paper."""

    state: str
    number: str
    certificate_id: str = ""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check, as far as it has come."""

    check_id: str
    site_id: str
    method: Method
    officer: str
    state: str
    number: str
    form: str
    certificate_id: str | None
    declaration_id: str | None
    opened_at: datetime
    verdict_at: datetime | None
    verdict: OriginVerdict | None
    reasons: tuple[dict[str, str], ...]
    """Each with ``ground`` (`hub.origin.verifying.verdict.Ground`) and ``detail``."""
    provenance: str
    as_of_block: int | None
    as_of_at: datetime | None
    anchored_at: datetime | None
    lines_left: dict[str, int]
    """By line: parts in 1,000,000,000 that no shipment has drawn."""
    proposed_at: datetime | None
    proposed_by: str
    proposed_reason: str
    decision: OfficerDecision | None
    decision_reason: str
    decided_by: str
    decided_at: datetime | None
    fields_touched: int
    truth: Truth | None
    truth_source: str
    truth_at: datetime | None
    is_seeded: bool
    """A forgery that was put in: nobody learns of it before it is decided."""

    @property
    def answered_at(self) -> datetime | None:
        """When the first officer had made up their mind."""
        return self.proposed_at or self.decided_at

    @property
    def verdict_time(self) -> timedelta | None:
        """From opening to the verdict."""
        return None if self.verdict_at is None else self.verdict_at - self.opened_at

    @property
    def decision_time(self) -> timedelta | None:
        """From opening until the first officer had made up their mind."""
        return None if self.answered_at is None else self.answered_at - self.opened_at


def check_in(row: Any) -> Check:
    """Read a row of `origin_checks`."""
    facts = {name: getattr(row, name) for name in Check.__struct_fields__}
    return msgspec.convert(facts, Check, strict=False)


def shown(check: Check) -> Check:
    """Hide what was known beforehand until the check is decided."""
    if check.decided_at is not None:
        return check
    return msgspec.structs.replace(check, is_seeded=False, truth=None, truth_source="", truth_at=None)


def require_said(check: Check, said: Decided) -> None:
    """Refuse a decision that lacks what has to be said with it; raises `InvalidInputError`."""
    problems = tuple(_problems(check, said))
    if problems:
        raise InvalidInputError(*problems)


def require_source(said: LaterTruth) -> None:
    """Refuse a truth that nobody could look up; raises `InvalidInputError`."""
    if not 1 <= len(said.source.strip()) <= LONGEST_SOURCE:
        raise InvalidInputError(
            FieldProblem("/source", "missing", f"how it is known: 1 to {LONGEST_SOURCE} characters")
        )


def _problems(check: Check, said: Decided) -> Iterator[FieldProblem]:
    if check.method is not Method.PAPER and check.verdict is None:
        yield FieldProblem("/decision", "too-early", "the certificate has not been looked at yet")
    if len(said.reason) > LONGEST_REASON:
        yield FieldProblem("/reason", "too-long", f"has at most {LONGEST_REASON} characters")
    if not said.reason.strip() and _needs_reason(check, said.decision):
        yield FieldProblem(
            "/reason", "missing", f"say why: {said.decision} after {check.verdict or 'a look'}"
        )
    if not 0 <= said.fields_touched <= MOST_TOUCHED:
        yield FieldProblem("/fields_touched", "out-of-range", f"is not in 0..{MOST_TOUCHED}")


def _needs_reason(check: Check, decision: OfficerDecision) -> bool:
    """Only what a valid certificate suggests, or an eye alone, is accepted without a word."""
    is_plain = check.verdict in {OriginVerdict.VALID, None}
    return decision is not OfficerDecision.ACCEPT or not is_plain
