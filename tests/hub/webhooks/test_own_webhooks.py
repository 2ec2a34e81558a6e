"""A carrier's webhooks: told of its own declarations only, kept by itself, never leading inside."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from httpx import Client

from hub.api.application import create_app
from hub.live.kinds import ChangeKind
from hub.machines.clients import NewClient, add_client, revoke_client
from hub.people.access import Permission
from hub.store.database import writing
from hub.webhooks.subscriptions import NewWebhook, add_webhook
from tests.hub.api.clients import BASE, client_of
from tests.hub.asgi_client import client_for
from tests.hub.builders import ADMINISTRATOR, NOW, Hub, add_users
from tests.hub.declarations.test_intake import RIVAL, SENDER
from tests.hub.live.test_declaration_changes import decided
from tests.hub.live_server import with_api
from tests.hub.webhooks.test_delivery import Receiver, hub, receiver, work

__all__ = ("hub", "receiver")
PATH = "/api/v1/webhooks"
OWN = {"title": "Swift", "url": "https://swift.example/in", "kinds": ["declaration"]}


def let_in(hub: Hub, client_id: str = "swift") -> None:
    wanted = NewClient(client_id, client_id, frozenset({Permission.DECLARE}))
    with writing(hub.services.engine) as connection:
        add_client(connection, wanted, secret="s" * 64, actor="test", now=NOW)


def subscribe(hub: Hub, receiver: Receiver, actor: str = "root") -> None:
    url = f"http://127.0.0.1:{receiver.port}/in"
    wanted = NewWebhook("Swift", url, (ChangeKind.DECLARATION,), owner=SENDER.user_id)
    with writing(hub.services.engine) as connection:
        add_webhook(hub.services, connection, wanted, actor)
    work(hub)


@contextmanager
def caller(hub: Hub, client_id: str) -> Iterator[Client]:
    let_in(hub, client_id)
    with client_for(create_app(with_api(hub.services, public_url=BASE)), BASE) as client:
        form = {"grant_type": "client_credentials"}
        answer = client.post("/api/v1/oauth/token", data=form, auth=(client_id, "s" * 64))
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


def told(receiver: Receiver) -> list[Any]:
    return sorted(msgspec.json.decode(body)["data"]["id"] for _, body in receiver.got)


def test_a_carriers_receiver_is_told_of_its_own_decisions_only(hub: Hub, receiver: Receiver) -> None:
    let_in(hub)
    subscribe(hub, receiver)
    own = decided(hub, SENDER, (1, 2))
    decided(hub, RIVAL, (1,))
    work(hub)
    assert told(receiver) == own


def test_a_carrier_that_was_shut_out_is_told_nothing(hub: Hub, receiver: Receiver) -> None:
    let_in(hub)
    subscribe(hub, receiver)
    with writing(hub.services.engine) as connection:
        revoke_client(connection, "swift", NOW)
    decided(hub, SENDER, (1,))
    work(hub)
    assert receiver.got == []


def test_a_carrier_keeps_its_own_and_cannot_tell_anothers_from_none(hub: Hub) -> None:
    with caller(hub, "swift") as swift, caller(hub, "rival") as rival:
        own = swift.post(PATH, json=OWN).json()["webhook_id"]
        assert swift.get(f"{PATH}/{own}").json()["owner"] == "client:swift"
        assert [one["webhook_id"] for one in swift.get(PATH).json()] == [own]
        assert rival.get(PATH).json() == []
        answers = [
            rival.get(f"{PATH}/{own}"),
            rival.delete(f"{PATH}/{own}"),
            *(rival.post(f"{PATH}/{own}/{act}") for act in ("rotation", "disabling", "enabling")),
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert swift.post(f"{PATH}/{own}/disabling").status_code == 204
        assert swift.post(f"{PATH}/{own}/enabling").status_code == 204


def test_what_an_administrator_switched_off_a_carrier_cannot_switch_on(hub: Hub) -> None:
    add_users(hub.services, ADMINISTRATOR)
    with caller(hub, "swift") as swift, client_of(hub.services, ADMINISTRATOR) as administrator:
        own = swift.post(PATH, json=OWN).json()["webhook_id"]
        assert administrator.post(f"{PATH}/{own}/disabling").status_code == 204
        answer = swift.post(f"{PATH}/{own}/enabling")
        assert (answer.status_code, answer.json()["code"]) == (409, "switched-off-by-administrator")
        assert administrator.post(f"{PATH}/{own}/enabling").status_code == 204


@pytest.mark.parametrize(
    ("change", "pointer"),
    [({"kinds": ["case"]}, "/kinds/0"), ({"url": "http://127.0.0.1:{port}/in"}, "/url")],
    ids=["others' kinds", "a host inside"],
)
def test_a_carrier_cannot_ask_for_more(
    hub: Hub, receiver: Receiver, change: dict[str, Any], pointer: str
) -> None:
    filled = {
        name: value.format(port=receiver.port) if name == "url" else value for name, value in change.items()
    }
    with caller(hub, "swift") as swift:
        answer = swift.post(PATH, json=OWN | filled)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_carrier_has_a_few_receivers_and_no_more(hub: Hub) -> None:
    with caller(hub, "swift") as swift:
        codes = [swift.post(PATH, json=OWN).status_code for _ in range(6)]
    assert codes == [201] * 5 + [422]
