"""Does jobs one after another until it is stopped; several such processes share them."""

import logging
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from hub.bootstrap import Services
from hub.ingest.storing import one_line
from hub.jobs.queue import Arguments, Job, claim, fail, finish, keep_recurring, next_due
from hub.jobs.retrying import RetryPolicy, next_attempt
from hub.store.database import reading, writing_beside_others
from hub.store.listening import Listener
from sync import service_notify
from sync.backoff import delay_s

IDLE_S = 5.0
"""Longest wait between looks at the table; an announced job is claimed at once."""
STEP_S = 0.5
WATCHDOG_S = 10.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Handler:
    """How a kind of job is done."""

    work: Callable[[Services, Arguments], None]
    """Harmless to repeat; commits for itself; raises for a failure."""
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    lease: timedelta = timedelta(minutes=5)
    """How long it may take at most: then another worker takes it, and this one is taken for hung."""
    every: timedelta | None = None
    """For what has to be done again and again."""


class Worker:
    """One thread's work; `stop` may be set from any other, or from a signal handler."""

    def __init__(
        self,
        services: Services,
        handlers: Mapping[str, Handler],
        *,
        name: str,
        chance: Callable[[], float] = random.random,
        stop: Event | None = None,
    ) -> None:
        """Do the kinds of `handlers` under a name that no other worker has."""
        self.done = 0
        self.failed = 0
        self._services = services
        self._handlers = handlers
        self._name = name
        self._chance = chance
        self._stop = stop or Event()

    def run(self, listener: Listener) -> None:
        """Work until stopped; a store that is away is waited out."""
        failures = 0
        service_notify.ready()
        while not self._stop.is_set():
            try:
                if failures == 0:
                    self.schedule()
                self.drain()
                failures = 0
                self._idle(listener)
            except SQLAlchemyError as error:
                _log.warning("the store cannot be used: %s", type(error).__name__)
                self._stop.wait(delay_s(failures, self._chance(), most_s=IDLE_S))
                failures += 1
            service_notify.watchdog()
        listener.close()

    def schedule(self) -> None:
        """Make sure that what recurs stands in the table."""
        with writing_beside_others(self._services.engine) as connection:
            for kind, handler in self._handlers.items():
                if handler.every is not None:
                    keep_recurring(connection, kind, self._services.clock())

    def drain(self) -> None:
        """Do what is due."""
        while not self._stop.is_set() and self.step():
            service_notify.watchdog()

    def step(self) -> bool:
        """Claim and do one job; False when none is due."""
        leases = {kind: handler.lease for kind, handler in self._handlers.items()}
        with writing_beside_others(self._services.engine) as connection:
            job = claim(connection, leases, self._name, self._services.clock())
        if job is None:
            return False
        self._do(job, self._handlers[job.kind])
        return True

    def _do(self, job: Job, handler: Handler) -> None:
        reason = _attempt(self._services, job, handler)
        with writing_beside_others(self._services.engine) as connection:
            if reason is None:
                self._note_success(connection, job, handler)
            else:
                self._note_failure(connection, job, handler, reason)

    def _note_success(self, connection: Connection, job: Job, handler: Handler) -> None:
        now = self._services.clock()
        again_at = None if handler.every is None else now + handler.every
        finish(connection, job, now, again_at=again_at)
        self.done += 1
        _log.info("job %d, %s: done at attempt %d", job.job_id, job.kind, job.attempts)

    def _note_failure(self, connection: Connection, job: Job, handler: Handler, reason: str) -> None:
        now = self._services.clock()
        retry_at = next_attempt(handler.policy, job.attempts, self._chance(), now)
        if retry_at is None and handler.every is not None:
            # What recurs is never given up: its next turn is a new one.
            retry_at = now + handler.every
            finish(connection, job, now, again_at=retry_at)
        else:
            fail(connection, job, reason, retry_at, now)
        self.failed += 1
        what = "given up" if retry_at is None else f"again at {retry_at:%Y-%m-%d %H:%M:%S}Z"
        _log.warning("job %d, %s: attempt %d failed, %s", job.job_id, job.kind, job.attempts, what)

    def _idle(self, listener: Listener) -> None:
        """Wait until a job is announced or due, but no longer than `IDLE_S`."""
        with reading(self._services.engine) as connection:
            due_at = next_due(connection, tuple(self._handlers))
        left_s = IDLE_S
        if due_at is not None:
            left_s = min(IDLE_S, (due_at - self._services.clock()).total_seconds())
        while left_s > 0 and not self._stop.is_set():
            if listener.wait(min(left_s, STEP_S), self._stop):
                return
            left_s -= STEP_S


def _attempt(services: Services, job: Job, handler: Handler) -> str | None:
    """Do the work; returns why it failed, None when it did not."""
    if job.attempts > handler.policy.attempts:
        return "its workers ended without saying what became of it"
    with _watched(job, services.clock):
        try:
            handler.work(services, job.arguments)
        except Exception as error:
            _log.exception("job %d, %s", job.job_id, job.kind)
            return one_line(error)
    return None


@contextmanager
def _watched(job: Job, clock: Callable[[], datetime]) -> Iterator[None]:
    """Feed the watchdog as long as the lease runs: a job that hangs costs its process, not the others."""
    done = Event()

    def feed() -> None:
        while not done.wait(WATCHDOG_S) and clock() < job.lease_ends_at:
            service_notify.watchdog()

    feeder = Thread(target=feed, name="job-watchdog", daemon=True)
    feeder.start()
    try:
        yield
    finally:
        done.set()
        feeder.join()
