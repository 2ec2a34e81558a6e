"""The loop of `kechid-sync`: connects, sends the outbox, takes in what the hub says, and starts over."""

import logging
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sync import codec, service_notify, topics
from sync.backoff import delay_s
from sync.command_reception import CommandReception
from sync.errors import BrokerError, MessageError, SyncError
from sync.inbox import Inbox
from sync.messages import DeviceState, MessageLane, WatchlistWithdrawal
from sync.outbox import Outbox, write_uplink_status
from sync.package_queue import PackageQueue
from sync.ports import Incoming, Transport, Will
from sync.sender import Sender, SendPolicy
from sync.version import VERSION
from sync.watchlist_reception import WatchlistReception

FIRST_LOOK = 2
"""Messages taken in before anything is sent."""
POLL_S = 0.05
"""How long a message may lie in the outbox before the relay looks."""
REPORT_EVERY_S = 5.0
PRUNE_EVERY_S = 3600.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RelayPolicy:
    """How the relay behaves on its line."""

    send: SendPolicy = field(default_factory=SendPolicy)
    keep: timedelta = timedelta(days=7)
    """Acknowledged messages stay that long, for a hub that is restored from an older backup."""
    keep_media: timedelta = timedelta(days=1)
    """The same for pictures."""
    most_wait_s: float = 60.0
    """Longest wait between two attempts to connect."""


@dataclass(frozen=True, slots=True)
class RelayStores:
    """The machine's store as the relay uses it, on one connection."""

    connection: sqlite3.Connection
    outbox: Outbox
    inbox: Inbox


@dataclass(slots=True)
class _Due:
    """When the periodic work is next due, on the monotonic clock."""

    report: float = 0.0
    prune: float = field(default_factory=lambda: time.monotonic() + 60.0)
    was_connected: bool | None = None


class Relay:
    """Everything between the store and the hub; `run` returns when asked to stop."""

    def __init__(
        self,
        device: tuple[str, str],
        stores: RelayStores,
        transport: Transport,
        reception: WatchlistReception,
        packages: PackageQueue,
        policy: RelayPolicy = RelayPolicy(),
    ) -> None:
        """Take `device` as (site id, device id)."""
        self._site_id, self._device_id = site_id, device_id = device
        self._stores = stores
        self._transport = transport
        self._reception = reception
        self._commands = CommandReception(device_id, reception)
        self._packages = packages
        self._policy = policy
        self._state_topic = topics.state(site_id, device_id)
        self._site_manifests = topics.site_manifests(site_id)
        self._handlers: dict[str, Callable[[bytes], None]] = {
            topics.acknowledgements(site_id, device_id): self._take_acknowledgement,
            topics.commands(site_id, device_id): self._take_command,
        }
        self._sender = Sender(stores.outbox, transport, topics.events(site_id, device_id), policy.send)
        self._due = _Due()
        self._attempt = 0

    def run(self, stop: threading.Event) -> None:
        """Serve until `stop` is set; a lost line or a store that is full for now is tried again.

        Raises `SyncError` when something is wrong that waiting does not mend.
        """
        while not stop.is_set():
            try:
                self._serve_connection(stop)
            except (BrokerError, sqlite3.OperationalError) as error:
                self._transport.close()
                wait = delay_s(self._attempt, random.random(), most_s=self._policy.most_wait_s)  # noqa: S311
                self._attempt += 1
                _log.warning("%s; next attempt in %.1f s", error, wait)
                self._wait(stop, wait)

    def _serve_connection(self, stop: threading.Event) -> None:
        birth = self._connect()
        # What the hub stored while we were away is said by its retained acknowledgement, which comes first.
        for _ in range(FIRST_LOOK):
            self._take_in(self._transport.receive(0.2) if self._stores.outbox.depth() else None)
        self._sender.restart()
        while not stop.is_set():
            self._sender.send_due()
            self._take_in(self._transport.receive(POLL_S))
            self._store_packages()
            self._keep_house(is_connected=self._sender.is_heard)
        self._transport.publish(self._state_topic, self._state(birth, is_online=False), is_retained=True)
        self._transport.close()
        self._report(is_connected=False)

    def _connect(self) -> int:
        birth = self._stores.outbox.next_birth()
        will = self._state(birth, is_online=False, is_will=True)
        self._transport.connect(Will(self._state_topic, will))
        manifests = [topics.ALL_MANIFESTS, self._site_manifests]
        self._transport.subscribe([*self._handlers, *manifests])
        self._transport.publish(self._state_topic, self._state(birth, is_online=True), is_retained=True)
        _log.info("connected, birth %d, %d messages wait", birth, self._stores.outbox.depth())
        return birth

    def _wait(self, stop: threading.Event, seconds: float) -> None:
        """Wait in short steps: a lost uplink is no reason for the watchdog to bite."""
        deadline = time.monotonic() + seconds
        while not stop.is_set() and (remaining := deadline - time.monotonic()) > 0:
            self._keep_house(is_connected=False)
            stop.wait(min(1.0, remaining))

    def _take_in(self, incoming: Incoming | None) -> None:
        if incoming is None:
            return
        try:
            self._handlers.get(incoming.topic, self._take_announcement)(incoming.payload)
        except MessageError as error:
            _log.warning("%s: %s", incoming.topic, error)

    def _take_acknowledgement(self, payload: bytes) -> None:
        acknowledgement = codec.decode_acknowledgement(payload)
        if self._sender.confirm(acknowledgement, datetime.now(UTC)):
            self._attempt = 0

    def _take_command(self, payload: bytes) -> None:
        self._commands.take(payload, datetime.now(UTC))

    def _take_announcement(self, payload: bytes) -> None:
        if not payload:
            return  # the list is no longer announced on this topic
        announced, now = codec.decode_announcement(payload), datetime.now(UTC)
        if isinstance(announced, WatchlistWithdrawal):
            if self._reception.withdraw(announced, self._site_id, now):
                self._packages.forget(announced.list_id)
                _log.info("list %s is withdrawn", announced.list_id)
            return
        manifest = self._reception.consider(announced, now)
        if manifest is not None:
            self._packages.want(manifest)

    def _store_packages(self) -> None:
        if not self._packages.is_alive:
            raise SyncError("the package downloads have ended")
        while (downloaded := self._packages.finished()) is not None:
            if self._reception.store(downloaded, datetime.now(UTC)):
                manifest = downloaded.manifest
                _log.info("list %s version %d is here", manifest.list_id, manifest.version)

    def _keep_house(self, *, is_connected: bool) -> None:
        now = time.monotonic()
        if now >= self._due.report or is_connected is not self._due.was_connected:
            self._report(is_connected=is_connected)
            self._due.report, self._due.was_connected = now + REPORT_EVERY_S, is_connected
        if now >= self._due.prune:
            self._due.prune = now + PRUNE_EVERY_S
            self._prune()

    def _report(self, *, is_connected: bool) -> None:
        """Tell the edge process and systemd; this is reached only while the loop turns."""
        service_notify.watchdog()
        depth = self._stores.outbox.depth()
        service_notify.status(f"{'connected' if is_connected else 'no uplink'}, {depth} messages wait")
        try:
            write_uplink_status(self._stores.connection, datetime.now(UTC), is_connected=is_connected)
        except sqlite3.OperationalError as error:
            _log.error("the uplink's state cannot be written: %s", error)

    def _prune(self) -> None:
        now, policy = datetime.now(UTC), self._policy
        before = dict.fromkeys(MessageLane, now - policy.keep)
        before[MessageLane.MEDIA] = now - policy.keep_media
        removed = self._stores.outbox.prune(before)
        _log.info("%d acknowledged messages are no longer kept", removed)

    def _state(self, birth: int, *, is_online: bool, is_will: bool = False) -> bytes:
        state = DeviceState(
            device_id=self._device_id,
            epoch=self._stores.outbox.epoch,
            birth=birth,
            is_online=is_online,
            at=None if is_will else datetime.now(UTC),
            version=VERSION,
        )
        return codec.encode_device_state(state)
