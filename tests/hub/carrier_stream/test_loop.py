"""The carriers' loop on an in-memory broker: answers after the commit, at least once, to whoever listens."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.carrier_stream.loop import AWAY_FOR, LOOK_EVERY, CarrierLoop
from hub.carrier_stream.upkeep import KEPT_FOR, forget_unclaimed
from hub.declarations.assessing.assess import Assessor
from hub.declarations.batches import BatchForm
from hub.declarations.intake import take_batch
from sync import topics
from sync.fakes import InMemoryBroker, InMemoryTransport
from sync.ports import Label, Reception, Transport
from tests.hub.builders import Hub, make_hub
from tests.hub.carrier_stream.streams import (
    LABEL,
    heard,
    lines,
    listening,
    loop_of,
    references,
    said,
    stream,
)
from tests.hub.declarations.parcels import parcel
from tests.hub.ingest.full_disk import FullDisk

TOPIC = topics.carrier_declarations("swift")


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    stream(made)
    return made


@pytest.fixture
def broker() -> InMemoryBroker:
    return InMemoryBroker()


@pytest.fixture
def loop(hub: Hub, broker: InMemoryBroker) -> CarrierLoop:
    return loop_of(hub, broker)


def turn(loop: CarrierLoop) -> None:
    """Take in, then publish."""
    loop.step()
    loop.step()


def send(transport: Transport, *rows: dict[str, Any], label: Label = LABEL) -> None:
    transport.publish(TOPIC, lines(*rows), label=label)


def test_what_is_declared_is_answered_under_its_correlation(
    hub: Hub, broker: InMemoryBroker, loop: CarrierLoop
) -> None:
    with listening(broker) as carrier:
        send(carrier, parcel(1), parcel(2))
        turn(loop)
        message = carrier.receive(1)
        assert message is not None
        assert (message.topic, message.is_retained) == (topics.carrier_answers("swift"), False)
        assert (message.label.correlation, message.label.content_type) == (b"c-1", "application/json")
        hub.clock.advance(LOOK_EVERY)
        turn(loop)
        assert carrier.receive(0) is None
    assert (loop.counters.stored, loop.counters.answers, said(hub)) == (2, 1, [])


def test_an_answer_waits_for_a_carrier_that_listens(
    hub: Hub, broker: InMemoryBroker, loop: CarrierLoop
) -> None:
    sender = broker.transport("carrier@swift")
    sender.connect()
    send(sender, parcel(1))
    turn(loop)
    assert len(said(hub)) == 1
    with listening(broker) as carrier:
        loop.step()
        assert carrier.receive(0) is None
        hub.clock.advance(AWAY_FOR)
        loop.step()
        assert heard(carrier)["stored"] == 1
    assert said(hub) == []


def test_who_comes_between_two_answers_hears_both_in_their_order(
    hub: Hub, broker: InMemoryBroker, loop: CarrierLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = broker.transport("carrier@swift")
    sender.connect()
    for number in (1, 2):
        send(sender, parcel(number))
    loop.step()
    publish, answers = InMemoryTransport.publish, topics.carrier_answers("swift")

    def publish_and_let_in(transport: InMemoryTransport, topic: str, *others: Any, **named: Any) -> Reception:
        reception = publish(transport, topic, *others, **named)
        sender.subscribe([answers])
        return reception

    monkeypatch.setattr(InMemoryTransport, "publish", publish_and_let_in)
    loop.step()
    assert (heard(sender)["rows"][0]["reference"], len(said(hub))) == ("P-2", 2)
    hub.clock.advance(AWAY_FOR)
    loop.step()
    assert [heard(sender)["rows"][0]["reference"] for _ in range(2)] == ["P-1", "P-2"]


def test_one_carrier_that_is_away_holds_no_other_up(
    hub: Hub, broker: InMemoryBroker, loop: CarrierLoop
) -> None:
    stream(hub, "other")
    with listening(broker, "other") as other:
        send(other, parcel(1))
        other.publish(topics.carrier_declarations("other"), lines(parcel(1)))
        turn(loop)
        assert heard(other)["stored"] == 1
    assert len(said(hub)) == 1


def test_a_lost_line_after_the_commit_repeats_and_loses_nothing(
    hub: Hub, broker: InMemoryBroker, loop: CarrierLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(broker) as carrier:
        send(carrier, parcel(1))
        monkeypatch.setattr(loop, "_settle", lambda taken: broker.drop("hub-carriers"))
        loop.step()
        assert (references(hub), len(said(hub))) == (["P-1"], 1)
        again = loop_of(hub, broker)
        turn(again)
        again.step()
        answers = [
            one["rows"][0] for one in (heard(carrier), heard(carrier), heard(carrier)) if "rows" in one
        ]
    assert [one["fate"] for one in answers] == ["stored", "repeated"]
    assert answers[0]["declaration_id"] == answers[1]["declaration_id"]
    assert references(hub) == ["P-1"]


def test_a_full_disk_costs_nothing_but_time(hub: Hub, broker: InMemoryBroker, loop: CarrierLoop) -> None:
    loop.step()
    disk = FullDisk(hub)
    with listening(broker) as carrier:
        send(carrier, *map(parcel, range(100)))
        disk.fill()
        loop.step()
        assert (loop.counters.failed, loop.counters.connections) == (1, 1)
        assert references(hub) == []
        disk.make_room()
        turn(loop)
        assert heard(carrier)["stored"] == 100
    assert len(references(hub)) == 100


def test_a_message_that_the_store_never_takes_is_answered_and_costs_no_other(
    hub: Hub, broker: InMemoryBroker, loop: CarrierLoop
) -> None:
    with hub.services.engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER poisoned BEFORE INSERT ON declaration_numbers WHEN NEW.reference = 'P-13'"
            " BEGIN SELECT RAISE(ABORT, 'poisoned'); END"
        )
        connection.commit()
    with listening(broker) as carrier:
        send(carrier, parcel(1))
        send(carrier, parcel(12), parcel(13))
        send(carrier, parcel(2))
        turn(loop)
        answers = [heard(carrier) for _ in range(3)]
    assert [one.get("stored") for one in answers] == [1, None, 1]
    assert answers[1]["problem"]["errors"][0]["code"] == "store-refused"
    assert "poisoned" not in str(answers[1])
    assert references(hub) == ["P-1", "P-2"]


def test_decisions_that_fall_later_are_said_once_and_together(
    hub: Hub, broker: InMemoryBroker, loop: CarrierLoop
) -> None:
    stream(hub, "other")
    loop.step()
    with listening(broker) as carrier:
        for sender in ("client:swift", "client:other", "client:nobody"):
            take_batch(hub.services, sender, lines(parcel(1), parcel(2)), BatchForm.LINES)
        Assessor(hub.services).assess_waiting()
        hub.clock.advance(LOOK_EVERY)
        loop.step()
        found = heard(carrier)
        loop.step()
        assert carrier.receive(0) is None
    assert found["schema"] == "kechid.carrier-decisions/1"
    assert [one["reference"] for one in found["decisions"]] == ["P-1", "P-2"]
    assert {one["state"] for one in found["decisions"]} == {"assessment-complete"}
    assert all(one["channel"] for one in found["decisions"])


def test_answers_that_nobody_came_for_are_let_go(hub: Hub, broker: InMemoryBroker, loop: CarrierLoop) -> None:
    sender = broker.transport("carrier@swift")
    sender.connect()
    send(sender, parcel(1))
    turn(loop)
    hub.clock.advance(KEPT_FOR)
    forget_unclaimed(hub.services, {})
    assert len(said(hub)) == 1
    hub.clock.advance(timedelta(seconds=1))
    forget_unclaimed(hub.services, {})
    assert said(hub) == []
