"""The worker: what it does with jobs that succeed, fail, hang and come back."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub.cases.tables import alerts
from hub.errors import HubError
from hub.ingest.ingest import receive_batch
from hub.ingest.tables import inbox
from hub.jobs import upkeep
from hub.jobs.bootstrap import handlers
from hub.jobs.queue import Arguments, NewJob, claim, dead_jobs, enqueue
from hub.jobs.retrying import RetryPolicy
from hub.jobs.tables import jobs
from hub.jobs.worker import Handler, Worker
from hub.store import idempotency
from hub.store.database import reading, writing
from hub.store.listening import listener
from hub.store.tables import idempotency as answers
from sync.codec import encode_batch
from tests.hub.builders import EVENTS, NOW, Hub, alert, numbered

POLICY = RetryPolicy(attempts=2, first_wait=timedelta(seconds=2))


@dataclass
class Recorder:
    """A handler's work that notes its arguments, and fails when told so."""

    error: HubError | None = None
    seen: list[Arguments] = field(default_factory=list)
    after: Callable[[], None] = lambda: None

    def __call__(self, _: object, arguments: Arguments) -> None:
        self.seen.append(arguments)
        self.after()
        if self.error is not None:
            raise self.error


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    return hub_on_each


def worker(hub: Hub, **kinds: Handler) -> Worker:
    return Worker(hub.services, kinds, name="w1", chance=lambda: 0.0)


def put(hub: Hub, job: NewJob) -> None:
    with writing(hub.services.engine) as connection:
        enqueue(connection, job, hub.clock())


def waiting(hub: Hub) -> int:
    with reading(hub.services.engine) as connection:
        return connection.scalar(select(func.count()).select_from(jobs)) or 0


def test_a_due_job_is_done_once(hub: Hub) -> None:
    work = Recorder()
    put(hub, NewJob("a", {"n": 1}))
    worker(hub, a=Handler(work)).drain()
    assert (work.seen, waiting(hub)) == ([{"n": 1}], 0)


def test_a_failing_job_is_tried_again_and_then_given_up_with_its_reason(hub: Hub) -> None:
    work = Recorder(HubError("no route\nto host"))
    put(hub, NewJob("a"))
    doing = worker(hub, a=Handler(work, POLICY))
    doing.drain()
    assert (len(work.seen), doing.failed) == (1, 1)
    hub.clock.advance(timedelta(seconds=2))
    doing.drain()
    hub.clock.advance(timedelta(days=1))
    doing.drain()
    with reading(hub.services.engine) as connection:
        (dead,) = dead_jobs(connection)
    assert (len(work.seen), dead.reason) == (2, "no route")


def test_a_job_that_ends_its_workers_is_given_up_without_ending_one_more(hub: Hub) -> None:
    work = Recorder()
    put(hub, NewJob("a"))
    for _ in range(POLICY.attempts):
        with writing(hub.services.engine) as connection:
            assert claim(connection, {"a": timedelta(minutes=1)}, "killed", hub.clock()) is not None
        hub.clock.advance(timedelta(minutes=1))
    worker(hub, a=Handler(work, POLICY)).drain()
    with reading(hub.services.engine) as connection:
        (dead,) = dead_jobs(connection)
    assert work.seen == []
    assert "ended without saying" in dead.reason


def test_what_recurs_comes_back_also_after_failures(hub: Hub) -> None:
    work = Recorder(HubError("full"))
    doing = worker(hub, a=Handler(work, RetryPolicy(attempts=1), every=timedelta(hours=1)))
    for _ in range(3):
        doing.schedule()
        doing.drain()
        doing.drain()
        hub.clock.advance(timedelta(hours=1))
    assert (len(work.seen), waiting(hub)) == (3, 1)


def test_a_worker_leaves_kinds_it_does_not_know_to_others(hub: Hub) -> None:
    put(hub, NewJob("new-kind"))
    worker(hub, a=Handler(Recorder())).drain()
    assert waiting(hub) == 1


def test_a_running_worker_wakes_up_for_a_job_and_stops_when_told(hub: Hub) -> None:
    stop, begun = threading.Event(), threading.Event()
    doing = Worker(hub.services, {"a": Handler(Recorder(after=begun.set))}, name="w1", stop=stop)
    thread = threading.Thread(target=doing.run, args=(listener(hub.services.engine, "kechid_jobs"),))
    thread.start()
    put(hub, NewJob("a"))
    was_begun = begun.wait(30)
    stop.set()
    thread.join(30)
    assert was_begun
    assert not thread.is_alive()


def test_upkeep_forgets_old_messages_and_keeps_what_they_said(hub: Hub) -> None:
    kept_for = timedelta(days=hub.services.settings.store.inbox_days)
    receive_batch(hub.services, EVENTS, encode_batch(numbered([alert("old")])))
    hub.clock.advance(kept_for)
    receive_batch(hub.services, EVENTS, encode_batch(numbered([alert("new")], first=2)))
    hub.clock.advance(timedelta(hours=1))
    upkeep.forget_inbox(hub.services, {})
    with reading(hub.services.engine) as connection:
        assert list(connection.scalars(select(inbox.c.seq))) == [2]
        assert connection.scalar(select(func.count()).select_from(alerts)) == 2


def test_upkeep_forgets_old_answers(hub: Hub) -> None:
    row = {"actor": "x", "key": "k", "request_sha256": "", "status": 200, "sealed_answer": b"", "at": NOW}
    with writing(hub.services.engine) as connection:
        connection.execute(answers.insert(), [row, row | {"key": "new", "at": NOW + timedelta(hours=1)}])
    hub.clock.advance(idempotency.KEPT_FOR + timedelta(minutes=1))
    doing = Worker(hub.services, handlers(), name="w1")
    doing.schedule()
    doing.drain()
    with reading(hub.services.engine) as connection:
        assert list(connection.scalars(select(answers.c.key))) == ["new"]
    assert doing.failed == 0
