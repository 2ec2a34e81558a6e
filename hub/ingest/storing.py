"""Gets payloads into the store, whatever the store does meanwhile; nothing is acknowledged unsaved."""

import logging
from collections.abc import Callable, Sequence

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
_log = logging.getLogger(__name__)


def store(services: Services, arrivals: Sequence[Arrival | Refused], wait: Wait) -> tuple[Receipt, ...]:
    """Take payloads in; tries again while the store is away, sets aside the one that it never takes.

    Raises `StoreError` when the schema is not this program's: a person has to act, no payload is at fault.
    """
    attempt = 0
    while True:
        try:
            return receive_group(services, arrivals)
        except (SQLAlchemyError, EvidenceError, InvalidInputError) as error:
            reason = one_line(error)
            failure = failure_of(error)
        if failure is Failure.WAIT:
            if not wait(attempt, reason):
                return (Receipt(is_failed=True),) * len(arrivals)
            attempt += 1
        elif failure is Failure.STOP:
            raise StoreError(f"the store's schema is not this program's or is damaged: {reason}")
        elif len(arrivals) > 1:
            return tuple(receipt for each in arrivals for receipt in store(services, [each], wait))
        else:
            arrivals = [_refused(arrivals[0], reason)]


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
