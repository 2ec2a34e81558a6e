"""A mosquitto that lets fewer messages be under way than share a commit makes commits smaller, no more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.ingest.loop import GROUP
from sync import topics
from sync.broker import MosquittoProcess, write_mosquitto_configuration
from sync.broker_accounts import BrokerAccount
from sync.client import BrokerAddress, PahoTransport
from sync.codec import encode_batch
from tests.flows.hub_kit import ingesting
from tests.hub.builders import DEVICE, EVENTS, alert, make_hub, message
from tests.hub.ingest.test_loop import wait_for
from tests.sync.free_port import free_port
from tests.sync.mosquitto import PASSWORD, needs_mosquitto

AT_ONCE = 5
PAYLOADS = 64


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    number = free_port()
    accounts = [BrokerAccount(name, PASSWORD, ("#",), ("#",)) for name in ("hub", DEVICE.device_id)]
    settings = write_mosquitto_configuration(tmp_path / "broker", number, accounts)
    wide = settings.read_text(encoding="utf-8")
    narrow = wide.replace("max_inflight_messages 100", f"max_inflight_messages {AT_ONCE}")
    assert narrow != wide
    settings.write_text(narrow, encoding="utf-8")
    with MosquittoProcess(settings, number):
        yield number


@pytest.mark.real
@needs_mosquitto
def test_a_group_that_can_never_fill_is_not_waited_for(tmp_path: Path, port: int) -> None:
    services = make_hub(tmp_path).services
    hub, device = (
        PahoTransport(BrokerAddress("127.0.0.1", port, name, PASSWORD), name, is_acknowledged_by_owner=True)
        for name in ("hub", DEVICE.device_id)
    )
    hub.connect()
    hub.subscribe([topics.ALL_EVENTS])
    hub.close()
    device.connect()
    for seq in range(1, PAYLOADS + 1):
        device.publish(EVENTS, encode_batch([message(alert(f"alert-{seq}"), seq)]))
    device.close()
    with ingesting(services, hub) as loop:
        wait_for(lambda: loop.counters.stored == PAYLOADS)
    # The first commit had to do with what was under way; a full group each time would have made two.
    assert loop.counters.groups > PAYLOADS / GROUP
    assert (loop.counters.repeated, loop.counters.ahead) == (0, 0)
    services.engine.dispose()
