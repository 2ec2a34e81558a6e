"""Score-cards on both engines: counted as declarations come, seen by the carrier itself and by who may."""

from datetime import timedelta
from typing import Any

import pytest

from hub.carriers.score_card import ScoreCard, score_cards
from hub.declarations.assessing.assess import Assessor
from hub.declarations.batches import BatchForm
from hub.declarations.intake import take_batch
from hub.people.access import User
from hub.store.database import reading
from tests.hub.api.clients import client_of
from tests.hub.builders import ADMINISTRATOR, GUARD, Hub, add_users
from tests.hub.carriers.carriers import caller, let_in, onboard
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_intake import OFFICER, RIVAL, SENDER, batch

CARDS = "/api/v1/carriers/swift/score-cards"
BAD = {"consignor": {**parcel()["consignor"], "country": "ZZ"}}


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    onboard(hub_on_each)
    return hub_on_each


def sent(hub: Hub, *rows: dict[str, Any], sender: User = SENDER) -> None:
    take_batch(hub.services, sender.user_id, batch(list(rows)), BatchForm.JSON)
    Assessor(hub.services).assess_waiting()


def cards(hub: Hub, client_id: str = "swift") -> tuple[ScoreCard, ...]:
    with reading(hub.services.engine) as connection:
        return score_cards(connection, client_id)


def test_a_month_counts_what_came_and_what_was_found_in_it(hub: Hub) -> None:
    sent(hub, parcel(1), parcel(2, **BAD), parcel(3, arrives_at="2026-03-01T08:00:00Z"))
    sent(hub, parcel(1), parcel(2, **BAD, mode="5"), parcel(4, **BAD))
    (card,) = cards(hub)
    assert (card.month, card.declared, card.rejected) == ("2026-03", 4, 2)
    assert (card.late, card.repeated, card.conflicts, card.amended) == (1, 1, 1, 0)
    assert card.errors == {"country-unknown": 2}


def test_months_are_apart_and_so_are_carriers(hub: Hub) -> None:
    onboard(hub, "other")
    sent(hub, parcel(1))
    hub.clock.advance(timedelta(days=30))
    sent(hub, parcel(2), parcel(3))
    sent(hub, parcel(1), sender=RIVAL)
    assert [(card.month, card.declared) for card in cards(hub)] == [("2026-04", 2), ("2026-03", 1)]
    assert [card.declared for card in cards(hub, "other")] == [1]


def test_nobody_counts_a_client_that_is_no_carrier(hub: Hub) -> None:
    let_in(hub, "other")
    sent(hub, parcel(1), parcel(2, **BAD), sender=RIVAL)
    assert cards(hub, "other") == ()


def test_a_card_is_for_the_carrier_itself_administrators_and_officers(hub: Hub) -> None:
    onboard(hub, "rival")
    add_users(hub.services, ADMINISTRATOR, OFFICER, GUARD)
    sent(hub, parcel(1))
    with caller(hub) as swift, caller(hub, "rival") as rival:
        assert [card["declared"] for card in swift.get(CARDS).json()] == [1]
        refused, none = rival.get(CARDS), rival.get(CARDS.replace("swift", "nobody"))
        assert (refused.status_code, none.status_code) == (404, 404)
        assert refused.json()["code"] == none.json()["code"] == "not-found"
    for user, status in ((ADMINISTRATOR, 200), (OFFICER, 200), (GUARD, 403)):
        with client_of(hub.services, user) as client:
            assert client.get(CARDS).status_code == status
