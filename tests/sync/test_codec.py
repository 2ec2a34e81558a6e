"""What goes over the wire can be read back, and anything else is refused by name."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import zstandard

from sync.codec import (
    MAX_CONTROL_BYTES,
    decode_acknowledgement,
    decode_batch,
    decode_command,
    decode_device_state,
    decode_manifest,
    decode_package,
    encode_acknowledgement,
    encode_batch,
    encode_body,
    encode_command,
    encode_device_state,
    encode_manifest,
    encode_package,
)
from sync.errors import MessageError
from sync.messages import (
    Acknowledgement,
    BarrierMoved,
    Command,
    DeviceState,
    EvidenceCaptured,
    Health,
    Message,
    MessageLane,
)
from sync.watchlist_package import PackagedContract, PackagedReference, PackagedSubject, WatchlistPackage
from tests.sync.checkpoint import manifest

NOW = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)


def barrier(seq: int = 1) -> Message:
    body = BarrierMoved(
        lane_id="L1", action="open", officer_id="o1", alert_id=None, reason="Yük maşını", moved_at=NOW
    )
    return Message(
        message_id=f"m{seq}",
        device_id="lane-1",
        epoch="e1",
        lane=MessageLane.EVENT,
        seq=seq,
        occurred_at=NOW,
        body=body,
    )


def wire(messages: Any) -> bytes:
    return zstandard.ZstdCompressor().compress(json.dumps(messages).encode())


def as_json(message: Message) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(msgspec.json.encode(message))
    return value


PACKAGE = WatchlistPackage(
    list_id="charges",
    version=3,
    base_version=None,
    title="Charges",
    contract=PackagedContract(model_id="m", sha256="0" * 64, alignment="a", colour_order="bgr", dimension=2),
    subjects=(
        PackagedSubject(
            subject_id="s1",
            display_name="N. N.",
            category="criminal-charges",
            severity=2,
            legal_basis="art. 1",
            authority="court",
            instructions="call",
            expires_at=NOW,
            references=(
                PackagedReference(
                    reference_id="r1", vector=bytes(8), photo=b"\xff\xd8", quality=80.0, captured_on=""
                ),
            ),
        ),
    ),
)
ACK = Acknowledgement(device_id="lane-1", epoch="e1", hub_epoch="h1", upto={MessageLane.ALERT: 7})
STATE = DeviceState(device_id="lane-1", epoch="e1", birth=2, is_online=False, at=None, version="1")
COMMAND = Command(
    command_id="c1", device_id="lane-1", name="x", arguments={"a": "b"}, issued_at=NOW, expires_at=NOW
)


def test_the_published_form_of_a_message_stays_as_it_is() -> None:
    assert as_json(barrier()) == {
        "message_id": "m1",
        "device_id": "lane-1",
        "epoch": "e1",
        "lane": "event",
        "seq": 1,
        "occurred_at": "2026-05-04T12:30:00Z",
        "body": {
            "type": "barrier-moved",
            "lane_id": "L1",
            "action": "open",
            "officer_id": "o1",
            "alert_id": None,
            "reason": "Yük maşını",
            "moved_at": "2026-05-04T12:30:00Z",
        },
        "schema": "kechid.message/1",
    }


def test_a_batch_comes_back_as_it_was() -> None:
    messages = (barrier(1), barrier(2))
    assert decode_batch(encode_batch(messages), device_id="lane-1") == messages
    assert decode_batch(encode_batch(())) == ()


def test_control_messages_come_back_as_they_were() -> None:
    assert decode_acknowledgement(encode_acknowledgement(ACK)) == ACK
    assert decode_device_state(encode_device_state(STATE)) == STATE
    assert decode_command(encode_command(COMMAND)) == COMMAND
    value = manifest()
    assert decode_manifest(encode_manifest(value)) == value
    assert decode_package(encode_package(PACKAGE)) == PACKAGE


def test_fields_of_a_newer_version_are_passed_over() -> None:
    newer = as_json(barrier()) | {"invented_later": 1}
    assert decode_batch(wire([newer])) == (barrier(),)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"seq": 0}, "[0].seq: 0 is below 1"),
        ({"seq": "1"}, "[0].seq"),
        ({"lane": "gossip"}, "[0].lane"),
        ({"schema": "kechid.message/9"}, "[0].schema"),
        ({"device_id": "../x"}, "[0].device_id"),
        ({"device_id": "lane-2"}, "'lane-2' in a batch of 'lane-1'"),
        ({"occurred_at": "2026-05-04T12:30:00"}, "[0].occurred_at: time without an offset"),
        ({"occurred_at": "yesterday"}, "[0].occurred_at"),
        ({"body": {"type": "gossip"}}, "[0].body.type"),
        ({"body": {"type": "barrier-moved"}}, "[0].body"),
        ({"body": None}, "[0].body"),
    ],
)
def test_a_bad_message_is_refused_by_its_field(change: dict[str, Any], names: str) -> None:
    with pytest.raises(MessageError) as caught:
        decode_batch(wire([as_json(barrier()) | change]), device_id="lane-1")
    assert names in str(caught.value)


def test_one_bad_message_refuses_its_whole_batch() -> None:
    with pytest.raises(MessageError, match=r"\[1\]\.seq"):
        decode_batch(wire([as_json(barrier(1)), as_json(barrier(2)) | {"seq": -1}]))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        encode_batch([barrier()])[:-1],
        encode_batch([barrier()]) + b"x",
        zstandard.ZstdCompressor().compress(b"\xff\xfe"),
        zstandard.ZstdCompressor().compress(b"[" * 100_000),
        zstandard.ZstdCompressor(write_content_size=False).compress(b"[]"),
    ],
)
def test_bytes_that_are_no_batch_are_refused(data: bytes) -> None:
    with pytest.raises(MessageError, match=r"^batch: "):
        decode_batch(data)


def test_a_decompression_bomb_is_refused_before_it_unfolds() -> None:
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(256 << 20))
    assert len(bomb) < 64 << 10
    with pytest.raises(MessageError, match="268435456 bytes, at most"):
        decode_batch(bomb)
    with pytest.raises(MessageError, match="at most 1000 allowed"):
        decode_package(bomb, max_size=1000)


def test_a_frame_that_understates_its_size_is_refused() -> None:
    frame = bytearray(zstandard.ZstdCompressor(write_checksum=False).compress(bytes(200)))
    assert frame[5] == 200  # single-segment frame: the size stands behind magic and descriptor
    frame[5] = 100
    with pytest.raises(MessageError, match="not a zstd frame"):
        decode_batch(bytes(frame))


@pytest.mark.parametrize(
    ("decode", "data", "names"),
    [
        (decode_acknowledgement, b" " * (MAX_CONTROL_BYTES + 1), "at most"),
        (decode_acknowledgement, encode_acknowledgement(ACK).replace(b"7", b"-7"), "upto"),
        (decode_acknowledgement, encode_command(COMMAND), "epoch"),
        (decode_command, encode_command(COMMAND).replace(b"command/1", b"command/2"), "schema"),
        (decode_command, encode_command(COMMAND).replace(b"00Z", b"00"), "time without an offset"),
        (decode_device_state, encode_device_state(STATE).replace(b"2", b'"2"'), "birth"),
        (decode_manifest, encode_manifest(manifest()).replace(b"charges", b"a/../b"), "list_id"),
        (decode_manifest, encode_manifest(manifest(0)), "version"),
    ],
)
def test_a_bad_control_message_is_refused_by_its_field(decode: Any, data: bytes, names: str) -> None:
    with pytest.raises(MessageError, match=names):
        decode(data)


def test_a_package_of_another_schema_is_refused() -> None:
    other = msgspec.structs.replace(PACKAGE, schema="kechid.watchlist-package/2")
    with pytest.raises(MessageError, match="schema"):
        decode_package(encode_package(other))


def test_a_body_the_hub_could_not_read_is_refused_at_the_source() -> None:
    health = Health(
        version="1",
        pack="p",
        provider="cpu",
        is_degraded=False,
        warnings=(),
        frames=1,
        dropped=0,
        frame_age_p95_ms=None,
        tracks=0,
        searches=0,
        alerts=0,
        queue_depth=0,
        watchlist_versions={},
        measured_at=NOW,
    )
    assert encode_body(health)
    broken = msgspec.structs.replace(barrier().body, lane_id=float("nan"))
    with pytest.raises(MessageError, match="lane_id"):
        encode_body(broken)


def test_pictures_survive_the_wire() -> None:
    content = bytes(range(256)) * 40
    body = EvidenceCaptured(
        evidence_id="e",
        alert_id="a",
        media_type="image/jpeg",
        sha256="0" * 64,
        content=content,
        captured_at=NOW,
    )
    (message,) = decode_batch(encode_batch([msgspec.structs.replace(barrier(), body=body)]))
    assert message.body == body
