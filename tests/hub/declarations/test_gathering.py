"""Single declarations of many requests at once, on both engines: together, and each on its own account."""

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any

import msgspec
import pytest

from hub.declarations.assessing.assess import Assessor
from hub.declarations.batches import ReadRow, read_row
from hub.declarations.gathering import Gathering, Lodged
from hub.declarations.lifecycle import State
from hub.errors import ConflictError
from hub.store.database import writing
from tests.hub.builders import Hub
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_intake import batch, stored

SENDERS = 5
EACH = 24


def row(number: int, **changes: Any) -> ReadRow:
    return read_row(batch(parcel(number, **changes)))


def at_once(gathering: Gathering, wanted: list[tuple[str, ReadRow]]) -> list["Future[Lodged]"]:
    """Let each caller come in a thread of its own, all at the same moment."""
    gate = Barrier(len(wanted))

    def come(sender_id: str, one: ReadRow) -> Lodged:
        gate.wait()
        return gathering.take(sender_id, one)

    with ThreadPoolExecutor(len(wanted)) as pool:
        return [pool.submit(come, *each) for each in wanted]


@pytest.fixture
def gathering(hub_on_each: Hub) -> Gathering:
    return Gathering(hub_on_each.services, Assessor(hub_on_each.services))


def test_everybody_who_comes_at_once_is_decided_and_gets_its_own_answer(
    hub_on_each: Hub, gathering: Gathering
) -> None:
    wanted = [(f"client:{number % SENDERS}", row(number)) for number in range(SENDERS * EACH)]
    done = [one.result() for one in at_once(gathering, wanted)]
    assert len({one.declaration_id for one in done}) == len(wanted)
    assert {(one.state, one.is_repeated) for one in done} == {(State.ASSESSMENT_COMPLETE, False)}
    assert all(one.channel is not None for one in done)
    assert stored(hub_on_each) == len(wanted)


def test_the_same_declaration_from_many_at_once_is_stored_once(
    hub_on_each: Hub, gathering: Gathering
) -> None:
    done = [one.result() for one in at_once(gathering, [("client:a", row(1))] * 12)]
    assert len({one.declaration_id for one in done}) == 1
    assert sorted(one.is_repeated for one in done) == [False] + [True] * 11
    assert stored(hub_on_each) == 1


def test_what_fails_for_one_costs_no_other(hub_on_each: Hub, gathering: Gathering) -> None:
    good = [("client:a", row(number)) for number in range(10)]
    poisoned = msgspec.structs.replace(row(99), content=b'{"\0": 1}')
    done = at_once(gathering, [*good, ("client:a", poisoned), ("client:b", row(1))])
    assert done[10].exception() is not None
    assert [one.exception() for place, one in enumerate(done) if place != 10] == [None] * 11
    assert stored(hub_on_each) == 11


def test_who_goes_away_before_its_turn_is_left_out(hub_on_each: Hub, gathering: Gathering) -> None:
    with writing(hub_on_each.services.engine):
        # Another one writes: the first of these waits for it, and those behind wait for the first.
        first, gone, last = (gathering.submit("client:a", row(number)) for number in range(3))
        was_waiting = gone.cancel()
    done = [one.result() for one in (first, last)]
    assert stored(hub_on_each) == (2 if was_waiting else 3)
    assert {one.is_repeated for one in done} == {False}


def test_a_taken_number_is_refused_to_its_own_caller_only(hub_on_each: Hub, gathering: Gathering) -> None:
    gathering.take("client:a", row(1))
    done = at_once(gathering, [("client:a", row(1, mode="5")), ("client:a", row(2))])
    assert isinstance(done[0].exception(), ConflictError)
    assert not done[1].result().is_repeated
