"""Assessments of stored declarations, on both engines: decided once, with all that it rested on."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from hub.declarations.assessing.assess import Assessor
from hub.declarations.assessing.conditions import Comparison, Operator
from hub.declarations.assessing.draws import draws_of
from hub.declarations.assessing.evidence import Channel, Evidence, RiskScore
from hub.declarations.assessing.profiles import (
    NewProfile,
    ProfileState,
    activate_profile,
    active_profiles,
    draft_profile,
    keep_back_test,
    list_profiles,
    profile_version,
    retire_profile,
)
from hub.declarations.assessing.tables import declaration_assessments
from hub.declarations.batches import BatchForm
from hub.declarations.intake import take_batch
from hub.declarations.lifecycle import State
from hub.declarations.registry import DeclarationDetail, declaration
from hub.errors import ConflictError, InvalidInputError, NotFoundError
from hub.jobs.bootstrap import handlers
from hub.jobs.worker import Worker
from hub.people.access import User
from hub.store.database import reading, writing
from tests.hub.builders import NOW, Hub
from tests.hub.declarations.evidences import item
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_intake import OFFICER, SENDER, batch

FROM_CHINA = Comparison("export-country", Operator.EQUALS, "CN")
WANTED = NewProfile(
    profile_id="from-china",
    title="Parcels from China",
    reason="For a test.",
    legal_basis="Customs code, article 1",
    condition=FROM_CHINA,
    channel=Channel.INSPECTION,
)


def lodged(hub: Hub, *rows: dict[str, Any]) -> list[str]:
    answer = take_batch(hub.services, SENDER.user_id, batch(list(rows)), BatchForm.JSON)
    return [row.declaration_id for row in answer.rows]


def seen(hub: Hub, declaration_id: str, viewer: User = OFFICER) -> DeclarationDetail:
    with reading(hub.services.engine) as connection:
        return declaration(connection, declaration_id, viewer)


def activate(hub: Hub, wanted: NewProfile = WANTED) -> None:
    with writing(hub.services.engine) as connection:
        made = draft_profile(connection, wanted, actor="author", now=NOW).profile
        keep_back_test(connection, made.profile_id, made.version, {"matched": 0})
        activate_profile(connection, made.profile_id, made.version, actor="second", now=NOW)


def assessments(hub: Hub) -> int:
    with reading(hub.services.engine) as connection:
        return int(connection.scalar(select(func.count()).select_from(declaration_assessments)) or 0)


def test_a_worker_decides_what_a_batch_brought(hub_on_each: Hub) -> None:
    ids = lodged(hub_on_each, *(parcel(number) for number in range(3)))
    Worker(hub_on_each.services, handlers(), name="worker-1").drain()
    for one in ids:
        found = seen(hub_on_each, one)
        assert found.summary.state is State.ASSESSMENT_COMPLETE
        assert found.summary.channel == Channel.RELEASE
        assert found.summary.decided_at == NOW
        assert [step.number for step in found.history] == [1, 2, 3]
        assert found.decision is not None
    assert assessments(hub_on_each) == 3


def test_errors_reject_a_declaration_and_name_every_field_with_how_to_mend_it(hub_on_each: Hub) -> None:
    (own,) = lodged(hub_on_each, parcel(items=[item(hs_code="999999", description="gift")]))
    assert Assessor(hub_on_each.services).assess_waiting() == 1
    found = seen(hub_on_each, own, SENDER)
    assert (found.summary.state, found.summary.channel) == (State.REJECTED, None)
    assert set(found.history[-1].pointers) == {"/items/0/hs_code", "/items/0/description"}
    assert found.report is not None
    errors = [one for one in found.report["findings"] if one["weight"] == "error"]
    assert {one["pointer"] for one in errors} == set(found.history[-1].pointers)
    assert all(one["fix"] for one in errors)


def test_a_profile_selects_and_its_reasons_are_the_officers(hub_on_each: Hub) -> None:
    activate(hub_on_each)
    (own,) = lodged(hub_on_each, parcel())
    Assessor(hub_on_each.services).assess_waiting()
    officers, senders = seen(hub_on_each, own), seen(hub_on_each, own, SENDER)
    assert officers.summary.channel == senders.summary.channel == Channel.INSPECTION
    assert officers.decision is not None
    (reason,) = officers.decision["reasons"]
    assert (reason["profile_id"], reason["version"], reason["without_it"]) == ("from-china", 1, "release")
    assert senders.decision is None
    assert "from-china" not in str(senders)


def test_several_workers_assess_each_declaration_once(hub_on_each: Hub) -> None:
    lodged(hub_on_each, *(parcel(number) for number in range(450)))
    assessor = Assessor(hub_on_each.services)
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: assessor.assess_waiting(), range(3)))
    assert sum(done) == 450
    assert assessments(hub_on_each) == 450


def test_a_model_that_is_installed_is_asked_and_its_score_kept(hub_on_each: Hub) -> None:
    class Sure:
        def score(self, evidence: Evidence) -> RiskScore:
            return RiskScore(0.9, "sure-1", ("weight",))

    (own,) = lodged(hub_on_each, parcel())
    Assessor(hub_on_each.services, Sure()).assess_waiting()
    assert seen(hub_on_each, own).summary.channel == Channel.INSPECTION
    with reading(hub_on_each.services.engine) as connection:
        kept = connection.scalar(select(declaration_assessments.c.evidence))
    assert kept is not None
    assert kept["score"] == {"value": 0.9, "model": "sure-1", "reasons": ["weight"]}


def test_what_cannot_be_assessed_is_left_to_an_officer_and_holds_up_no_other(hub_on_each: Hub) -> None:
    class Stumbling:
        def score(self, evidence: Evidence) -> RiskScore | None:
            if evidence.facts.reference == "P-2":
                raise ArithmeticError("Leyla")
            return None

    ids = lodged(hub_on_each, *(parcel(number) for number in (1, 2, 3)))
    assert Assessor(hub_on_each.services, Stumbling()).assess_waiting() == 3
    found = [seen(hub_on_each, one) for one in ids]
    assert [one.summary.state for one in found] == [
        State.ASSESSMENT_COMPLETE,
        State.RISK_ASSESSMENT,
        State.ASSESSMENT_COMPLETE,
    ]
    assert found[1].summary.channel is None
    assert found[1].history[-1].reason == "left to an officer: ArithmeticError"


def test_draws_are_even_repeatable_and_the_hubs_own() -> None:
    draws = [draws_of(b"k" * 32, f"d-{number}", 1)("random-share") for number in range(4000)]
    assert sum(draw < 0.1 for draw in draws) == pytest.approx(400, abs=60)
    assert draws[7] == draws_of(b"k" * 32, "d-7", 1)("random-share")
    assert draws[7] != draws_of(b"x" * 32, "d-7", 1)("random-share")
    assert draws[7] != draws_of(b"k" * 32, "d-7", 2)("random-share")


def test_a_profile_is_drafted_tested_and_activated_by_another_officer(hub_on_each: Hub) -> None:
    with writing(hub_on_each.services.engine) as connection:
        draft_profile(connection, WANTED, actor="author", now=NOW)
        assert active_profiles(connection) == ()
        with pytest.raises(ConflictError) as untested:
            activate_profile(connection, "from-china", 1, actor="second", now=NOW)
        keep_back_test(connection, "from-china", 1, {"matched": 3})
        with pytest.raises(ConflictError) as own:
            activate_profile(connection, "from-china", 1, actor="author", now=NOW)
        made = activate_profile(connection, "from-china", 1, actor="second", now=NOW)
        with pytest.raises(ConflictError) as again:
            activate_profile(connection, "from-china", 1, actor="second", now=NOW)
    assert [one.value.code for one in (untested, own, again)] == [
        "not-tested",
        "own-profile",
        "not-a-draft",
    ]
    assert (made.state, made.activated_by, made.back_test) == (ProfileState.ACTIVE, "second", {"matched": 3})


def test_the_next_version_takes_the_place_of_the_active_one(hub_on_each: Hub) -> None:
    activate(hub_on_each)
    activate(hub_on_each, msgspec.structs.replace(WANTED, channel=Channel.HOLD))
    with writing(hub_on_each.services.engine) as connection:
        (active,) = active_profiles(connection)
        assert (active.version, active.channel) == (2, Channel.HOLD)
        assert profile_version(connection, "from-china", 1).state is ProfileState.RETIRED
        retire_profile(connection, "from-china", actor="second", now=NOW)
        assert active_profiles(connection) == ()
        with pytest.raises(NotFoundError):
            retire_profile(connection, "from-china", actor="second", now=NOW)
        assert [one.profile.version for one in list_profiles(connection)] == [2, 1]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"profile_id": "a b"}, "/profile_id"),
        ({"title": " "}, "/title"),
        ({"legal_basis": ""}, "/legal_basis"),
        ({"share": 0.0}, "/share"),
        ({"share": float("nan")}, "/share"),
        ({"condition": Comparison("colour", Operator.EQUALS, "red")}, "/condition/fact"),
    ],
)
def test_a_profile_that_cannot_be_is_refused_by_its_field(
    hub_on_each: Hub, change: dict[str, Any], pointer: str
) -> None:
    with writing(hub_on_each.services.engine) as connection:
        with pytest.raises(InvalidInputError) as caught:
            draft_profile(connection, msgspec.structs.replace(WANTED, **change), actor="a", now=NOW)
        assert [one.pointer for one in caught.value.problems] == [pointer]
        assert list_profiles(connection) == ()
