"""Publishes watchlist versions: package, signed manifest and version row in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from hub.bootstrap import Services
from hub.errors import ConflictError
from hub.fleet.tables import device_watchlists
from hub.live.kinds import ChangeKind
from hub.people.audit import Act, Detail, record
from hub.store.database import writing
from hub.store.notify import publish_change
from hub.store.paging import LARGEST_INTEGER, Page, decode_number
from hub.watchlist.acting import Event, Officers, note_event
from hub.watchlist.expiry import expire_listings
from hub.watchlist.packaging import build_package
from hub.watchlist.proposal_content import Publish
from hub.watchlist.stored_packages import keep_package, package_bytes
from hub.watchlist.subjects import is_live_at, list_title
from hub.watchlist.tables import reference_photos, subjects, watchlist_versions
from models.template import EmbeddingContract
from sync.codec import decode_manifest, decode_package, encode_manifest, encode_package
from sync.messages import WatchlistManifest
from sync.signing import sign_manifest
from sync.watchlist_package import WatchlistPackage

_SIGNED_FIELDS = (
    "list_id",
    "version",
    "base_version",
    "contract_id",
    "subjects",
    "references",
    "package_sha256",
    "package_size",
    "expires_at",
)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a device says of a list."""

    device_id: str
    version: int | None
    """The version it searches; None: none yet."""
    applied_at: datetime | None
    self_test: str | None
    rejected_version: int | None
    rejected_reason: str | None
    rejected_at: datetime | None
    withdrawn_at: datetime | None
    """When it dropped the list because its site was taken off; None: it did not, or has taken it up again."""


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """One published version."""

    list_id: str
    version: int
    base_version: int | None
    contract_id: str
    subjects: int
    references: int
    package_sha256: str
    package_size: int
    """Bytes."""
    published_at: datetime
    published_by: str
    approved_by: str | None
    """The second officer; None: the list's policy asked for one."""
    state_of: int | None
    """The older version whose state this one brought back; None: the list as it stood."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PublicationPreview:
    """What publishing now would put out."""

    next_version: int
    subjects: int
    """Of several contracts, once for each."""
    references: int
    contract_ids: tuple[str, ...]
    """More than one: publishing will be refused."""


def publish(services: Services, list_id: str, *, actor: str, allow_empty: bool = False) -> VersionSummary:
    """Publish the list's live subjects as its next version, whatever the list's policy.

    Raises `NotFoundError` without such a list; `ConflictError` when references are of several contracts
    (``mixed-contracts``) or nobody is on the list (``empty-list``, unless `allow_empty`).
    """
    with writing(services.engine) as connection:
        return publish_within(services, connection, list_id, Officers(actor), allow_empty=allow_empty)


def publish_within(
    services: Services,
    connection: Connection,
    list_id: str,
    officers: Officers,
    *,
    allow_empty: bool = False,
) -> VersionSummary:
    """Do the same inside the caller's write transaction, which keeps two publications apart."""
    title = list_title(connection, list_id)
    expire_listings(services, connection, list_id)
    package = build_package(
        services, connection, list_id, title=title, version=_newest(connection, list_id) + 1
    )
    if not package.subjects and not allow_empty:
        raise ConflictError("empty-list", f"list {list_id!r} has no live subject")
    return _publish(services, connection, package, officers, None)


def proposed_publication(
    services: Services,
    connection: Connection,
    list_id: str,
    *,
    allow_empty: bool = False,
    state_of: int | None = None,
) -> Publish:
    """Describe the next version for a proposal; raises what publishing it now would raise."""
    coming = preview(connection, list_id, services.clock())
    if state_of is not None:
        older_state(services, connection, list_id, state_of)
    elif len(coming.contract_ids) > 1:
        names = ", ".join(coming.contract_ids)
        raise ConflictError("mixed-contracts", f"list {list_id!r} holds references of {names}")
    elif not coming.subjects and not (allow_empty and coming.next_version > 1):
        raise ConflictError("empty-list", f"list {list_id!r} has no live subject")
    return Publish(
        next_version=coming.next_version,
        digest=_digest(connection, list_id),
        allow_empty=allow_empty,
        state_of=state_of,
    )


def publish_proposed(
    services: Services, connection: Connection, list_id: str, proposed: Publish, officers: Officers
) -> VersionSummary:
    """Publish what was proposed; raises `ConflictError` when the list has changed since (``overtaken``)."""
    is_same = _digest(connection, list_id) == proposed.digest
    if not is_same or _newest(connection, list_id) + 1 != proposed.next_version:
        raise ConflictError("overtaken", f"list {list_id!r} has changed since the proposal: propose it anew")
    if proposed.state_of is None:
        return publish_within(services, connection, list_id, officers, allow_empty=proposed.allow_empty)
    expire_listings(services, connection, list_id)
    package = older_state(services, connection, list_id, proposed.state_of)
    return _publish(services, connection, package, officers, proposed.state_of)


def older_state(services: Services, connection: Connection, list_id: str, version: int) -> WatchlistPackage:
    """Take the state of a kept version for the next one, without whose listing has ended since.

    Who was taken off or has expired stays off: a revocation is not undone by going back. Raises
    `NotFoundError` for a version whose package is no longer kept, `ConflictError` when nobody is left.
    """
    package = decode_package(package_bytes(services, connection, list_id, version))
    live = select(subjects.c.subject_id).where(subjects.c.list_id == list_id, is_live_at(services.clock()))
    listed = set(connection.scalars(live))
    kept = tuple(one for one in package.subjects if one.subject_id in listed)
    if not kept:
        raise ConflictError("empty-list", f"nobody of version {version} of {list_id!r} is listed any more")
    ids = {one.subject_id for one in kept}
    pairs = tuple(one for one in package.look_alikes if {one.first_id, one.second_id} <= ids)
    number = _newest(connection, list_id) + 1
    return msgspec.structs.replace(package, version=number, subjects=kept, look_alikes=pairs)


def _publish(
    services: Services,
    connection: Connection,
    package: WatchlistPackage,
    officers: Officers,
    state_of: int | None,
) -> VersionSummary:
    now, actor = services.clock(), officers.proposed_by
    stamps = {"published_at": now, "published_by": actor, "approved_by": officers.approved_by}
    summary = _store_version(services, connection, package, stamps | {"state_of": state_of})
    detail: Detail = {
        "version": summary.version,
        "subjects": summary.subjects,
        "sha256": summary.package_sha256,
        **officers.detail,
    }
    record(connection, Act(actor, "watchlist-published", package.list_id, detail), now)
    publish_change(connection, ChangeKind.WATCHLIST, package.list_id, now)
    changes: dict[str, tuple[object, object]] = {"version": (summary.version - 1 or None, summary.version)}
    if state_of is not None:
        changes["state_of"] = (None, state_of)
    note_event(services, connection, Event(package.list_id, None, "published", changes), officers)
    return summary


def _digest(connection: Connection, list_id: str) -> str:
    """Stand for everybody on the list with facts and photos; the end of a listing does not change it."""
    rows = connection.execute(
        select(subjects.c.subject_id, subjects.c.amended_at, reference_photos.c.reference_id)
        .join(reference_photos, reference_photos.c.subject_id == subjects.c.subject_id)
        .where(subjects.c.list_id == list_id, subjects.c.removed_at.is_(None))
        .order_by(subjects.c.subject_id, reference_photos.c.reference_id)
    )
    digest = sha256()
    for row in rows:
        digest.update(f"{row.subject_id} {row.amended_at} {row.reference_id}\n".encode())
    return digest.hexdigest()


def preview(connection: Connection, list_id: str, now: datetime) -> PublicationPreview:
    """Count what the next version would hold; raises `NotFoundError`."""
    list_title(connection, list_id)
    by_contract = (
        select(
            reference_photos.c.contract_id,
            func.count().label("references"),
            func.count(subjects.c.subject_id.distinct()).label("subjects"),
        )
        .join(subjects, reference_photos.c.subject_id == subjects.c.subject_id)
        .where(subjects.c.list_id == list_id, is_live_at(now))
        .group_by(reference_photos.c.contract_id)
    )
    rows = connection.execute(by_contract).all()
    return PublicationPreview(
        next_version=_newest(connection, list_id) + 1,
        subjects=sum(row.subjects for row in rows),
        references=sum(row.references for row in rows),
        contract_ids=tuple(sorted(row.contract_id for row in rows)),
    )


def versions(connection: Connection, list_id: str, *, limit: int = 50) -> tuple[VersionSummary, ...]:
    """List published versions, newest first; raises `NotFoundError` without such a list."""
    return find_versions(connection, list_id, limit=limit).items


def find_versions(
    connection: Connection, list_id: str, *, cursor: str | None = None, limit: int = 50
) -> Page[VersionSummary]:
    """List published versions, newest first; the cursor is the last one's number.

    Raises `NotFoundError` without such a list, `InvalidInputError` for a cursor that is no number.
    """
    list_title(connection, list_id)
    published = watchlist_versions.c
    query = select(watchlist_versions).where(published.list_id == list_id)
    query = query.order_by(published.version.desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(published.version < decode_number(cursor, most=LARGEST_INTEGER))
    found = tuple(_summary(row) for row in connection.execute(query))
    return Page(found[:limit], str(found[limit - 1].version) if len(found) > limit else None)


def confirmations(connection: Connection, list_id: str) -> tuple[Confirmation, ...]:
    """List what each device last said of the list, by device."""
    query = (
        select(device_watchlists)
        .where(device_watchlists.c.list_id == list_id)
        .order_by(device_watchlists.c.device_id)
    )
    return tuple(
        Confirmation(**{name: row._mapping[name] for name in Confirmation.__dataclass_fields__})
        for row in connection.execute(query)
    )


def newest_manifests(connection: Connection) -> tuple[WatchlistManifest, ...]:
    """Return the signed manifest of each list's newest version."""
    newest = (
        select(watchlist_versions.c.list_id, func.max(watchlist_versions.c.version).label("version"))
        .group_by(watchlist_versions.c.list_id)
        .subquery()
    )
    query = select(watchlist_versions.c.manifest).join(
        newest,
        (watchlist_versions.c.list_id == newest.c.list_id)
        & (watchlist_versions.c.version == newest.c.version),
    )
    return tuple(decode_manifest(manifest) for manifest in connection.scalars(query))


def _newest(connection: Connection, list_id: str) -> int:
    query = select(func.max(watchlist_versions.c.version)).where(watchlist_versions.c.list_id == list_id)
    return int(connection.scalar(query) or 0)


def _store_version(
    services: Services, connection: Connection, package: WatchlistPackage, stamps: dict[str, Any]
) -> VersionSummary:
    content = encode_package(package)
    manifest = sign_manifest(
        _manifest(services, package, content, stamps["published_at"]), services.signing_key
    )
    values: dict[str, Any] = {field: getattr(manifest, field) for field in _SIGNED_FIELDS} | stamps
    signed = encode_manifest(manifest)
    connection.execute(watchlist_versions.insert().values(**values, manifest=signed))
    keep_package(services, connection, package, content)
    return VersionSummary(**values)


def _manifest(
    services: Services, package: WatchlistPackage, content: bytes, now: datetime
) -> WatchlistManifest:
    return WatchlistManifest(
        list_id=package.list_id,
        version=package.version,
        base_version=package.base_version,
        contract_id=EmbeddingContract(**msgspec.structs.asdict(package.contract)).contract_id,
        package_sha256=sha256(content).hexdigest(),
        package_size=len(content),
        subjects=len(package.subjects),
        references=sum(len(subject.references) for subject in package.subjects),
        issued_at=now,
        expires_at=now + timedelta(days=services.settings.watchlists.manifest_days),
        key_id="",
    )


def _summary(row: Row[tuple[object, ...]]) -> VersionSummary:
    return VersionSummary(**{name: row._mapping[name] for name in VersionSummary.__dataclass_fields__})
