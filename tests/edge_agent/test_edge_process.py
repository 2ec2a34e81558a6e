"""`kechid-edge run` as a real process, with a real network and a camera process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from edge_agent.__main__ import main
from models.engine import best_available_pack
from models.errors import PackError
from tests.edge_agent.appliance_kit import wait_until
from tests.edge_agent.shell_builders import PASSWORD
from tests.resources import group_picture

pytestmark = pytest.mark.real

ROOT = Path(__file__).resolve().parents[2]
START_S = 60.0


@dataclass(slots=True)
class Edge:
    process: "subprocess.Popen[str]"
    url: str

    def is_up(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the edge ended with {self.process.returncode}")
        try:
            return httpx.get(self.url + "/healthz", timeout=2).is_success
        except httpx.TransportError:
            return False

    def login(self) -> dict[str, str]:
        body = {"officer_id": "guard-1", "password": PASSWORD}
        token = httpx.post(self.url + "/v1/login", json=body).json()["token"]
        return {"Authorization": f"Bearer {token}"}

    def frames(self, headers: dict[str, str]) -> int:
        state = httpx.get(self.url + "/v1/state", headers=headers).json()
        return int(state["cameras"][0]["frames"])


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        pack = best_available_pack()
    except PackError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("appliance")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = folder / "edge.toml"
    path.write_text(
        '[device]\nid = "edge-1"\nsite = "north"\nlane = "lane-1"\ndata = "data"\n'
        '[keys]\nstore = "store.key"\n'
        f'[[cameras]]\nid = "front"\nsource = "pan:{group_picture()}?loop=true"\nframes_per_second = 10.0\n'
        f'[models]\npack = "{pack}"\n[api]\nport = {port}\n'
    )
    password = folder / "password"
    password.write_text(PASSWORD)
    assert main(["key", "create", str(folder / "store.key")]) == 0
    officer = ["officer", "add", "guard-1", "--name", "A", "--role", "guard", "--config", str(path)]
    assert main([*officer, "--password-file", str(password)]) == 0
    return path


@contextmanager
def started(config: Path) -> Iterator[Edge]:
    port = config.read_text().rsplit("port = ", 1)[1].strip()
    with (config.parent / "edge.log").open("a") as log:
        process = subprocess.Popen(command(config), cwd=ROOT, stderr=log, stdout=log, text=True)
        edge = Edge(process, f"http://127.0.0.1:{port}")
        try:
            wait_until(edge.is_up, "the lane API", START_S)
            yield edge
        finally:
            process.kill()
            process.wait()


def tried(config: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command(config), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def command(config: Path) -> list[str]:
    return [sys.executable, "-m", "edge_agent", "run", "--config", str(config)]


def test_it_watches_answers_and_stops_cleanly(config: Path) -> None:
    with started(config) as edge:
        headers = edge.login()
        wait_until(lambda: edge.frames(headers) > 5, "frames", START_S)
        edge.process.send_signal(signal.SIGTERM)
        assert edge.process.wait(30) == 0


def test_a_second_one_on_the_same_store_is_refused_in_one_line(config: Path) -> None:
    with started(config):
        second = tried(config)
        assert second.returncode == 2
        assert "another kechid-edge already runs on this store" in second.stderr
        assert second.stderr.count("\n") == 1


def test_killed_in_the_middle_it_starts_again_with_its_sessions(config: Path) -> None:
    with started(config) as edge:
        headers = edge.login()
        wait_until(lambda: edge.frames(headers) > 5, "frames", START_S)
        os.kill(edge.process.pid, signal.SIGKILL)
        edge.process.wait(10)
    with started(config) as edge:
        wait_until(lambda: edge.frames(headers) > 5, "frames after the restart", START_S)
    assert main(["audit", "verify", "--config", str(config)]) == 0


def test_a_busy_port_is_refused_in_one_line_and_leaves_nothing_locked(config: Path) -> None:
    port = int(config.read_text().rsplit("port = ", 1)[1])
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        refused = tried(config)
    assert refused.returncode == 2
    last = refused.stderr.splitlines()[-1]
    assert last == f"kechid-edge: lane API: 127.0.0.1 port {port}: Address already in use"
    with started(config) as edge:
        assert json.loads(httpx.get(edge.url + "/healthz").content) == {"status": "ok"}
