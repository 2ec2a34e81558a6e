"""Ingest: every message once, acknowledged after the commit, nothing foreign taken in."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from hub.cases.casework import CaseStatus, case, list_cases
from hub.cases.tables import alerts, decisions, evidence
from hub.fleet.devices import device, revoke_device
from hub.ingest.ingest import Receipt, receive_batch, receive_state
from hub.ingest.quarantine import QuarantineCode, find_refusals
from hub.ingest.tables import inbox
from hub.live.kinds import ChangeKind, change_of
from hub.store.database import reading, writing
from hub.store.pictures import EvidenceError, probe_picture
from hub.watchlist.publishing import confirmations
from sync.codec import decode_acknowledgement, encode_batch, encode_device_state
from sync.messages import (
    Acknowledgement,
    Answer,
    DeviceState,
    EventBody,
    Health,
    Message,
    MessageLane,
    WatchlistApplied,
    WatchlistRejected,
    WatchlistWithdrawn,
)
from tests.hub.builders import (
    AUDITOR,
    DEVICE,
    EVENTS,
    LIST,
    NOW,
    STATE,
    Hub,
    alert,
    alert_update,
    evidence_of,
    guard_answer,
    make_hub,
    message,
    numbered,
    picture,
)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return make_hub(tmp_path)


def send(hub: Hub, *messages: Message, topic: str = EVENTS) -> Receipt:
    return receive_batch(hub.services, topic, encode_batch(messages))


def acknowledged(receipt: Receipt) -> Acknowledgement:
    assert receipt.reply is not None
    return decode_acknowledgement(receipt.reply.payload)


def count(hub: Hub, table: object) -> int:
    with reading(hub.services.engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def stored_places(hub: Hub) -> list[int]:
    """Sequence numbers in the order in which the inbox took them in."""
    with reading(hub.services.engine) as connection:
        return list(connection.scalars(select(inbox.c.seq).order_by(inbox.c.inbox_id)))


def refusals(hub: Hub) -> list[QuarantineCode]:
    with reading(hub.services.engine) as connection:
        return [row.code for row in find_refusals(connection).items]


def test_a_batch_is_stored_and_acknowledged_on_the_devices_topic(hub: Hub) -> None:
    receipt = send(hub, *numbered([alert(), alert_update()]))
    assert (receipt.stored, receipt.repeated) == (2, 0)
    assert receipt.reply is not None
    assert receipt.reply.topic == "kechid/alat/lane-1-edge/acks"
    assert acknowledged(receipt).upto == {MessageLane.ALERT: 2}
    assert acknowledged(receipt).hub_epoch == "hub-epoch-1"


def test_a_repeated_batch_stores_nothing_and_is_acknowledged_again(hub: Hub) -> None:
    first = send(hub, *numbered([alert(), alert_update()]))
    again = send(hub, *numbered([alert(), alert_update()]))
    assert (again.stored, again.repeated) == (0, 2)
    assert again.reply == first.reply
    assert count(hub, inbox) == 2
    assert count(hub, alerts) == 1


def test_what_comes_after_a_gap_waits_at_the_device_until_the_gap_is_filled(hub: Hub) -> None:
    late = numbered([alert("a-1"), alert("a-2"), alert("a-3")])
    receipt = send(hub, late[0], late[2])
    assert (receipt.stored, receipt.ahead) == (1, 1)
    assert acknowledged(receipt).upto == {MessageLane.ALERT: 1}
    assert acknowledged(send(hub, late[1])).upto == {MessageLane.ALERT: 2}
    assert acknowledged(send(hub, *late)).upto == {MessageLane.ALERT: 3}
    assert stored_places(hub) == [1, 2, 3]


def test_a_lane_that_starts_with_a_gap_is_neither_stored_nor_acknowledged(hub: Hub) -> None:
    receipt = send(hub, message(alert(), 2))
    assert (receipt.stored, receipt.ahead) == (0, 1)
    assert acknowledged(receipt).upto == {}


def test_lanes_are_acknowledged_each_on_its_own(hub: Hub) -> None:
    receipt = send(
        hub,
        message(alert(), 1),
        message(guard_answer(), 1, lane=MessageLane.EVENT),
        message(guard_answer(decision_id="decision-3"), 3, lane=MessageLane.EVENT),
    )
    assert acknowledged(receipt).upto == {MessageLane.ALERT: 1, MessageLane.EVENT: 1}
    assert receipt.ahead == 1


def test_a_reimaged_device_starts_again_and_nothing_is_taken_for_a_repeat(hub: Hub) -> None:
    send(hub, message(alert("before"), 1))
    receipt = send(hub, message(alert("after"), 1, epoch="epoch-2"))
    assert receipt.stored == 1
    assert acknowledged(receipt).epoch == "epoch-2"
    assert count(hub, alerts) == 2


def test_a_cloned_device_is_set_aside_and_not_acknowledged(hub: Hub) -> None:
    send(hub, message(alert("genuine"), 1))
    receipt = send(hub, message(alert("clone"), 1, message_id="another"), message(alert("next"), 2))
    assert receipt.refused is QuarantineCode.CLONED_DEVICE
    assert receipt.reply is None
    assert count(hub, inbox) == 1
    assert refusals(hub) == [QuarantineCode.CLONED_DEVICE]


def test_two_messages_on_one_place_in_one_batch_are_a_clone(hub: Hub) -> None:
    receipt = send(hub, message(alert("a")), message(alert("b"), message_id="another"))
    assert receipt.refused is QuarantineCode.CLONED_DEVICE
    assert count(hub, inbox) == 0


def test_the_same_message_twice_in_one_batch_is_stored_once(hub: Hub) -> None:
    receipt = send(hub, message(alert()), message(alert()))
    assert (receipt.stored, receipt.repeated) == (1, 1)


@pytest.mark.parametrize(
    ("topic", "payload", "code"),
    [
        ("kechid/alat/stranger/events", encode_batch([]), QuarantineCode.UNKNOWN_DEVICE),
        ("kechid/ganja/lane-1-edge/events", encode_batch([message(alert())]), QuarantineCode.WRONG_SITE),
        ("kechid/alat/other/events", encode_batch([message(alert())]), QuarantineCode.MALFORMED),
        (EVENTS, b"not a batch", QuarantineCode.MALFORMED),
        (
            EVENTS,
            encode_batch([message(alert(), epoch="e1"), message(alert(), epoch="e2")]),
            QuarantineCode.MALFORMED,
        ),
        (EVENTS, encode_batch([message(alert(), 2**63)]), QuarantineCode.MALFORMED),
        (EVENTS, encode_batch([message(alert(), epoch="e" * 65)]), QuarantineCode.MALFORMED),
        (EVENTS, encode_batch([message(alert(), epoch="e\0")]), QuarantineCode.MALFORMED),
        (EVENTS, encode_batch([message(alert(), message_id="m\0")]), QuarantineCode.MALFORMED),
        ("kechid/events", encode_batch([]), QuarantineCode.MALFORMED),
    ],
    ids=[
        "unknown",
        "wrong-site",
        "foreign-message",
        "bytes",
        "two-epochs",
        "huge-seq",
        "long-epoch",
        "zero-byte-in-epoch",
        "zero-byte-in-id",
        "topic",
    ],
)
def test_what_cannot_be_taken_in_is_set_aside_and_not_acknowledged(
    hub: Hub, topic: str, payload: bytes, code: QuarantineCode
) -> None:
    receipt = receive_batch(hub.services, topic, payload)
    assert receipt == Receipt(refused=code)
    assert refusals(hub) == [code]
    assert count(hub, inbox) == 0


def test_an_oversized_batch_is_set_aside(hub: Hub) -> None:
    bomb = encode_batch([message(evidence_of(content=b"\xff\xd8\xff" + b"\0" * (9 << 20)))])
    assert len(bomb) < 1 << 20
    assert receive_batch(hub.services, EVENTS, bomb).refused is QuarantineCode.MALFORMED


def test_a_revoked_device_is_shut_out(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        revoke_device(connection, DEVICE.device_id, NOW)
    assert send(hub, message(alert())).refused is QuarantineCode.REVOKED_DEVICE


def test_the_same_refusal_again_is_counted_not_listed_twice(hub: Hub) -> None:
    for _ in range(3):
        receive_batch(hub.services, EVENTS, b"not a batch")
    with reading(hub.services.engine) as connection:
        (row,) = find_refusals(connection).items
    assert row.times == 3


def test_an_alert_becomes_an_open_case(hub: Hub) -> None:
    send(hub, message(alert()))
    with reading(hub.services.engine) as connection:
        (summary,) = list_cases(connection, viewer=AUDITOR).items
    assert (summary.case_id, summary.status, summary.site_id) == ("alert-1", CaseStatus.OPEN, "alat")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_an_alert_ends_in_its_newest_state_in_whichever_order_the_device_queued_it(
    hub: Hub, order: tuple[int, ...]
) -> None:
    bodies: list[EventBody] = [
        alert(),
        alert_update(score=0.8),
        alert_update(score=0.9, after_s=9.0, is_ended=True),
    ]
    for sent in numbered([bodies[index] for index in order]):
        send(hub, sent)
    with reading(hub.services.engine) as connection:
        detail = case(connection, "alert-1", viewer=AUDITOR)
    assert detail.facts is not None
    assert (detail.facts.comparison_score, detail.summary.is_ended) == (0.9, True)


@pytest.mark.parametrize(
    ("role", "status"), [("guard", CaseStatus.OPEN), ("supervisor", CaseStatus.ANSWERED)]
)
@pytest.mark.parametrize("answer_first", [False, True])
def test_only_a_supervisors_answer_settles_a_case(
    hub: Hub, role: str, status: CaseStatus, answer_first: bool
) -> None:
    bodies: list[tuple[EventBody, MessageLane]] = [
        (alert(), MessageLane.ALERT),
        (guard_answer(role=role), MessageLane.EVENT),
    ]
    for body, lane in reversed(bodies) if answer_first else bodies:
        send(hub, message(body, lane=lane))
    with reading(hub.services.engine) as connection:
        detail = case(connection, "alert-1", viewer=AUDITOR)
    assert detail.summary.status is status
    assert [one.answer for one in detail.decisions] == [Answer.SAME]


def test_a_probe_picture_is_kept_sealed_and_stays_out_of_the_inbox(hub: Hub, tmp_path: Path) -> None:
    content = picture(1)
    send(hub, message(alert()), message(evidence_of(content=content), lane=MessageLane.MEDIA))
    with reading(hub.services.engine) as connection:
        assert probe_picture(hub.services, connection, "probe-1").content == content
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert content[:64] not in stored
    assert count(hub, evidence) == 1


@pytest.mark.parametrize(
    ("content", "media_type", "digest"),
    [
        (b"<script>alert(1)</script>", "image/jpeg", None),
        (picture(1), "text/html", None),
        (picture(1), "image/jpeg", "0" * 64),
    ],
    ids=["not-a-picture", "other-type", "other-digest"],
)
def test_a_picture_that_contradicts_itself_is_acknowledged_but_not_shown(
    hub: Hub, content: bytes, media_type: str, digest: str | None
) -> None:
    body = evidence_of(content=content)
    body = type(body)(
        evidence_id=body.evidence_id,
        alert_id=body.alert_id,
        media_type=media_type,
        sha256=digest or body.sha256,
        content=content,
        captured_at=NOW,
    )
    receipt = send(hub, message(body, lane=MessageLane.MEDIA))
    assert acknowledged(receipt).upto == {MessageLane.MEDIA: 1}
    assert refusals(hub) == [QuarantineCode.UNFIT_CONTENT]
    assert count(hub, evidence) == 0


def test_a_number_that_no_store_holds_does_not_block_its_lane(hub: Hub) -> None:
    body = alert()
    poison = type(body)(
        **{name: getattr(body, name) for name in body.__struct_fields__} | {"frames_used": 2**80}
    )
    receipt = send(hub, message(poison, 1), message(alert("next"), 2))
    assert acknowledged(receipt).upto == {MessageLane.ALERT: 2}
    assert count(hub, alerts) == 1
    assert refusals(hub) == [QuarantineCode.UNFIT_CONTENT]


def test_a_text_that_no_store_holds_does_not_block_its_lane(hub_on_each: Hub) -> None:
    poison = msgspec.structs.replace(alert(), pack="a\0b")
    receipt = send(hub_on_each, message(poison, 1), message(alert("next"), 2))
    assert acknowledged(receipt).upto == {MessageLane.ALERT: 2}
    assert count(hub_on_each, alerts) == 1
    assert refusals(hub_on_each) == [QuarantineCode.UNFIT_CONTENT]


def test_a_full_disk_acknowledges_nothing_and_the_repeat_stores_everything(hub: Hub, tmp_path: Path) -> None:
    folder = hub.services.settings.store.evidence
    folder.write_text("a file stands where the folder should be")
    sent = (message(alert()), message(evidence_of(), lane=MessageLane.MEDIA))
    with pytest.raises(EvidenceError):
        send(hub, *sent)
    assert count(hub, inbox) == 0
    folder.unlink()
    assert send(hub, *sent).stored == 2
    assert count(hub, evidence) == 1


def test_a_store_that_cannot_be_written_acknowledges_nothing(hub: Hub) -> None:
    with hub.services.engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE lane_progress")
        connection.commit()
    with pytest.raises(SQLAlchemyError):
        send(hub, message(alert()))
    assert count(hub, inbox) == 0


def applied(version: int, after_s: float = 0.0) -> WatchlistApplied:
    return WatchlistApplied(
        list_id=LIST,
        version=version,
        contract_id="c" * 16,
        subjects=3,
        references=4,
        self_test="passed",
        applied_at=NOW + timedelta(seconds=after_s),
    )


def rejected(version: int, after_s: float) -> WatchlistRejected:
    return WatchlistRejected(
        list_id=LIST,
        version=version,
        kept_version=1,
        reason="self-test failed",
        rejected_at=NOW + timedelta(seconds=after_s),
    )


def dropped(after_s: float) -> WatchlistWithdrawn:
    return WatchlistWithdrawn(list_id=LIST, version=1, withdrawn_at=NOW + timedelta(seconds=after_s))


@pytest.mark.parametrize(
    ("bodies", "version", "withdrawn_after_s"),
    [
        ([applied(1), dropped(5.0)], None, 5.0),
        ([dropped(5.0), applied(1)], None, 5.0),
        ([applied(1), rejected(2, 3.0), dropped(5.0)], None, 5.0),
        ([dropped(5.0), applied(1, 9.0)], 1, None),
        ([applied(1, 9.0), dropped(5.0)], 1, None),
        ([dropped(1.0)], None, 1.0),
    ],
    ids=["dropped", "late", "after a refusal", "back", "back, late", "never applied"],
)
def test_a_device_shows_that_it_dropped_a_list(
    hub_on_each: Hub, bodies: list[EventBody], version: int | None, withdrawn_after_s: float | None
) -> None:
    send(hub_on_each, *numbered(bodies, lane=MessageLane.EVENT))
    with reading(hub_on_each.services.engine) as connection:
        (shown,) = device(connection, DEVICE.device_id, NOW).watchlists
        (said,) = confirmations(connection, LIST)
    at = None if withdrawn_after_s is None else NOW + timedelta(seconds=withdrawn_after_s)
    assert (shown.version, shown.withdrawn_at, shown.rejected_version) == (version, at, None)
    assert (said.version, said.withdrawn_at) == (version, at)


def test_a_dropped_list_is_shown_live() -> None:
    changed = change_of(message(dropped(1.0), lane=MessageLane.EVENT))
    assert changed == (ChangeKind.CONFIRMATION, f"{LIST}:{DEVICE.device_id}")


@pytest.mark.parametrize(
    ("bodies", "version", "rejected_version"),
    [
        ([applied(1)], 1, None),
        ([applied(1), applied(2, 5.0)], 2, None),
        ([applied(2, 5.0), applied(1)], 2, None),
        ([applied(1), rejected(2, 5.0)], 1, 2),
        ([applied(1), rejected(2, 5.0), applied(3, 9.0)], 3, None),
        ([rejected(1, 1.0)], None, 1),
    ],
    ids=["first", "newer", "late", "refused", "recovered", "never-applied"],
)
def test_a_device_shows_which_version_it_searches(
    hub: Hub, bodies: list[EventBody], version: int | None, rejected_version: int | None
) -> None:
    send(hub, *numbered(bodies, lane=MessageLane.EVENT))
    with reading(hub.services.engine) as connection:
        (shown,) = device(connection, DEVICE.device_id, NOW).watchlists
    assert (shown.version, shown.rejected_version) == (version, rejected_version)


def health(queue_depth: int, after_s: float) -> Health:
    return Health(
        version="0.1.0",
        pack="fake",
        provider="fake",
        is_degraded=True,
        warnings=("camera-blind",),
        frames=10,
        dropped=0,
        frame_age_p95_ms=40.0,
        tracks=1,
        searches=1,
        alerts=0,
        queue_depth=queue_depth,
        watchlist_versions={LIST: 1},
        measured_at=NOW + timedelta(seconds=after_s),
    )


def test_a_device_shows_its_newest_health_report(hub: Hub) -> None:
    send(hub, *numbered([health(7, 60.0), health(900, 30.0)], lane=MessageLane.TELEMETRY))
    with reading(hub.services.engine) as connection:
        shown = device(connection, DEVICE.device_id, NOW)
    assert (shown.queue_depth, shown.warnings, shown.is_degraded) == (7, ("camera-blind",), True)


def state(birth: int, *, is_online: bool, epoch: str = "epoch-1") -> bytes:
    return encode_device_state(
        DeviceState(
            device_id=DEVICE.device_id,
            epoch=epoch,
            birth=birth,
            is_online=is_online,
            at=None,
            version="0.1.0",
        )
    )


@pytest.mark.parametrize(
    ("states", "is_online"),
    [
        ([state(1, is_online=True)], True),
        ([state(1, is_online=True), state(1, is_online=False)], False),
        ([state(2, is_online=True), state(1, is_online=False)], True),
        ([state(5, is_online=True), state(1, is_online=True, epoch="new")], True),
        ([state(1, is_online=True, epoch="new"), state(9, is_online=False, epoch="old")], True),
    ],
    ids=["birth", "will", "will-of-an-older-birth", "re-imaged", "will-of-an-older-life"],
)
def test_births_and_wills_tell_who_is_online(hub: Hub, states: list[bytes], is_online: bool) -> None:
    for payload in states:
        receive_state(hub.services, STATE, payload, is_retained=False)
    with reading(hub.services.engine) as connection:
        assert device(connection, DEVICE.device_id, NOW).is_online is is_online


def test_a_retained_state_is_no_sign_of_life(hub: Hub) -> None:
    receive_state(hub.services, STATE, state(1, is_online=True), is_retained=True)
    with reading(hub.services.engine) as connection:
        shown = device(connection, DEVICE.device_id, NOW)
    assert (shown.is_online, shown.is_silent) == (True, True)


def test_a_device_that_stopped_talking_is_silent(hub: Hub) -> None:
    send(hub, message(alert()))
    with reading(hub.services.engine) as connection:
        assert not device(connection, DEVICE.device_id, NOW).is_silent
        assert device(connection, DEVICE.device_id, NOW + timedelta(minutes=3)).is_silent


def test_a_state_on_another_devices_topic_is_set_aside(hub: Hub) -> None:
    receipt = receive_state(
        hub.services, "kechid/alat/other/state", state(1, is_online=True), is_retained=False
    )
    assert receipt.refused is QuarantineCode.MALFORMED


def test_a_device_cannot_answer_or_change_another_devices_alert(hub: Hub) -> None:
    send(hub, message(alert()))
    with writing(hub.services.engine) as connection:
        connection.execute(update(alerts).values(device_id="somebody-else"))
    send(
        hub,
        message(alert_update(score=0.1), 2),
        message(guard_answer(role="supervisor"), lane=MessageLane.EVENT),
    )
    with reading(hub.services.engine) as connection:
        row = connection.execute(select(alerts)).one()
    assert (row.comparison_score, row.status) == (0.71, CaseStatus.OPEN)
    assert count(hub, decisions) == 1


def test_batches_out_of_order_and_repeated_are_stored_once_and_in_order(hub: Hub) -> None:
    sent = numbered([alert(f"alert-{number}") for number in range(200)])
    batches = [sent[start : start + 20] for start in range(0, 200, 20)]
    for batch in [batches[3], *batches[5:], batches[0], batches[3], *reversed(batches), *batches]:
        last = send(hub, *batch)
    assert acknowledged(last).upto == {MessageLane.ALERT: 200}
    assert count(hub, alerts) == 200
    assert stored_places(hub) == list(range(1, 201))
