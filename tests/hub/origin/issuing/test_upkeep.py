"""What a worker does for issuing: nothing where there is nothing, else a step, by the key opened once."""

import dataclasses
from datetime import timedelta

import pytest

from hub.jobs.bootstrap import handlers
from hub.jobs.worker import Worker
from hub.origin.issuing.advancing import Issuer
from hub.origin.issuing.issued import list_issued
from hub.origin.issuing.signer import SignerError
from hub.origin.issuing.upkeep import EVERY, KIND
from hub.origin.issuing.values import BatchProgress
from hub.store.database import reading
from tests.hub.builders import Hub
from tests.hub.origin.issuing.authority import TERMS, Authority, authority_of, some


@pytest.fixture
def authority(hub_on_each: Hub) -> Authority:
    return authority_of(hub_on_each)


def worked(authority: Authority, opened: list[int], times: int, *, fails: bool = False) -> Worker:
    def load() -> Issuer:
        opened.append(1)
        if fails:
            raise SignerError("the token is away")
        return authority.issuer

    services = dataclasses.replace(authority.services, origin_issuer_loader=load)
    worker = Worker(services, {KIND: handlers()[KIND]}, name="w", chance=lambda: 0.0)
    worker.schedule()
    for _ in range(times):
        worker.drain()
        authority.node.mine()
        authority.clock.advance(EVERY)
    return worker


def progress(authority: Authority) -> set[BatchProgress]:
    with reading(authority.services.engine) as connection:
        return {one.batch.progress for one in list_issued(connection).items}


def test_an_hours_batch_is_anchored_when_it_closes_and_the_key_opened_once(authority: Authority) -> None:
    opened: list[int] = []
    assert worked(authority, opened, 2).failed == 0
    authority.issue(*some(2), terms=TERMS)
    worked(authority, opened, 2)
    assert (opened, progress(authority)) == ([], {BatchProgress.OPEN})
    authority.clock.advance(timedelta(hours=1))
    worked(authority, opened, 4)
    assert (opened, progress(authority)) == ([1], {BatchProgress.ANCHORED})


def test_a_key_that_cannot_be_opened_leaves_the_batch_closed_and_is_tried_again(authority: Authority) -> None:
    authority.issue(*some(1))
    opened: list[int] = []
    worker = worked(authority, opened, 2, fails=True)
    assert (worker.failed, len(opened)) == (2, 2)
    assert progress(authority) == {BatchProgress.OPEN}
    authority.clock.advance(timedelta(minutes=2))
    worked(authority, opened, 4)
    assert progress(authority) == {BatchProgress.ANCHORED}


def test_a_hub_of_no_authority_does_nothing(hub_on_each: Hub) -> None:
    opened: list[int] = []
    authority = authority_of(hub_on_each, state="")
    assert worked(authority, opened, 2).failed == 0
    assert opened == []
