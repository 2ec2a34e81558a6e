"""Live streams over real sockets: nothing is missed, nobody sees what is not theirs, nobody holds one."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from sqlalchemy import update

from hub.bootstrap import Services
from hub.ingest.ingest import receive_batch
from hub.live import streaming
from hub.live.feed import LiveFeed
from hub.live.kinds import ChangeKind
from hub.live.visibility import visible
from hub.people.access import Role, User
from hub.people.tables import users
from hub.store.database import reading, writing
from hub.store.notify import START, Change, changes_since, position_to_resume, publish_change
from sync.codec import encode_batch
from tests.hub.api.clients import client_of
from tests.hub.builders import (
    ANALYST,
    DEVICE,
    EVENTS,
    GUARD,
    NOW,
    PASSWORD,
    Hub,
    add_users,
    alert,
    make_hub,
    message,
)
from tests.hub.live_server import DEADLINE_S, running_api, token_for, with_api

PATH = "/api/v1/events/stream"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    add_users(made.services, GUARD, ANALYST)
    return made


def publish(services: Services, kind: str, identifier: str) -> None:
    with writing(services.engine) as connection:
        publish_change(connection, kind, identifier, NOW)


def position(services: Services) -> str:
    with reading(services.engine) as connection:
        return position_to_resume(connection, None)


class Stream:
    """Reads server-sent events off an open answer."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.iter_lines()

    def next_block(self) -> dict[str, str]:
        """One block of fields, up to its empty line."""
        fields: dict[str, str] = {}
        for line in self._lines:
            if not line:
                return fields
            name, _, value = line.partition(": ")
            fields[name] = value
        raise EOFError

    def next_id(self) -> str:
        """Return what the next event is about; passes over signs of life."""
        while True:
            block = self.next_block()
            if "data" in block:
                return str(msgspec.json.decode(block["data"])["id"])


@contextmanager
def opened(services: Services, address: str, user: User = GUARD, last: str | None = None) -> Iterator[Stream]:
    headers = token_for(services, user.user_id, PASSWORD, address)
    headers |= {} if last is None else {"Last-Event-ID": last}
    with httpx.stream("GET", address + PATH, headers=headers, timeout=DEADLINE_S) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        stream = Stream(answer)
        assert "retry" in stream.next_block()
        yield stream


def test_a_change_reaches_every_reader_who_may_see_it_and_only_as_an_id(hub: Hub) -> None:
    with running_api(hub.services) as address, opened(hub.services, address) as stream:
        publish(hub.services, "case", "alert-1")
        block = stream.next_block()
    assert block["event"] == "case"
    assert msgspec.json.decode(block["data"]) == {
        "kind": "case",
        "id": "alert-1",
        "at": "2026-03-14T09:30:00Z",
    }


def test_a_reader_is_not_told_of_what_its_role_does_not_show(hub: Hub) -> None:
    with running_api(hub.services) as address, opened(hub.services, address, ANALYST) as stream:
        publish(hub.services, "case", "alert-1")
        publish(hub.services, "unheard-of", "x")
        publish(hub.services, "device", "lane-1-edge")
        assert stream.next_id() == "lane-1-edge"


def test_a_reader_that_comes_back_misses_nothing(hub: Hub) -> None:
    with running_api(hub.services) as address:
        before = position(hub.services)
        for number in range(700):
            publish(hub.services, "device", f"device-{number}")
        with opened(hub.services, address, last=before) as stream:
            publish(hub.services, "device", "newest")
            found = [stream.next_id() for _ in range(701)]
    assert found == [f"device-{number}" for number in range(700)] + ["newest"]


def test_what_a_device_reports_is_shown_live(hub: Hub) -> None:
    with running_api(hub.services) as address, opened(hub.services, address) as stream:
        receive_batch(hub.services, EVENTS, encode_batch([message(alert())]))
        assert stream.next_id() == "alert-1"


def test_a_stream_ends_with_its_session(hub: Hub) -> None:
    with running_api(hub.services) as address, opened(hub.services, address) as stream:
        with writing(hub.services.engine) as connection:
            connection.execute(update(users).values(disabled_at=NOW))
        hub.clock.advance(timedelta(seconds=16))
        publish(hub.services, "case", "alert-1")
        with pytest.raises(EOFError):
            stream.next_block()


def test_a_caller_has_so_many_streams_and_a_closed_one_is_free_again(hub: Hub) -> None:
    services = with_api(hub.services, streams_per_caller=1)
    with running_api(services) as address:
        headers = token_for(services, GUARD.user_id, PASSWORD, address)
        with opened(services, address):
            refused = httpx.get(address + PATH, headers=headers, timeout=DEADLINE_S)
            assert (refused.status_code, refused.json()["code"]) == (429, "too-many-streams")
            with opened(services, address, ANALYST):
                publish(services, "device", "x")
        while httpx.get(f"{address}/api/v1/me", headers=headers).status_code == 200:
            with httpx.stream("GET", address + PATH, headers=headers, timeout=DEADLINE_S) as again:
                if again.status_code == 200:
                    break


def test_a_place_that_is_none_is_refused(hub: Hub) -> None:
    with client_of(hub.services, GUARD) as client:
        answer = client.get(PATH, headers={"Last-Event-ID": "yesterday"})
    assert answer.status_code == 422


def test_pages_of_changes_lead_on_from_now(hub: Hub) -> None:
    with client_of(hub.services, GUARD) as client:
        start = client.get("/api/v1/events").json()
        assert start["items"] == []
        for number in range(3):
            publish(hub.services, "device", f"d{number}")
        first = client.get("/api/v1/events", params={"cursor": start["next_cursor"], "limit": 2}).json()
        second = client.get("/api/v1/events", params={"cursor": first["next_cursor"]}).json()
    assert [one["id"] for one in first["items"] + second["items"]] == ["d0", "d1", "d2"]


def test_a_reader_that_takes_nothing_is_dropped(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "SEND_S", 0.01)
    ended: list[bool] = []

    async def show(changes: object) -> tuple[Change, ...]:
        return ()

    async def stuck(sent: object) -> None:
        if sent["type"] == "http.response.body":  # type: ignore[index]
            await asyncio.Event().wait()

    async def silent() -> dict[str, str]:
        await asyncio.Event().wait()
        return {}

    stream = streaming.EventStream(LiveFeed(hub.services.engine), START, show, lambda: ended.append(True))
    asyncio.run(stream({"type": "http"}, silent, stuck))
    assert ended == [True]


@pytest.mark.parametrize(
    ("sites", "shown"),
    [
        (None, ["alert-1", DEVICE.device_id, "other", f"wanted:{DEVICE.device_id}", "wanted"]),
        (frozenset({DEVICE.site_id}), ["alert-1", DEVICE.device_id, f"wanted:{DEVICE.device_id}", "wanted"]),
        (frozenset({"samur"}), ["wanted"]),
    ],
    ids=["everywhere", "its own site", "another site"],
)
def test_somebody_bound_to_a_site_learns_of_its_own(
    hub: Hub, sites: frozenset[str] | None, shown: list[str]
) -> None:
    receive_batch(hub.services, EVENTS, encode_batch([message(alert())]))
    start = position(hub.services)
    for kind, identifier in (
        (ChangeKind.CASE, "alert-1"),
        (ChangeKind.DEVICE, DEVICE.device_id),
        (ChangeKind.DEVICE, "other"),
        (ChangeKind.CONFIRMATION, f"wanted:{DEVICE.device_id}"),
        (ChangeKind.WATCHLIST, "wanted"),
    ):
        publish(hub.services, kind, identifier)
    viewer = User("a", "A", Role.AUDITOR, sites)
    with reading(hub.services.engine) as connection:
        found = visible(connection, changes_since(connection, start), viewer)
    assert [change.identifier for change in found] == shown
