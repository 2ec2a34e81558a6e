"""Decides which announced watchlist versions are taken, and stores what was taken."""

import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.codec import decode_manifest, encode_manifest
from sync.errors import SignatureError
from sync.inbox import Inbox
from sync.messages import MessageLane, WatchlistManifest, WatchlistRejected
from sync.outbox import Outbox
from sync.package_queue import Downloaded
from sync.signing import verify_manifest
from sync.store_file import transaction

WATCHLIST = "watchlist"
"""Inbox kind of a downloaded version: its body is the manifest, its file is `package_path`'s."""
_REFUSED = "watchlist-refused"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WatchlistReception:
    """The stores and keys that receiving a watchlist needs."""

    connection: sqlite3.Connection
    inbox: Inbox
    outbox: Outbox
    trusted: Mapping[str, Ed25519PublicKey]
    new_id: Callable[[datetime], str]

    def consider(self, payload: bytes, now: datetime) -> WatchlistManifest | None:
        """Return the manifest when its package is to be downloaded; None when it is here already.

        Raises `MessageError` for bytes that are no manifest. One that is not to be trusted, has expired or
        would roll a list back is refused, and the hub is told once.
        """
        manifest = decode_manifest(payload)
        newest = self.newest(manifest.list_id)
        try:
            verify_manifest(manifest, self.trusted, now)
            if newest is not None:
                require_step(newest, manifest)
        except SignatureError as error:
            self._refuse(manifest, newest, str(error), now)
            return None
        return None if newest is not None and newest.version == manifest.version else manifest

    def store(self, downloaded: Downloaded, now: datetime) -> bool:
        """Hand a downloaded version to the edge process; False when it had that version."""
        manifest = downloaded.manifest
        newest = self.newest(manifest.list_id)
        if newest is not None and newest.version >= manifest.version:
            return False
        return self.inbox.put(
            WATCHLIST, f"{manifest.list_id}:{manifest.version}", encode_manifest(manifest), now
        )

    def newest(self, list_id: str) -> WatchlistManifest | None:
        """Return the manifest of the newest version of a list that was ever taken."""
        manifests = (decode_manifest(row.body) for row in self.inbox.received(WATCHLIST))
        own = [manifest for manifest in manifests if manifest.list_id == list_id]
        return max(own, key=lambda manifest: manifest.version, default=None)

    def _refuse(
        self, manifest: WatchlistManifest, newest: WatchlistManifest | None, reason: str, now: datetime
    ) -> None:
        digest = sha256(encode_manifest(manifest) + reason.encode()).hexdigest()
        body = WatchlistRejected(
            list_id=manifest.list_id,
            version=manifest.version,
            kept_version=None if newest is None else newest.version,
            reason=reason,
            rejected_at=now,
        )
        # A retained manifest comes again with every connection; it is reported once.
        with transaction(self.connection):
            if not self.inbox.put(_REFUSED, digest, encode_manifest(manifest), now):
                return
            self.outbox.append(body, MessageLane.EVENT, now, self.new_id(now))
        _log.warning("refused: %s", reason)


def require_step(newest: WatchlistManifest, manifest: WatchlistManifest) -> None:
    """Raise `SignatureError` when `manifest` would take a list back, or change a version after the fact."""
    name = f"manifest {manifest.list_id} version {manifest.version}"
    if manifest.version < newest.version:
        raise SignatureError(f"{name}: older than version {newest.version}, which is here")
    if manifest.version == newest.version and manifest.package_sha256 != newest.package_sha256:
        raise SignatureError(f"{name}: this version was published before with other contents")
