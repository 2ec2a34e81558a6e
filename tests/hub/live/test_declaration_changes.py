"""Decided declarations in the feed, on both engines: told to officers, and to each sender its own."""

from collections.abc import Iterable

from hub.declarations.assessing.assess import Assessor
from hub.declarations.batches import BatchForm
from hub.declarations.intake import take_batch
from hub.live.kinds import ChangeKind
from hub.live.visibility import visible
from hub.people.access import User
from hub.store.database import reading
from hub.store.notify import START, changes_since
from tests.hub.builders import GUARD, Hub
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_intake import OFFICER, RIVAL, SENDER, batch

BOUND = User("aysel", "Aysel", OFFICER.role, sites=frozenset({"alat"}))


def decided(hub: Hub, sender: User, numbers: Iterable[int]) -> list[str]:
    rows = [parcel(number) for number in numbers]
    answer = take_batch(hub.services, sender.user_id, batch(rows), BatchForm.JSON)
    Assessor(hub.services).assess_waiting()
    return sorted(row.declaration_id for row in answer.rows)


def told(hub: Hub, viewer: User) -> list[str]:
    with reading(hub.services.engine) as connection:
        shown = visible(connection, changes_since(connection, START), viewer)
    assert {change.kind for change in shown} <= {ChangeKind.DECLARATION}
    return sorted(change.identifier for change in shown)


def test_each_sender_learns_of_its_own_decisions_and_officers_of_all(hub_on_each: Hub) -> None:
    own, others = decided(hub_on_each, SENDER, (1, 2, 3)), decided(hub_on_each, RIVAL, (1,))
    assert told(hub_on_each, SENDER) == own
    assert told(hub_on_each, RIVAL) == others
    assert told(hub_on_each, OFFICER) == told(hub_on_each, BOUND) == sorted(own + others)
    assert told(hub_on_each, GUARD) == []


def test_a_rejected_declaration_is_told_and_a_lodged_one_is_not_yet(hub_on_each: Hub) -> None:
    bad = parcel(1, consignor={**parcel()["consignor"], "country": "ZZ"})
    take_batch(hub_on_each.services, SENDER.user_id, batch([bad]), BatchForm.JSON)
    assert told(hub_on_each, SENDER) == []
    Assessor(hub_on_each.services).assess_waiting()
    assert len(told(hub_on_each, SENDER)) == 1


def test_a_scope_without_declaring_learns_of_nothing(hub_on_each: Hub) -> None:
    decided(hub_on_each, SENDER, (1,))
    assert told(hub_on_each, User(SENDER.user_id, "Swift", SENDER.role, scopes=frozenset())) == []
