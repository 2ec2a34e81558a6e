"""systemd hears about the service; without systemd nothing happens."""

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync import service_notify


@pytest.fixture
def listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield channel


def test_each_state_is_one_datagram(listener: socket.socket) -> None:
    service_notify.ready()
    service_notify.watchdog()
    service_notify.status("connected,\n3 wait")
    service_notify.stopping()
    lines = [listener.recv(100).decode() for _ in range(4)]
    assert lines == ["READY=1", "WATCHDOG=1", "STATUS=connected, 3 wait", "STOPPING=1"]


def test_an_abstract_socket_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind("")  # Linux draws a free abstract name
        channel.settimeout(5)
        name = channel.getsockname()
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + name[1:].decode())
        service_notify.ready()
        assert channel.recv(100) == b"READY=1"


def test_without_systemd_nothing_happens(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    service_notify.ready()
    assert not caplog.records


def test_a_deaf_systemd_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    with caplog.at_level(logging.WARNING):
        service_notify.watchdog()
    assert "WATCHDOG" in caplog.text
