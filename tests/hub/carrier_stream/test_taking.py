"""Carriers' messages, on both engines: stored, decided and answered in one transaction."""

import pytest
from sqlalchemy import update

from hub.carrier_stream.reading import read_sent
from hub.carrier_stream.taking import Taken, take_group
from hub.carriers.registry import set_quota, suspend_carrier
from hub.declarations.assessing.assess import Assessor
from hub.ingest.quarantine import QuarantineCode, find_refusals
from hub.machines.clients import revoke_client
from hub.machines.tables import api_clients
from hub.store.database import reading, writing
from sync.ports import Incoming
from tests.hub.builders import NOW, Hub
from tests.hub.carrier_stream.streams import incoming, references, said, stream, waiting
from tests.hub.carriers.carriers import onboard
from tests.hub.declarations.evidences import item
from tests.hub.declarations.parcels import parcel


def take(hub: Hub, *messages: Incoming) -> tuple[Taken, ...]:
    return take_group(hub.services, Assessor(hub.services), [read_sent(one) for one in messages])


def set_asides(hub: Hub) -> list[tuple[QuarantineCode, str]]:
    with reading(hub.services.engine) as connection:
        return [(one.code, one.device_id) for one in find_refusals(connection).items]


def test_a_message_is_stored_decided_and_answered_row_by_row(hub_on_each: Hub) -> None:
    stream(hub_on_each)
    sent = incoming(parcel(1), {"reference": "P-2"}, parcel(3, items=[item(hs_code="999999")]))
    assert take(hub_on_each, sent) == (Taken(stored=2, refused=1),)
    (one,) = waiting(hub_on_each)
    assert (one.client_id, one.correlation) == ("swift", b"c-1")
    (answer,) = said(hub_on_each)
    assert answer["schema"] == "kechid.carrier-results/1"
    assert (answer["stored"], answer["repeated"], answer["refused"]) == (2, 0, 1)
    good, bad, wrong = answer["rows"]
    assert (good["fate"], good["reference"], good["state"]) == ("stored", "P-1", "assessment-complete")
    assert good["channel"]
    assert (bad["fate"], bad["problem"]["pointer"], bad["problem"]["code"]) == (
        "invalid",
        "/mode",
        "missing",
    )
    assert (wrong["fate"], wrong["state"]) == ("stored", "rejected")
    assert wrong["errors"][0]["pointer"] == "/items/0/hs_code"
    assert references(hub_on_each) == ["P-1", "P-3"]


def test_sent_again_it_is_the_same_answer_and_nothing_new(hub_on_each: Hub) -> None:
    stream(hub_on_each)
    take(hub_on_each, incoming(parcel(1)))
    assert take(hub_on_each, incoming(parcel(1)), incoming(parcel(1, mode="3"))) == (
        Taken(repeated=1),
        Taken(refused=1),
    )
    first, again, other = (answer["rows"][0] for answer in said(hub_on_each))
    assert again == first | {"fate": "repeated"}
    assert (other["fate"], other["declaration_id"]) == ("conflict", first["declaration_id"])
    assert other["problem"]["code"] == "reference-taken"
    assert references(hub_on_each) == ["P-1"]


def test_a_message_that_is_none_is_answered_and_set_aside_and_costs_no_other(hub_on_each: Hub) -> None:
    stream(hub_on_each)
    taken = take(hub_on_each, incoming(), incoming(parcel(1)))
    assert [one.set_aside for one in taken] == [QuarantineCode.MALFORMED, None]
    refusal, answer = said(hub_on_each)
    assert refusal["schema"] == "kechid.carrier-refusal/1"
    assert refusal["problem"]["code"] == "invalid-input"
    assert refusal["problem"]["errors"][0]["code"] == "empty"
    assert answer["stored"] == 1
    assert set_asides(hub_on_each) == [(QuarantineCode.MALFORMED, "carrier@swift")]


def test_a_quota_refuses_the_message_that_does_not_fit_and_says_when_the_next_day_begins(
    hub_on_each: Hub,
) -> None:
    stream(hub_on_each)
    with writing(hub_on_each.services.engine) as connection:
        set_quota(connection, "swift", 2)
    one, two, three = (incoming(*map(parcel, numbers)) for numbers in ((1,), (2, 3), (4,)))
    assert take(hub_on_each, one, two, three) == (Taken(stored=1), Taken(refused=2), Taken(stored=1))
    _, refusal, _ = said(hub_on_each)
    assert refusal["problem"]["code"] == "daily-quota"
    assert refusal["problem"]["retry_at"] > NOW.isoformat()
    assert references(hub_on_each) == ["P-1", "P-4"]


def test_a_suspended_carrier_is_told_so_and_nothing_is_stored(hub_on_each: Hub) -> None:
    stream(hub_on_each)
    stream(hub_on_each, "other")
    with writing(hub_on_each.services.engine) as connection:
        suspend_carrier(connection, "swift", "no contract", NOW)
    taken = take(hub_on_each, incoming(parcel(1)), incoming(parcel(1), client_id="other"))
    assert taken == (Taken(refused=1), Taken(stored=1))
    by_carrier = {
        one.client_id: answer for one, answer in zip(waiting(hub_on_each), said(hub_on_each), strict=True)
    }
    assert by_carrier["swift"]["problem"]["code"] == "carrier-suspended"
    assert by_carrier["other"]["stored"] == 1


@pytest.mark.parametrize("case", ["nobody", "without an account", "shut out", "without its scope"])
def test_whoever_may_not_stream_is_set_aside_and_not_answered(hub_on_each: Hub, case: str) -> None:
    match case:
        case "nobody":
            pass
        case "without an account":
            onboard(hub_on_each)
        case _:
            stream(hub_on_each)
            with writing(hub_on_each.services.engine) as connection:
                if case == "shut out":
                    revoke_client(connection, "swift", NOW)
                else:
                    connection.execute(update(api_clients).values(scopes="view-devices"))
    (taken,) = take(hub_on_each, incoming(parcel(1)))
    assert taken.set_aside is QuarantineCode.UNKNOWN_CARRIER
    assert (said(hub_on_each), references(hub_on_each)) == ([], [])
    assert set_asides(hub_on_each) == [(QuarantineCode.UNKNOWN_CARRIER, "carrier@swift")]


def test_text_that_no_store_keeps_is_answered_for(hub_on_each: Hub) -> None:
    stream(hub_on_each)
    take(hub_on_each, incoming(parcel(1, reference="P\0")), incoming(parcel(2)))
    answers = said(hub_on_each)
    assert len(answers) == 2
    assert references(hub_on_each) == ["P-2"]
