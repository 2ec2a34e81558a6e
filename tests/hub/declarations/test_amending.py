"""Amendments, on both engines: the old content is kept, the new one is assessed, once."""

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from hub.declarations.amending import amend
from hub.declarations.assessing.assess import Assessor
from hub.declarations.assessing.tables import declaration_assessments
from hub.declarations.identity import person_key
from hub.declarations.intake import RowFate
from hub.declarations.lifecycle import Act, ActorKind, Event, IllegalTransitionError, State
from hub.declarations.lodging import MediaType, read_lodged
from hub.declarations.moving import apply
from hub.declarations.registry import DeclarationSummary, declaration, summary_of
from hub.declarations.tables import declarations
from hub.declarations.versions import FieldChange, versions_of
from hub.errors import ConflictError, InvalidInputError, NotFoundError
from hub.people.access import User
from hub.store.database import reading, writing
from tests.hub.builders import Hub
from tests.hub.declarations.full import full, full_json
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_intake import OFFICER, RIVAL, SENDER, take

LIGHTER = parcel(gross_kg="0.82", mode="5")


def decided(hub: Hub, number: int = 1) -> str:
    own = take(hub, [parcel(number)]).rows[0].declaration_id
    assert Assessor(hub.services).assess_waiting() == 1
    return own


def amended(
    hub: Hub, own: str, content: dict[str, Any] | bytes, sender: User = SENDER
) -> tuple[bool, DeclarationSummary]:
    body, kind = (content, MediaType.FULL) if isinstance(content, bytes) else (None, MediaType.LOW_VALUE)
    row = read_lodged(body or json.dumps(content).encode(), kind)
    with writing(hub.services.engine) as connection:
        is_new = amend(
            connection,
            own,
            row,
            sender_id=sender.user_id,
            assessor=Assessor(hub.services),
            now=hub.clock.now,
        )
        return is_new, summary_of(connection, own, sender)


def assessed_versions(hub: Hub, own: str) -> list[int]:
    columns = declaration_assessments.c
    query = select(columns.version).where(columns.declaration_id == own).order_by(columns.number)
    with reading(hub.services.engine) as connection:
        return list(connection.scalars(query))


def officer_acts(hub: Hub, own: str, *events: Event) -> None:
    with writing(hub.services.engine) as connection:
        for event in events:
            apply(connection, own, Act(event, ActorKind.OFFICER, OFFICER.user_id, "looked at"), hub.clock.now)


def test_an_amendment_is_in_force_and_assessed_at_once_and_the_old_content_is_kept(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    is_new, summary = amended(hub_on_each, own, LIGHTER)
    assert (is_new, summary.version) == (True, 2)
    assert (summary.state, summary.channel) == (State.ASSESSMENT_COMPLETE, "release")
    assert assessed_versions(hub_on_each, own) == [1, 2]
    with reading(hub_on_each.services.engine) as connection:
        newest, first = versions_of(connection, own, SENDER)
        assert versions_of(connection, own, SENDER, before=2) == (first,)
        assert [step.event for step in declaration(connection, own, OFFICER).history][-3:] == [
            Event.AMEND,
            Event.BEGIN_ASSESSMENT,
            Event.COMPLETE_ASSESSMENT,
        ]
    assert (newest.content, first.content) == (LIGHTER, parcel())
    assert newest.changes == (FieldChange("/mode", "4", "5"), FieldChange("/gross_kg", "0.85", "0.82"))
    assert (first.replaced_by, first.changes, newest.replaced_at) == (SENDER.user_id, (), None)


def test_sent_again_an_amendment_changes_nothing_and_the_first_content_is_another_one(
    hub_on_each: Hub,
) -> None:
    own = decided(hub_on_each)
    amended(hub_on_each, own, LIGHTER)
    assert amended(hub_on_each, own, LIGHTER) == (False, amended(hub_on_each, own, LIGHTER)[1])
    assert assessed_versions(hub_on_each, own) == [1, 2]
    again = take(hub_on_each, [LIGHTER, parcel()])
    assert [row.fate for row in again.rows] == [RowFate.REPEATED, RowFate.CONFLICT]


def test_an_amendment_with_errors_is_refused_with_every_field_and_the_old_content_stays(
    hub_on_each: Hub,
) -> None:
    own = decided(hub_on_each)
    bad = parcel(items=[parcel()["items"][0] | {"description": "gift", "hs_code": "999999"}])
    with pytest.raises(InvalidInputError) as refused:
        amended(hub_on_each, own, bad)
    assert {one.pointer for one in refused.value.problems} == {"/items/0/description", "/items/0/hs_code"}
    with reading(hub_on_each.services.engine) as connection:
        seen = declaration(connection, own, SENDER)
        assert (seen.content, seen.summary.version) == (parcel(), 1)
        assert seen.summary.state is State.ASSESSMENT_COMPLETE


def test_versions_before_the_first_are_none_and_before_a_later_one_are_all(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    amended(hub_on_each, own, LIGHTER)
    with reading(hub_on_each.services.engine) as connection:
        assert versions_of(connection, own, SENDER, before=1) == ()
        every = versions_of(connection, own, SENDER)
        assert versions_of(connection, own, SENDER, before=29470) == every
        assert [one.version for one in every] == [2, 1]


def test_another_number_form_or_sender_is_refused(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    with pytest.raises(ConflictError) as refused:
        amended(hub_on_each, own, parcel(2))
    assert refused.value.code == "other-reference"
    with pytest.raises(ConflictError) as refused:
        amended(hub_on_each, own, full_json(full()))
    assert refused.value.code == "other-form"
    with pytest.raises(NotFoundError):
        amended(hub_on_each, own, LIGHTER, RIVAL)
    with reading(hub_on_each.services.engine) as connection, pytest.raises(NotFoundError):
        versions_of(connection, own, RIVAL)


def test_goods_that_are_here_cannot_be_declared_otherwise(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    officer_acts(hub_on_each, own, Event.PRESENT)
    with pytest.raises(IllegalTransitionError):
        amended(hub_on_each, own, LIGHTER)


def test_no_machine_undoes_what_an_officer_decided(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    officer_acts(hub_on_each, own, Event.FORBID_LOADING)
    _, summary = amended(hub_on_each, own, LIGHTER)
    assert (summary.state, summary.channel) == (State.RISK_ASSESSMENT, None)
    assert assessed_versions(hub_on_each, own) == [1, 2]


def test_a_new_consignee_is_the_one_that_is_looked_for(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    amended(hub_on_each, own, parcel(consignee=parcel()["consignee"] | {"id": "6XYZ34E"}))
    with reading(hub_on_each.services.engine) as connection:
        key = connection.scalar(
            select(declarations.c.consignee_key).where(declarations.c.declaration_id == own)
        )
    assert key == person_key("6XYZ34E", "Leyla Əliyeva", "AZ")


def test_amending_does_not_draw_again_for_the_random_inspection(hub_on_each: Hub) -> None:
    services = hub_on_each.services
    often = msgspec.structs.replace(services.settings.declarations, random_share=0.5)
    settings = msgspec.structs.replace(services.settings, declarations=often)
    hub = Hub(replace(services, settings=settings), hub_on_each.clock)
    drawn = []
    for number in range(1, 13):
        own = decided(hub, number)
        amended(hub, own, LIGHTER | {"reference": f"P-{number}"})
        columns = declaration_assessments.c
        query = select(columns.is_random).where(columns.declaration_id == own)
        with reading(services.engine) as connection:
            drawn.append(tuple(connection.scalars(query)))
    assert set(drawn) == {(True, True), (False, False)}
