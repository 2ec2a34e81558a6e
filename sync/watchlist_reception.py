"""Decides which announced watchlist versions and withdrawals are taken, and stores what was taken."""

import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.codec import decode_manifest, decode_withdrawal, encode_manifest, encode_withdrawal
from sync.errors import SignatureError
from sync.inbox import Inbox
from sync.messages import MessageLane, WatchlistManifest, WatchlistRejected, WatchlistWithdrawal
from sync.outbox import Outbox
from sync.package_queue import Downloaded
from sync.signing import verify_manifest, verify_withdrawal
from sync.store_file import transaction

WATCHLIST = "watchlist"
"""Inbox kind of a downloaded version: its body is the manifest, its file is `package_path`'s."""
WITHDRAWAL = "watchlist-withdrawal"
"""Inbox kind of a withdrawal that was taken: its body is the withdrawal."""
_ANNOUNCED_ANEW = "watchlist-announced-anew"
"""Inbox kind of a later manifest of a version that is here: it outdates the withdrawals before it."""
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

    def consider(self, manifest: WatchlistManifest, now: datetime) -> WatchlistManifest | None:
        """Return the manifest when its package is to be downloaded; None when it is here already.

        One that is not to be trusted, has expired, would roll a list back or was issued before the list was
        withdrawn is refused, and the hub is told once.
        """
        newest, withdrawal = self.newest(manifest.list_id), self.withdrawal(manifest.list_id)
        try:
            verify_manifest(manifest, self.trusted, now)
            if newest is not None:
                require_step(newest, manifest)
            if withdrawal is not None:
                require_return(withdrawal, manifest)
        except SignatureError as error:
            self._refuse(manifest, encode_manifest(manifest), str(error), now)
            return None
        if not self._is_here(manifest):
            return manifest
        if newest is not None and manifest.issued_at > newest.issued_at:
            self.inbox.put(_ANNOUNCED_ANEW, _key_of(manifest), encode_manifest(manifest), now)
        return None

    def withdraw(self, withdrawal: WatchlistWithdrawal, site_id: str, now: datetime) -> bool:
        """Hand a withdrawal to the edge process; False when it was here before or the list came back since.

        One that no trusted key signed, or that is for another site, is refused, and the hub is told once.
        """
        try:
            verify_withdrawal(withdrawal, self.trusted, site_id)
        except SignatureError as error:
            self._refuse(withdrawal, encode_withdrawal(withdrawal), str(error), now)
            return False
        known = self.withdrawal(withdrawal.list_id)
        is_known = known is not None and known.issued_at >= withdrawal.issued_at
        if is_known or any(each.issued_at > withdrawal.issued_at for each in self._taken(withdrawal.list_id)):
            return False
        return self.inbox.put(WITHDRAWAL, _key_of(withdrawal), encode_withdrawal(withdrawal), now)

    def store(self, downloaded: Downloaded, now: datetime) -> bool:
        """Hand a downloaded version to the edge process; False when it had it, or the list was withdrawn."""
        manifest, withdrawal = downloaded.manifest, self.withdrawal(downloaded.manifest.list_id)
        if withdrawal is not None and manifest.issued_at <= withdrawal.issued_at:
            downloaded.path.unlink(missing_ok=True)
            return False
        if self._is_here(manifest):
            return False
        # A version that comes back after a withdrawal is received a second time.
        key = f"{manifest.list_id}:{manifest.version}" if withdrawal is None else _key_of(manifest)
        return self.inbox.put(WATCHLIST, key, encode_manifest(manifest), now)

    def newest(self, list_id: str) -> WatchlistManifest | None:
        """Return the manifest of the newest version of a list that was ever taken."""
        own = self._received(WATCHLIST, list_id)
        return max(own, key=lambda manifest: (manifest.version, manifest.issued_at), default=None)

    def withdrawal(self, list_id: str) -> WatchlistWithdrawal | None:
        """Return the last withdrawal of a list that was ever taken."""
        rows = (decode_withdrawal(row.body) for row in self.inbox.received(WITHDRAWAL))
        own = [each for each in rows if each.list_id == list_id]
        return max(own, key=lambda withdrawal: withdrawal.issued_at, default=None)

    def _is_here(self, manifest: WatchlistManifest) -> bool:
        newest, withdrawal = self.newest(manifest.list_id), self.withdrawal(manifest.list_id)
        if newest is None or newest.version < manifest.version:
            return False
        return withdrawal is None or newest.issued_at > withdrawal.issued_at

    def _taken(self, list_id: str) -> list[WatchlistManifest]:
        return [*self._received(WATCHLIST, list_id), *self._received(_ANNOUNCED_ANEW, list_id)]

    def _received(self, kind: str, list_id: str) -> list[WatchlistManifest]:
        manifests = (decode_manifest(row.body) for row in self.inbox.received(kind))
        return [manifest for manifest in manifests if manifest.list_id == list_id]

    def _refuse(
        self, refused: WatchlistManifest | WatchlistWithdrawal, content: bytes, reason: str, now: datetime
    ) -> None:
        newest = self.newest(refused.list_id)
        body = WatchlistRejected(
            list_id=refused.list_id,
            version=refused.version,
            kept_version=None if newest is None or not self._is_here(newest) else newest.version,
            reason=reason,
            rejected_at=now,
        )
        # What is retained comes again with every connection; it is reported once.
        with transaction(self.connection):
            if not self.inbox.put(_REFUSED, sha256(content + reason.encode()).hexdigest(), content, now):
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


def require_return(withdrawal: WatchlistWithdrawal, manifest: WatchlistManifest) -> None:
    """Raise `SignatureError` when `manifest` was issued before the list was withdrawn."""
    if manifest.issued_at <= withdrawal.issued_at:
        raise SignatureError(
            f"manifest {manifest.list_id} version {manifest.version}: issued before the list was withdrawn "
            f"at {withdrawal.issued_at.isoformat()}"
        )


def _key_of(announced: WatchlistManifest | WatchlistWithdrawal) -> str:
    return f"{announced.list_id}:{announced.version}:{announced.issued_at.isoformat()}"
