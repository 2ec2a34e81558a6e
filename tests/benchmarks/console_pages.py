"""Server time of every page of the console and every list of the API on a store filled by years of work."""

import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from hub.api.application import create_app
from hub.console.routes import create_router
from hub.people.access import Role, User, open_session, session_of
from hub.people.web_session import SESSION_COOKIE
from hub.store.database import writing
from tests.benchmarks.hub_population import LISTS, Population, fill
from tests.benchmarks.measurement import Measurement, not_measured
from tests.hub.asgi_client import client_for
from tests.hub.builders import NOW, Hub, add_users, make_hub
from tests.hub.live_server import with_api
from tests.hub.store.postgresql import running_cluster

NAME = "console_pages"
ENGINES = ("sqlite", "postgresql")
LIMIT_MS = 150.0
TIMES = 15
READERS = (Role.SUPERVISOR, Role.WATCHLIST_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR)
_DOWNLOADS = (".csv", ".jsonl", "/export", "/verification", "/hygiene", "/look-alikes")
"""Whole lists on purpose, or work over every template: no pages."""
_PARAMETER = re.compile(r"{([^}]+)}")
_FILTERS = (
    "/console/cases?status=all",
    "/console/cases?status=answered",
    f"/console/watchlists/{LISTS[0]}?name=leyla",
    "/api/v1/cases?status=open",
    "/api/v1/cases?limit=200",
)


def run(times: int = TIMES) -> Measurement:
    """Give the slowest page's p95 on SQLite, beside the same on PostgreSQL; all pages go to stderr."""
    population = Population(NOW, int(os.environ.get("KECHID_ALERTS", "1000000")))
    slowest: dict[str, float] = {}
    for engine in ENGINES:
        try:
            with _filled_hub(engine, population) as hub:
                pages = measure_pages(hub, population, times)
        except FileNotFoundError as error:
            return not_measured(NAME, "ms", str(error))
        _report(engine, pages)
        slowest[engine] = max(pages.values())
    notes = f"slowest of {len(pages)} pages, p95, {population.alerts} alerts; reference: on PostgreSQL"
    return Measurement(NAME, "ms", times, slowest["sqlite"], slowest["postgresql"], notes)


def measure_pages(hub: Hub, population: Population, times: int) -> dict[str, float]:
    """Return the p95 in milliseconds of each page, by its address without the example's ids."""
    app = create_app(hub.services)
    clients = {role: client_for(app, "http://127.0.0.1") for role in READERS}
    for role, client in clients.items():
        client.cookies[SESSION_COOKIE] = _session(hub, role)
    found: dict[str, float] = {}
    for pattern in (*_console_pages(hub), *_api_lists(app), *_FILTERS):
        path = _filled(pattern, _examples(population))
        if path is None or pattern.endswith(_DOWNLOADS):
            continue
        allowed = [one for one in clients.values() if one.get(path).status_code == 200]
        if allowed:
            found[pattern] = _p95_ms(allowed[0], path, times)
    return found


def _console_pages(hub: Hub) -> list[str]:
    routes = create_router(hub.services).routes
    return [route.path for route in routes if "GET" in getattr(route, "methods", ())]  # type: ignore[attr-defined]


def _api_lists(app: object) -> list[str]:
    paths = app.openapi()["paths"]  # type: ignore[attr-defined]
    return [path for path, methods in paths.items() if "get" in methods and "events" not in path]


def _examples(of: Population) -> Mapping[str, str]:
    return {
        "case_id": of.alert_id(of.alerts // 2 + 1),
        "list_id": LISTS[1],
        "subject_id": of.subject_id(1),
        "device_id": of.device_id(1),
        "site_id": "site-01",
        "user_id": Role.SUPERVISOR.value,
    }


def _filled(pattern: str, examples: Mapping[str, str]) -> str | None:
    names = _PARAMETER.findall(pattern)
    if not set(names) <= examples.keys():
        return None
    return _PARAMETER.sub(lambda found: examples[found[1]], pattern)


def _p95_ms(client: httpx.Client, path: str, times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        client.get(path).raise_for_status()
        taken.append((time.perf_counter() - start) * 1e3)
    return statistics.quantiles(taken, n=20, method="inclusive")[-1]


def _session(hub: Hub, role: Role) -> str:
    token = hub.services.new_token()
    with writing(hub.services.engine) as connection:
        session = session_of(connection, role.value, token, NOW + hub.services.session_lifetime)
        assert session is not None
        open_session(connection, session, NOW)
    return token


@contextmanager
def _filled_hub(engine: str, population: Population) -> Iterator[Hub]:
    with tempfile.TemporaryDirectory() as folder, _store(engine) as url:
        made = make_hub(Path(folder), url=url)
        services = with_api(made.services, requests_per_minute=10**7, request_burst=10**7)
        hub = Hub(services, made.clock)
        add_users(hub.services, *(User(role.value, role.value, role) for role in READERS))
        fill(hub.services.engine, population, lambda words: _say(f"{engine}: {words}"))
        yield hub
        hub.services.engine.dispose()


@contextmanager
def _store(engine: str) -> Iterator[str | None]:
    if engine == "sqlite":
        yield None
        return
    with running_cluster() as cluster, cluster.database() as url:
        yield url


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def _report(engine: str, pages: Mapping[str, float]) -> None:
    for page, taken in sorted(pages.items(), key=lambda each: -each[1]):
        over = "  over" if taken > LIMIT_MS else ""
        _say(f"{engine:10} {taken:8.1f} ms  {page}{over}")
