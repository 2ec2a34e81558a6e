"""Keeps the broker and the store together: batches in, acknowledgements and manifests out."""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from hub.bootstrap import Services
from hub.errors import StoreError
from hub.ingest.failures import Failure, failure_of
from hub.ingest.ingest import Receipt
from hub.ingest.reading import Arrival
from hub.ingest.saying import CommandSaying
from hub.ingest.sharding import ONLY_WORKER, Claim
from hub.ingest.storing import one_line, store
from hub.ingest.subscriptions import Subscriptions
from hub.store.database import reading
from hub.watchlist.announcing import announcements
from sync import service_notify
from sync.backoff import delay_s
from sync.errors import BrokerError
from sync.ports import Transport

RECEIVE_S = 0.5
GROUP = 32
GROUP_BYTES = 1 << 20
"""Payloads, and their compressed bytes, that share one commit; only what waits already is taken."""
MOST_WAIT_S = 5.0
"""Between attempts to reach broker or store: they are few machines and near, so they are not spared long."""
RETRIES = 6
"""With payloads in hand, about ten seconds; then they are let go, and the broker delivers them again."""
LOCK_EVERY = timedelta(seconds=2)
MANIFESTS_EVERY = timedelta(seconds=0.9)
"""A publication is on its topic within a second."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class IngestCounters:
    """What this process has done since it started."""

    connections: int = 0
    groups: int = 0
    """Commits."""
    stored: int = 0
    repeated: int = 0
    ahead: int = 0
    """Messages beyond a gap of their lane, left out until the device sends them in order."""
    refused: int = 0
    retries: int = 0
    """Commits tried again because the store was away, busy or full."""
    failed: int = 0
    """Payloads the store could not take for now; neither device nor broker got an acknowledgement."""
    manifests: int = 0
    commands: int = 0
    """Said, also again."""


class IngestLoop:
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
        """Take in the devices of the claimed shard."""
        self.counters = IngestCounters()
        self._services = services
        self._transport = transport
        self._claim = claim
        self._shard = claim.shard
        self._chance = chance
        self._stop = stop_requested or Event()
        self._subscriptions = Subscriptions(services, claim.shard)
        self._saying = CommandSaying(services, transport, claim.shard)
        self._published: dict[str, bytes] = {}
        self._manifests_due: datetime | None = None
        self._lock_due: datetime | None = None

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
                    failures = 0
                    self._serve()
                except BrokerError as error:
                    self._wait_out("broker lost", str(error), failures)
                except SQLAlchemyError as error:
                    self._wait_to_read(error, failures)
                failures += 1
        except StoreError as error:
            service_notify.status(f"stopped: {error}")
            raise
        finally:
            self._transport.close()

    def step(self) -> None:
        """Wait briefly for payloads and deal with them; publish and subscribe to what is new."""
        self._keep_lock_now_and_then()
        for filters in self._subscriptions.due():
            self._transport.subscribe(filters)
        self._publish_manifests()
        self.counters.commands += self._saying.say_due()
        arrivals = self._gather()
        self._settle(self._deal_with(arrivals) if arrivals else ())
        service_notify.watchdog()

    def _serve(self) -> None:
        """Work on one connection; a store that cannot be read for now does not cost it."""
        failures = 0
        while not self._stop.is_set():
            try:
                self.step()
                failures = 0
            except SQLAlchemyError as error:
                self._wait_to_read(error, failures)
                failures += 1

    def _connect(self) -> None:
        self._transport.connect()
        self._subscriptions.restart()
        self._saying.restart()
        self._published.clear()
        self._manifests_due = None
        for filters in self._subscriptions.due():
            self._transport.subscribe(filters)
        self.counters.connections += 1
        _log.info("connected to the broker, shard %s", self._shard)
        service_notify.status(f"taking in, shard {self._shard}")

    def _gather(self) -> list[Arrival]:
        """Take the next payload and what else waits by now."""
        arrivals, size, timeout_s = list[Arrival](), 0, RECEIVE_S
        while len(arrivals) < GROUP and size < GROUP_BYTES:
            incoming = self._transport.receive(timeout_s)
            if incoming is None:
                break
            arrival = Arrival(incoming.topic, incoming.payload, is_retained=incoming.is_retained)
            if self._subscriptions.is_ours(arrival):
                arrivals.append(arrival)
                size += len(incoming.payload)
            timeout_s = 0.0
        return arrivals

    def _settle(self, receipts: Sequence[Receipt]) -> None:
        """Let the broker forget what is committed; what is not, it delivers again on a new connection."""
        if not any(receipt.is_failed for receipt in receipts):
            self._transport.acknowledge()
        elif not self._stop.is_set():
            self._connect()

    def _deal_with(self, arrivals: Sequence[Arrival]) -> Sequence[Receipt]:
        """Commit, then acknowledge to the devices."""
        receipts = store(self._services, arrivals, self._wait_for_store)
        self.counters.groups += 1
        replies: dict[str, bytes] = {}
        for arrival, receipt in zip(arrivals, receipts, strict=True):
            self._count(arrival, receipt)
            if receipt.reply is not None:
                # Acknowledgements are cumulative: a device's last one of the group says it all.
                replies[receipt.reply.topic] = receipt.reply.payload
        for topic, payload in replies.items():
            self._transport.publish(topic, payload, is_retained=True)
        return receipts

    def _count(self, arrival: Arrival, receipt: Receipt) -> None:
        self.counters.stored += receipt.stored
        self.counters.repeated += receipt.repeated
        self.counters.ahead += receipt.ahead
        self.counters.failed += receipt.is_failed
        if receipt.refused is not None:
            self.counters.refused += 1
            _log.warning("%s: set aside as %s", arrival.topic, receipt.refused)

    def _wait_for_store(self, attempt: int, reason: str) -> bool:
        """Wait before a retry; False once the payloads are let go, for the broker has them."""
        if attempt >= RETRIES or self._stop.is_set():
            return False
        self.counters.retries += 1
        self._wait_out("the store cannot be written", reason, attempt)
        return not self._stop.is_set()

    def _wait_to_read(self, error: SQLAlchemyError, failures: int) -> None:
        if failure_of(error) is not Failure.WAIT:
            raise StoreError(f"the store cannot be read: {one_line(error)}") from error
        self._wait_out("the store cannot be read", one_line(error), failures)

    def _wait_out(self, what: str, reason: str, failures: int) -> None:
        _log.warning("%s: %s", what, reason)
        service_notify.status(f"{what}: {reason}")
        # The watchdog is fed while waiting too: restarting would not bring broker or store back.
        service_notify.watchdog()
        self._stop.wait(delay_s(failures, self._chance(), most_s=MOST_WAIT_S))

    def _keep_lock_now_and_then(self) -> None:
        now = self._services.clock()
        if self._lock_due is None or now >= self._lock_due:
            self._claim.keep()
            self._lock_due = now + LOCK_EVERY

    def _publish_manifests(self) -> None:
        now = self._services.clock()
        if not self._shard.is_first or (self._manifests_due is not None and now < self._manifests_due):
            return
        self._manifests_due = now + MANIFESTS_EVERY
        with reading(self._services.engine) as connection:
            found = announcements(connection)
        for topic, payload in found.items():
            if self._published.get(topic) != payload:
                self._transport.publish(topic, payload, is_retained=True)
                self._published[topic] = payload
                self.counters.manifests += bool(payload)
                _log.info("%s: %s", topic, "announced" if payload else "taken back")
