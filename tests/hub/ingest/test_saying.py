"""Commands go out on the device's topic until the device answers, each from one worker."""

from datetime import timedelta
from pathlib import Path

import pytest

from hub.fleet.commands import SAID_AGAIN_AFTER, CommandName, Order, Progress, command, issue
from hub.fleet.rollout_progress import RolloutState, get_rollout
from hub.fleet.rollouts import NewRollout, start_rollout
from hub.fleet.scope import Scope, ScopeKind
from hub.ingest.ingest import receive_batch
from hub.ingest.saying import CommandSaying
from hub.ingest.sharding import Shard, shard_of
from hub.people.audit import latest
from hub.store.database import writing
from sync import topics
from sync.codec import decode_command, encode_batch
from sync.fakes import InMemoryBroker
from sync.messages import CommandState, MessageLane
from sync.ports import Transport
from tests.hub.builders import DEVICE, EVENTS, NOW, Hub, make_hub, message
from tests.hub.fleet.fleet_kit import answered, online, set_facts

TOPIC = topics.commands(DEVICE.site_id, DEVICE.device_id)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    set_facts(made.services, DEVICE.device_id, **online(NOW))
    return made


def connected(broker: InMemoryBroker, name: str) -> Transport:
    transport = broker.transport(name)
    transport.connect()
    return transport


def restart(hub: Hub) -> str:
    with writing(hub.services.engine) as connection:
        order = Order(CommandName.RESTART, {}, "root")
        return issue(hub.services, connection, DEVICE.device_id, order, hub.clock())


def test_a_command_is_said_unretained_and_again_after_a_minute(hub: Hub) -> None:
    broker = InMemoryBroker()
    device = connected(broker, "device")
    device.subscribe([TOPIC])
    saying = CommandSaying(hub.services, connected(broker, "hub"), Shard())
    command_id = restart(hub)
    said = [saying.say_due()]
    for step in (timedelta(seconds=1), SAID_AGAIN_AFTER):
        hub.clock.advance(step)
        said.append(saying.say_due())
    assert said == [1, 0, 1]
    heard = device.receive(1)
    assert heard is not None
    assert decode_command(heard.payload).command_id == command_id
    assert broker.retained(TOPIC) is None


def test_each_worker_speaks_to_its_own_devices(hub: Hub) -> None:
    broker = InMemoryBroker()
    restart(hub)
    said = {
        number: CommandSaying(hub.services, connected(broker, f"hub-{number}"), Shard(number, 2)).say_due()
        for number in (1, 2)
    }
    assert said == {1: 0, 2: 0} | {shard_of(DEVICE.device_id, 2): 1}


def test_an_answer_settles_the_command_and_is_in_the_audit_log(hub: Hub) -> None:
    command_id = restart(hub)
    body = answered(command_id, CommandState.APPLIED, at=NOW)
    receive_batch(hub.services, EVENTS, encode_batch([message(body, lane=MessageLane.EVENT)]))
    with writing(hub.services.engine) as connection:
        assert command(connection, command_id).state is Progress.APPLIED
        (entry,) = latest(connection, 1)
    assert (entry.actor, entry.action, entry.target) == (DEVICE.device_id, "command-applied", command_id)


def test_a_refusal_pauses_its_roll_out(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        new = NewRollout("pack-2", Scope(ScopeKind.FLEET), "Why")
        rollout_id = start_rollout(hub.services, connection, new, actor="root", now=NOW)
        (told,) = connection.exec_driver_sql("SELECT command_id FROM rollout_devices").scalars()
    body = answered(str(told), CommandState.REFUSED, "pack-missing", at=NOW)
    receive_batch(hub.services, EVENTS, encode_batch([message(body, lane=MessageLane.EVENT)]))
    with writing(hub.services.engine) as connection:
        assert get_rollout(connection, rollout_id, NOW).state is RolloutState.PAUSED
