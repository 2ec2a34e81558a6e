"""Declarations and a real `kechid-hub api`: killed before it answers, and with fifty carriers at once."""

import json
import secrets
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from hub.bootstrap import Services, create_services
from hub.declarations.assessing.tables import declaration_assessments
from hub.declarations.tables import declaration_numbers, declarations
from hub.machines.clients import NewClient, add_client
from hub.machines.tokens import AccessToken, Proof, TokenRequest, issue_token
from hub.people.access import Permission
from hub.settings import load_settings
from hub.store.database import reading, writing
from tests.hub.declarations.parcels import parcel
from tests.hub.test_processes import finish, free_port, prepare, run, wait_until_healthy

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
ONE, BATCH = "/api/v1/declarations", "/api/v1/declaration-batches"
WAIT_S = 60.0
KILLS = 2
CARRIERS = 50
ROWS = 1_000
BODY_MB = 5.9
MOST_MEMORY_MB = 400


class Site:
    """A hub's folder with keys and store, and its API as a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        (folder / "hub.toml").write_text(f"[api]\nport = {self.port}\n", encoding="utf-8")
        prepare(folder)
        self.services: Services = create_services(load_settings(folder / "hub.toml"))
        self.url = f"http://127.0.0.1:{self.port}"

    @contextmanager
    def api(self) -> Iterator[subprocess.Popen[str]]:
        """Run the API until the block ends, however it ended before."""
        process = run(self.folder, "api")
        try:
            wait_until_healthy(process, f"{self.url}/healthz")
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            finish(process)

    def token(self, client_id: str) -> str:
        """Let a carrier in, with a token."""
        now = datetime.now(UTC)
        wanted = NewClient(client_id, client_id, frozenset({Permission.DECLARE}))
        with writing(self.services.engine) as connection:
            add_client(connection, wanted, secret=client_id, actor="test", now=now)
            request = TokenRequest(Proof(client_id, client_id), "")
            token = secrets.token_hex(16)
            made = issue_token(connection, request, token=token, audiences=frozenset(), now=now)
        assert isinstance(made, AccessToken)
        return token

    def count(self, table: Any) -> int:
        """Count the rows of a table."""
        with reading(self.services.engine) as connection:
            return int(connection.scalar(select(func.count()).select_from(table)) or 0)

    def holds(self, many: int) -> bool:
        """Tell whether so many declarations are committed."""
        return self.count(declarations) == many


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.services.engine.dispose()


def test_killed_after_the_commit_and_before_its_answer_is_read_a_declaration_sent_again_is_the_same_one(
    site: Site,
) -> None:
    headers = {"Authorization": f"Bearer {site.token('swift')}"}
    for number in range(1, KILLS + 1):
        body = json.dumps(parcel(number)).encode()
        with site.api() as process, socket.create_connection(("127.0.0.1", site.port)) as unread:
            head = f"POST {ONE} HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n"
            head += f"Authorization: {headers['Authorization']}\r\nContent-Length: {len(body)}\r\n\r\n"
            unread.sendall(head.encode() + body)
            wait_until(partial(site.holds, number))
            process.kill()
            process.wait(WAIT_S)
    with site.api():
        answers = [
            httpx.post(site.url + ONE, json=parcel(number), headers=headers) for number in range(1, KILLS + 1)
        ]
    assert [(one.status_code, one.json()["channel"]) for one in answers] == [(200, "release")] * KILLS
    assert [site.count(one) for one in (declarations, declaration_numbers, declaration_assessments)] == [
        KILLS
    ] * 3


def test_fifty_carriers_at_once_are_asked_to_wait_and_everything_is_stored_within_bounds(site: Site) -> None:
    tokens = [site.token(f"carrier-{number}") for number in range(CARRIERS)]
    body = json.dumps([large(number) for number in range(ROWS)]).encode()
    assert abs(len(body) / 1e6 - BODY_MB) < 0.2
    with site.api() as process:
        begun = time.monotonic()
        with ThreadPoolExecutor(CARRIERS) as pool:
            waits = list(pool.map(lambda token: deliver(site.url, token, body), tokens))
        taken_s = time.monotonic() - begun
        memory_mb = peak_memory_mb(process.pid)
    print(f"{CARRIERS} x {len(body) / 1e6:.1f} MB in {taken_s:.1f} s, {sum(waits)} waits, {memory_mb:.0f} MB")  # noqa: T201
    assert sum(waits) > 0
    assert memory_mb <= MOST_MEMORY_MB
    assert site.count(declarations) == site.count(declaration_numbers) == CARRIERS * ROWS


def large(number: int) -> dict[str, Any]:
    """Make a parcel of nearly six kilobytes: nine things with long descriptions."""
    item = parcel()["items"][0] | {"description": "Cotton T-shirts, knitted, for men. " * 12}
    return parcel(number, items=[item] * 9)


def deliver(url: str, token: str, body: bytes) -> int:
    """Send a batch until it is taken, waiting as long as asked; returns how often it had to wait."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with httpx.Client(base_url=url, headers=headers, timeout=WAIT_S, verify=False) as client:
        for waits in range(200):
            answer = client.post(BATCH, content=body)
            if answer.status_code == 200:
                assert answer.json()["stored"] == ROWS
                return waits
            assert answer.status_code == 429, answer.text
            threading.Event().wait(int(answer.headers["retry-after"]))
    raise AssertionError("never taken")


def peak_memory_mb(pid: int) -> float:
    """Return the most memory that a process has held."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not is_so():
        assert time.monotonic() < deadline
        threading.Event().wait(0.002)
