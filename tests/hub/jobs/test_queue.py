"""The table of jobs, on either engine: one worker each, nothing lost, nothing twice at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from hub.errors import NotFoundError
from hub.jobs.queue import Job, NewJob, claim, dead_jobs, enqueue, fail, finish, next_due, revive
from hub.jobs.tables import jobs
from hub.store.database import reading, writing, writing_beside_others
from tests.hub.builders import NOW, Hub

LEASE = timedelta(minutes=5)


@pytest.fixture
def engine(hub_on_each: Hub) -> Engine:
    return hub_on_each.services.engine


def put(engine: Engine, *new: NewJob, now: datetime = NOW) -> list[bool]:
    with writing(engine) as connection:
        return [enqueue(connection, job, now) for job in new]


def take(
    engine: Engine, worker: str = "w1", now: datetime = NOW, kinds: tuple[str, ...] = ("a",)
) -> Job | None:
    with writing_beside_others(engine) as connection:
        return claim(connection, dict.fromkeys(kinds, LEASE), worker, now)


def taken(engine: Engine, worker: str = "w1", now: datetime = NOW) -> Job:
    job = take(engine, worker, now)
    assert job is not None
    return job


def rows(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.scalar(select(func.count()).select_from(jobs)) or 0


def test_the_most_urgent_job_comes_first_and_each_once(engine: Engine) -> None:
    put(engine, NewJob("a", {"n": 1}, priority=5), NewJob("a", {"n": 2}), NewJob("b", {"n": 3}, priority=-1))
    assert [taken(engine).arguments, taken(engine).arguments] == [{"n": 2}, {"n": 1}]
    assert take(engine) is None


def test_a_job_for_later_waits(engine: Engine) -> None:
    put(engine, NewJob("a", run_at=NOW + timedelta(hours=1)))
    assert take(engine) is None
    with reading(engine) as connection:
        assert next_due(connection, ("a",)) == NOW + timedelta(hours=1)
    assert taken(engine, now=NOW + timedelta(hours=1)).attempts == 1


def test_two_workers_never_get_the_same_job(engine: Engine) -> None:
    put(engine, *(NewJob("a", {"n": n}) for n in range(40)))

    def work(number: int) -> list[int]:
        found = []
        while (job := take(engine, f"w{number}")) is not None:
            found.append(job.job_id)
        return found

    with ThreadPoolExecutor(4) as workers:
        found = [job_id for each in workers.map(work, range(4)) for job_id in each]
    assert len(found) == len(set(found)) == 40


def test_a_finished_job_is_gone(engine: Engine) -> None:
    put(engine, NewJob("a"))
    job = taken(engine)
    with writing(engine) as connection:
        assert finish(connection, job, NOW)
    assert rows(engine) == 0


def test_a_job_whose_worker_died_is_claimed_again_and_the_late_answer_counts_for_nothing(
    engine: Engine,
) -> None:
    put(engine, NewJob("a"))
    first = taken(engine)
    assert take(engine, "w2", NOW + LEASE - timedelta(seconds=1)) is None
    second = taken(engine, "w2", NOW + LEASE)
    assert (second.job_id, second.attempts) == (first.job_id, 2)
    with writing(engine) as connection:
        assert not finish(connection, first, NOW)
        assert not fail(connection, first, "late", None, NOW)
        assert finish(connection, second, NOW)


def test_a_failed_job_comes_back_at_its_time(engine: Engine) -> None:
    put(engine, NewJob("a"))
    with writing(engine) as connection:
        assert fail(connection, taken_in(connection), "no route", NOW + timedelta(minutes=1), NOW)
    assert take(engine) is None
    assert taken(engine, now=NOW + timedelta(minutes=1)).attempts == 2


def taken_in(connection: object) -> Job:
    job = claim(connection, {"a": LEASE}, "w1", NOW)  # type: ignore[arg-type]
    assert job is not None
    return job


def test_a_dead_job_is_kept_with_its_reason_until_a_person_revives_it(engine: Engine) -> None:
    put(engine, NewJob("a"))
    with writing(engine) as connection:
        fail(connection, taken_in(connection), "no route", None, NOW)
    assert take(engine, now=NOW + timedelta(days=9)) is None
    with writing(engine) as connection:
        (dead,) = dead_jobs(connection)
        assert (dead.kind, dead.attempts, dead.reason) == ("a", 1, "no route")
        revive(connection, dead.job_id, NOW)
        with pytest.raises(NotFoundError):
            revive(connection, dead.job_id, NOW)
    assert taken(engine).attempts == 1


def test_one_job_of_a_key_waits_however_often_it_is_asked_for(engine: Engine) -> None:
    assert put(engine, NewJob("a", {"n": 1}, "key"), NewJob("a", {"n": 2}, "key")) == [True, False]
    assert rows(engine) == 1


def test_what_is_asked_for_while_it_runs_runs_once_more(engine: Engine) -> None:
    put(engine, NewJob("a", unique_key="key"))
    job = taken(engine)
    assert put(engine, NewJob("a", unique_key="key")) == [False]
    assert take(engine) is None
    with writing(engine) as connection:
        finish(connection, job, NOW)
    again = taken(engine)
    with writing(engine) as connection:
        finish(connection, again, NOW)
    assert rows(engine) == 0


def test_asking_again_revives_a_dead_job_of_the_key(engine: Engine) -> None:
    put(engine, NewJob("a", unique_key="key"))
    with writing(engine) as connection:
        fail(connection, taken_in(connection), "no route", None, NOW)
    put(engine, NewJob("a", {"n": 2}, "key"))
    assert taken(engine).arguments == {"n": 2}


def test_a_job_asked_for_in_an_undone_transaction_was_never_asked_for(engine: Engine) -> None:
    with writing(engine) as connection:
        enqueue(connection, NewJob("a"), NOW)
        connection.rollback()
    assert rows(engine) == 0
