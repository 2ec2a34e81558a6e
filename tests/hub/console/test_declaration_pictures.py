"""Pictures that a sender added, on the desk's page: for who may see declarations, each look recorded."""

import cv2
import numpy as np
import pytest

from hub.declarations.pictures import add_pictures
from hub.people.access import Permission, Role, User
from hub.people.audit import latest
from hub.people.users import add_user
from hub.store.database import reading, writing
from tests.hub.console.furnished import CUSTOMS
from tests.hub.console.lodged import SENDER, add_declarations
from tests.hub.console.sample_hub import PASSWORD, SampleHub

SWIFT = User(SENDER, "", Role.MACHINE, scopes=frozenset({Permission.DECLARE}))


@pytest.fixture
def added(hub: SampleHub) -> tuple[str, str]:
    """Lodge a declaration and add a picture to it; give both ids."""
    with writing(hub.services.engine) as connection:
        add_user(connection, CUSTOMS, PASSWORD, hub.now)
    own = add_declarations(hub.services, CUSTOMS)[1]
    _, encoded = cv2.imencode(".png", np.full((40, 60, 3), 200, np.uint8))
    (picture,) = add_pictures(hub.services, own, [encoded.tobytes()], sender=SWIFT)
    return own, f"/console/pictures/declarations/{picture.picture_id}"


def test_an_officer_sees_them_on_the_page_and_leaves_a_trace(hub: SampleHub, added: tuple[str, str]) -> None:
    own, address = added
    browser = hub.browser("samir")
    shown = browser.get(address)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert shown.headers["cache-control"] == "no-store"
    with reading(hub.services.engine) as connection:
        looks = [row for row in latest(connection, 50) if row.action == "declaration-viewed"]
    assert [(row.actor, row.target) for row in looks] == [("samir", own)]
    assert f'src="{address}"' in browser.get(f"/console/declarations/{own}").text


def test_who_may_not_see_declarations_sees_no_picture(hub: SampleHub, added: tuple[str, str]) -> None:
    _, address = added
    assert hub.browser("guard1").get(address).status_code == 403
    assert hub.browser("samir").get("/console/pictures/declarations/nothing").status_code == 404
