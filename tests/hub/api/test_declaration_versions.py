"""Amendment, versions and withdrawal over HTTP, by the sender."""

from httpx import Client

from hub.people.audit import latest
from hub.store.database import reading
from tests.hub.api.test_declarations import ONE, carrier, hub, officer, problem, swift
from tests.hub.builders import Hub
from tests.hub.declarations.full import full, full_xml
from tests.hub.declarations.parcels import parcel

__all__ = ["hub", "officer", "swift"]
XML = {"Content-Type": "application/xml"}


def lodged(client: Client) -> str:
    return f"{ONE}/{client.post(ONE, json=parcel()).json()['declaration_id']}"


def test_an_amendment_is_answered_once_and_its_differences_are_seen(swift: Client, officer: Client) -> None:
    own = lodged(swift)
    first = swift.post(f"{own}/amendments", json=parcel(mode="5"))
    again = swift.post(f"{own}/amendments", json=parcel(mode="5"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["version"], again.json()["version"]) == (2, 2)
    for reader in (swift, officer):
        newest, oldest = reader.get(f"{own}/versions").json()
        assert newest["changes"] == [{"pointer": "/mode", "before": "4", "after": "5"}]
        assert (oldest["version"], oldest["content"]) == (1, parcel())
    assert swift.post(ONE, json=parcel(mode="5")).json()["is_repeated"] is True


def test_a_full_declaration_is_amended_by_a_document(swift: Client) -> None:
    own = f"{ONE}/{swift.post(ONE, content=full_xml(full()), headers=XML).json()['declaration_id']}"
    answer = swift.post(f"{own}/amendments", content=full_xml(full(mode="5")), headers=XML)
    assert (answer.status_code, answer.json()["version"]) == (201, 2)
    assert problem(swift.post(f"{own}/amendments", json=parcel()))[:2] == (409, "other-form")


def test_an_amendment_with_an_error_names_the_field(swift: Client) -> None:
    bad = parcel(items=[parcel()["items"][0] | {"description": "gift"}])
    answer = swift.post(f"{lodged(swift)}/amendments", json=bad)
    assert problem(answer) == (422, "invalid-input", [("/items/0/description", "description-vague")])


def test_a_declaration_is_withdrawn_by_its_sender_with_a_reason_once(
    hub: Hub, swift: Client, officer: Client
) -> None:
    own = lodged(swift)
    wanted = {"reason": "sent to another address"}
    with carrier(hub, "rival") as rival:
        assert rival.post(f"{own}/invalidation", json=wanted).status_code == 404
        assert rival.post(f"{own}/amendments", json=parcel(mode="5")).status_code == 404
    assert officer.post(f"{own}/invalidation", json=wanted).status_code == 403
    assert swift.post(f"{own}/invalidation", json={"reason": " "}).status_code == 422
    for _ in range(2):
        assert swift.post(f"{own}/invalidation", json=wanted).json()["state"] == "invalidated"
    assert problem(swift.post(f"{own}/amendments", json=parcel(mode="5")))[:2] == (409, "illegal-transition")


def test_amendment_withdrawal_and_looks_at_others_stand_in_the_audit_log(
    hub: Hub, swift: Client, officer: Client
) -> None:
    own = lodged(swift)
    identifier = own.rpartition("/")[2]
    for _ in range(2):
        swift.post(f"{own}/amendments", json=parcel(mode="5"))
        officer.get(f"{own}/versions")
        officer.get(own)
        swift.get(own)
    swift.post(f"{own}/invalidation", json={"reason": "sent to another address"})
    with reading(hub.services.engine) as connection:
        traces = [one for one in reversed(latest(connection, 50)) if one.target == identifier]
    assert [(one.actor, one.action, one.detail) for one in traces] == [
        ("client:swift", "declaration-amended", {"version": 2}),
        ("samir", "declaration-viewed", {}),
        ("client:swift", "declaration-invalidate", {}),
    ]
