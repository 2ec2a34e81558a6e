"""What the hub says to a carrier, as it goes over the broker. Pure."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from hub.declarations.assessing.evidence import Channel
from hub.declarations.findings import Finding
from hub.declarations.intake import RowFate
from hub.declarations.lifecycle import State
from hub.errors import FieldProblem, HubError, InvalidInputError, LimitReachedError, NotAdmittedError

JSON = "application/json"


class RowResult(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What became of one declaration of a message."""

    index: int
    """Its place in the message, from 0."""
    fate: RowFate
    reference: str = ""
    declaration_id: str = ""
    state: State | None = None
    """Where it stands now."""
    channel: Channel | None = None
    """What happens when the goods come; absent: not decided yet."""
    problem: FieldProblem | None = None
    """Why it was not stored."""
    errors: tuple[Finding, ...] = ()
    """Of a rejected one: what has to be mended, each with its pointer and code."""


class Results(msgspec.Struct, frozen=True, kw_only=True, tag_field="schema", tag="kechid.carrier-results/1"):
    """The answer to a message, row by row in its order."""

    answer_id: str
    at: datetime
    stored: int
    repeated: int
    refused: int
    rows: tuple[RowResult, ...]


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a message was refused as a whole; codes are those of the API."""

    code: str
    detail: str
    errors: tuple[FieldProblem, ...] = ()
    retry_at: datetime | None = None
    """When it may be sent again; absent: not as it is."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True, tag_field="schema", tag="kechid.carrier-refusal/1"):
    """The answer to a message of which nothing was stored."""

    answer_id: str
    at: datetime
    problem: Problem


class Decision(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Where a declaration stands."""

    declaration_id: str
    reference: str
    state: State
    channel: Channel | None = None
    changed_at: datetime


class Decisions(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="schema", tag="kechid.carrier-decisions/1"
):
    """Declarations that were decided, asked about or moved on."""

    answer_id: str
    at: datetime
    decisions: tuple[Decision, ...]


Answer = Results | Refusal | Decisions


def results(answer_id: str, rows: Sequence[RowResult], at: datetime) -> Results:
    """Sum rows up."""
    fates = [row.fate for row in rows]
    stored, repeated = fates.count(RowFate.STORED), fates.count(RowFate.REPEATED)
    return Results(
        answer_id=answer_id,
        at=at,
        stored=stored,
        repeated=repeated,
        refused=len(fates) - stored - repeated,
        rows=tuple(sorted(rows, key=lambda row: row.index)),
    )


def problem_of(error: HubError) -> Problem:
    """Say why a message was refused."""
    match error:
        case InvalidInputError():
            return Problem("invalid-input", "nothing of the message was stored", error.problems)
        case LimitReachedError():
            return Problem(error.code, str(error), retry_at=error.resets_at)
        case NotAdmittedError():
            return Problem(error.code, str(error))
        case _:
            raise error
