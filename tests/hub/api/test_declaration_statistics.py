"""Figures of declarations over HTTP: for who sees statistics or decides, of a period that can be."""

from pathlib import Path

import pytest

from hub.people.access import User
from tests.hub.api.clients import client_of
from tests.hub.api.test_risk_profiles import OFFICER, work
from tests.hub.builders import ADMINISTRATOR, ANALYST, NOW, Hub, add_users, make_hub
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_assessing import lodged

PATH = "/api/v1/statistics/declarations"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    add_users(made.services, OFFICER, ANALYST, ADMINISTRATOR)
    lodged(made, *(parcel(number) for number in range(12)))
    work(made)
    return made


@pytest.mark.parametrize("user", [OFFICER, ANALYST], ids=lambda user: str(user.role))
def test_the_figures_of_a_period_are_told(hub: Hub, user: User) -> None:
    with client_of(hub.services, user) as client:
        found = client.get(PATH).json()
        one = client.get(PATH, params={"first": "2026-03-14", "last": "2026-03-14"}).json()
    assert (found["decided"], found["rejected"], len(found["days"])) == (12, 0, 30)
    assert found["before_arrival"] == {"count": 12, "total": 12}
    assert sum(step["decided"] for step in found["times"]) == 12
    assert [day["day"] for day in one["days"]] == [NOW.date().isoformat()]
    assert sum(one["days"][0]["channels"].values()) == 12


def test_others_and_periods_that_cannot_be_are_refused(hub: Hub) -> None:
    with client_of(hub.services, ADMINISTRATOR) as client:
        assert client.get(PATH).status_code == 403
    with client_of(hub.services, OFFICER) as client:
        answer = client.get(PATH, params={"first": "2026-03-14", "last": "2026-03-01"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/first")
