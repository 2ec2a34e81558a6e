"""Reads what a carrier has sent in one message, without the store. Pure."""

from dataclasses import dataclass

from hub.declarations.batches import BadRow, BatchForm, ReadRow, read_row, read_rows, rows_of
from hub.errors import FieldProblem, InvalidInputError
from sync import topics
from sync.errors import SyncError
from sync.ports import Incoming

MOST_ROWS = 100
MOST_BYTES = 1 << 20
MOST_CORRELATION = 256
_FORMS = {"": BatchForm.LINES, **{form.value: form for form in BatchForm}}


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of declarations; every row was read or says why not."""

    carrier_id: str
    topic: str
    correlation: bytes
    payload: bytes
    rows: tuple[ReadRow | BadRow, ...]


@dataclass(frozen=True, slots=True)
class Unfit:
    """A message that is none as a whole; nothing of it is stored."""

    carrier_id: str
    topic: str
    correlation: bytes
    payload: bytes
    problem: FieldProblem


def read_sent(incoming: Incoming) -> Sent | Unfit:
    """Read a message; one on a topic that is no carrier's is nobody's."""
    carrier_id, correlation = "", incoming.label.correlation
    try:
        carrier_id = topics.carrier_of(incoming.topic)
        _check(incoming, topics.carrier_answers(carrier_id))
        rows = _rows(incoming.payload, incoming.label.content_type)
    except SyncError as error:
        return _unfit(incoming, carrier_id, FieldProblem("", "no-carrier", str(error)))
    except InvalidInputError as error:
        return _unfit(incoming, carrier_id, error.problems[0])
    return Sent(carrier_id, incoming.topic, correlation, incoming.payload, rows)


def _unfit(incoming: Incoming, carrier_id: str, problem: FieldProblem) -> Unfit:
    correlation = incoming.label.correlation[:MOST_CORRELATION]
    return Unfit(carrier_id, incoming.topic, correlation, incoming.payload, problem)


def _check(incoming: Incoming, own: str) -> None:
    """Refuse another topic for the answer: the hub may publish where the carrier may not."""
    asked, length = incoming.label.response_topic, len(incoming.label.correlation)
    if length > MOST_CORRELATION:
        detail = f"{length} bytes, {MOST_CORRELATION} are kept"
        raise InvalidInputError(FieldProblem("/correlation_data", "too-long", detail))
    if asked not in {"", own}:
        detail = f"{asked[:80]!r}: answers are on {own}"
        raise InvalidInputError(FieldProblem("/response_topic", "unknown", detail))
    if len(incoming.payload) > MOST_BYTES:
        detail = f"{len(incoming.payload)} bytes, {MOST_BYTES} are taken at once"
        raise InvalidInputError(FieldProblem("", "too-long", detail))


def _rows(payload: bytes, content_type: str) -> tuple[ReadRow | BadRow, ...]:
    form = _FORMS.get(content_type.partition(";")[0].strip().lower())
    if form is None:
        detail = f"{content_type[:80]!r}: a message is {' or '.join(BatchForm)}"
        raise InvalidInputError(FieldProblem("/content_type", "unknown-form", detail))
    if form is BatchForm.JSON:
        return (_only(payload),)
    lines = rows_of(payload, form)
    if len(lines) > MOST_ROWS:
        detail = f"{len(lines)} declarations, {MOST_ROWS} are taken at once"
        raise InvalidInputError(FieldProblem("", "too-many", detail))
    return tuple(read_rows(lines))


def _only(payload: bytes) -> ReadRow | BadRow:
    try:
        return read_row(payload)
    except InvalidInputError as error:
        return BadRow(0, error.problems[0])
