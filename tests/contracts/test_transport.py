"""What every transport promises, checked on the one in memory and on mosquitto."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from sync.errors import BrokerError
from sync.fakes import InMemoryBroker
from sync.ports import Incoming, Label, Publication, Reception, Transport, Will
from tests.sync.mosquitto import Mosquitto, needs_mosquitto

WAIT_S = 10.0


class Line(Protocol):
    """A broker of either kind, and the means to break its connections."""

    def transport(self, client_id: str, *, is_acknowledged_by_owner: bool = False) -> Transport: ...

    def lose(self, client_id: str, will: Will) -> None: ...

    def cut(self) -> None: ...

    def heal(self) -> None: ...


class InMemory(InMemoryBroker):
    def lose(self, client_id: str, will: Will) -> None:
        self.transport(client_id).connect(will)
        self.drop(client_id)


class RealBroker(Mosquitto):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, ("hub", "lane-1"))
        self._silent: list[Transport] = []

    def lose(self, client_id: str, will: Will) -> None:
        """Connect a client that never speaks again, so that its keep-alive runs out."""
        silent = self.transport(client_id, keepalive_s=1)
        silent.connect(will)
        self._silent.append(silent)

    def cut(self) -> None:
        self.process.stop()

    def heal(self) -> None:
        self.process.start()

    def close(self) -> None:
        self.process.kill()


@pytest.fixture(params=["memory", pytest.param("mosquitto", marks=(pytest.mark.real, needs_mosquitto))])
def line(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Line]:
    if request.param == "memory":
        yield InMemory()
        return
    broker = RealBroker(tmp_path / "broker")
    yield broker
    broker.close()


@pytest.fixture
def hub(line: Line) -> Iterator[Transport]:
    transport = line.transport("hub")
    transport.connect()
    yield transport
    transport.close()


@pytest.fixture
def device(line: Line) -> Iterator[Transport]:
    transport = line.transport("lane-1")
    transport.connect()
    yield transport
    transport.close()


def receive(transport: Transport) -> Incoming | None:
    return transport.receive(WAIT_S)


def bodies(transport: Transport, count: int) -> list[bytes]:
    received = [receive(transport) for _ in range(count)]
    return [each.payload for each in received if each is not None]


def acknowledged(transport: Transport) -> None:
    """Acknowledge, and wait until the broker knows: it answers what one connection sends in its order.

    A connection that takes the place of this one before may find what was acknowledged once more.
    """
    transport.acknowledge()
    transport.subscribe(["nothing/else"])


def test_a_subscriber_gets_what_is_published_in_order(hub: Transport, device: Transport) -> None:
    hub.subscribe(["site/+/events"])
    for number in range(20):
        assert device.publish("site/lane-1/events", b"%d" % number) is Reception.ACCEPTED
    received = [receive(hub) for _ in range(20)]
    assert received == [Incoming("site/lane-1/events", b"%d" % n, is_retained=False) for n in range(20)]


def test_a_label_comes_with_its_message(hub: Transport, device: Transport) -> None:
    label = Label("application/json", "site/lane-1/answers", b"\x00\xff-17")
    hub.subscribe(["site/+/events"])
    device.publish("site/lane-1/events", b"asked", label=label)
    device.publish("site/lane-1/events", b"said", label=Label())
    assert [each.label for each in (receive(hub), receive(hub)) if each] == [label, Label()]


def test_nobody_listening_is_told(device: Transport) -> None:
    assert device.publish("site/lane-1/events", b"x") is Reception.NO_SUBSCRIBER


def test_several_are_confirmed_one_by_one_and_come_in_their_order(hub: Transport, device: Transport) -> None:
    hub.subscribe(["site/lane-1/events"])
    payloads = [f"{number}".encode() for number in range(250)]
    sent = [Publication("site/lane-1/events", payload, Label(correlation=payload)) for payload in payloads]
    received = device.publish_each([Publication("site/lane-1/acks", b"x"), *sent])
    assert received == (Reception.NO_SUBSCRIBER, *[Reception.ACCEPTED] * len(sent))
    came = [hub.receive(WAIT_S) for _ in sent]
    assert [one and (one.payload, one.label.correlation) for one in came] == [(one, one) for one in payloads]
    assert device.publish_each([]) == ()


def test_a_retained_message_waits_for_a_later_subscriber(hub: Transport, device: Transport) -> None:
    hub.publish("site/lane-1/acks", b"old", is_retained=True)
    hub.publish("site/lane-1/acks", b"new", is_retained=True)
    device.subscribe(["site/lane-1/acks"])
    assert receive(device) == Incoming("site/lane-1/acks", b"new", is_retained=True)


def test_without_messages_receive_returns_nothing(hub: Transport) -> None:
    assert hub.receive(0) is None


def test_a_session_keeps_messages_while_its_client_is_away(
    line: Line, hub: Transport, device: Transport
) -> None:
    hub.subscribe(["site/+/events"])
    hub.close()
    assert not hub.is_connected
    device.publish("site/lane-1/events", b"missed")
    again = line.transport("hub")
    again.connect()
    assert receive(again) == Incoming("site/lane-1/events", b"missed", is_retained=False)
    again.close()


def test_what_the_owner_did_not_acknowledge_comes_again_first_and_in_order(
    line: Line, device: Transport
) -> None:
    careful = line.transport("hub", is_acknowledged_by_owner=True)
    careful.connect()
    careful.subscribe(["site/+/events"])
    for number in range(5):
        device.publish("site/lane-1/events", b"%d" % number)
    assert bodies(careful, 2) == [b"0", b"1"]
    acknowledged(careful)
    assert bodies(careful, 2) == [b"2", b"3"]
    careful.connect()
    device.publish("site/lane-1/events", b"5")
    assert bodies(careful, 4) == [b"2", b"3", b"4", b"5"]
    acknowledged(careful)
    careful.close()
    careful.connect()
    assert careful.receive(0.2) is None
    careful.close()


def test_a_lost_connection_cannot_be_acknowledged_on(line: Line, device: Transport) -> None:
    careful = line.transport("hub", is_acknowledged_by_owner=True)
    with pytest.raises(BrokerError):
        careful.acknowledge()
    careful.connect()
    careful.subscribe(["site/+/events"])
    device.publish("site/lane-1/events", b"kept")
    assert bodies(careful, 1) == [b"kept"]
    line.cut()
    with pytest.raises(BrokerError):
        careful.receive(WAIT_S)
    with pytest.raises(BrokerError):
        careful.acknowledge()
    line.heal()
    careful.connect()
    assert bodies(careful, 1) == [b"kept"]
    careful.close()


def test_an_owner_that_does_not_acknowledge_may_say_so_all_the_same(hub: Transport) -> None:
    hub.acknowledge()
    assert hub.receive(0) is None


def test_a_good_bye_publishes_no_will(line: Line, hub: Transport) -> None:
    hub.subscribe(["site/+/state", "probe"])
    device = line.transport("lane-1")
    device.connect(Will("site/lane-1/state", b"gone"))
    device.close()
    hub.publish("probe", b"")
    received = receive(hub)
    assert received is not None
    assert received.topic == "probe"


def test_losing_the_connection_publishes_the_will(line: Line, hub: Transport) -> None:
    hub.subscribe(["site/+/state"])
    line.lose("lane-1", Will("site/lane-1/state", b"gone"))
    assert receive(hub) == Incoming("site/lane-1/state", b"gone", is_retained=False)


def test_a_second_connection_takes_the_first_ones_place_and_nobody_is_told(
    line: Line, hub: Transport
) -> None:
    hub.subscribe(["site/+/state", "probe"])
    first, second = line.transport("lane-1"), line.transport("lane-1")
    first.connect(Will("site/lane-1/state", b"gone"))
    second.connect()
    with pytest.raises(BrokerError):
        first.receive(WAIT_S)
    second.publish("probe", b"")
    second.close()
    received = receive(hub)
    assert received is not None
    assert received.topic == "probe"


def test_a_cut_line_is_an_error_for_every_call_until_it_heals(line: Line, device: Transport) -> None:
    line.cut()
    with pytest.raises(BrokerError):
        device.receive(WAIT_S)
    assert not device.is_connected
    for call in (
        device.connect,
        lambda: device.subscribe(["a"]),
        lambda: device.receive(0),
        lambda: device.publish("a", b""),
    ):
        with pytest.raises(BrokerError):
            call()
    line.heal()
    device.connect()
    device.subscribe(["a"])
    device.publish("a", b"back")
    assert receive(device) == Incoming("a", b"back", is_retained=False)


def test_a_transport_that_never_connected_says_so(line: Line) -> None:
    with pytest.raises(BrokerError):
        line.transport("hub").receive(0)


def test_closing_twice_is_harmless(line: Line) -> None:
    transport = line.transport("hub")
    transport.connect()
    transport.close()
    transport.close()
    assert not transport.is_connected
