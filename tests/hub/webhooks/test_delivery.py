"""Deliveries to a real receiver on loopback: signed, retried, given up, and never led astray."""

import base64
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest

from hub.bootstrap import Services
from hub.jobs.worker import Worker
from hub.live.kinds import ChangeKind
from hub.settings_tree import WebhookSettings
from hub.store.database import reading, writing
from hub.store.notify import publish_change
from hub.webhooks.delivery import handlers
from hub.webhooks.posting import DeliveryError, checked_addresses
from hub.webhooks.subscriptions import (
    FAILING_FOR,
    NewWebhook,
    add_webhook,
    disable_webhook,
    enable_webhook,
    list_webhooks,
)
from hub.webhooks.targets import Target, parse_target
from tests.hub.builders import NOW, Hub


@dataclass(slots=True)
class Receiver:
    """What a receiver was sent, and what it answers next."""

    port: int = 0
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def hub(hub_on_each: Hub, receiver: Receiver) -> Hub:
    made = hub_on_each
    webhooks = WebhookSettings(allowed_hosts=(f"127.0.0.1:{receiver.port}",), timeout_s=5.0)
    settings = msgspec.structs.replace(made.services.settings, webhooks=webhooks)
    return replace(made, services=replace(made.services, settings=settings))


def subscribe(hub: Hub, receiver: Receiver, *kinds: ChangeKind) -> tuple[str, bytes]:
    """Add the receiver; returns its id and its secret's bytes."""
    wanted = NewWebhook("Ministry", f"http://127.0.0.1:{receiver.port}/in", kinds or (ChangeKind.CASE,))
    with writing(hub.services.engine) as connection:
        webhook_id, made = add_webhook(hub.services, connection, wanted, "test")
    work(hub)
    return webhook_id, base64.b64decode((made.secret or "").removeprefix("whsec_"))


def publish(services: Services, kind: str, identifier: str) -> None:
    with writing(services.engine) as connection:
        publish_change(connection, kind, identifier, NOW)


def work(hub: Hub, pause: timedelta = timedelta(seconds=10)) -> Worker:
    """Let time pass, then do whatever is due."""
    hub.clock.advance(pause)
    worker = Worker(hub.services, handlers(), name="test", chance=lambda: 0.0)
    worker.schedule()
    worker.drain()
    return worker


def only(hub: Hub) -> tuple[bool, str, int | None]:
    with reading(hub.services.engine) as connection:
        (one,) = list_webhooks(connection)
    return one.is_disabled, one.disabled_reason, one.last_status


def test_a_change_is_told_once_signed_and_as_an_id(hub: Hub, receiver: Receiver) -> None:
    _, secret = subscribe(hub, receiver)
    publish(hub.services, "case", "alert-1")
    publish(hub.services, "device", "lane-1-edge")
    work(hub)
    work(hub)
    ((headers, body),) = receiver.got
    assert msgspec.json.decode(body) == {
        "type": "case.changed",
        "timestamp": "2026-03-14T09:30:00+00:00",
        "data": {"kind": "case", "id": "alert-1"},
    }
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(secret, content, sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["host"] == f"127.0.0.1:{receiver.port}"


def test_what_happened_before_is_not_told(hub: Hub, receiver: Receiver) -> None:
    publish(hub.services, "case", "old")
    subscribe(hub, receiver)
    publish(hub.services, "case", "new")
    work(hub)
    assert [msgspec.json.decode(body)["data"]["id"] for _, body in receiver.got] == ["new"]


def test_a_receiver_that_fails_is_tried_again_under_the_same_id(hub: Hub, receiver: Receiver) -> None:
    subscribe(hub, receiver)
    receiver.status = 503
    publish(hub.services, "case", "alert-1")
    work(hub)
    assert only(hub) == (False, "", 503)
    receiver.status = 200
    work(hub, timedelta(minutes=1))
    assert only(hub) == (False, "", 200)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 2
    work(hub, timedelta(days=1))
    assert len(receiver.got) == 2


def test_a_receiver_that_is_away_for_a_day_gets_everything(hub: Hub, receiver: Receiver) -> None:
    subscribe(hub, receiver)
    receiver.status = 500
    for number in range(3):
        publish(hub.services, "case", f"alert-{number}")
    for _ in range(12):
        work(hub, timedelta(hours=2))
    receiver.status, receiver.got = 200, []
    work(hub, timedelta(days=1))
    told = {msgspec.json.decode(body)["data"]["id"] for _, body in receiver.got}
    assert told == {"alert-0", "alert-1", "alert-2"}


def test_a_receiver_that_says_gone_is_switched_off(hub: Hub, receiver: Receiver) -> None:
    subscribe(hub, receiver)
    receiver.status = 410
    publish(hub.services, "case", "alert-1")
    work(hub)
    assert only(hub) == (True, "gone", None)
    publish(hub.services, "case", "alert-2")
    work(hub, timedelta(days=1))
    assert len(receiver.got) == 1


def test_a_receiver_that_fails_for_days_is_switched_off(hub: Hub, receiver: Receiver) -> None:
    subscribe(hub, receiver)
    receiver.status = 500
    publish(hub.services, "case", "alert-1")
    work(hub)
    work(hub, FAILING_FOR)
    assert only(hub) == (True, "failing", 500)


def test_a_redirect_is_not_followed(hub: Hub, receiver: Receiver) -> None:
    subscribe(hub, receiver)
    with running_receiver() as elsewhere:
        receiver.status = 307
        receiver.headers["Location"] = f"http://127.0.0.1:{elsewhere.port}/"
        publish(hub.services, "case", "alert-1")
        work(hub)
        assert (len(receiver.got), elsewhere.got) == (1, [])
    assert only(hub) == (False, "", 307)


def test_a_receiver_that_was_taken_off_the_settings_is_no_longer_called(hub: Hub, receiver: Receiver) -> None:
    subscribe(hub, receiver)
    settings = msgspec.structs.replace(hub.services.settings, webhooks=WebhookSettings())
    publish(hub.services, "case", "alert-1")
    work(replace(hub, services=replace(hub.services, settings=settings)))
    assert receiver.got == []


def test_one_that_is_off_is_told_nothing_until_it_is_on_again(hub: Hub, receiver: Receiver) -> None:
    webhook_id, _ = subscribe(hub, receiver)
    with writing(hub.services.engine) as connection:
        assert disable_webhook(connection, webhook_id, "administrator", NOW)
        assert not disable_webhook(connection, webhook_id, "administrator", NOW)
    publish(hub.services, "case", "missed")
    work(hub)
    with writing(hub.services.engine) as connection:
        assert enable_webhook(connection, webhook_id)
    publish(hub.services, "case", "told")
    work(hub)
    assert [msgspec.json.decode(body)["data"]["id"] for _, body in receiver.got] == ["told"]


@pytest.mark.parametrize(
    "found",
    [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:169.254.169.254"], []],
    ids=["loopback", "one of two", "mapped", "none"],
)
def test_a_name_that_leads_inside_is_not_called(found: list[str]) -> None:
    with pytest.raises(DeliveryError, match="not public"):
        checked_addresses(parse_target("https://hook.example/", ()), lambda host, port: found)


def test_a_name_is_resolved_once_and_the_checked_address_is_called(hub: Hub, receiver: Receiver) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"] if len(asked) == 1 else ["127.0.0.1"]

    target = Target("https", "hook.example", 443, "/", is_allowed=False)
    assert checked_addresses(target, resolve) == ["93.184.216.34"]
    assert asked == ["hook.example"]
