"""Keeps the broker and the store together for carriers: declarations in, answers out."""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from hub.bootstrap import Services
from hub.carrier_stream.answers import JSON
from hub.carrier_stream.decisions import put_decisions
from hub.carrier_stream.outbox import AT_ONCE, Waiting, forget_answers, waiting_answers
from hub.carrier_stream.reading import Sent, Unfit, read_sent
from hub.carrier_stream.subscriptions import OwnCarriers
from hub.carrier_stream.taking import Taken, take_group
from hub.declarations.assessing.assess import Assessor
from hub.errors import FieldProblem, StoreError
from hub.ingest.failures import Failure, failure_of
from hub.ingest.loop import LOCK_EVERY, MOST_WAIT_S, RETRIES
from hub.ingest.sharding import ONLY_WORKER, Claim
from hub.ingest.storing import Intake, one_line, persist
from hub.store.database import reading, writing_beside_others
from sync import service_notify, topics
from sync.backoff import delay_s
from sync.errors import BrokerError
from sync.ports import Label, Publication, Reception, Transport

RECEIVE_S = 0.2
UNDER_WAY = 100
"""Messages that the broker sends before the first is acknowledged: what does not fit waits at the broker."""
GROUP_ROWS = 100
"""Declarations that share one commit, with at most one message's more; only what waits already is taken."""
LOOK_EVERY = timedelta(seconds=0.9)
"""A decision is on its topic within about a second."""
MOST_TOLD = 10_000
AWAY_FOR = timedelta(seconds=15)
"""A carrier that listens to nothing is tried that often."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class StreamCounters:
    """What this process has done since it started; the first three in declarations."""

    stored: int = 0
    repeated: int = 0
    refused: int = 0
    set_aside: int = 0
    """Messages that are none, or nobody's."""
    failed: int = 0
    """Messages that the store could not take for now; the broker delivers them again."""
    groups: int = 0
    """Commits."""
    answers: int = 0
    """That the broker has confirmed, repeated ones included."""
    connections: int = 0


class CarrierLoop:
    """One thread's work; `stop()` may be called from any other, or from a signal handler."""

    def __init__(
        self,
        services: Services,
        transport: Transport,
        *,
        claim: Claim = ONLY_WORKER,
        chance: Callable[[], float] = random.random,
        stop_requested: Event | None = None,
    ) -> None:
        """Take what the carriers of the claimed shard send."""
        self.counters = StreamCounters()
        self._services = services
        self._transport = transport
        self._claim = claim
        self._own = OwnCarriers(services, claim.shard)
        self._chance = chance
        self._stop = stop_requested or Event()
        receive = partial(take_group, services, Assessor(services))
        self._intake: Intake[Sent | Unfit, Taken] = Intake(receive, _refused, Taken(is_failed=True))
        self._away: dict[str, datetime] = {}
        self._told: dict[str, datetime] = {}
        """What answers say already; lost with the process, which costs only repeats."""
        self._lock_due = self._look_at = services.clock()

    def stop(self) -> None:
        """End `run` within about `RECEIVE_S` seconds."""
        self._stop.set()

    def run(self) -> None:
        """Work until `stop`; a lost broker, an absent store or a full disk is waited out.

        Raises `StoreError` when the schema is not this program's; what is not acknowledged comes again.
        """
        failures = 0
        service_notify.ready()
        try:
            while not self._stop.is_set():
                try:
                    self._connect()
                    while not self._stop.is_set():
                        self.step()
                        failures = 0
                except BrokerError as error:
                    self._wait_out("broker lost", str(error), failures)
                except SQLAlchemyError as error:
                    if failure_of(error) is not Failure.WAIT:
                        raise StoreError(f"the store cannot be read: {one_line(error)}") from error
                    self._wait_out("the store cannot be read", one_line(error), failures)
                failures += 1
        finally:
            self._transport.close()

    def step(self) -> None:
        """Publish what waits, wait briefly for messages and deal with them."""
        now = self._services.clock()
        if now >= self._lock_due:
            self._claim.keep()
            self._lock_due = now + LOCK_EVERY
        if now >= self._look_at:
            put_decisions(self._services, self._told, self._claim.shard)
            self._look_at = now + LOOK_EVERY
        self.listen()
        is_more = self._publish_some(now)
        messages = self._gather(0.0 if is_more else RECEIVE_S)
        if messages:
            self._settle(persist(self._intake, messages, self._wait_for_store))
        else:
            # What is another process's, which has it too.
            self._transport.acknowledge()
        service_notify.watchdog()

    def listen(self) -> None:
        """Subscribe to what is new."""
        if filters := self._own.due():
            self._transport.subscribe(filters)

    def _connect(self) -> None:
        self._transport.connect()
        self._away.clear()
        self._own.restart()
        self.listen()
        self.counters.connections += 1
        _log.info("connected to the broker, shard %s", self._claim.shard)
        service_notify.status(f"taking in, shard {self._claim.shard}")

    def _gather(self, timeout_s: float) -> list[Sent | Unfit]:
        """Take the next message and what else waits by now."""
        found, rows = list[Sent | Unfit](), 0
        while len(found) < UNDER_WAY and rows < GROUP_ROWS:
            incoming = self._transport.receive(timeout_s)
            if incoming is None:
                break
            sent, timeout_s = read_sent(incoming), 0.0
            if self._own.owns(sent.carrier_id):
                found.append(sent)
                rows += len(sent.rows) if isinstance(sent, Sent) else 0
        return found

    def _settle(self, taken: Sequence[Taken]) -> None:
        """Let the broker forget what is committed; what is not, it delivers again on a new connection."""
        counters = self.counters
        counters.groups += 1
        for one in taken:
            counters.stored += one.stored
            counters.repeated += one.repeated
            counters.refused += one.refused
            counters.failed += one.is_failed
            counters.set_aside += one.set_aside is not None
            self._told.update(one.told)
        if len(self._told) > MOST_TOLD:
            self._told.clear()
        if not any(one.is_failed for one in taken):
            self._transport.acknowledge()
        elif not self._stop.is_set():
            self._connect()

    def _publish_some(self, now: datetime) -> bool:
        """Say the oldest answers; those of a carrier without a session stay. Tells whether more may wait."""
        self._away = {one: until for one, until in self._away.items() if until > now}
        with reading(self._services.engine) as connection:
            waiting = waiting_answers(connection, only=self._own.names, but_for=self._away)
        said = self._said(waiting, now)
        if said:
            with writing_beside_others(self._services.engine) as connection:
                forget_answers(connection, said)
            self.counters.answers += len(said)
        return len(waiting) == AT_ONCE

    def _said(self, waiting: Sequence[Waiting], now: datetime) -> Sequence[int]:
        """Publish together; returns what may be forgotten.

        What follows an answer that nobody took is said again behind it: a carrier hears them in order.
        """
        receptions = self._transport.publish_each([_publication(one) for one in waiting])
        said = list[int]()
        for one, reception in zip(waiting, receptions, strict=True):
            if reception is Reception.NO_SUBSCRIBER:
                self._away[one.client_id] = now + AWAY_FOR
            elif one.client_id not in self._away:
                said.append(one.number)
        return said

    def _wait_for_store(self, attempt: int, reason: str) -> bool:
        """Wait before a retry; False once the messages are let go, for the broker has them."""
        if attempt >= RETRIES or self._stop.is_set():
            return False
        self._wait_out("the store cannot be written", reason, attempt)
        return not self._stop.is_set()

    def _wait_out(self, what: str, reason: str, failures: int) -> None:
        _log.warning("%s: %s", what, reason)
        service_notify.status(f"{what}: {reason}")
        # The watchdog is fed while waiting too: restarting would not bring broker or store back.
        service_notify.watchdog()
        self._stop.wait(delay_s(failures, self._chance(), most_s=MOST_WAIT_S))


def _publication(one: Waiting) -> Publication:
    return Publication(
        topics.carrier_answers(one.client_id), one.body, Label(JSON, correlation=one.correlation)
    )


def _refused(message: Sent | Unfit, reason: str) -> Unfit:
    """Answer a message that the store takes in no form; the reason may name what it holds, so it stays."""
    if isinstance(message, Unfit):
        raise StoreError(f"the store takes no refusal either: {reason}")
    _log.error("the store refuses a message of %d bytes: %s", len(message.payload), reason)
    problem = FieldProblem("", "store-refused", "the store takes everything but this message")
    return Unfit(message.carrier_id, message.topic, message.correlation, message.payload, problem)
