"""Puts the relay together from its settings."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sync.client import BrokerAddress, PahoTransport
from sync.errors import SyncError
from sync.identifiers import uuid7
from sync.inbox import Inbox
from sync.instance_lock import InstanceLock
from sync.outbox import Outbox
from sync.package_client import HubAddress, fetch_package
from sync.package_queue import PackageQueue
from sync.relay import Relay, RelayPolicy, RelayStores
from sync.sealing import read_seal
from sync.sender import SendPolicy
from sync.settings import SyncSettings, read_secret
from sync.signing import key_id, load_public_key
from sync.store_file import open_store
from sync.watchlist_reception import WatchlistReception


@contextmanager
def open_relay(settings: SyncSettings) -> Iterator[Relay]:
    """Check every input, take the store and give the relay; raises `SyncError` naming what cannot be used."""
    transport = PahoTransport(
        broker_address(settings), settings.device.id, keepalive_s=settings.broker.keepalive_s
    )
    token = read_secret(Path(settings.hub.token_file))
    hub = HubAddress(settings.hub.url, token, _path(settings.hub.ca))
    with _stores(settings) as stores:
        reception = _reception(settings, stores)
        with PackageQueue(partial(fetch_package, hub, folder=settings.packages)) as packages:
            device = (settings.device.site, settings.device.id)
            try:
                yield Relay(device, stores, transport, reception, packages, _policy(settings))
            finally:
                transport.close()


def broker_address(settings: SyncSettings) -> BrokerAddress:
    """Return where the broker is; raises `SettingsError` when the password cannot be read."""
    broker = settings.broker
    return BrokerAddress(
        host=broker.host,
        port=broker.port,
        username=broker.username or settings.device.id,
        password=None if broker.password_file is None else read_secret(Path(broker.password_file)),
        ca=_path(broker.ca),
        certificate=_path(broker.certificate),
        key=_path(broker.key),
    )


@contextmanager
def _stores(settings: SyncSettings) -> Iterator[RelayStores]:
    seal = None if settings.keys.store is None else read_seal(Path(settings.keys.store))
    folder = settings.database.parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SyncError(f"{folder}: {error.strerror}") from error
    with (
        InstanceLock(folder / "sync.lock", "kechid-sync"),
        closing(open_store(settings.database)) as connection,
    ):
        outbox = Outbox(connection, settings.device.id, seal=seal)
        yield RelayStores(connection, outbox, Inbox(connection))


def _reception(settings: SyncSettings, stores: RelayStores) -> WatchlistReception:
    keys = [load_public_key(Path(path)) for path in settings.trust.hub_public]
    trusted = {key_id(key): key for key in keys}
    return WatchlistReception(stores.connection, stores.inbox, stores.outbox, trusted, _new_id)


def _policy(settings: SyncSettings) -> RelayPolicy:
    section = settings.outbox
    send = SendPolicy(
        batch_bytes=section.batch_kilobytes << 10,
        window_bytes=section.window_kilobytes << 10,
        acknowledgement_timeout_s=section.acknowledgement_timeout_s,
    )
    return RelayPolicy(
        send=send, keep=timedelta(days=section.keep_days), keep_media=timedelta(days=section.keep_media_days)
    )


def _path(name: str | None) -> Path | None:
    return None if name is None else Path(name)


def _new_id(now: datetime) -> str:
    return uuid7(now, os.urandom(10))
