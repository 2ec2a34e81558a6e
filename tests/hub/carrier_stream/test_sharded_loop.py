"""Several processes share the carriers: each is one process's, and two in turn double nothing."""

from pathlib import Path

import pytest

from hub.carrier_stream.decisions import put_decisions
from hub.carrier_stream.loop import LOOK_EVERY, CarrierLoop
from hub.ingest.sharding import Shard, shard_of
from hub.store.database import writing_beside_others
from hub.store.feed_reading import take_changes
from sync import topics
from sync.fakes import InMemoryBroker
from tests.hub.builders import Hub, make_hub
from tests.hub.carrier_stream.streams import lines, listening, loop_of, references, said, stream, waiting
from tests.hub.declarations.parcels import parcel

CARRIERS = ("swift", "other", "post", "express")
SHARDS = (Shard(1, 2), Shard(2, 2))
OWN = {name: shard_of(name, 2) for name in CARRIERS}


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    for name in CARRIERS:
        stream(made, name)
    return made


def declare(broker: InMemoryBroker, *names: str) -> None:
    for name in names:
        with listening(broker, name) as carrier:
            carrier.publish(topics.carrier_declarations(name), lines(parcel(1, reference=f"P-{name}")))


def taken_by(loops: tuple[CarrierLoop, ...]) -> list[int]:
    return [loop.counters.stored for loop in loops]


def test_each_carrier_is_one_process_s(hub: Hub) -> None:
    broker = InMemoryBroker()
    loops = tuple(loop_of(hub, broker, shard) for shard in SHARDS)
    declare(broker, *CARRIERS)
    for loop in loops:
        loop.step()
    assert taken_by(loops) == [list(OWN.values()).count(number) for number in (1, 2)]
    assert len(references(hub)) == len(CARRIERS) == len(said(hub))
    loops[0].step()
    assert {OWN[one.client_id] for one in waiting(hub)} == {2}


def test_a_carrier_that_is_onboarded_later_is_listened_to(hub: Hub) -> None:
    broker = InMemoryBroker()
    loops = tuple(loop_of(hub, broker, shard) for shard in SHARDS)
    stream(hub, "late")
    hub.clock.advance(LOOK_EVERY)
    for loop in loops:
        loop.step()
    declare(broker, "late")
    for loop in loops:
        loop.step()
    assert sum(taken_by(loops)) == 1


def test_what_a_session_holds_of_another_process_is_left_to_it(hub: Hub) -> None:
    broker = InMemoryBroker()
    # As after a change of the number of processes: the account keeps what it listened to.
    old = broker.transport("hub-carriers-1", is_acknowledged_by_owner=True)
    old.connect()
    old.subscribe([topics.ALL_CARRIER_DECLARATIONS])
    first = loop_of(hub, broker, SHARDS[0])
    second = loop_of(hub, broker, SHARDS[1])
    declare(broker, *CARRIERS)
    for loop in (first, second, first):
        loop.step()
    assert (first.counters.repeated, second.counters.repeated) == (0, 0)
    again = loop_of(hub, broker, SHARDS[0])
    again.step()
    assert (again.counters.groups, len(references(hub))) == (0, len(CARRIERS))


def test_decisions_are_said_by_the_carrier_s_process_also_those_from_before_it_began(hub: Hub) -> None:
    broker = InMemoryBroker()
    with writing_beside_others(hub.services.engine) as connection:
        take_changes(connection, "carriers")
    whole = loop_of(hub, broker)
    declare(broker, *CARRIERS)
    whole.step()
    before = len(said(hub))
    assert [put_decisions(hub.services, None, shard) for shard in SHARDS] == [
        list(OWN.values()).count(number) for number in (1, 2)
    ]
    assert {one["schema"] for one in said(hub)[before:]} == {"kechid.carrier-decisions/1"}
    assert [put_decisions(hub.services, None, shard) for shard in SHARDS] == [0, 0]
