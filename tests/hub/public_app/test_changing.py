"""Changing and taking back one's own declaration in the app, on both engines."""

import httpx
import pytest

from hub.declarations.act_values import DeskAct
from hub.declarations.acts import act_as_officer
from hub.declarations.identity import person_key
from hub.declarations.lifecycle import Event, State
from hub.declarations.limit_ledger import MonthUse, PersonMonth, month_use
from hub.declarations.registry import declaration
from hub.store.database import reading, writing
from tests.hub.public_app.app_kit import LEYLA, TURAL, App
from tests.hub.public_app.forms import hidden, typed
from tests.hub.public_app.test_parcels import EN, OFFICER, ask, sent_by, state_of

MONTH = PersonMonth(person_key(LEYLA[0], "", "AZ"), "2026-03")


def change(client: httpx.Client, path: str, **changes: str) -> httpx.Response:
    """Check the changed form and send it, as the two buttons do."""
    form = typed(**changes) | {"reference": "of-somebody-else"}
    checked = hidden(client.post(f"{path}/amend", data=form).text, "checked")
    return client.post(f"{path}/amend", data={**form, "action": "send", "checked": checked})


def content_of(app: App, path: str) -> tuple[int, str, str]:
    with reading(app.services.engine) as connection:
        found = declaration(connection, path.rpartition("/")[2], OFFICER)
    return found.summary.version, found.content["reference"], found.content["items"][0]["quantity"]


def test_the_form_comes_back_filled_in_and_the_change_is_decided(app_on_each: App) -> None:
    client = app_on_each.signed_in(LEYLA)
    path = sent_by(client)
    page = client.get(path, headers=EN).text
    assert f'href="{path}/amend"' in page
    form = client.get(f"{path}/amend", headers=EN).text
    assert "Change the declaration" in form
    assert 'value="RB000000001CN"' in form
    assert f'action="{path}/amend"' in form
    answer = change(client, path, item_0_quantity="3")
    assert answer.headers["location"] == f"{path}?sent=yes"
    assert content_of(app_on_each, path) == (2, "C-0001", "3")
    assert state_of(app_on_each, path) is State.ASSESSMENT_COMPLETE


def test_sent_again_a_change_changes_nothing(app_on_each: App) -> None:
    client = app_on_each.signed_in(LEYLA)
    path = sent_by(client)
    for _ in range(2):
        assert change(client, path, item_0_quantity="3").status_code == httpx.codes.SEE_OTHER
    assert content_of(app_on_each, path)[0] == 2


def test_what_has_to_be_mended_comes_back_and_the_old_content_stands(app_on_each: App) -> None:
    client = app_on_each.signed_in(LEYLA)
    path = sent_by(client)
    answer = change(client, path, item_0_description="gift")
    assert answer.status_code == httpx.codes.OK
    assert 'aria-invalid="true"' in answer.text
    assert content_of(app_on_each, path)[0] == 1


def test_a_form_that_was_not_checked_as_it_stands_is_not_sent(app_on_each: App) -> None:
    client = app_on_each.signed_in(LEYLA)
    path = sent_by(client)
    form = typed(item_0_quantity="3")
    checked = hidden(client.post(f"{path}/amend", data=form).text, "checked")
    other = {**form, "item-0-quantity": "4", "action": "send", "checked": checked}
    assert client.post(f"{path}/amend", data=other).status_code == httpx.codes.OK
    assert content_of(app_on_each, path)[0] == 1


def test_a_declaration_is_taken_back_once_with_a_reason_and_gives_back_the_limit(app_on_each: App) -> None:
    client = app_on_each.signed_in(LEYLA)
    path = sent_by(client)
    assert "Take the declaration back" in client.get(f"{path}/withdraw", headers=EN).text
    refused = client.post(f"{path}/withdraw", data={"reason": " "}, headers=EN)
    assert refused.status_code == httpx.codes.BAD_REQUEST
    assert "Say why, in a few words." in refused.text
    for _ in range(2):
        answer = client.post(f"{path}/withdraw", data={"reason": "bought twice"})
        assert answer.headers["location"] == path
    assert state_of(app_on_each, path) is State.INVALIDATED
    with reading(app_on_each.services.engine) as connection:
        assert month_use(connection, MONTH) == MonthUse()


@pytest.mark.parametrize("way", ["amend", "withdraw"])
def test_what_is_here_can_no_longer_be_changed(app_on_each: App, way: str) -> None:
    client = app_on_each.signed_in(LEYLA)
    path = sent_by(client)
    with writing(app_on_each.services.engine) as connection:
        present = DeskAct("act-1", Event.PRESENT)
        own, now = path.rpartition("/")[2], app_on_each.services.clock()
        act_as_officer(connection, own, present, officer=OFFICER, now=now)
    assert f"{path}/amend" not in client.get(path).text
    assert client.get(f"{path}/{way}").status_code == httpx.codes.CONFLICT
    data = typed() | {"action": "send", "reason": "bought twice"}
    assert client.post(f"{path}/{way}", data=data).status_code == httpx.codes.CONFLICT
    assert state_of(app_on_each, path) is State.PRESENTED


@pytest.mark.parametrize("way", ["amend", "withdraw"])
def test_nobody_else_changes_it(app_on_each: App, way: str) -> None:
    path = sent_by(app_on_each.signed_in(LEYLA))
    other, stranger = app_on_each.signed_in(TURAL), app_on_each.client()
    data = typed() | {"action": "send", "reason": "bought twice"}
    assert other.get(f"{path}/{way}").status_code == httpx.codes.NOT_FOUND
    assert other.post(f"{path}/{way}", data=data).status_code == httpx.codes.NOT_FOUND
    assert "/app/sign-in" in stranger.post(f"{path}/{way}", data=data).headers["location"]
    assert content_of(app_on_each, path)[0] == 1
    assert state_of(app_on_each, path) is State.ASSESSMENT_COMPLETE


def test_what_customs_asks_about_may_be_changed_and_waits_for_an_officer(app_on_each: App) -> None:
    client = app_on_each.signed_in(LEYLA)
    path = sent_by(client)
    ask(app_on_each, path)
    change(client, path, item_0_value="25")
    assert state_of(app_on_each, path) is State.RISK_ASSESSMENT
