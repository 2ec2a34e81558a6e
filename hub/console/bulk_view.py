"""Decisions on several declarations in words. Pure."""

from dataclasses import dataclass

from hub.console.presenting import Badge
from hub.console.reader import Moment, Reader
from hub.console.wording import mark, word
from hub.declarations.bulk import BulkDecision, BulkState

KINDS = {"release": mark("Release"), "documentary-check": mark("Documentary check")}
BULK_STATES = {
    "waiting": mark("Waits for a second officer"),
    "done": mark("Done"),
    "rejected": mark("Dropped"),
}
_TONES = {"waiting": "warn dot", "done": "good", "rejected": ""}
LEFT_OUT = {
    "declaration-held": mark("somebody else is working on it"),
    "illegal-transition": mark("it is in another state"),
}


@dataclass(frozen=True, slots=True)
class BulkLine:
    """One of the declarations; `left_out`: why it was not decided."""

    address: str
    title: str
    left_out: str


@dataclass(frozen=True, slots=True)
class BulkRow:
    """A decision and what became of it."""

    address: str
    title: str
    state: Badge
    reason: str
    proposed_by: str
    proposed: Moment
    decided_by: str
    is_waiting: bool
    is_own: bool
    lines: tuple[BulkLine, ...]


def bulk_kinds(reader: Reader) -> tuple[tuple[str, str], ...]:
    """Return the decisions to choose from."""
    return tuple((code, word(KINDS, code, reader.language.words)) for code in KINDS)


def present_bulk(decision: BulkDecision, titles: dict[str, str], user_id: str, reader: Reader) -> BulkRow:
    """Word one decision; `titles`: the numbers of its declarations by id."""
    words = reader.language.words
    return BulkRow(
        address=f"/console/bulk-decisions/{decision.bulk_id}",
        title=word(KINDS, decision.kind.value, words),
        state=Badge(word(BULK_STATES, decision.state.value, words), _TONES[decision.state.value]),
        reason=decision.reason,
        proposed_by=decision.proposed_by,
        proposed=reader.moment(decision.proposed_at),
        decided_by=decision.decided_by or "",
        is_waiting=decision.state is BulkState.WAITING,
        is_own=decision.proposed_by == user_id,
        lines=tuple(
            BulkLine(f"/console/declarations/{one}", titles.get(one, one), _why(decision, one, reader))
            for one in decision.declaration_ids
        ),
    )


def _why(decision: BulkDecision, declaration_id: str, reader: Reader) -> str:
    code = decision.left_out.get(declaration_id)
    return "" if code is None else word(LEFT_OUT, code, reader.language.words)
