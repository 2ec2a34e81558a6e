"""The relay brings everything to the hub and takes in what the hub says, whatever the line does."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync import topics
from sync.codec import decode_device_state, encode_command, encode_manifest
from sync.command_reception import COMMAND
from sync.fakes import InMemoryBroker
from sync.messages import (
    Command,
    CommandAnswered,
    CommandState,
    MessageLane,
    WatchlistManifest,
    WatchlistRejected,
)
from sync.outbox import read_uplink_state
from sync.ports import Transport
from sync.signing import sign_command, sign_manifest
from sync.watchlist_reception import WATCHLIST
from tests.sync.checkpoint import DEVICE, HUB_KEY, SITE, Checkpoint, manifest, relay_running
from tests.sync.hub_stand_in import HubStandIn, eventually, serving

STATE = topics.state(SITE, DEVICE)


@pytest.fixture
def broker() -> InMemoryBroker:
    return InMemoryBroker()


@pytest.fixture
def checkpoint(tmp_path: Path) -> Iterator[Checkpoint]:
    place = Checkpoint(tmp_path)
    yield place
    place.connection.close()


@pytest.fixture
def office(broker: InMemoryBroker) -> Transport:
    """Another client, for what the hub publishes of its own accord."""
    transport = broker.transport("office")
    transport.connect()
    return transport


def is_online(broker: InMemoryBroker) -> bool:
    payload = broker.retained(STATE)
    return payload is not None and decode_device_state(payload).is_online


def test_messages_reach_the_hub_in_order_and_leave_the_outbox(
    broker: InMemoryBroker, checkpoint: Checkpoint
) -> None:
    hub, ids = HubStandIn(), checkpoint.append(500)
    with relay_running(checkpoint.path, broker.transport(DEVICE)), serving(hub, broker.transport("hub")):
        assert eventually(lambda: checkpoint.outbox.depth() == 0)
        later = checkpoint.append(3, MessageLane.ALERT)
        assert eventually(lambda: checkpoint.outbox.depth() == 0)
    assert hub.bodies_in_order(MessageLane.EVENT) == ids
    assert hub.bodies_in_order(MessageLane.ALERT) == later
    assert hub.repeats == 0


def test_without_a_hub_everything_waits_and_the_uplink_counts_as_down(
    broker: InMemoryBroker, checkpoint: Checkpoint
) -> None:
    checkpoint.append(5)
    with relay_running(checkpoint.path, broker.transport(DEVICE)):
        assert eventually(lambda: is_online(broker))
        checkpoint.append(5)
        assert not eventually(
            lambda: read_uplink_state(checkpoint.connection, datetime.now(UTC)).queue_depth < 10, 0.3
        )
        assert not read_uplink_state(checkpoint.connection, datetime.now(UTC)).is_connected


def test_what_the_hub_does_not_acknowledge_is_sent_again(
    broker: InMemoryBroker, checkpoint: Checkpoint
) -> None:
    hub, deaf = HubStandIn(), broker.transport("hub")
    ids = checkpoint.append(20)
    with relay_running(checkpoint.path, broker.transport(DEVICE)):
        with serving(HubStandIn(), deaf, acknowledges=False):
            assert not eventually(lambda: checkpoint.outbox.depth() < 20, 0.2)
        with serving(hub, broker.transport("hub")):
            assert eventually(lambda: checkpoint.outbox.depth() == 0)
    assert hub.bodies_in_order(MessageLane.EVENT) == ids


def test_a_cut_line_costs_nothing(broker: InMemoryBroker, checkpoint: Checkpoint) -> None:
    hub, ids = HubStandIn(), checkpoint.append(300)
    with relay_running(checkpoint.path, broker.transport(DEVICE)), serving(hub, broker.transport("hub")):
        for _ in range(5):
            broker.cut()
            ids += checkpoint.append(50)
            broker.heal()
            assert eventually(lambda: is_online(broker))
        assert eventually(lambda: checkpoint.outbox.depth() == 0)
    assert hub.bodies_in_order(MessageLane.EVENT) == ids
    assert hub.clones == 0


def test_the_watchdog_is_fed_with_and_without_an_uplink(
    broker: InMemoryBroker, checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        with relay_running(checkpoint.path, broker.transport(DEVICE)):
            assert [systemd.recv(100), systemd.recv(100)] == [
                b"WATCHDOG=1",
                b"STATUS=connected, 0 messages wait",
            ]
            broker.cut()
            assert [systemd.recv(100), systemd.recv(100)] == [
                b"WATCHDOG=1",
                b"STATUS=no uplink, 0 messages wait",
            ]


def test_the_state_topic_tells_birth_loss_and_good_bye(
    broker: InMemoryBroker, checkpoint: Checkpoint
) -> None:
    with relay_running(checkpoint.path, broker.transport(DEVICE)):
        assert eventually(lambda: is_online(broker))
        broker.cut()
        lost = decode_device_state(broker.retained(STATE) or b"")
        assert (lost.is_online, lost.at, lost.birth) == (False, None, 1)
        broker.heal()
        assert eventually(lambda: is_online(broker))
    gone = decode_device_state(broker.retained(STATE) or b"")
    assert (gone.is_online, gone.birth, gone.epoch) == (False, 2, checkpoint.outbox.epoch)
    assert gone.at is not None


def publish_manifest(office: Transport, value: WatchlistManifest, *, is_signed: bool = True) -> None:
    signed = sign_manifest(value, HUB_KEY) if is_signed else value
    office.publish(topics.manifest(value.list_id), encode_manifest(signed), is_retained=True)


def test_a_signed_version_is_downloaded_and_handed_over_once(
    broker: InMemoryBroker, checkpoint: Checkpoint, office: Transport, tmp_path: Path
) -> None:
    asked: list[int] = []

    def fetch(value: WatchlistManifest) -> Path:
        asked.append(value.version)
        return tmp_path / "a.package"

    publish_manifest(office, manifest(3))
    with relay_running(checkpoint.path, broker.transport(DEVICE), fetch=fetch):
        assert eventually(lambda: len(checkpoint.inbox.unprocessed(WATCHLIST)) == 1)
        publish_manifest(office, manifest(3))
        publish_manifest(office, manifest(4))
        assert eventually(lambda: len(checkpoint.inbox.unprocessed(WATCHLIST)) == 2)
    assert [row.key for row in checkpoint.inbox.unprocessed(WATCHLIST)] == ["charges:3", "charges:4"]
    assert asked == [3, 4]


BAD_MANIFESTS = {
    "not signed": (manifest(5), False, "is not trusted"),
    "expired": (manifest(5, days=-1), True, "expired"),
    "rolled back": (manifest(1), True, "older than version 2"),
    "changed": (
        msgspec.structs.replace(manifest(2), package_sha256="f" * 64),
        True,
        "published before with other contents",
    ),
}


@pytest.mark.parametrize("case", BAD_MANIFESTS)
def test_a_bad_manifest_is_refused_and_the_hub_is_told_once(
    broker: InMemoryBroker, checkpoint: Checkpoint, office: Transport, tmp_path: Path, case: str
) -> None:
    bad, is_signed, reason = BAD_MANIFESTS[case]
    publish_manifest(office, manifest(2))
    fetch = lambda value: tmp_path / f"{value.version}.package"  # noqa: E731
    with relay_running(checkpoint.path, broker.transport(DEVICE), fetch=fetch):
        assert eventually(lambda: len(checkpoint.inbox.unprocessed(WATCHLIST)) == 1)
        publish_manifest(office, bad, is_signed=is_signed)
        publish_manifest(office, bad, is_signed=is_signed)
        assert eventually(lambda: checkpoint.outbox.depth() == 1)
        office.publish(topics.commands(SITE, DEVICE), encode_command(command("last")))
        assert eventually(lambda: len(checkpoint.inbox.unprocessed(COMMAND)) == 1)
    (message,) = checkpoint.outbox.pending(1 << 20)
    assert isinstance(message.body, WatchlistRejected)
    assert reason in message.body.reason
    assert (message.body.version, message.body.kept_version) == (bad.version, 2)
    assert len(checkpoint.inbox.received(WATCHLIST)) == 1


def unsigned(command_id: str, device_id: str = DEVICE, minutes: int = 600) -> Command:
    now = datetime.now(UTC)
    return Command(
        command_id=command_id,
        device_id=device_id,
        name="restart",
        arguments={},
        issued_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )


def command(command_id: str, device_id: str = DEVICE, minutes: int = 600) -> Command:
    return sign_command(unsigned(command_id, device_id, minutes), HUB_KEY)


def test_commands_arrive_once_and_only_while_they_hold(
    broker: InMemoryBroker, checkpoint: Checkpoint, office: Transport
) -> None:
    topic = topics.commands(SITE, DEVICE)
    with relay_running(checkpoint.path, broker.transport(DEVICE)):
        assert eventually(lambda: is_online(broker))
        again = command("a")
        for each in (command("old", minutes=-1), command("foreign", "lane-2"), again, again, command("a")):
            office.publish(topic, encode_command(each))
        office.publish(topic, encode_command(command("b")))
        assert eventually(lambda: len(checkpoint.inbox.unprocessed(COMMAND)) == 2)
    assert [row.key for row in checkpoint.inbox.received(COMMAND)] == ["a", "b"]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(unsigned("bad"), id="unsigned"),
        pytest.param(sign_command(unsigned("bad"), Ed25519PrivateKey.generate()), id="another key"),
        pytest.param(msgspec.structs.replace(command("bad"), name="use-pack"), id="changed"),
        pytest.param(command("bad", minutes=-1), id="too late"),
    ],
)
def test_a_command_that_is_not_to_be_trusted_is_refused_once_and_answered(
    broker: InMemoryBroker, checkpoint: Checkpoint, office: Transport, bad: Command
) -> None:
    topic = topics.commands(SITE, DEVICE)
    with relay_running(checkpoint.path, broker.transport(DEVICE)):
        assert eventually(lambda: is_online(broker))
        for _ in range(2):
            office.publish(topic, encode_command(bad))
        office.publish(topic, encode_command(command("good")))
        assert eventually(lambda: len(checkpoint.inbox.unprocessed(COMMAND)) == 1)
    (message,) = checkpoint.outbox.pending(1 << 20)
    assert isinstance(message.body, CommandAnswered)
    assert (message.body.command_id, message.body.state) == ("bad", CommandState.REFUSED)
    assert message.body.reason == "not-trusted"
    assert [row.key for row in checkpoint.inbox.received(COMMAND)] == ["good"]


@pytest.mark.parametrize("payload", [b"", b"\xff\xfe", b"{}", b"[" * 5000, b'{"upto": {"alert": -1}}'])
def test_bytes_that_are_no_message_are_passed_over(
    broker: InMemoryBroker, checkpoint: Checkpoint, office: Transport, payload: bytes
) -> None:
    with relay_running(checkpoint.path, broker.transport(DEVICE)):
        assert eventually(lambda: is_online(broker))
        for topic in (
            topics.acknowledgements(SITE, DEVICE),
            topics.commands(SITE, DEVICE),
            topics.manifest("charges"),
        ):
            office.publish(topic, payload)
        office.publish(topics.commands(SITE, DEVICE), encode_command(command("after")))
        assert eventually(lambda: len(checkpoint.inbox.unprocessed(COMMAND)) == 1)


def test_a_hub_restored_from_a_backup_gets_everything_again(
    broker: InMemoryBroker, checkpoint: Checkpoint, office: Transport
) -> None:
    first, restored = HubStandIn(), HubStandIn("hub-2")
    ids = checkpoint.append(30)
    with relay_running(checkpoint.path, broker.transport(DEVICE)):
        with serving(first, broker.transport("hub")):
            assert eventually(lambda: checkpoint.outbox.depth() == 0)
        with serving(restored, broker.transport("hub")):
            ids += checkpoint.append(1)
            assert eventually(lambda: checkpoint.outbox.depth() == 0 and restored.count() == 31)
    assert restored.bodies_in_order(MessageLane.EVENT) == ids
