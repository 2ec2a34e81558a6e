"""Declaring over HTTP: stored once, under the person's own key, seen by nobody else."""

import json

import pytest

from hub.declarations.batches import BatchForm
from hub.declarations.intake import take_batch
from hub.declarations.registry import DeclarationFilter, list_declarations
from hub.people.access import Role, User
from hub.store.database import reading
from tests.hub.declarations.parcels import parcel
from tests.hub.public_app.app_kit import LEYLA, TURAL, App
from tests.hub.public_app.forms import hidden, send, typed

OFFICER = User("samir", "Samir Hüseynov", Role.CUSTOMS_OFFICER)
EN = {"Accept-Language": "en"}


def senders(app: App) -> list[str]:
    with reading(app.services.engine) as connection:
        page = list_declarations(connection, viewer=OFFICER, wanted=DeclarationFilter())
    return [one.sender_id for one in page.items]


def test_a_declaration_is_stored_under_the_persons_key_and_shown_to_the_person(app_on_each: App) -> None:
    client = app_on_each.signed_in(LEYLA)
    answer = send(client, typed())
    assert answer.status_code == 303
    shown = client.get(answer.headers["location"], headers=EN).text
    assert "Your declaration has been sent." in shown
    assert "Cotton T-shirts" in shown
    assert "RB000000001CN" in client.get("/app/").text
    assert senders(app_on_each) == [f"citizen:{app_on_each.key_of(LEYLA)}"]


def test_sent_twice_it_is_stored_once(app_on_each: App) -> None:
    client = app_on_each.signed_in(LEYLA)
    first, second = (send(client, typed()) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert len(senders(app_on_each)) == 1


def test_another_persons_parcel_is_missing_like_one_that_nobody_has(app_on_each: App) -> None:
    own = send(app_on_each.signed_in(LEYLA), typed()).headers["location"].partition("?")[0]
    stranger = app_on_each.signed_in(TURAL)
    answers = [stranger.get(path) for path in (own, own[:-4] + "0000", "/app/parcels/1", "/app/nothing")]
    assert [answer.status_code for answer in answers] == [404] * 4
    pages = {answer.text.replace(answer.request.url.path, "") for answer in answers}
    assert len(pages) == 1
    assert "RB000000001CN" not in stranger.get("/app/").text


def test_what_has_to_be_mended_is_not_stored_and_nothing_typed_is_lost(app: App) -> None:
    client = app.signed_in(LEYLA)
    form = typed(item_0_description="gift")
    answer = client.post("/app/declare", data={**form, "action": "send"}, headers=EN)
    assert answer.status_code == 200
    assert "1 field has to be mended." in answer.text
    assert "alone does not say what the goods are" in answer.text
    assert "Nizami küçəsi 12, mənzil 4" in answer.text
    assert senders(app) == []


def test_what_changed_after_the_check_is_looked_at_again(app: App) -> None:
    client = app.signed_in(LEYLA)
    checked = hidden(client.post("/app/declare", data=typed()).text, "checked")
    changed = typed(item_0_hs_code="", action="send") | {"checked": checked}
    answer = client.post("/app/declare", data=changed, headers=EN)
    assert "There is no commodity code." in answer.text
    assert senders(app) == []


def test_a_changed_form_that_was_sent_before_becomes_another_declaration(app: App) -> None:
    client = app.signed_in(LEYLA)
    send(client, typed())
    answer = send(client, typed(gross_kg="1"))
    assert hidden(answer.text, "reference") not in {"", typed()["reference"]}
    assert len(senders(app)) == 1


def test_goods_are_added_and_removed_by_buttons(app: App) -> None:
    client = app.signed_in(LEYLA)
    two = client.post("/app/declare", data=typed(action="add"))
    assert hidden(two.text, "items") == "2"
    second = {"item_1_description": "Steel bottle", "items": "2", "action": "remove:0"}
    one = client.post("/app/declare", data=typed(**second)).text
    assert hidden(one, "items") == "1"
    assert "Steel bottle" in one
    assert "Cotton T-shirts" not in one


@pytest.mark.parametrize("action", ["remove:7", "remove:x", "find:7", "find:", "other", ""])
def test_a_button_that_does_not_exist_does_no_harm(app: App, action: str) -> None:
    answer = app.signed_in(LEYLA).post("/app/declare", data=typed(action=action))
    assert answer.status_code == 200


def test_a_code_is_looked_for_and_chosen(app: App) -> None:
    client = app.signed_in(LEYLA)
    form = typed(item_0_hs_code="", action="find:0") | {"search-0": "t-shirt cotton"}
    assert 'value="610910"' in client.post("/app/declare", data=form).text
    chosen = typed(item_0_hs_code="") | {"found-0": "610910"}
    assert hidden(client.post("/app/declare", data=chosen).text, "item-0-hs_code") == "610910"


def declare_as_carrier(app: App, **changes: object) -> None:
    body = json.dumps([parcel(7, **changes)]).encode()
    take_batch(app.services, "client:swift", body, BatchForm.JSON)


def test_a_carriers_data_fill_the_form_of_their_receiver_only(app_on_each: App) -> None:
    declare_as_carrier(app_on_each)
    own, other = (
        app_on_each.signed_in(person).get("/app/declare?tracking=RB000000007CN", headers=EN)
        for person in (LEYLA, TURAL)
    )
    assert "The carrier has told us of this parcel." in own.text
    assert hidden(own.text, "item-0-hs_code") == "610910"
    assert "Nothing is known of this parcel yet." in other.text
    assert "Bright Trading" not in other.text


def test_an_unknown_and_another_persons_number_are_answered_alike(app: App) -> None:
    declare_as_carrier(app)
    client = app.signed_in(TURAL)
    pages = [
        client.get(f"/app/declare?tracking={number}").text for number in ("RB000000007CN", "RB000000008CN")
    ]
    first, second = (
        page.replace(hidden(page, "reference"), "").replace("RB000000007CN", "RB000000008CN")
        for page in pages
    )
    assert first == second


def test_nobody_declares_without_signing_in(app: App) -> None:
    for answer in (app.client().get("/app/declare"), app.client().post("/app/declare", data=typed())):
        assert answer.headers["location"].startswith("/app/sign-in")


def test_a_form_that_is_too_long_is_refused(app: App) -> None:
    answer = app.signed_in(LEYLA).post("/app/declare", data=typed(shop="x" * 70_000))
    assert answer.status_code == 413


def test_what_somebody_types_is_never_markup(app: App) -> None:
    answer = app.signed_in(LEYLA).post("/app/declare", data=typed(shop='"><script>alert(1)</script>'))
    assert "<script>" not in answer.text
