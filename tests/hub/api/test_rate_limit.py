"""Rate limits: one caller's flood costs others nothing, whichever process it reaches."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import msgspec
import pytest
from httpx import Client
from sqlalchemy import select

from hub.api.application import create_app
from hub.api.rate_limit import Allowance, Leases, Portion, take, take_one
from hub.api.tables import rate_buckets
from hub.bootstrap import Services
from hub.store.database import reading, writing
from tests.hub.api.clients import client_of
from tests.hub.asgi_client import client_for
from tests.hub.builders import DEVICE_TOKEN, GUARD, NOW, SUPERVISOR, Hub, add_users, make_hub
from tests.hub.machines.machines import SECRET, let_in


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    add_users(made.services, GUARD, SUPERVISOR)
    api = msgspec.structs.replace(
        made.services.settings.api,
        requests_per_minute=60,
        request_burst=20,
        stranger_requests_per_minute=10,
    )
    settings = msgspec.structs.replace(made.services.settings, api=api)
    return replace(made, services=replace(made.services, settings=settings))


@pytest.fixture
def guard(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, GUARD) as client:
        yield client


def statuses(client: Client, times: int, path: str = "/api/v1/me") -> list[int]:
    return [client.get(path).status_code for _ in range(times)]


def test_after_the_burst_a_caller_waits(hub: Hub, guard: Client) -> None:
    assert statuses(guard, 22) == [200] * 20 + [429] * 2
    answer = guard.get("/api/v1/me")
    assert (answer.headers["retry-after"], answer.json()["code"]) == ("1", "too-many-requests")
    assert answer.headers["content-type"] == "application/problem+json"
    hub.clock.advance(timedelta(seconds=3))
    assert statuses(guard, 4) == [200] * 3 + [429]


def test_a_flood_costs_others_nothing(hub: Hub, guard: Client) -> None:
    statuses(guard, 30)
    with client_of(hub.services, SUPERVISOR) as other:
        assert statuses(other, 5) == [200] * 5


def test_the_limit_is_shared_by_processes(hub: Hub, guard: Client) -> None:
    with client_of(hub.services) as second:
        second.headers["Authorization"] = guard.headers["Authorization"]
        answered = statuses(guard, 11) + statuses(second, 20) + statuses(guard, 20)
    assert answered.count(200) == 20


def test_strangers_share_the_limit_of_their_address_and_devices_have_their_own(hub: Hub) -> None:
    with client_of(hub.services) as stranger:
        assert statuses(stranger, 12) == [401] * 10 + [429] * 2
        headers = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
        answer = stranger.get("/api/v1/watchlists/wanted/versions/9/package", headers=headers)
        assert answer.status_code == 404
        assert stranger.get("/healthz").status_code == 200


def test_a_machines_own_limit_counts(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        let_in(connection, requests_per_minute=2)
    form = {"grant_type": "client_credentials", "client_id": "feed", "client_secret": SECRET}
    with client_of(hub.services) as client:
        token = client.post("/api/v1/oauth/token", data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        assert statuses(client, 3, "/api/v1/devices") == [200, 200, 429]


def granted(services: Services, allowance: Allowance, seconds: float) -> Portion:
    with writing(services.engine) as connection:
        return take(connection, "somebody", allowance, NOW + timedelta(seconds=seconds))


def test_a_bucket_fills_with_time_and_not_beyond_its_burst(hub: Hub) -> None:
    allowance = Allowance(per_minute=60, burst=2)
    moments = [0, 0, 0, 0.5, 1, 100, 100, 100]
    taken = [granted(hub.services, allowance, seconds).tokens for seconds in moments]
    assert taken == [1, 1, 0, 0, 1, 1, 1, 0]


def test_a_clock_that_jumps_back_takes_nothing_away(hub: Hub) -> None:
    allowance = Allowance(per_minute=60, burst=2)
    assert granted(hub.services, allowance, 100).tokens == 1
    assert granted(hub.services, allowance, 0).tokens == 1


@pytest.mark.parametrize(
    ("per_minute", "burst", "portion"),
    [(600, 200, 20), (60, 20, 2), (2, 2, 1), (100_000, 200, 50), (6_000, 200, 50), (3_600, 200, 30)],
)
def test_who_may_send_more_is_asked_for_less_often(per_minute: int, burst: int, portion: int) -> None:
    assert Allowance(per_minute, burst).portion == portion


def test_who_keeps_none_back_is_charged_for_one(hub: Hub) -> None:
    """However fast the allowance fills: nine forms at once are nine."""
    quick = Allowance(per_minute=600, burst=9)
    with writing(hub.services.engine) as connection:
        had = [take_one(connection, "forms", quick, NOW) for _ in range(10)]
    assert had == [True] * 9 + [False]


def test_many_at_once_take_one_portion(hub: Hub) -> None:
    app, headers = create_app(hub.services), {"Authorization": f"Bearer {DEVICE_TOKEN}"}
    path = "/api/v1/watchlists/wanted/versions/9/package"
    gate = Barrier(8)

    def ask(_: int) -> int:
        with client_for(app, "https://hub.test") as client:
            gate.wait()
            return client.get(path, headers=headers).status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [404] * 8
    with reading(hub.services.engine) as connection:
        left = connection.scalar(select(rate_buckets.c.tokens))
    assert left == 2


def test_buckets_nobody_uses_are_forgotten(hub: Hub) -> None:
    allowance = Allowance(per_minute=60, burst=2)
    with writing(hub.services.engine) as connection:
        take(connection, "somebody", allowance, NOW)
        take(connection, "another", allowance, NOW + timedelta(minutes=59))
        take(connection, "new", allowance, NOW + timedelta(minutes=61))
        names = set(connection.scalars(select(rate_buckets.c.name)))
    assert names == {"another", "new"}


def test_the_wait_is_until_the_next_token(hub: Hub) -> None:
    allowance = Allowance(per_minute=6, burst=1)
    granted(hub.services, allowance, 0)
    assert granted(hub.services, allowance, 4).wait_s == pytest.approx(6)


def test_a_process_forgets_the_oldest_callers() -> None:
    leases = Leases()
    for number in range(10_001):
        leases.put(str(number), Portion(2, 0.0), NOW)
    assert leases.spend("0", NOW) is None
    assert leases.spend("10000", NOW) == 0.0
