"""Lists and the subjects on them: stored, asked for, taken off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, or_, select, tuple_, update

from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.store.paging import MAX_LIMIT, Page, Position, decode_cursor, encode_cursor
from hub.watchlist.names import folded, script_of, words_of
from hub.watchlist.records import SubjectRecord
from hub.watchlist.tables import contracts, name_words, reference_photos, subject_names, subjects, watchlists
from sync.errors import SyncError
from sync.identifiers import require_name

DEFAULT_TWO_PERSON_ACTS = ("enrol", "remove", "publish")
"""What a new list's policy asks two officers for."""


@dataclass(frozen=True, slots=True)
class ListSummary:
    """One watchlist."""

    list_id: str
    title: str
    subjects: int
    """Live ones: neither removed nor expired."""


@dataclass(frozen=True, slots=True)
class SubjectSummary:
    """A subject in a list."""

    subject_id: str
    list_id: str
    display_name: str
    category: str
    severity: int
    authority: str
    expires_at: datetime | None
    enrolled_at: datetime
    references: int
    is_live: bool
    """Neither removed nor expired: in the next published version."""


@dataclass(frozen=True, slots=True)
class SubjectName:
    """One name of a subject."""

    name: str
    script: str
    """``latin``, ``azerbaijani``, ``cyrillic``, ``georgian``, ``arabic`` or ``other``."""


@dataclass(frozen=True, slots=True)
class ReferenceSummary:
    """An enrolled photo; the picture itself is at `/api/v1/references/{id}`."""

    reference_id: str
    quality: float
    """0 to 100."""
    face_width: float
    """Pixels."""
    captured_on: str
    """ISO date or empty."""
    contract_id: str
    components: dict[str, int]
    """What was measured, 0 to 100, under the names of ISO/IEC 29794-5."""


@dataclass(frozen=True, slots=True)
class SubjectDetail:
    """Everything about a subject but the pictures."""

    summary: SubjectSummary
    record: SubjectRecord
    enrolled_by: str
    removed_at: datetime | None
    removed_by: str | None
    removal_reason: str | None
    expired_at: datetime | None
    """When the end of the listing was noticed and written down."""
    names: tuple[SubjectName, ...]
    """The one it is shown by first, then the others."""
    references: tuple[ReferenceSummary, ...]


def create_list(
    connection: Connection,
    list_id: str,
    title: str,
    now: datetime,
    *,
    two_person_acts: Sequence[str] = DEFAULT_TWO_PERSON_ACTS,
) -> bool:
    """Make a list; False when it stands already with that title. Raises for a bad id or another title."""
    try:
        require_name(list_id, "list")
    except SyncError as error:
        raise InvalidInputError(FieldProblem("/list_id", "not-a-name", str(error))) from error
    if not 0 < len(title.strip()) <= 200:
        raise InvalidInputError(
            FieldProblem("/title", "missing", "a list needs a title of at most 200 characters")
        )
    stored = connection.scalar(select(watchlists.c.title).where(watchlists.c.list_id == list_id))
    if stored is not None and stored != title:
        raise ConflictError("list-exists", f"list {list_id!r} exists with the title {stored!r}")
    if stored is not None:
        return False
    connection.execute(
        watchlists.insert().values(
            list_id=list_id, title=title, created_at=now, two_person_acts=" ".join(two_person_acts)
        )
    )
    return True


def all_lists(connection: Connection, now: datetime) -> tuple[ListSummary, ...]:
    """Every list by id."""
    live = (
        select(func.count())
        .select_from(subjects)
        .where(subjects.c.list_id == watchlists.c.list_id, is_live_at(now))
        .scalar_subquery()
    )
    rows = connection.execute(select(watchlists, live.label("live")).order_by(watchlists.c.list_id))
    return tuple(ListSummary(row.list_id, row.title, row.live) for row in rows)


def list_title(connection: Connection, list_id: str) -> str:
    """Title of a list; raises `NotFoundError`."""
    title = connection.scalar(select(watchlists.c.title).where(watchlists.c.list_id == list_id))
    if title is None:
        raise NotFoundError("watchlist", list_id)
    return str(title)


def insert_subject(
    connection: Connection, subject_id: str, list_id: str, record: SubjectRecord, **stamps: object
) -> None:
    """Store a checked record; `stamps` are ``enrolled_at`` and ``enrolled_by``."""
    values = record_row(record)
    connection.execute(subjects.insert().values(subject_id=subject_id, list_id=list_id, **values, **stamps))
    store_names(connection, subject_id, record)


def record_row(record: SubjectRecord) -> dict[str, object]:
    """Give the columns of a record; its other names have a table of their own."""
    names = [name for name in SubjectRecord.__dataclass_fields__ if name != "aliases"]
    return {name: getattr(record, name) for name in names} | {"external_key": record.external_key or None}


def store_names(connection: Connection, subject_id: str, record: SubjectRecord) -> None:
    """Write a subject's names anew, each with its script and under the words that all spellings share."""
    for table in (subject_names, name_words):
        connection.execute(delete(table).where(table.c.subject_id == subject_id))
    names = (record.display_name, *record.aliases)
    connection.execute(
        subject_names.insert(),
        [
            {
                "subject_id": subject_id,
                "position": position,
                "name": name,
                "script": script_of(name),
                "folded": folded(name),
            }
            for position, name in enumerate(names)
        ],
    )
    words = sorted({word for name in names for word in words_of(name)})
    if words:
        rows = [{"word": word, "subject_id": subject_id} for word in words]
        connection.execute(name_words.insert(), rows)


def list_subjects(
    connection: Connection,
    list_id: str,
    *,
    now: datetime,
    cursor: str | None = None,
    limit: int = 50,
    name: str = "",
) -> Page[SubjectSummary]:
    """Subjects of a list that were not removed, newest first; raises `NotFoundError` without such a list.

    `name` finds those with a name in which every word of it begins a word, in whatever script.
    """
    list_title(connection, list_id)
    limit = max(1, min(limit, MAX_LIMIT))
    query = (
        _rows()
        .where(subjects.c.list_id == list_id, subjects.c.removed_at.is_(None))
        .order_by(subjects.c.enrolled_at.desc(), subjects.c.subject_id.desc())
        .limit(limit + 1)
    )
    for word in words_of(name):
        query = query.where(subjects.c.subject_id.in_(_named(word)))
    if cursor is not None:
        after = decode_cursor(cursor)
        query = query.where(
            tuple_(subjects.c.enrolled_at, subjects.c.subject_id) < tuple_(after.at, after.identifier)
        )
    rows = connection.execute(query).all()
    items = tuple(_summary(row, now) for row in rows[:limit])
    more = len(rows) > limit
    return Page(items, encode_cursor(Position(items[-1].enrolled_at, items[-1].subject_id)) if more else None)


def subject(connection: Connection, subject_id: str, *, now: datetime) -> SubjectDetail:
    """One subject, removed ones included; raises `NotFoundError`."""
    row = connection.execute(_rows().where(subjects.c.subject_id == subject_id)).first()
    if row is None:
        raise NotFoundError("subject", subject_id)
    photos = connection.execute(
        select(reference_photos)
        .where(reference_photos.c.subject_id == subject_id)
        .order_by(reference_photos.c.position)
    )
    return SubjectDetail(
        summary=_summary(row, now),
        record=_record(connection, row),
        enrolled_by=row.enrolled_by,
        removed_at=row.removed_at,
        removed_by=row.removed_by,
        removal_reason=row.removal_reason,
        expired_at=row.expired_at,
        names=names_of(connection, subject_id),
        references=tuple(
            ReferenceSummary(**{name: photo._mapping[name] for name in ReferenceSummary.__dataclass_fields__})
            for photo in photos
        ),
    )


def remove_subject(
    connection: Connection, subject_id: str, *, actor: str, now: datetime, reason: str = ""
) -> bool:
    """Take a subject off its list from the next version on; False when that was done before.

    Raises `NotFoundError` without such a subject.
    """
    done = connection.execute(
        update(subjects)
        .where(subjects.c.subject_id == subject_id, subjects.c.removed_at.is_(None))
        .values(removed_at=now, removed_by=actor, removal_reason=reason, external_key=None)
    )
    if done.rowcount:
        mark_changed(connection, subject_id)
    else:
        subject(connection, subject_id, now=now)
    return done.rowcount == 1


def names_of(connection: Connection, subject_id: str) -> tuple[SubjectName, ...]:
    """Every name of a subject, the one it is shown by first."""
    rows = connection.execute(
        select(subject_names.c.name, subject_names.c.script)
        .where(subject_names.c.subject_id == subject_id)
        .order_by(subject_names.c.position)
    )
    return tuple(SubjectName(row.name, row.script) for row in rows)


def mark_changed(connection: Connection, subject_id: str) -> None:
    """Tell whoever holds the subject's templates in memory that they changed."""
    own = select(reference_photos.c.contract_id).where(reference_photos.c.subject_id == subject_id)
    for contract_id in set(connection.scalars(own)):
        connection.execute(
            update(reference_photos)
            .where(reference_photos.c.subject_id == subject_id, reference_photos.c.contract_id == contract_id)
            .values(changed_in=next_gallery_version(connection, contract_id))
        )


def next_gallery_version(connection: Connection, contract_id: str) -> int:
    """Count a change to a contract's references; the row's lock keeps versions in the order of commits."""
    is_it = contracts.c.contract_id == contract_id
    connection.execute(update(contracts).where(is_it).values(gallery_version=contracts.c.gallery_version + 1))
    return int(connection.scalar(select(contracts.c.gallery_version).where(is_it)) or 0)


def is_live_at(now: datetime) -> ColumnElement[bool]:
    """Condition: neither removed nor expired."""
    return subjects.c.removed_at.is_(None) & or_(subjects.c.expires_at.is_(None), subjects.c.expires_at > now)


def _named(word: str) -> Select[tuple[object, ...]]:
    # Words are of the letters a to z alone, so this range holds what begins with `word` in any collation.
    return select(name_words.c.subject_id).where(name_words.c.word.between(word, word + "zzzz"))


def _rows() -> Select[tuple[object, ...]]:
    photos = (
        select(func.count())
        .select_from(reference_photos)
        .where(reference_photos.c.subject_id == subjects.c.subject_id)
        .scalar_subquery()
    )
    return select(subjects, photos.label("photos"))


def _record(connection: Connection, row: Row[tuple[object, ...]]) -> SubjectRecord:
    names = [name for name in SubjectRecord.__dataclass_fields__ if name != "aliases"]
    values = {name: row._mapping[name] for name in names}
    return SubjectRecord(
        **values | {"external_key": values["external_key"] or ""},
        aliases=tuple(one.name for one in names_of(connection, row.subject_id)[1:]),
    )


def _summary(row: Row[tuple[object, ...]], now: datetime) -> SubjectSummary:
    return SubjectSummary(
        subject_id=row.subject_id,
        list_id=row.list_id,
        display_name=row.display_name,
        category=row.category,
        severity=row.severity,
        authority=row.authority,
        expires_at=row.expires_at,
        enrolled_at=row.enrolled_at,
        references=row.photos,
        is_live=row.removed_at is None and (row.expires_at is None or row.expires_at > now),
    )
