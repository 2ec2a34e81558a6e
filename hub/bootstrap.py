"""Wires the hub: settings in, services out."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from hub.machines.recent import RecentMachines
from hub.settings_tree import HubSettings
from hub.store.database import open_engine
from hub.store.key_check import require_store_key
from hub.store.schema import check_schema
from hub.store.sealing import NONCE_BYTES, StoreKey, load_store_key
from hub.watchlist.opened_packages import OpenedPackages
from sync.identifiers import uuid7
from sync.signing import load_private_key

if TYPE_CHECKING:
    from hub.origin.issuing.advancing import Issuer
    from hub.origin.verifying.verifying import Verifier
    from hub.watchlist.reference_galleries import ReferenceGalleries
    from models.engine import FaceEngine


@dataclass(frozen=True)
class Services:
    """What the API, the console, ingest and the commands work with."""

    settings: HubSettings
    engine: Engine
    """Use `hub.store.database.reading(engine)` and `writing(engine)`."""
    store_key: StoreKey
    face_engine_loader: "Callable[[], FaceEngine]"
    signing_key_loader: Callable[[], Ed25519PrivateKey]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    randomness: Callable[[int], bytes] = os.urandom
    face_engine_lock: threading.Lock = field(default_factory=threading.Lock)
    """Held while networks run: their run-times are not promised to be safe for two threads."""
    opened_packages: OpenedPackages = field(default_factory=OpenedPackages)
    """What devices download now; at most three packages and 256 MiB in each process."""
    recent_machines: RecentMachines = field(default_factory=RecentMachines)
    """Whose tokens were good a moment ago; forget them when a machine is shut out."""
    origin_verifier_loader: "Callable[[], Verifier] | None" = None
    """None: as the settings say."""
    origin_issuer_loader: "Callable[[], Issuer] | None" = None
    """None: as the settings say."""

    @cached_property
    def face_engine(self) -> "FaceEngine":
        """The extractor of enrolment, loaded at first use; raises `models.errors.ModelError`."""
        return self.face_engine_loader()

    @cached_property
    def reference_galleries(self) -> "ReferenceGalleries":
        """Templates of everybody listed, in memory; made at the first search."""
        # Only a process that enrols pays for the matrices.
        from hub.watchlist.reference_galleries import ReferenceGalleries

        return ReferenceGalleries(self.store_key)

    @cached_property
    def origin_verifier(self) -> "Verifier":
        """What certificates of origin are verified with, made at the first one."""
        # Only a process that meets certificates pays for the chain's libraries.
        from hub.origin.bootstrap import verifier_of

        load = self.origin_verifier_loader
        return verifier_of(self.settings.origin) if load is None else load()

    @cached_property
    def origin_issuer(self) -> "Issuer":
        """The authority at work, its key opened at first use; raises `SignerError`, `ConflictError`."""
        # Only a process that anchors pays for the chain's libraries, and for opening a keystore.
        from hub.origin.issuing.bootstrap import issuer_of

        load = self.origin_issuer_loader
        return issuer_of(self.settings) if load is None else load()

    @cached_property
    def signing_key(self) -> Ed25519PrivateKey:
        """The key that signs manifests, read at first use; raises `sync.errors.SyncError`."""
        return self.signing_key_loader()

    @property
    def session_lifetime(self) -> timedelta:
        """How long a login lasts."""
        return timedelta(hours=self.settings.api.session_hours)

    def new_id(self) -> str:
        """Make a time-ordered UUID."""
        return uuid7(self.clock(), self.randomness(10))

    def new_token(self) -> str:
        """Make a random bearer token, 64 hexadecimal digits."""
        return self.randomness(32).hex()

    def seal(self, kind: str, identifier: str, content: bytes) -> bytes:
        """Encrypt for the store, bound to kind and identifier."""
        return self.store_key.seal(kind, identifier, content, self.randomness(NONCE_BYTES))


def create_services(settings: HubSettings) -> Services:
    """Open store and keys; raises `StoreError` for the store, `SealError` for the store key."""
    engine = open_engine(settings.store.url)
    check_schema(engine)
    store_key = load_store_key(settings.keys.store)
    require_store_key(engine, store_key, os.urandom(NONCE_BYTES))
    return Services(
        settings=settings,
        engine=engine,
        store_key=store_key,
        face_engine_loader=lambda: load_face_engine(settings),
        signing_key_loader=lambda: load_private_key(settings.keys.signing),
    )


def load_face_engine(settings: HubSettings) -> "FaceEngine":
    """Load the pack of the settings, or the best whose files verify; raises `models.errors.ModelError`."""
    # Only a process that enrols pays for the networks' run-times.
    from models.engine import best_available_pack, load_engine

    models = settings.models
    return load_engine(
        models.pack or best_available_pack(models.search_path),
        search_path=models.search_path,
        provider=models.provider,
        providers=models.providers,
        accept_noncommercial=models.accept_noncommercial,
    )
