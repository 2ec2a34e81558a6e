"""Decisions out of the feed of changes, on both engines."""

from typing import Any

from hub.carrier_stream.accounts import withdraw_account
from hub.carrier_stream.decisions import TOGETHER, put_decisions
from hub.declarations.assessing.assess import Assessor
from hub.declarations.batches import BatchForm
from hub.declarations.intake import take_batch
from hub.store.database import writing
from tests.hub.builders import Hub
from tests.hub.carrier_stream.streams import lines, said, stream
from tests.hub.declarations.parcels import parcel

MANY = 2 * TOGETHER + 1


def decided(hub: Hub, count: int) -> None:
    """Declare beside the stream, and let it be decided."""
    body = lines(*(parcel(number, consignee=person(number)) for number in range(count)))
    take_batch(hub.services, "client:swift", body, BatchForm.LINES)
    Assessor(hub.services).assess_waiting()


def person(number: int) -> dict[str, Any]:
    return {**parcel()["consignee"], "id": f"5AB{number:04d}"}


def test_what_was_before_the_first_look_is_not_said(hub_on_each: Hub) -> None:
    stream(hub_on_each)
    decided(hub_on_each, 1)
    assert put_decisions(hub_on_each.services) == 0
    assert said(hub_on_each) == []


def test_many_decisions_come_in_few_messages_and_each_once(hub_on_each: Hub) -> None:
    stream(hub_on_each)
    put_decisions(hub_on_each.services)
    decided(hub_on_each, MANY)
    assert put_decisions(hub_on_each.services) >= 3
    assert put_decisions(hub_on_each.services) == 0
    told = {one["reference"] for answer in said(hub_on_each) for one in answer["decisions"]}
    assert len(told) == MANY
    assert all(len(answer["decisions"]) <= TOGETHER for answer in said(hub_on_each))


def test_who_no_longer_streams_is_told_nothing(hub_on_each: Hub) -> None:
    stream(hub_on_each)
    put_decisions(hub_on_each.services)
    with writing(hub_on_each.services.engine) as connection:
        withdraw_account(connection, "swift")
    decided(hub_on_each, 1)
    assert put_decisions(hub_on_each.services) == 0
