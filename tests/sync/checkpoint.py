"""A checkpoint's store with a relay on it, for tests."""

import os
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.identifiers import uuid7
from sync.inbox import Inbox
from sync.messages import BarrierMoved, MessageLane, WatchlistManifest
from sync.outbox import Outbox
from sync.package_queue import Fetch, PackageQueue
from sync.ports import Transport
from sync.relay import Relay, RelayPolicy, RelayStores
from sync.sealing import RowSeal
from sync.sender import SendPolicy
from sync.signing import key_id
from sync.store_file import open_store, transaction
from sync.watchlist_reception import WatchlistReception

SITE = "red-bridge"
DEVICE = "lane-1"
HUB_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
QUICK = RelayPolicy(send=SendPolicy(acknowledgement_timeout_s=0.3), most_wait_s=0.05)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose relay it is and whom it believes."""

    site_id: str = SITE
    device_id: str = DEVICE
    hub_key: Ed25519PublicKey = field(default_factory=HUB_KEY.public_key)
    seal: RowSeal | None = None


class Checkpoint:
    """The edge process's side: appends, and looks at the same store on a connection of its own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "edge.db"
        self.connection = open_store(self.path)
        self.outbox = Outbox(self.connection, DEVICE)
        self.inbox = Inbox(self.connection)

    def append(self, count: int, lane: MessageLane = MessageLane.EVENT) -> list[str]:
        """Queue messages and return their ids."""
        now = datetime.now(UTC)
        ids = [uuid7(now, os.urandom(10)) for _ in range(count)]
        with transaction(self.connection):
            for each in ids:
                self.outbox.append(moved(now), lane, now, each)
        return ids


def moved(at: datetime) -> BarrierMoved:
    return BarrierMoved(lane_id="L1", action="open", officer_id="o1", alert_id=None, reason="", moved_at=at)


def no_package(manifest: WatchlistManifest) -> Path:
    raise AssertionError(f"nobody asked for version {manifest.version}")


def manifest(version: int = 1, *, list_id: str = "charges", days: int = 30) -> WatchlistManifest:
    """Make an unsigned manifest."""
    now = datetime.now(UTC)
    return WatchlistManifest(
        list_id=list_id,
        version=version,
        base_version=None,
        contract_id="c",
        package_sha256="0" * 64,
        package_size=7,
        subjects=1,
        references=1,
        issued_at=now - timedelta(days=60),
        expires_at=now + timedelta(days=days),
        key_id="",
    )


@contextmanager
def relay_running(
    path: Path,
    transport: Transport,
    *,
    fetch: Fetch = no_package,
    policy: RelayPolicy = QUICK,
    place: Place = Place(),
) -> Iterator[None]:
    """Run a relay in a thread on the store at `path`; fails when it ends by itself."""
    stop, failures = threading.Event(), list[BaseException]()

    def serve() -> None:
        with closing(open_store(path)) as connection, PackageQueue(fetch, first_s=0.01) as packages:
            outbox, inbox = Outbox(connection, place.device_id, seal=place.seal), Inbox(connection)
            trusted = {key_id(place.hub_key): place.hub_key}
            reception = WatchlistReception(
                connection, inbox, outbox, trusted, lambda now: uuid7(now, os.urandom(10))
            )
            stores = RelayStores(connection, outbox, inbox)
            try:
                device = (place.site_id, place.device_id)
                Relay(device, stores, transport, reception, packages, policy).run(stop)
            except BaseException as error:
                failures.append(error)
            transport.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
    assert failures == []
