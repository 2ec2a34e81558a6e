"""Declarations of a working day: some wait, one is asked about, one is here with its goods."""

import json
from datetime import timedelta

from hub.bootstrap import Services
from hub.declarations.act_values import AnswerKind, DeskAct, Question
from hub.declarations.acts import act_as_officer
from hub.declarations.assessing.assess import Assessor
from hub.declarations.assessing.conditions import All, Comparison, Operator
from hub.declarations.assessing.evidence import Channel
from hub.declarations.assessing.profiles import (
    NewProfile,
    activate_profile,
    draft_profile,
    keep_back_test,
)
from hub.declarations.batches import BatchForm
from hub.declarations.bulk import BulkKind, NewBulk, propose_bulk
from hub.declarations.desk_holds import assign
from hub.declarations.intake import take_batch
from hub.declarations.lifecycle import Event
from hub.people.access import User
from hub.store.database import writing
from tests.hub.declarations.evidences import item
from tests.hub.declarations.parcels import parcel

SENDER = "client:swift"
COTTON = NewProfile(
    profile_id="cheap-cotton",
    title="Cotton far below its price",
    reason="Value for duty is understated again and again.",
    legal_basis="Customs Code, article 212",
    condition=All(
        (
            Comparison("item.hs-code", Operator.STARTS_WITH, "6109"),
            Comparison("value-usd", Operator.AT_MOST, "25"),
        )
    ),
    channel=Channel.INSPECTION,
    share=0.5,
)


def add_declarations(services: Services, officer: User) -> list[str]:
    """Lodge and assess seven declarations, and do with some what an officer does; returns their ids."""
    now = services.clock()
    with writing(services.engine) as connection:
        made = draft_profile(connection, COTTON, actor="author", now=now).profile
        keep_back_test(connection, made.profile_id, made.version, {"matched": 41})
        activate_profile(connection, made.profile_id, made.version, actor="second", now=now)
    shirts = item(description="Cotton T-shirts, knitted, etc", quantity="40")
    rows = [parcel(1, items=[shirts, item(hs_code="640399", description="Leather shoes")])]
    rows += [parcel(number, items=[item(description="Cotton T-shirts, etc")]) for number in range(2, 7)]
    rows.append(parcel(7, items=[item(hs_code="999999", description="gift")]))
    taken = take_batch(services, SENDER, json.dumps(rows).encode(), BatchForm.JSON)
    Assessor(services).assess_waiting()
    ids = [row.declaration_id for row in taken.rows]
    question = Question("/items/0/value", AnswerKind.NUMBER, "What was paid for one piece?")
    ask = DeskAct(
        "a-1",
        Event.REQUEST_INFORMATION,
        "The price is far below that of such goods.",
        deadline=now + timedelta(days=2),
        questions=(question,),
    )
    acts = (
        (ids[0], DeskAct("a-1", Event.PRESENT)),
        (ids[1], ask),
        (ids[2], DeskAct("a-1", Event.BEGIN_ASSESSMENT, "The invoice came in late.")),
        (ids[3], DeskAct("a-1", Event.PRESENT)),
    )
    with writing(services.engine) as connection:
        for own, act in acts:
            act_as_officer(connection, own, act, officer=officer, now=now)
        bulk = NewBulk("b-1", BulkKind.RELEASE, (ids[2], ids[3]), "All of one known shop.")
        propose_bulk(connection, bulk, officer=officer, needs_two=True, now=now)
        assign(connection, ids[0], officer.user_id, assigned_by=officer.user_id, now=now)
    return ids
