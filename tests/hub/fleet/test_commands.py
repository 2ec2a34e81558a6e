from collections.abc import Mapping
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.fleet.commands import (
    LIFETIMES,
    SAID_AGAIN_AFTER,
    CommandName,
    Order,
    Progress,
    command,
    commands_of,
    due_commands,
    issue,
    note_sent,
    settle,
)
from hub.store.database import writing
from sync import topics
from sync.codec import decode_command
from sync.messages import CommandState
from sync.signing import key_id, verify_command
from tests.hub.builders import DEVICE, NOW, Hub
from tests.hub.fleet.fleet_kit import add_device, answered, online, set_facts

KEY = Ed25519PrivateKey.from_private_bytes(b"s" * 32).public_key()
NAME = DEVICE.device_id
RESTART = Order(CommandName.RESTART, {}, "root")


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    made = hub_on_each
    set_facts(made.services, NAME, **online(NOW))
    return made


def give(hub: Hub, order: Order = RESTART, device_id: str = NAME) -> str:
    with writing(hub.services.engine) as connection:
        return issue(hub.services, connection, device_id, order, hub.clock())


def due(hub: Hub) -> list[str]:
    with writing(hub.services.engine) as connection:
        return [one.command_id for one in due_commands(connection, hub.clock())]


def test_a_command_is_signed_for_its_device_and_expires(hub: Hub) -> None:
    command_id = give(hub, Order(CommandName.USE_PACK, {"pack": "p"}, "root"))
    with writing(hub.services.engine) as connection:
        (one,) = due_commands(connection, NOW)
    sent = decode_command(one.payload)
    assert one.topic == topics.commands(DEVICE.site_id, NAME)
    assert (sent.command_id, sent.device_id, sent.name) == (command_id, NAME, "use-pack")
    assert (sent.arguments, sent.expires_at) == ({"pack": "p"}, NOW + LIFETIMES[CommandName.USE_PACK])
    verify_command(sent, {key_id(KEY): KEY}, NOW)


@pytest.mark.parametrize(
    "facts",
    [{"is_online": False}, {"revoked_at": NOW}],
    ids=["away", "shut out"],
)
def test_nothing_is_said_to_a_device_that_is(hub: Hub, facts: Mapping[str, object]) -> None:
    give(hub)
    set_facts(hub.services, NAME, **facts)
    assert due(hub) == []


def test_it_is_said_again_until_it_is_answered(hub: Hub) -> None:
    command_id = give(hub)
    with writing(hub.services.engine) as connection:
        note_sent(connection, [command_id], NOW)
    assert due(hub) == []
    hub.clock.advance(SAID_AGAIN_AFTER)
    assert due(hub) == [command_id]
    with writing(hub.services.engine) as connection:
        assert settle(connection, NAME, answered(command_id, CommandState.APPLIED, at=NOW))
    assert due(hub) == []


def test_a_device_that_came_back_hears_it_at_once(hub: Hub) -> None:
    command_id = give(hub)
    with writing(hub.services.engine) as connection:
        note_sent(connection, [command_id], NOW)
    set_facts(hub.services, NAME, state_at=NOW + timedelta(seconds=3))
    assert due(hub) == [command_id]


def test_it_is_not_said_after_its_time(hub: Hub) -> None:
    command_id = give(hub)
    hub.clock.advance(LIFETIMES[CommandName.RESTART])
    assert due(hub) == []
    with writing(hub.services.engine) as connection:
        assert command(connection, command_id).is_over(hub.clock())


def test_the_newest_word_of_a_kind_holds(hub: Hub) -> None:
    first, other, second = (
        give(hub),
        give(hub, Order(CommandName.CONFIGURE, {"version": "1"}, "root")),
        give(hub),
    )
    assert sorted(due(hub)) == sorted([other, second])
    with writing(hub.services.engine) as connection:
        assert command(connection, first).state is Progress.WITHDRAWN


def test_only_the_device_itself_answers(hub: Hub) -> None:
    add_device(hub.services, "stranger", "alat/lane-9")
    command_id = give(hub)
    with writing(hub.services.engine) as connection:
        assert not settle(connection, "stranger", answered(command_id, CommandState.APPLIED, at=NOW))
        assert command(connection, command_id).state is Progress.WAITING


def test_a_refusal_never_replaces_an_acceptance_but_the_other_way_round(hub: Hub) -> None:
    command_id = give(hub)
    steps = (
        (CommandState.REFUSED, True, Progress.REFUSED),
        (CommandState.APPLIED, True, Progress.APPLIED),
        (CommandState.REFUSED, False, Progress.APPLIED),
    )
    with writing(hub.services.engine) as connection:
        for state, is_taken, stands in steps:
            assert settle(connection, NAME, answered(command_id, state, "why", at=NOW)) is is_taken
            assert command(connection, command_id).state is stands


def test_a_devices_commands_are_listed_newest_first(hub: Hub) -> None:
    first = give(hub)
    hub.clock.advance(timedelta(seconds=1))
    second = give(hub)
    with writing(hub.services.engine) as connection:
        assert [one.command_id for one in commands_of(connection, NAME, 10)] == [second, first]
