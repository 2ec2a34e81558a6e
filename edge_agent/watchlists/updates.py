"""Takes versions in: verify, build, test, switch; drops withdrawn lists; what fails changes nothing."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from edge_agent.errors import EvidenceError, WatchlistError
from edge_agent.gallery.known_galleries import KnownGalleries
from edge_agent.gallery.recall import Recall, measure_recall, next_night
from edge_agent.watchlists.merge import complete_package
from edge_agent.watchlists.store import KIND, StoredWatchlist, WatchlistStore
from edge_agent.watchlists.watchlist import KnownGallery, Watchlist, self_test
from models.errors import ModelError
from sync.codec import decode_manifest, decode_package, decode_withdrawal, encode_package
from sync.errors import MessageError, SignatureError, SyncError
from sync.inbox import InboxRow
from sync.messages import (
    WatchlistApplied,
    WatchlistManifest,
    WatchlistRejected,
    WatchlistWithdrawal,
    WatchlistWithdrawn,
)
from sync.package_client import package_path, packages_of
from sync.signing import verify_manifest, verify_withdrawal
from sync.watchlist_package import WatchlistPackage
from sync.watchlist_reception import WITHDRAWAL

log = logging.getLogger(__name__)

Build = Callable[[WatchlistPackage, datetime, KnownGallery | None], Watchlist]
"""Makes a package searchable at a time, from a gallery that is there; raises `WatchlistError`."""


@dataclass(frozen=True, slots=True, eq=False)
class ActiveWatchlist:
    """A list that is searched."""

    watchlist: Watchlist
    expires_at: datetime
    applied_at: datetime
    next_expiry: datetime | None
    """When the first of its subjects is no longer listed."""


class WatchlistUpdates:
    """Owns the lists in force; `active` is replaced whole, never changed in place."""

    def __init__(
        self,
        store: WatchlistStore,
        packages: Path,
        trusted: Mapping[str, Ed25519PublicKey],
        build: Build,
        galleries: KnownGalleries | None = None,
        *,
        site_id: str,
    ) -> None:
        self._store = store
        self._packages = packages
        self._site_id = site_id
        self._trusted = trusted
        self._build = build
        self._galleries = galleries or KnownGalleries()
        self._recall_due: datetime | None = None
        self.active: tuple[ActiveWatchlist, ...] = ()
        self.unusable: tuple[str, ...] = ()
        """Lists in the store that this edge's networks cannot search."""
        self.rejected: frozenset[str] = frozenset()
        """Lists whose newest version was refused."""
        self.recalls: Mapping[str, Recall] = {}
        """What last night's check of each list found."""

    @property
    def watchlists(self) -> tuple[Watchlist, ...]:
        """The lists to search."""
        return tuple(each.watchlist for each in self.active)

    def load(self, now: datetime) -> None:
        """Build what the store holds; a list that cannot be built is named in `unusable`."""
        active, unusable, held = [], [], self._store.load()
        for list_id in self._store.withdrawals().keys() - {each.package.list_id for each in held}:
            self._drop_files(list_id)
        for stored in held:
            try:
                active.append(self._activate(stored, now))
            except (WatchlistError, ModelError) as error:
                log.error("%s", error)
                unusable.append(stored.package.list_id)
            else:
                self._galleries.keep(active[-1].watchlist)
        self.active, self.unusable = tuple(active), tuple(unusable)

    def poll(self, now: datetime) -> int:
        """Take in what waits and drop subjects whose listing has expired; returns how many lists changed."""
        changed = sum(self.take(row, now) for row in self._store.pending())
        if any(each.next_expiry is not None and each.next_expiry <= now for each in self.active):
            self.load(now)
            changed += 1
        return changed

    def check_recall(self, now: datetime) -> None:
        """Once a night, compare the search of each list with brute force on a sample."""
        if self._recall_due is not None and now >= self._recall_due:
            seed = now.toordinal()
            self.recalls = {each.list_id: measure_recall(each.gallery, seed) for each in self.watchlists}
            for list_id, recall in self.recalls.items():
                level = logging.ERROR if recall.is_low else logging.INFO
                log.log(level, "watchlist %s: %d of %d probes found", list_id, recall.found, recall.asked)
        if self._recall_due is None or now >= self._recall_due:
            self._recall_due = next_night(now)

    def recalibrate(self, apply: Callable[[Watchlist], Watchlist]) -> None:
        """Give every list in force the thresholds that now hold for it."""
        self.active = tuple(replace(each, watchlist=apply(each.watchlist)) for each in self.active)

    def take(self, row: InboxRow, now: datetime) -> bool:
        """Take one version or withdrawal in; False when it was refused, repeated or unreadable."""
        if row.kind == WITHDRAWAL:
            return self._take_withdrawal(row, now)
        try:
            manifest = decode_manifest(row.body)
        except MessageError as error:
            log.error("inbox row %d: %s", row.row_id, error)
            self._store.dismiss(row.row_id, now)
            return False
        known = self._store.versions().get(manifest.list_id)
        if known == manifest.version:
            self._store.dismiss(row.row_id, now)
            return False
        try:
            self._apply(manifest, known, row.row_id, now)
        except (WatchlistError, ModelError, SyncError, EvidenceError, OSError) as error:
            self._reject(manifest, known, row.row_id, now, str(error))
            return False
        return True

    def _apply(self, manifest: WatchlistManifest, known: int | None, row_id: int, now: datetime) -> None:
        verify_manifest(manifest, self._trusted, now)
        self._require_no_replay(manifest, known)
        content = self._read(manifest)
        package = _decoded(content, manifest)
        if package.base_version is not None:
            package = complete_package(package, self._store.package(manifest.list_id))
            content = encode_package(package)
        stored = StoredWatchlist(package, manifest.expires_at, now)
        active = self._activate(stored, now)
        finding = self_test(active.watchlist)
        applied = WatchlistApplied(
            list_id=manifest.list_id,
            version=manifest.version,
            contract_id=active.watchlist.contract.contract_id,
            subjects=active.watchlist.gallery.subjects,
            references=active.watchlist.gallery.references,
            self_test=finding,
            applied_at=now,
        )
        self._store.switch(stored, content, applied, row_id)
        self._discard(manifest)
        others = [each for each in self.active if each.watchlist.list_id != manifest.list_id]
        self.active = tuple(sorted([*others, active], key=lambda each: each.watchlist.list_id))
        self.rejected -= {manifest.list_id}
        self.unusable = tuple(name for name in self.unusable if name != manifest.list_id)
        log.info("watchlist %s: version %d applied", manifest.list_id, manifest.version)
        self._galleries.keep(active.watchlist)

    def _require_no_replay(self, manifest: WatchlistManifest, known: int | None) -> None:
        if known is not None and manifest.version < known:
            raise WatchlistError(f"version {manifest.version} is older than version {known}")
        withdrawn = self._store.withdrawals().get(manifest.list_id)
        if withdrawn is not None and manifest.issued_at <= withdrawn:
            raise WatchlistError(f"version {manifest.version} was issued before the list was withdrawn")

    def _reject(
        self, manifest: WatchlistManifest, known: int | None, row_id: int, now: datetime, reason: str
    ) -> None:
        log.error("watchlist %s: version %d rejected: %s", manifest.list_id, manifest.version, reason)
        rejected = WatchlistRejected(
            list_id=manifest.list_id,
            version=manifest.version,
            kept_version=known,
            reason=reason,
            rejected_at=now,
        )
        self._store.reject(rejected, row_id)
        self.rejected |= {manifest.list_id}
        self._discard(manifest)

    def _take_withdrawal(self, row: InboxRow, now: datetime) -> bool:
        try:
            withdrawal = decode_withdrawal(row.body)
        except MessageError as error:
            log.error("inbox row %d: %s", row.row_id, error)
            self._store.dismiss(row.row_id, now)
            return False
        known = self._store.versions().get(withdrawal.list_id)
        try:
            verify_withdrawal(withdrawal, self._trusted, self._site_id)
        except SignatureError as error:
            log.error("watchlist %s: %s", withdrawal.list_id, error)
            self._store.reject(_refused(withdrawal, known, now, str(error)), row.row_id)
            return False
        withdrawn = WatchlistWithdrawn(list_id=withdrawal.list_id, version=known, withdrawn_at=now)
        self._store.withdraw(withdrawal, withdrawn, row.row_id)
        self._forget(withdrawal.list_id)
        log.info("watchlist %s: withdrawn", withdrawal.list_id)
        return True

    def _forget(self, list_id: str) -> None:
        """Search a list no more and delete what lies of it beside the store."""
        self.active = tuple(each for each in self.active if each.watchlist.list_id != list_id)
        self.rejected -= {list_id}
        self.unusable = tuple(name for name in self.unusable if name != list_id)
        self.recalls = {name: recall for name, recall in self.recalls.items() if name != list_id}
        self._drop_files(list_id)

    def _drop_files(self, list_id: str) -> None:
        self._galleries.forget(list_id)
        for path in set(packages_of(self._packages, list_id)) - self._waiting_files():
            path.unlink(missing_ok=True)

    def _waiting_files(self) -> set[Path]:
        """Name the packages that are still to be taken in: the list may have come back already."""
        files = set()
        for row in self._store.pending():
            if row.kind == KIND:
                with suppress(MessageError):
                    files.add(self._package_file(decode_manifest(row.body)))
        return files

    def _read(self, manifest: WatchlistManifest) -> bytes:
        try:
            data = self._package_file(manifest).read_bytes()
        except OSError as error:
            raise WatchlistError(f"package of version {manifest.version}: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() != manifest.package_sha256:
            raise SignatureError(f"package of version {manifest.version}: not what was signed")
        return data

    def _activate(self, stored: StoredWatchlist, now: datetime) -> ActiveWatchlist:
        known = self._galleries.find(stored.package, self.watchlists)
        watchlist = self._build(stored.package, now, known)
        ends = [subject.expires_at for subject in watchlist.subjects.values() if subject.expires_at]
        return ActiveWatchlist(watchlist, stored.expires_at, stored.applied_at, min(ends, default=None))

    def _discard(self, manifest: WatchlistManifest) -> None:
        """Delete a package that is settled: names and photos lie in it in clear."""
        self._package_file(manifest).unlink(missing_ok=True)

    def _package_file(self, manifest: WatchlistManifest) -> Path:
        return package_path(self._packages, manifest.list_id, manifest.version)


def _decoded(content: bytes, manifest: WatchlistManifest) -> WatchlistPackage:
    package = decode_package(content)
    if (package.list_id, package.version) != (manifest.list_id, manifest.version):
        raise WatchlistError(
            f"package holds list {package.list_id} version {package.version}, "
            f"signed is {manifest.list_id} version {manifest.version}"
        )
    return package


def _refused(
    withdrawal: WatchlistWithdrawal, known: int | None, now: datetime, reason: str
) -> WatchlistRejected:
    return WatchlistRejected(
        list_id=withdrawal.list_id,
        version=withdrawal.version,
        kept_version=known,
        reason=reason,
        rejected_at=now,
    )
