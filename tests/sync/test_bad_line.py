"""A line of 32 KiB/s with 600 ms there and back, cut every 4 seconds, still carries everything once."""

from pathlib import Path

import pytest

from sync.client import BrokerAddress, PahoTransport
from sync.messages import MessageLane
from sync.relay import RelayPolicy
from tests.sync.bad_line import bad_line
from tests.sync.checkpoint import DEVICE, Checkpoint, relay_running
from tests.sync.hub_stand_in import HubStandIn, eventually, serving
from tests.sync.mosquitto import PASSWORD, Mosquitto, needs_mosquitto

MESSAGES = 3000


@needs_mosquitto
@pytest.mark.real
@pytest.mark.exhaustive
def test_a_slow_line_that_breaks_often_carries_everything_once(tmp_path: Path) -> None:
    broker = Mosquitto(tmp_path / "broker", (DEVICE, "hub"))
    checkpoint, hub = Checkpoint(tmp_path), HubStandIn()
    ids = checkpoint.append(MESSAGES)
    with bad_line(broker.port) as line, serving(hub, broker.transport("hub")):
        transport = PahoTransport(BrokerAddress("127.0.0.1", line.port, DEVICE, PASSWORD), DEVICE)
        with relay_running(checkpoint.path, transport, policy=RelayPolicy(most_wait_s=1.0)):
            assert eventually(lambda: line.cuts >= 2 and checkpoint.outbox.depth() == 0, 90.0)
    broker.process.kill()
    checkpoint.connection.close()
    assert hub.bodies_in_order(MessageLane.EVENT) == ids
    # 900,000 bytes as JSON; compressed and with every resend they stay below a quarter of that.
    assert line.bytes_up < MESSAGES * 75
