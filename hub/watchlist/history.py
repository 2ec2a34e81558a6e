"""What ever happened to a list and to each subject of it: kept for good, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, select, tuple_

from hub.store.paging import MAX_LIMIT, Page, Position, decode_cursor, encode_cursor
from hub.watchlist.tables import watchlist_history


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One event."""

    entry_id: str
    list_id: str
    subject_id: str | None
    """None: it concerns the list as a whole."""
    at: datetime
    actor: str
    action: str
    """``enrolled``, ``amended``, ``photos-added``, ``removed``, ``expired``, ``look-alike``, ``published``,
    ``policy-changed``, ``proposed``, ``rejected``, ``withdrawn``, ``lapsed``, ``imported``, ``exported``."""
    approved_by: str | None = None
    """The second officer, where the policy asks for one."""
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    """By field: what it was, what it became."""
    reason: str = ""


def note(connection: Connection, entry: HistoryEntry) -> None:
    """Append an event inside the caller's write transaction."""
    row = {name: getattr(entry, name) for name in HistoryEntry.__dataclass_fields__}
    changes = {name: list(pair) for name, pair in entry.changes.items()}
    connection.execute(watchlist_history.insert().values(**row | {"changes": changes}))


def history_of_list(
    connection: Connection, list_id: str, *, cursor: str | None = None, limit: int = 50
) -> Page[HistoryEntry]:
    """Everything that happened to a list and its subjects, newest first."""
    return _page(connection, watchlist_history.c.list_id == list_id, cursor, limit)


def history_of_subject(
    connection: Connection, subject_id: str, *, cursor: str | None = None, limit: int = 50
) -> Page[HistoryEntry]:
    """Everything that happened to a subject, newest first."""
    return _page(connection, watchlist_history.c.subject_id == subject_id, cursor, limit)


def _page(
    connection: Connection, condition: ColumnElement[bool], cursor: str | None, limit: int
) -> Page[HistoryEntry]:
    limit = max(1, min(limit, MAX_LIMIT))
    columns = watchlist_history.c
    query = (
        select(watchlist_history)
        .where(condition)
        .order_by(columns.at.desc(), columns.entry_id.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        after = decode_cursor(cursor)
        query = query.where(tuple_(columns.at, columns.entry_id) < tuple_(after.at, after.identifier))
    rows = connection.execute(query).all()
    items = tuple(_entry(row._mapping) for row in rows[:limit])
    more = len(rows) > limit
    return Page(items, encode_cursor(Position(items[-1].at, items[-1].entry_id)) if more else None)


def _entry(row: RowMapping) -> HistoryEntry:
    values = {name: row[name] for name in HistoryEntry.__dataclass_fields__}
    changes = {name: (pair[0], pair[1]) for name, pair in values["changes"].items()}
    return HistoryEntry(**values | {"changes": changes})
