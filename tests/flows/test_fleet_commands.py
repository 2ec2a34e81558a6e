"""A command over mosquitto: the hub issues it, the lane does or refuses it, the hub shows the answer."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from hub.fleet.commands import CommandName, CommandRow, Order, Progress, command, commands_of, issue
from hub.fleet.configuration import NewSettings, change_settings
from hub.fleet.scope import Scope, ScopeKind
from hub.people.audit import latest
from hub.store.database import reading, writing
from tests.edge_agent.appliance_kit import Running, running, wait_until
from tests.flows import hub_kit
from tests.flows.border_kit import EDGE, Border, make_border
from tests.sync.mosquitto import Mosquitto, needs_mosquitto

pytestmark = [pytest.mark.real, needs_mosquitto]


@pytest.fixture
def border(tmp_path: Path) -> Iterator[Border]:
    made = make_border(tmp_path)
    yield made
    made.hub.engine.dispose()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    broker = Mosquitto(tmp_path / "broker", (hub_kit.CLIENT_ID, EDGE.device_id))
    yield broker
    broker.process.kill()


def issued(border: Border, name: CommandName, arguments: Mapping[str, str]) -> str:
    with writing(border.hub.engine) as connection:
        order = Order(name, arguments, "root")
        return issue(border.hub, connection, EDGE.device_id, order, border.hub.clock())


def shown(border: Border, command_id: str) -> CommandRow:
    with reading(border.hub.engine) as connection:
        return command(connection, command_id)


def answered(border: Border, command_id: str) -> tuple[Progress, str]:
    """Wait until the hub shows an answer; returns it with the device's reason."""
    wait_until(lambda: shown(border, command_id).state is not Progress.WAITING, "the device's answer")
    row = shown(border, command_id)
    return row.state, row.reason


def is_masked(edge: Running) -> bool:
    """Tell whether the setting is in force that the tests give."""
    return edge.appliance.services.preview.is_masked


def test_a_lane_does_or_refuses_what_the_hub_orders_and_the_hub_shows_which(
    border: Border, broker: Mosquitto
) -> None:
    with (
        hub_kit.ingesting(border.hub, hub_kit.session(broker)) as ingest,
        border.relay("http://127.0.0.1:1", broker.transport(EDGE.device_id)),
        running(border.site) as edge,
    ):
        assert not is_masked(edge)
        with writing(border.hub.engine) as connection:
            new = NewSettings(Scope(ScopeKind.SITE, EDGE.site_id), {"preview_mask": "true"}, "Order 4")
            change_settings(border.hub, connection, new, actor="root", now=border.hub.clock())
            (configure,) = commands_of(connection, EDGE.device_id, 10)
        assert answered(border, configure.command_id) == (Progress.APPLIED, "")
        assert is_masked(edge)

        pack = issued(border, CommandName.USE_PACK, {"pack": "unknown"})
        assert answered(border, pack) == (Progress.REFUSED, "pack-missing")

        restart = issued(border, CommandName.RESTART, {})
        assert answered(border, restart) == (Progress.APPLIED, "")
        assert edge.appliance.restart_asked.is_set()
    assert ingest.counters.commands == 3
    with reading(border.hub.engine) as connection:
        entries = [(each.actor, each.action) for each in latest(connection, 20)]
    assert entries.count((EDGE.device_id, "command-applied")) == 2
    assert entries.count((EDGE.device_id, "command-refused")) == 1


def test_a_command_to_a_lane_that_is_off_is_done_when_it_comes_back(
    border: Border, broker: Mosquitto
) -> None:
    with hub_kit.ingesting(border.hub, hub_kit.session(broker)) as ingest:
        wait_until(lambda: ingest.counters.connections == 1, "the hub at the broker")
        waiting = issued(border, CommandName.CONFIGURE, {"version": "1", "preview_mask": "true"})
        broker.process.kill()
        broker.process.start()
        assert shown(border, waiting).sent_at is None
        with (
            border.relay("http://127.0.0.1:1", broker.transport(EDGE.device_id)),
            running(border.site) as edge,
        ):
            assert answered(border, waiting) == (Progress.APPLIED, "")
            assert is_masked(edge)
