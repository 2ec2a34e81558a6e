"""What the store needs done again and again: room ahead, and nothing kept for longer than it may be."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, delete, select

from hub.bootstrap import Services
from hub.ingest.tables import inbox
from hub.jobs.queue import Arguments
from hub.jobs.worker import Handler
from hub.people.tables import login_failures, sessions
from hub.store import idempotency
from hub.store.database import writing, writing_beside_others
from hub.store.notify import forget_changes
from hub.store.partitions import drop_months_before, make_room
from hub.store.tables import idempotency as answers

LOGIN_FAILURES_KEPT = timedelta(days=30)
ROWS_AT_ONCE = 5_000
"""A deletion that holds its locks for long would stall those who write."""


def handlers() -> Mapping[str, Handler]:
    """Name the jobs of this module, by kind."""
    return {
        "forget-sessions": Handler(forget_sessions, every=timedelta(hours=1)),
        "forget-answers": Handler(forget_answers, every=timedelta(hours=1)),
        "forget-inbox": Handler(forget_inbox, every=timedelta(days=1)),
        "make-room": Handler(make_room_ahead, every=timedelta(days=1)),
        "forget-changes": Handler(forget_old_changes, every=timedelta(hours=1)),
    }


def forget_sessions(services: Services, _: Arguments) -> None:
    """Delete sessions that have run out, and old failed sign-ins."""
    now = services.clock()
    delete_until_none(services, sessions.c.expires_at, now)
    delete_until_none(services, login_failures.c.at, now - LOGIN_FAILURES_KEPT)


def forget_answers(services: Services, _: Arguments) -> None:
    """Delete answers remembered under idempotency keys that are too old to be asked for."""
    delete_until_none(services, answers.c.at, services.clock() - idempotency.KEPT_FOR)


def forget_inbox(services: Services, _: Arguments) -> None:
    """Let go of old messages: whole months where they are partitions, what is left row by row."""
    before = services.clock() - timedelta(days=services.settings.store.inbox_days)
    if services.engine.dialect.name == "postgresql":
        with writing(services.engine) as connection:
            drop_months_before(connection, inbox.c.received_at, before)
    delete_until_none(services, inbox.c.received_at, before)


def make_room_ahead(services: Services, _: Arguments) -> None:
    """Make the coming months' partitions, where the engine has any."""
    with writing(services.engine) as connection:
        make_room(connection, services.clock())


def forget_old_changes(services: Services, _: Arguments) -> None:
    """Shorten the feed of changes."""
    with writing_beside_others(services.engine) as connection:
        forget_changes(connection, services.clock())


def delete_until_none(services: Services, column: Column[datetime], before: datetime) -> int:
    """Delete a table's rows whose time lies before, some at a time; returns how many."""
    deleted = 0
    while True:
        with writing_beside_others(services.engine) as connection:
            count = _delete_some(connection, column, before)
        deleted += count
        if count < ROWS_AT_ONCE:
            return deleted


def _delete_some(connection: Connection, column: Column[datetime], before: datetime) -> int:
    key = next(iter(column.table.primary_key.columns))
    old = select(key).where(column < before).limit(ROWS_AT_ONCE)
    return connection.execute(delete(column.table).where(key.in_(old), column < before)).rowcount
