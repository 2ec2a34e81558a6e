"""The demo's folder: keys, passwords, ports and one settings file per process."""

import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from demo.processes import free_port
from demo.waiting import DemoError

MARKER = ".kechid-demo"
SITE, LANE, DEVICE = "redbridge", "lane-1", "edge-01"
SITE_TITLE, LANE_TITLE = "Qırmızı Körpü", "Giriş 1"
SITE_PLACE = ("41.3307", "45.0736")
"""Degrees north and east of the Red Bridge over the Khrami, as the command takes them."""
LIST = "criminal-charges"
OFFICER = "guard-1"
"""Signs in at the terminal."""
FIRST_OFFICER, SECOND_OFFICER = "watchlist-1", "watchlist-2"
"""One proposes what happens to the watchlist, the other approves it."""
HUB_USERS = {
    "supervisor-1": ("Demo supervisor", "supervisor"),
    "watchlist-1": ("Demo watchlist officer", "watchlist-officer"),
    "watchlist-2": ("Second demo watchlist officer", "watchlist-officer"),
    "admin-1": ("Demo administrator", "administrator"),
}
"""Sign in at the console: name and role by user."""

EDGE = """\
[device]
id = "$device"
site = "$site"
lane = "$lane"
data = "edge"

[keys]
store = "keys/store.key"
hub_public = "keys/hub-signing.pub.pem"

[[cameras]]
id = "lane-1-in"
source = "$camera"
frames_per_second = 15

[models]
pack = "$pack"

[matching]
allowed_false_alarms_per_day = 0.2
travellers_per_day = 2000
crossing_window_s = $crossing_window_s

[api]
host = "127.0.0.1"
port = $lane_port

[devices]
barrier = "simulated"
beacon = "simulated"
passport_reader = "simulated"
"""

SYNC = """\
[device]
id = "$device"
site = "$site"
data = "edge"

[keys]
store = "keys/store.key"

[broker]
host = "127.0.0.1"
port = $broker_port
username = "$device"
password_file = "keys/broker-device.password"

[hub]
url = "http://127.0.0.1:$hub_port"
token_file = "keys/device.token"

[trust]
hub_public = ["keys/hub-signing.pub.pem"]
"""

HUB = """\
[store]
url = "sqlite:///hub/hub.db"
evidence = "hub/evidence"

[api]
host = "127.0.0.1"
port = $hub_port

[broker]
host = "127.0.0.1"
port = $broker_port
username = "hub"
password_file = "keys/broker-hub.password"

[keys]
signing = "keys/hub-signing.pem"
store = "keys/hub-store.key"

[models]
pack = "$pack"
"""

TERMINAL = """\
[lane]
url = "http://127.0.0.1:$lane_port"

[officer]
id = "$officer"
password_file = "keys/officer.password"

[window]
language = "$language"
mask_faces = $mask_faces
"""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where everything of one demo run lies; made anew each time."""

    folder: Path
    lane_port: int = field(default_factory=free_port)
    hub_port: int = field(default_factory=free_port)
    broker_port: int = field(default_factory=free_port)

    @property
    def lane_url(self) -> str:
        """Address of the lane API."""
        return f"http://127.0.0.1:{self.lane_port}"

    @property
    def hub_url(self) -> str:
        """Address of hub API and console."""
        return f"http://127.0.0.1:{self.hub_port}"

    def path(self, *parts: str) -> Path:
        """Join a path inside the folder."""
        return self.folder.joinpath(*parts)

    def clear(self) -> None:
        """Empty the folder; raises `DemoError` for a folder that no demo made."""
        if self.folder.exists() and any(self.folder.iterdir()):
            if not self.path(MARKER).exists():
                raise DemoError(f"{self.folder} is not empty and not a demo's: name another with --folder")
            shutil.rmtree(self.folder)
        for part in ("keys", "faces", "logs", "screenshots", "edge", "hub", "broker"):
            self.path(part).mkdir(parents=True, exist_ok=True)
        self.path("keys").chmod(0o700)
        self.path(MARKER).touch()

    def secret(self, name: str) -> str:
        """Read the secret in `keys/<name>`, made at first use."""
        path = self.path("keys", name)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(18) + "\n")
        return path.read_text().strip()

    def write_settings(
        self, pack: str, camera: str, *, language: str, mask_faces: bool, crossing_window_s: float
    ) -> None:
        """Write the four settings files."""
        values = {
            "device": DEVICE,
            "site": SITE,
            "lane": LANE,
            "officer": OFFICER,
            "pack": pack,
            "camera": camera,
            "language": language,
            "mask_faces": str(mask_faces).lower(),
            "crossing_window_s": str(crossing_window_s),
            "lane_port": str(self.lane_port),
            "hub_port": str(self.hub_port),
            "broker_port": str(self.broker_port),
        }
        for name, text in (("edge", EDGE), ("sync", SYNC), ("hub", HUB), ("terminal", TERMINAL)):
            self.path(f"{name}.toml").write_text(Template(text).substitute(values), encoding="utf-8")

    def add_settings(self, name: str, text: str) -> None:
        """Add a section to a settings file."""
        with self.path(f"{name}.toml").open("a", encoding="utf-8") as file:
            file.write(text)
