"""A whole appliance in this process: drawn frames in, HTTP out, a signed watchlist from a stand-in hub."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec

from edge_agent.alerts.evidence import create_key_file
from edge_agent.appliance import Appliance
from edge_agent.bootstrap import build_appliance
from edge_agent.officers.access import Access, Officer
from edge_agent.outside import Outside
from edge_agent.settings import load_settings
from edge_agent.store.edge_store import open_edge_store
from hardware.frame import Frame
from models.fakes import fake_engine
from sync.codec import encode_manifest, encode_package
from sync.inbox import Inbox
from sync.lane_messages import AlertView, CameraState, LoginReply, LoginRequest
from sync.messages import Outcome, WatchlistManifest
from sync.package_client import package_path
from sync.signing import create_key_pair, load_private_key, sign_manifest
from sync.store_file import open_store
from sync.watchlist_package import WatchlistPackage
from tests.edge_agent.shell_builders import GUARD, HASHER, PASSWORD

DEADLINE_S = 20.0
SETTINGS = """
[device]
id = "edge-1"
site = "north"
lane = "lane-1"
data = "data"
[keys]
store = "store.key"
hub_public = "hub.pem"
[[cameras]]
id = "c1"
source = "scripted"
[api]
port = 0
"""


class ScriptedCamera:
    """Gives its frames one by one, in order, as soon as `play` was called."""

    def __init__(self, frames: Sequence[Frame], camera_id: str = "c1") -> None:
        self.camera_id = camera_id
        self.status = "live"
        self._frames = list(frames)
        self._played = 0
        self._may_play = threading.Event()

    def play(self, frames: Sequence[Frame] = ()) -> None:
        """Let the frames go, with more of them."""
        self._frames.extend(frames)
        self._may_play.set()

    @property
    def is_through(self) -> bool:
        return not self._frames

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Nothing to stop."""

    def newest(self, after_sequence: int) -> Frame | None:
        if not self._may_play.is_set() or self.is_through:
            return None
        self._played += 1
        return self._frames.pop(0)

    def state(self, now: datetime) -> CameraState:
        return CameraState(
            camera_id=self.camera_id,
            status=self.status,
            frame_age_ms=1.0,
            frames_per_second=15.0,
            frames=self._played,
            dropped=0,
        )


@dataclass(slots=True)
class Site:
    """A folder prepared as an installation prepares it."""

    folder: Path

    def prepare(self) -> "Site":
        """Keys, settings and one guard."""
        create_key_file(self.folder / "store.key")
        create_key_pair(self.folder / "hub-private.pem", self.folder / "hub.pem")
        self.config.write_text(SETTINGS)
        with open_edge_store(self.database) as store:
            access = Access(store, HASHER)
            access.add_officer(GUARD, PASSWORD, datetime.now(UTC))
            access.add_officer(Officer("chief-1", "Rauf M.", "supervisor"), PASSWORD, datetime.now(UTC))
        return self

    @property
    def config(self) -> Path:
        return self.folder / "edge.toml"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def database(self) -> Path:
        return self.data / "edge.db"

    def deliver(self, package: WatchlistPackage, *, list_expires_in: timedelta = timedelta(days=1)) -> None:
        """Do what `kechid-sync` does with a published version: file first, then the inbox row."""
        content = encode_package(package)
        packages = self.data / "packages"
        packages.mkdir(parents=True, exist_ok=True)
        package_path(packages, package.list_id, package.version).write_bytes(content)
        manifest = self.manifest(package, content, list_expires_in)
        self.announce(manifest)

    def manifest(
        self, package: WatchlistPackage, content: bytes, expires_in: timedelta = timedelta(days=1)
    ) -> WatchlistManifest:
        """Make a manifest signed by this site's hub."""
        now = datetime.now(UTC)
        manifest = WatchlistManifest(
            list_id=package.list_id,
            version=package.version,
            base_version=package.base_version,
            contract_id="0" * 16,
            package_sha256=hashlib.sha256(content).hexdigest(),
            package_size=len(content),
            subjects=len(package.subjects),
            references=sum(len(subject.references) for subject in package.subjects),
            issued_at=now,
            expires_at=now + expires_in,
            key_id="",
        )
        return sign_manifest(manifest, load_private_key(self.folder / "hub-private.pem"))

    def announce(self, manifest: WatchlistManifest) -> None:
        """Write the inbox row."""
        connection = open_store(self.database)
        try:
            key = f"{manifest.list_id}:{manifest.version}"
            Inbox(connection).put("watchlist", key, encode_manifest(manifest), datetime.now(UTC))
        finally:
            connection.close()


@dataclass(slots=True)
class Running:
    """An appliance at work, and its guard's terminal."""

    site: Site
    appliance: Appliance
    camera: ScriptedCamera
    client: httpx.Client
    tokens: dict[str, str] = field(default_factory=dict)

    def login(self, officer_id: str = GUARD.officer_id, password: str = PASSWORD) -> httpx.Response:
        """Log in and use the token from now on."""
        request = LoginRequest(officer_id, password)
        reply = self.client.post("/v1/login", content=msgspec.json.encode(request))
        if reply.is_success:
            self.use(msgspec.json.decode(reply.content, type=LoginReply).token)
        return reply

    def use(self, token: str) -> None:
        """Send this token."""
        self.client.headers["Authorization"] = f"Bearer {token}"

    def alerts(self) -> list[AlertView]:
        """Return what the terminal lists."""
        return msgspec.json.decode(self.client.get("/v1/alerts").content, type=list[AlertView])

    def wait_for_list(self, version: int) -> None:
        """Wait until a version is searched."""
        updates = self.appliance.upkeep.updates
        wait_until(lambda: version in [each.version for each in updates.watchlists], f"version {version}")

    def wait_for_alert(self, outcome: Outcome = Outcome.MATCH) -> AlertView:
        """Wait until an alert of this outcome is listed."""
        found: list[AlertView] = []

        def is_there() -> bool:
            found[:] = [alert for alert in self.alerts() if alert.outcome is outcome]
            return bool(found)

        wait_until(is_there, f"a {outcome.value} alert")
        return found[0]


@contextmanager
def running(site: Site, frames: Sequence[Frame] = ()) -> Iterator[Running]:
    """Run the appliance of a prepared site on scripted frames."""
    camera = ScriptedCamera(frames)
    outside = Outside(
        load_engine=lambda _models: fake_engine(), open_camera=lambda _camera: camera, hasher=HASHER
    )
    appliance = build_appliance(load_settings(site.config), outside)
    try:
        appliance.start()
        with httpx.Client(base_url=appliance.server.url, timeout=DEADLINE_S) as client:
            yield Running(site, appliance, camera, client)
    finally:
        appliance.stop()


def wait_until(is_true: Callable[[], bool], what: str, deadline_s: float = DEADLINE_S) -> None:
    """Wait for a condition; fails naming it when it does not come true in time."""
    turn, end = threading.Event(), time.monotonic() + deadline_s
    while not is_true():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come within {deadline_s:g} s")
        turn.wait(0.02)


def server_sent(response: httpx.Response) -> Iterator[tuple[str, str, str]]:
    """Parse a stream into (event, id, data)."""
    fields: dict[str, str] = {}
    for line in response.iter_lines():
        if not line and "data" in fields:
            yield fields.get("event", "message"), fields.get("id", ""), fields["data"]
        if not line:
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
