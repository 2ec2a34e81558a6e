"""Takes a batch in: read, stored in one transaction, and every row answered for."""

from enum import StrEnum

import msgspec

from hub.bootstrap import Services
from hub.declarations.batches import BadRow, BatchForm, ReadRow, read_rows, rows_of
from hub.declarations.storing import Fate, store_rows
from hub.declarations.upkeep import ask_for_assessment
from hub.errors import ConflictError, FieldProblem
from hub.store.database import writing_beside_others


class RowFate(StrEnum):
    """What became of a row of a batch."""

    STORED = "stored"
    REPEATED = "repeated"
    """The same came before: nothing is done again."""
    CONFLICT = "conflict"
    """Another declaration stands under the sender's number; this one is not stored."""
    INVALID = "invalid"
    """It cannot be read: `problem` says where and why; it is not stored."""


class RowAnswer(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The answer to one row."""

    index: int
    """Its place in the batch, from 0."""
    fate: RowFate
    reference: str = ""
    """The sender's own number, where it could be read."""
    declaration_id: str = ""
    """What stands under that number."""
    problem: FieldProblem | None = None


class BatchAnswer(msgspec.Struct, frozen=True):
    """The answer to a batch, row by row in its order."""

    stored: int
    repeated: int
    refused: int
    rows: list[RowAnswer]


_FATES = {
    Fate.STORED: RowFate.STORED,
    Fate.REPEATED: RowFate.REPEATED,
    Fate.CONFLICT: RowFate.CONFLICT,
}
TAKEN = FieldProblem("/reference", "reference-taken", "another declaration stands under this number")


def take_batch(services: Services, sender_id: str, body: bytes, form: BatchForm) -> BatchAnswer:
    """Store the good rows of a batch, durably when it returns; the same batch again stores nothing.

    Raises `InvalidInputError` for a body that is no batch.
    """
    good: list[ReadRow] = []
    answers: list[RowAnswer] = []
    for row in read_rows(rows_of(body, form)):
        if isinstance(row, BadRow):
            answers.append(RowAnswer(row.index, RowFate.INVALID, problem=row.problem))
        else:
            good.append(row)
    if good:
        with writing_beside_others(services.engine) as connection:
            stored = store_rows(services, connection, sender_id, good)
            ask_for_assessment(services, connection, sender_id)
        for one in stored:
            problem = TAKEN if one.fate is Fate.CONFLICT else None
            answers.append(RowAnswer(one.index, _FATES[one.fate], one.reference, one.declaration_id, problem))
    return _summed(sorted(answers, key=lambda answer: answer.index))


def reference_taken(reference: str) -> ConflictError:
    """Say that another declaration stands under the sender's number."""
    return ConflictError(TAKEN.code, f"{TAKEN.detail}: {reference!r}")


def _summed(answers: list[RowAnswer]) -> BatchAnswer:
    fates = [answer.fate for answer in answers]
    stored, repeated = fates.count(RowFate.STORED), fates.count(RowFate.REPEATED)
    return BatchAnswer(stored, repeated, len(fates) - stored - repeated, answers)
