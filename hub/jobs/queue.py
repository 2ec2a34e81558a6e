"""Puts jobs in, claims them, notes what became of them; each within the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Select, delete, func, select, update

from hub.errors import NotFoundError
from hub.jobs.tables import jobs
from hub.store.insertion import insert_if_new

CHANNEL = "kechid_jobs"
Arguments = Mapping[str, Any]
"""What JSON can hold: identifiers, never names, pictures or secrets."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work to be done."""

    kind: str
    arguments: Arguments = field(default_factory=dict)
    unique_key: str | None = None
    """While a job of this key waits, another is not added; while one runs, it runs once more afterwards."""
    priority: int = 0
    """Smaller is sooner."""
    run_at: datetime | None = None
    """Not before; None: now."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job that a worker has claimed."""

    job_id: int
    kind: str
    arguments: Arguments
    attempts: int
    """This one included."""
    claimed_by: str
    lease_ends_at: datetime


@dataclass(frozen=True, slots=True)
class DeadJob:
    """One that was given up, and why."""

    job_id: int
    kind: str
    attempts: int
    reason: str
    gave_up_at: datetime


def enqueue(connection: Connection, job: NewJob, now: datetime) -> bool:
    """Add a job; False when one of its key stands for it already."""
    is_new = insert_if_new(connection, jobs, _row(job, now))
    if not is_new:
        _want_again(connection, job, now)
    _announce(connection)
    return is_new


def keep_recurring(connection: Connection, kind: str, now: datetime) -> None:
    """Add a job that comes back by itself, unless it is there."""
    insert_if_new(connection, jobs, _row(NewJob(kind, unique_key=kind), now))


def claim(connection: Connection, leases: Mapping[str, timedelta], worker: str, now: datetime) -> Job | None:
    """Take the most urgent due job of the kinds in `leases`.

    Nobody else gets it before its lease has run out; then it is due again, for its worker has ended or hangs.
    """
    due = (
        select(jobs)
        .where(jobs.c.due_at <= now, jobs.c.kind.in_(leases))
        .order_by(jobs.c.priority, jobs.c.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = connection.execute(due).first()
    if row is None:
        return None
    job = Job(row.job_id, row.kind, row.arguments, row.attempts + 1, worker, now + leases[row.kind])
    connection.execute(
        update(jobs)
        .where(jobs.c.job_id == job.job_id)
        .values(claimed_by=worker, due_at=job.lease_ends_at, attempts=job.attempts, changed_at=now)
    )
    return job


def finish(connection: Connection, job: Job, now: datetime, *, again_at: datetime | None = None) -> bool:
    """Forget a job that is done, or set it for `again_at`; False when another worker has it by now."""
    wanted = connection.execute(_held(job, jobs.c.is_wanted_again).with_for_update()).first()
    if wanted is None:
        return False
    due_at = now if wanted.is_wanted_again else again_at
    if due_at is None:
        connection.execute(delete(jobs).where(jobs.c.job_id == job.job_id))
    else:
        _put_back(connection, job, now, due_at=due_at, attempts=0, is_wanted_again=False, reason="")
    return True


def fail(connection: Connection, job: Job, reason: str, retry_at: datetime | None, now: datetime) -> bool:
    """Note a failure: again at `retry_at`, or dead when that is None; False when another worker has it."""
    if connection.execute(_held(job, jobs.c.job_id).with_for_update()).first() is None:
        return False
    _put_back(connection, job, now, due_at=retry_at, reason=reason[:500])
    return True


def dead_jobs(connection: Connection, *, limit: int = 100) -> tuple[DeadJob, ...]:
    """List what was given up, newest first."""
    query = select(jobs).where(jobs.c.due_at.is_(None)).order_by(jobs.c.changed_at.desc()).limit(limit)
    return tuple(
        DeadJob(row.job_id, row.kind, row.attempts, row.reason, row.changed_at)
        for row in connection.execute(query)
    )


def revive(connection: Connection, job_id: int, now: datetime) -> None:
    """Try a dead job once more; raises `NotFoundError` when there is none of that id."""
    done = connection.execute(
        update(jobs)
        .where(jobs.c.job_id == job_id, jobs.c.due_at.is_(None))
        .values(due_at=now, attempts=0, changed_at=now)
    )
    if done.rowcount == 0:
        raise NotFoundError("dead job", str(job_id))
    _announce(connection)


def next_due(connection: Connection, kinds: tuple[str, ...]) -> datetime | None:
    """Return when the next job is due; None: nothing waits."""
    due_at: datetime | None = connection.scalar(select(func.min(jobs.c.due_at)).where(jobs.c.kind.in_(kinds)))
    return due_at


def _want_again(connection: Connection, job: NewJob, now: datetime) -> None:
    """Let a dead one live, a running one run again and a waiting one be as early as the new one asks."""
    same = jobs.c.unique_key == job.unique_key
    due_at = job.run_at or now
    connection.execute(update(jobs).where(same, jobs.c.claimed_by.is_not(None)).values(is_wanted_again=True))
    changes = {"arguments": dict(job.arguments), "due_at": due_at, "attempts": 0, "changed_at": now}
    waits = same & jobs.c.claimed_by.is_(None)
    connection.execute(
        update(jobs).where(waits, jobs.c.due_at.is_(None) | (jobs.c.due_at > due_at)).values(**changes)
    )


def _held(job: Job, column: Column[Any]) -> Select[tuple[Any]]:
    mine = (jobs.c.job_id == job.job_id, jobs.c.claimed_by == job.claimed_by, jobs.c.attempts == job.attempts)
    return select(column).where(*mine)


def _put_back(connection: Connection, job: Job, now: datetime, **changes: object) -> None:
    connection.execute(
        update(jobs).where(jobs.c.job_id == job.job_id).values(claimed_by=None, changed_at=now, **changes)
    )


def _announce(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(CHANNEL, "")))


def _row(job: NewJob, now: datetime) -> dict[str, object]:
    return {
        "kind": job.kind,
        "arguments": dict(job.arguments),
        "unique_key": job.unique_key,
        "priority": job.priority,
        "due_at": job.run_at or now,
        "attempts": 0,
        "is_wanted_again": False,
        "reason": "",
        "made_at": now,
        "changed_at": now,
    }
