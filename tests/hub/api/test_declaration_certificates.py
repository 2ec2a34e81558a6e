"""Certificates that senders bring with their declarations over HTTP."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hub.declarations.assessing.assess import Assessor
from hub.jobs.bootstrap import handlers
from hub.jobs.worker import Worker
from hub.origin.certificate.anchored_json import anchored_to_json
from hub.origin.paper.code import code_of
from hub.people.access import Role, User
from tests.hub.api.clients import client_of
from tests.hub.builders import GUARD, Hub, add_users, make_hub
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_assessing import lodged
from tests.hub.origin.checking.issued import verifier_for
from tests.hub.origin.checking.test_feeding import FRESH, NUMBER, SHIRTS, declared

OFFICER = User("samir", "Samir Məmmədov", Role.CUSTOMS_OFFICER)
FILE = msgspec.json.decode(anchored_to_json(SHIRTS))


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    add_users(made.services, OFFICER, GUARD)
    verifier = verifier_for(SHIRTS, chain=FRESH)
    return Hub(replace(made.services, origin_verifier_loader=lambda: verifier), made.clock)


def path_of(hub: Hub) -> str:
    declaration_id = lodged(hub, parcel(1, items=[declared()]))[0]
    Assessor(hub.services).assess_waiting()
    return f"/api/v1/declarations/{declaration_id}"


@pytest.mark.parametrize("wanted", [{"certificate": FILE}, {"code": "\n".join(code_of(SHIRTS))}])
def test_a_certificate_is_brought_and_then_counts(hub: Hub, wanted: dict[str, Any]) -> None:
    path = path_of(hub)
    with client_of(hub.services, OFFICER) as officer:
        brought = officer.post(f"{path}/certificates", json=wanted)
        assert (brought.status_code, brought.json()["certificate"]["verdict"]) == (201, None)
        Worker(hub.services, handlers(), name="w1").drain()
        (listed,) = officer.get(f"{path}/certificates").json()
        assert listed["certificate"]["number"] == NUMBER
        assert (listed["certificate"]["verdict"], listed["certificate"]["as_of_block"]) == ("valid", 4711)
        assert officer.get(path).json()["duties"]["items"][0]["preference"] == "granted"
        (draw,) = officer.get(f"{path}/draws").json()
        assert (draw["line"], draw["parts"], draw["state"]) == (1, 100_000_000, "planned")


def test_a_repeat_is_the_same_one(hub: Hub) -> None:
    path = path_of(hub)
    with client_of(hub.services, OFFICER) as officer:
        for headers in ({}, {}, {"Idempotency-Key": "c-1"}, {"Idempotency-Key": "c-1"}):
            answer = officer.post(f"{path}/certificates", json={"certificate": FILE}, headers=headers)
            assert answer.status_code == 201
        assert len(officer.get(f"{path}/certificates").json()) == 1


def test_what_is_none_and_who_has_no_part_are_refused(hub: Hub) -> None:
    path = path_of(hub)
    with client_of(hub.services, OFFICER) as officer:
        assert officer.post(f"{path}/certificates", json={"code": "x"}).status_code == 422
        other = "/api/v1/declarations/0193a7c0-0000-7000-8000-000000000009/certificates"
        assert officer.post(other, json={"certificate": FILE}).status_code == 404
    with client_of(hub.services, GUARD) as guard:
        assert guard.post(f"{path}/certificates", json={"certificate": FILE}).status_code == 403
