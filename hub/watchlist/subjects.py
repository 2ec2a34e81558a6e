"""Lists and the subjects on them: records, validation, queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select, tuple_, update

from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.store.paging import MAX_LIMIT, Page, Position, decode_cursor, encode_cursor
from hub.watchlist.tables import reference_photos, subjects, watchlists
from sync.errors import SyncError
from sync.identifiers import require_name

CATEGORIES = ("criminal-charges", "wanted", "court-order", "customs-offence", "missing-person", "test")
"""Reasons of listing; the console words them."""
MAX_TEXT = {
    "display_name": 200,
    "legal_basis": 500,
    "authority": 200,
    "case_number": 100,
    "instructions": 2000,
}
_REQUIRED = ("display_name", "legal_basis", "authority")


@dataclass(frozen=True, slots=True)
class SubjectRecord:
    """What an officer states about a person to be listed."""

    display_name: str
    category: str
    severity: int
    """1 (inform) to 3 (stop and call)."""
    legal_basis: str
    authority: str
    case_number: str = ""
    instructions: str = ""
    expires_at: datetime | None = None
    """Listing ends by itself; None: until removed."""


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


@dataclass(frozen=True, slots=True)
class SubjectDetail:
    """Everything about a subject but the pictures."""

    summary: SubjectSummary
    record: SubjectRecord
    enrolled_by: str
    removed_at: datetime | None
    removed_by: str | None
    references: tuple[ReferenceSummary, ...]


def check_record(record: SubjectRecord, now: datetime) -> None:
    """Raise `InvalidInputError` naming every bad field."""
    problems = tuple(_problems(record, now))
    if problems:
        raise InvalidInputError(*problems)


def create_list(connection: Connection, list_id: str, title: str, now: datetime) -> bool:
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
    connection.execute(watchlists.insert().values(list_id=list_id, title=title, created_at=now))
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
    values = {name: getattr(record, name) for name in SubjectRecord.__dataclass_fields__}
    connection.execute(subjects.insert().values(subject_id=subject_id, list_id=list_id, **values, **stamps))


def list_subjects(
    connection: Connection, list_id: str, *, now: datetime, cursor: str | None = None, limit: int = 50
) -> Page[SubjectSummary]:
    """Subjects of a list that were not removed, newest first; raises `NotFoundError` without such a list."""
    list_title(connection, list_id)
    limit = max(1, min(limit, MAX_LIMIT))
    query = (
        _rows()
        .where(subjects.c.list_id == list_id, subjects.c.removed_at.is_(None))
        .order_by(subjects.c.enrolled_at.desc(), subjects.c.subject_id.desc())
        .limit(limit + 1)
    )
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
        record=SubjectRecord(**{name: row._mapping[name] for name in SubjectRecord.__dataclass_fields__}),
        enrolled_by=row.enrolled_by,
        removed_at=row.removed_at,
        removed_by=row.removed_by,
        references=tuple(
            ReferenceSummary(**{name: photo._mapping[name] for name in ReferenceSummary.__dataclass_fields__})
            for photo in photos
        ),
    )


def remove_subject(connection: Connection, subject_id: str, *, actor: str, now: datetime) -> bool:
    """Take a subject off its list from the next version on; False when that was done before.

    Raises `NotFoundError` without such a subject.
    """
    done = connection.execute(
        update(subjects)
        .where(subjects.c.subject_id == subject_id, subjects.c.removed_at.is_(None))
        .values(removed_at=now, removed_by=actor)
    )
    if done.rowcount == 0:
        subject(connection, subject_id, now=now)
    return done.rowcount == 1


def is_live_at(now: datetime) -> ColumnElement[bool]:
    """Condition: neither removed nor expired."""
    return subjects.c.removed_at.is_(None) & or_(subjects.c.expires_at.is_(None), subjects.c.expires_at > now)


def _rows() -> Select[tuple[object, ...]]:
    photos = (
        select(func.count())
        .select_from(reference_photos)
        .where(reference_photos.c.subject_id == subjects.c.subject_id)
        .scalar_subquery()
    )
    return select(subjects, photos.label("photos"))


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


def _problems(record: SubjectRecord, now: datetime) -> Iterator[FieldProblem]:
    yield from _text_problems(record)
    if record.category not in CATEGORIES:
        yield FieldProblem(
            "/category", "unknown", f"{record.category[:80]!r} is none of {', '.join(CATEGORIES)}"
        )
    if record.severity not in {1, 2, 3}:
        yield FieldProblem("/severity", "out-of-range", f"{record.severity} is not 1, 2 or 3")
    if record.expires_at is not None and record.expires_at.tzinfo is None:
        yield FieldProblem("/expires_at", "no-time-zone", f"{record.expires_at.isoformat()} has no time zone")
    elif record.expires_at is not None and record.expires_at <= now:
        yield FieldProblem("/expires_at", "in-the-past", f"{record.expires_at.isoformat()} is over already")


def _text_problems(record: SubjectRecord) -> Iterator[FieldProblem]:
    for name, most in MAX_TEXT.items():
        value: str = getattr(record, name)
        if name in _REQUIRED and not value.strip():
            yield FieldProblem(f"/{name}", "missing", "must not be empty")
        elif len(value) > most:
            yield FieldProblem(f"/{name}", "too-long", f"{len(value)} characters, at most {most}")
        elif any(ord(character) < 32 and character not in "\n\r\t" for character in value):
            yield FieldProblem(f"/{name}", "control-character", "holds a control character")
