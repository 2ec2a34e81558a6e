"""Issuing over HTTP: certificates in, documents out once anchored; acts by two persons."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import Client
from sqlalchemy import select

from hub.origin.certificate.anchored_json import anchored_from_json
from hub.origin.issuing.consulting import VIEWED
from hub.people.access import Role, User
from hub.people.tables import audit
from hub.store.database import reading
from tests.hub.api.clients import client_of
from tests.hub.builders import ADMINISTRATOR, SUPERVISOR, add_users, make_hub
from tests.hub.origin.certificate.samples import FIELDS
from tests.hub.origin.issuing.authority import Authority, authority_of

LIA, GIA = (User(name, name.title(), Role.ORIGIN_OFFICER) for name in ("lia", "gia"))
HERE, ACTS = "/api/v1/origin/certificates", "/api/v1/origin/certificate-acts"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = authority_of(make_hub(tmp_path), batch_minutes=0)
    add_users(made.services, LIA, GIA, SUPERVISOR, ADMINISTRATOR)
    return made


@pytest.fixture
def lia(authority: Authority) -> Iterator[Client]:
    with client_of(authority.services, LIA) as client:
        yield client


@pytest.fixture
def gia(authority: Authority) -> Iterator[Client]:
    with client_of(authority.services, GIA) as client:
        yield client


def wanted(*numbers: str, **changes: str) -> dict[str, Any]:
    fields = FIELDS | {path.replace("__", "."): value for path, value in changes.items()}
    return {"form": "ct-1", "certificates": [{"number": number, "fields": fields} for number in numbers]}


def issued(client: Client, authority: Authority, *numbers: str) -> list[str]:
    answer = client.post(HERE, json=wanted(*numbers))
    assert answer.status_code == 201, answer.text
    for _ in range(2):
        authority.step()
    return list(answer.json()["issued"])


def test_what_is_issued_is_given_out_once_it_has_its_way_to_the_root(
    authority: Authority, lia: Client
) -> None:
    answer = lia.post(HERE, json=wanted("GE-1", "GE-2"))
    one = answer.json()["issued"][0]
    early = lia.get(f"{HERE}/{one}/document")
    assert (early.status_code, early.json()["code"]) == (409, "not-closed")
    for _ in range(2):
        authority.step()
    document = anchored_from_json(lia.get(f"{HERE}/{one}/document").content)
    detail = lia.get(f"{HERE}/{one}").json()
    assert detail["summary"]["batch"]["progress"] == "anchored"
    assert detail["summary"]["batch"]["root"] == document.root.hex()
    assert detail["certificate"]["fields"] == FIELDS
    assert "key" not in detail["certificate"]
    printed = lia.get(f"{HERE}/{one}/form.pdf")
    assert (printed.headers["content-type"], printed.content[:5]) == ("application/pdf", b"%PDF-")


def test_who_looked_is_on_record_once_an_hour(authority: Authority, lia: Client) -> None:
    (one,) = issued(lia, authority, "GE-1")
    for _ in range(2):
        lia.get(f"{HERE}/{one}")
        lia.get(f"{HERE}/{one}/document")
    lia.get(HERE)
    looks = select(audit.c.actor).where(audit.c.action == VIEWED, audit.c.target == one)
    with reading(authority.services.engine) as connection:
        assert list(connection.scalars(looks)) == ["lia"]


def test_one_wrong_certificate_leaves_none_issued_and_is_named(lia: Client) -> None:
    body = wanted("GE-1", "GE-2")
    body["certificates"][1]["fields"] = FIELDS | {"items.1.hs_code": "x"}
    answer = lia.post(HERE, json=body)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/certificates/1/fields/items.1.hs_code"]
    assert lia.get(HERE).json()["items"] == []
    left = lia.post(HERE, json=body | {"leaves_out": True}).json()
    assert (len(left["issued"]), [one["number"] for one in left["refused"]]) == (1, ["GE-2"])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"certificates": []}, "/certificates"),
        ({"certificates": [{"number": "a"}]}, "/certificates/0/fields"),
        ({"form": "ct-1", "certificates": [{"number": "", "fields": {"a": "b"}}]}, "/certificates/0/number"),
        ({"certificates": [{"number": "a", "fields": {"a": "\0"}}]}, "/certificates/0/fields/a"),
        (
            {"certificates": [{"number": "a", "fields": {"a": "b"}}], "form": "nowhere"},
            "/certificates/0/form",
        ),
        ({}, "/certificates"),
    ],
)
def test_bad_input_is_named_by_its_place(lia: Client, body: dict[str, Any], pointer: str) -> None:
    answer = lia.post(HERE, json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_the_same_under_a_key_or_a_number_is_issued_once(authority: Authority, lia: Client) -> None:
    answers = [lia.post(HERE, json=wanted("GE-1"), headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].text == answers[1].text
    again = lia.post(HERE, json=wanted("GE-1")).json()
    assert again["repeated"] == answers[0].json()["issued"]
    other = lia.post(HERE, json=wanted("GE-1", remarks="otherwise"))
    assert other.json()["errors"][0]["code"] == "taken"


def test_a_revocation_takes_two_persons(authority: Authority, lia: Client, gia: Client) -> None:
    (one,) = issued(lia, authority, "GE-1")
    act = {"status": "revoked", "reason": "issued-in-error"}
    made = lia.post(f"{HERE}/{one}/acts", json=act)
    assert (made.status_code, made.json()["progress"]) == (201, "waiting")
    act_id = made.json()["act_id"]
    assert lia.post(f"{ACTS}/{act_id}/approval").json()["code"] == "same-person"
    assert [one["act_id"] for one in gia.get(ACTS).json()["items"]] == [act_id]
    assert gia.post(f"{ACTS}/{act_id}/approval").json()["progress"] == "approved"
    for _ in range(2):
        authority.step()
    assert lia.get(f"{HERE}/{one}").json()["summary"]["status"] == "revoked"
    assert gia.get(ACTS).json()["items"] == []


def test_a_rejected_act_is_over(authority: Authority, lia: Client, gia: Client) -> None:
    (one,) = issued(lia, authority, "GE-1")
    act_id = lia.post(f"{HERE}/{one}/acts", json={"status": "suspended"}).json()["act_id"]
    assert gia.post(f"{ACTS}/{act_id}/rejection").json()["progress"] == "rejected"
    assert gia.post(f"{ACTS}/{act_id}/approval").status_code == 409


@pytest.mark.parametrize(
    ("act", "status", "pointer"),
    [
        ({"status": "burnt"}, 422, "/status"),
        ({"status": "revoked", "reason": "because"}, 422, "/reason"),
        ({"status": "revoked", "replaced_by": "GE-9"}, 422, "/replaced_by"),
    ],
)
def test_an_act_that_is_none_is_refused(
    authority: Authority, lia: Client, act: dict[str, str], status: int, pointer: str
) -> None:
    (one,) = issued(lia, authority, "GE-1")
    answer = lia.post(f"{HERE}/{one}/acts", json=act)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer)


def test_the_list_goes_on_by_cursor(authority: Authority, lia: Client) -> None:
    issued(lia, authority, "GE-1", "GE-2", "GE-3")
    first = lia.get(HERE, params={"limit": 2}).json()
    second = lia.get(HERE, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    numbers = [one["number"] for page in (first, second) for one in page["items"]]
    assert (sorted(numbers), second["next_cursor"]) == (["GE-1", "GE-2", "GE-3"], None)
    assert len(lia.get(HERE, params={"number": "GE-2"}).json()["items"]) == 1


def test_only_who_issues_gets_in(authority: Authority) -> None:
    for user in (SUPERVISOR, ADMINISTRATOR):
        with client_of(authority.services, user) as client:
            assert client.get(HERE).status_code == 403
            assert client.post(HERE, json=wanted("GE-1")).status_code == 403


def test_a_hub_of_no_authority_says_so(tmp_path: Path) -> None:
    hub = make_hub(tmp_path)
    add_users(hub.services, LIA)
    with client_of(hub.services, LIA) as client:
        assert client.post(HERE, json=wanted("GE-1")).json()["code"] == "no-authority"
        assert client.get(HERE).json()["items"] == []
    hub.services.engine.dispose()
