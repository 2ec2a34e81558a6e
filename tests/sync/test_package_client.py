"""A package is here only when it is what was signed."""

import dataclasses
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from sync.errors import SignatureError
from sync.messages import WatchlistManifest
from sync.package_client import DownloadError, HubAddress, fetch_package
from tests.sync.checkpoint import manifest
from tests.sync.free_port import free_port

CONTENT = b"a package" * 1000


@dataclass
class Hub:
    """What the stand-in answers, and what it was asked."""

    port: int
    status: int = 200
    content: bytes = CONTENT
    claimed_length: int | None = None
    location: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def address(self) -> HubAddress:
        return HubAddress(f"http://127.0.0.1:{self.port}/", "device-token", timeout_s=5.0)


@pytest.fixture
def hub() -> Iterator[Hub]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append((self.path, self.headers["Authorization"]))
            self.send_response(state.status)
            length = len(state.content) if state.claimed_length is None else state.claimed_length
            self.send_header("Content-Length", str(length))
            if state.location:
                self.send_header("Location", state.location)
            self.end_headers()
            self.wfile.write(state.content)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Hub(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def signed(content: bytes = CONTENT) -> WatchlistManifest:
    return msgspec.structs.replace(
        manifest(4), package_sha256=sha256(content).hexdigest(), package_size=len(content)
    )


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_package_is_fetched_with_the_devices_token(hub: Hub, tmp_path: Path) -> None:
    path = fetch_package(hub.address, signed(), tmp_path / "packages")
    assert path == tmp_path / "packages" / "charges-4.package"
    assert path.read_bytes() == CONTENT
    assert path.stat().st_mode & 0o077 == 0
    assert hub.asked == [("/api/v1/watchlists/charges/versions/4/package", "Bearer device-token")]


def test_a_package_that_is_here_is_not_fetched_again(hub: Hub, tmp_path: Path) -> None:
    fetch_package(hub.address, signed(), tmp_path)
    fetch_package(hub.address, signed(), tmp_path)
    assert len(hub.asked) == 1


def test_a_damaged_package_is_fetched_anew(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "charges-4.package").write_bytes(CONTENT[:-1])
    assert fetch_package(hub.address, signed(), tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize("content", [CONTENT[:-1] + b"!", CONTENT + b"!", CONTENT * 100])
def test_something_else_than_was_signed_is_refused_and_not_kept(
    hub: Hub, tmp_path: Path, content: bytes
) -> None:
    hub.content = content
    with pytest.raises(SignatureError, match="package charges version 4"):
        fetch_package(hub.address, signed(), tmp_path)
    assert files(tmp_path) == []


@pytest.mark.parametrize(("status", "reason"), [(401, "401"), (404, "404"), (503, "503")])
def test_a_hub_that_refuses_is_tried_again_later(hub: Hub, tmp_path: Path, status: int, reason: str) -> None:
    hub.status = status
    with pytest.raises(DownloadError, match=reason):
        fetch_package(hub.address, signed(), tmp_path)
    assert files(tmp_path) == []


def test_a_download_that_breaks_off_is_not_kept(hub: Hub, tmp_path: Path) -> None:
    hub.content, hub.claimed_length = CONTENT[:100], len(CONTENT)
    with pytest.raises(DownloadError):
        fetch_package(hub.address, signed(), tmp_path)
    assert files(tmp_path) == []


def test_the_token_does_not_follow_a_redirect(hub: Hub, tmp_path: Path) -> None:
    hub.status, hub.location = 302, f"http://127.0.0.1:{hub.port}/elsewhere"
    with pytest.raises(DownloadError, match="302"):
        fetch_package(hub.address, signed(), tmp_path)
    assert len(hub.asked) == 1


def test_trusted_roots_are_read_for_https_only(hub: Hub, tmp_path: Path) -> None:
    plain = dataclasses.replace(hub.address, ca=tmp_path / "missing.pem")
    assert fetch_package(plain, signed(), tmp_path).read_bytes() == CONTENT
    secure = dataclasses.replace(plain, url="https://127.0.0.1")
    with pytest.raises(DownloadError, match="No such file"):
        fetch_package(secure, signed(), tmp_path / "secure")


def test_an_unreachable_hub_is_named(tmp_path: Path) -> None:
    address = HubAddress(f"http://127.0.0.1:{free_port()}", "t", timeout_s=1.0)
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1.*refused"):
        fetch_package(address, signed(), tmp_path)
