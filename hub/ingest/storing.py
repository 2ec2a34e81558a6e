"""Gets payloads into the store, whatever the store does meanwhile; nothing is acknowledged unsaved."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from hub.bootstrap import Services
from hub.errors import InvalidInputError, StoreError
from hub.ingest.failures import Failure, failure_of
from hub.ingest.ingest import Receipt, receive_group
from hub.ingest.quarantine import QuarantineCode, Refused
from hub.ingest.reading import Arrival
from hub.store.pictures import EvidenceError

Wait = Callable[[int, str], bool]
"""Called before retry number … with the reason; False: there is no more time, let it go."""
Payload = TypeVar("Payload")
Outcome = TypeVar("Outcome")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Intake(Generic[Payload, Outcome]):
    """How one kind of payload goes into the store."""

    receive: Callable[[Sequence[Payload]], tuple[Outcome, ...]]
    """Take some in with one commit, all or none; raises what the store raises."""
    refused: Callable[[Payload, str], Payload]
    """Make of one that the store does not take, and why, one that says so; raises `StoreError` for such."""
    failed: Outcome
    """What becomes of one that the store did not take in time."""


def store(services: Services, arrivals: Sequence[Arrival | Refused], wait: Wait) -> tuple[Receipt, ...]:
    """Take in what devices have sent, as `persist` does."""
    receive = partial(receive_group, services)
    intake: Intake[Arrival | Refused, Receipt] = Intake(receive, _refused, Receipt(is_failed=True))
    return persist(intake, arrivals, wait)


def persist(intake: Intake[Payload, Outcome], payloads: Sequence[Payload], wait: Wait) -> tuple[Outcome, ...]:
    """Take payloads in; tries again while the store is away, sets aside the one that it never takes.

    Raises `StoreError` when the schema is not this program's: a person has to act, no payload is at fault.
    """
    attempt = 0
    while True:
        try:
            return intake.receive(payloads)
        except (SQLAlchemyError, EvidenceError, InvalidInputError) as error:
            reason = one_line(error)
            failure = failure_of(error)
        if failure is Failure.WAIT:
            if not wait(attempt, reason):
                return (intake.failed,) * len(payloads)
            attempt += 1
        elif failure is Failure.STOP:
            raise StoreError(f"the store's schema is not this program's or is damaged: {reason}")
        elif len(payloads) > 1:
            return tuple(outcome for each in payloads for outcome in persist(intake, [each], wait))
        else:
            payloads = [intake.refused(payloads[0], reason)]


def one_line(error: Exception) -> str:
    """Say what happened, without SQL and parameters, which hold what devices sent."""
    text = str(getattr(error, "orig", None) or error)
    return text.splitlines()[0] if text else type(error).__name__


def _refused(arrival: Arrival | Refused, reason: str) -> Refused:
    if isinstance(arrival, Refused):
        raise StoreError(f"the store takes no refusal either: {reason}")
    _log.error("the store refuses a payload of %d bytes: %s", len(arrival.payload), reason)
    _, _, device = arrival.topic.removesuffix("/events").removesuffix("/state").rpartition("/")
    return Refused(QuarantineCode.STORE_REFUSED, device, arrival.topic, reason, arrival.payload)
