"""Keeps the broker and the store together: batches in, acknowledgements and manifests out."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from hub.bootstrap import Services
from hub.ingest.ingest import Receipt, receive_batch, receive_state
from hub.store.database import reading
from hub.store.pictures import EvidenceError
from hub.watchlist.publishing import newest_manifests
from sync import service_notify, topics
from sync.backoff import delay_s
from sync.codec import encode_manifest
from sync.errors import BrokerError
from sync.ports import Incoming, Transport

RECEIVE_S = 0.5
MOST_WAIT_S = 5.0
"""Between attempts to reach the broker: it is one machine and near, so it is not spared long."""
MANIFESTS_EVERY = timedelta(seconds=0.9)
"""A publication is on its topic within a second."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class IngestCounters:
    """What this process has done since it started."""

    connections: int = 0
    stored: int = 0
    repeated: int = 0
    refused: int = 0
    failed: int = 0
    """Payloads the store could not take; nothing of them was acknowledged."""
    manifests: int = 0


class IngestLoop:
    """One thread's work; `stop()` may be called from any other, or from a signal handler."""

    def __init__(
        self,
        services: Services,
        transport: Transport,
        *,
        chance: Callable[[], float] = random.random,
        stop_requested: Event | None = None,
    ) -> None:
        self.counters = IngestCounters()
        self._services = services
        self._transport = transport
        self._chance = chance
        self._stop = stop_requested or Event()
        self._published: dict[str, bytes] = {}
        self._manifests_due: datetime | None = None

    def stop(self) -> None:
        """End `run` within about `RECEIVE_S` seconds."""
        self._stop.set()

    def run(self) -> None:
        """Work until `stop`; a lost broker or a full disk is waited out, anything else is raised."""
        failures = 0
        service_notify.ready()
        while not self._stop.is_set():
            try:
                self._connect()
                failures = 0
                while not self._stop.is_set():
                    self.step()
            except BrokerError as error:
                _log.warning("broker lost: %s", error)
                service_notify.status(f"waiting for the broker: {error}")
                # The watchdog is fed while waiting too: restarting would not bring the broker back.
                service_notify.watchdog()
                self._stop.wait(delay_s(failures, self._chance(), most_s=MOST_WAIT_S))
                failures += 1
        self._transport.close()

    def step(self) -> None:
        """Wait briefly for one payload and deal with it; publish what is new."""
        self._publish_manifests()
        incoming = self._transport.receive(RECEIVE_S)
        if incoming is not None:
            self._deal_with(incoming)
        service_notify.watchdog()

    def _connect(self) -> None:
        self._transport.connect()
        self._transport.subscribe([topics.ALL_EVENTS, topics.ALL_STATES])
        self._published.clear()
        self._manifests_due = None
        self.counters.connections += 1
        _log.info("connected to the broker")
        service_notify.status("taking in")

    def _deal_with(self, incoming: Incoming) -> None:
        try:
            receipt = self._receive(incoming)
        except (SQLAlchemyError, EvidenceError) as error:
            # Not acknowledged, so the device keeps it and sends it again.
            self.counters.failed += 1
            _log.error("the store cannot take a payload of %d bytes: %s", len(incoming.payload), _line(error))
            service_notify.status(f"the store cannot be written: {_line(error)}")
            return
        self.counters.stored += receipt.stored
        self.counters.repeated += receipt.repeated
        if receipt.refused is not None:
            self.counters.refused += 1
            _log.warning("%s: set aside as %s", incoming.topic, receipt.refused)
        if receipt.reply is not None:
            self._transport.publish(receipt.reply.topic, receipt.reply.payload, is_retained=True)

    def _receive(self, incoming: Incoming) -> Receipt:
        if incoming.topic.endswith("/state"):
            is_retained = incoming.is_retained
            return receive_state(self._services, incoming.topic, incoming.payload, is_retained=is_retained)
        return receive_batch(self._services, incoming.topic, incoming.payload)

    def _publish_manifests(self) -> None:
        now = self._services.clock()
        if self._manifests_due is not None and now < self._manifests_due:
            return
        self._manifests_due = now + MANIFESTS_EVERY
        with reading(self._services.engine) as connection:
            manifests = newest_manifests(connection)
        for manifest in manifests:
            payload = encode_manifest(manifest)
            if self._published.get(manifest.list_id) != payload:
                self._transport.publish(topics.manifest(manifest.list_id), payload, is_retained=True)
                self._published[manifest.list_id] = payload
                self.counters.manifests += 1
                _log.info("manifest of %s version %d published", manifest.list_id, manifest.version)


def _line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
