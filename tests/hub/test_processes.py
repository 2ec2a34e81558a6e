"""`kechid-hub api` as a real process: it answers, and ends cleanly on SIGTERM."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

DEADLINE_S = 60.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def run(folder: Path, *words: str, notify: Path | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", "-m", "hub", *words, "--config", str(folder / "hub.toml")]
    environment = os.environ | ({} if notify is None else {"NOTIFY_SOCKET": str(notify)})
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Return status, stdout and stderr once the process has ended."""
    out, err = process.communicate(timeout=DEADLINE_S)
    return process.returncode, out, err


def prepare(folder: Path) -> None:
    """Make keys and store."""
    for words in (("key", "create"), ("migrate",)):
        assert finish(run(folder, *words))[0] == 0


def wait_until_healthy(process: subprocess.Popen[str], url: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while True:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)


@pytest.mark.real
def test_the_api_answers_refuses_a_second_one_and_ends_cleanly(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "hub.toml").write_text(f"[api]\nport = {port}\n", encoding="utf-8")
    prepare(tmp_path)
    api = run(tmp_path, "api")
    try:
        wait_until_healthy(api, f"http://127.0.0.1:{port}/healthz")
        assert httpx.get(f"http://127.0.0.1:{port}/", follow_redirects=True).url.path == "/console/sign-in"
        status, _, refusal = finish(run(tmp_path, "api"))
        assert (status, "Address already in use" in refusal) == (2, True)
    finally:
        api.send_signal(signal.SIGTERM)
        status, out, err = finish(api)
    assert (status, out) == (0, "")
    assert "Traceback" not in err


@pytest.mark.real
def test_the_api_tells_systemd_that_it_is_ready_and_alive(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(f"[api]\nport = {free_port()}\n", encoding="utf-8")
    prepare(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(DEADLINE_S)
        api = run(tmp_path, "api", notify=tmp_path / "notify")
        try:
            assert [systemd.recv(64) for _ in range(2)] == [b"READY=1", b"WATCHDOG=1"]
        finally:
            api.send_signal(signal.SIGTERM)
            finish(api)


@pytest.mark.real
def test_ingest_waits_for_an_absent_broker_refuses_a_second_one_and_ends_cleanly(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(f"[broker]\nport = {free_port()}\n", encoding="utf-8")
    prepare(tmp_path)
    ingest = run(tmp_path, "ingest")
    assert ingest.stderr is not None
    while "broker lost" not in ingest.stderr.readline():
        assert ingest.poll() is None
    status, _, refusal = finish(run(tmp_path, "ingest"))
    assert (status, "already runs" in refusal) == (2, True)
    ingest.send_signal(signal.SIGTERM)
    status, _, err = finish(ingest)
    assert (status, "Traceback" in err) == (0, False)
