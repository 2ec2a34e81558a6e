"""The relay's settings: one TOML file, read once into a frozen tree."""

from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from sync.errors import SyncError
from sync.identifiers import require_name
from sync.settings_file import SettingsError, read_settings

_FILES = frozenset({"data", "store", "password_file", "ca", "certificate", "key", "token_file", "hub_public"})
"""Keys whose values are paths, in whatever section."""
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class DeviceSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who this appliance is and where its data lies."""

    id: str
    site: str
    data: str
    """Folder of `edge.db` and `packages/`, shared with `kechid-edge`."""

    def __post_init__(self) -> None:
        """Names travel in topics and file names."""
        for what, name in (("device", self.id), ("site", self.site)):
            try:
                require_name(name, what)
            except SyncError as error:
                raise ValueError(str(error)) from error


class KeySection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Secrets, by file path only."""

    store: str | None = None
    """The edge's store key (64 hexadecimal digits); needed where the edge seals its outbox."""


class BrokerSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The MQTT 5 broker."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str | None = None
    """The device's id when not given."""
    password_file: str | None = None
    ca: str | None = None
    """PEM of the authority that signed the broker's certificate; with it the connection is TLS."""
    certificate: str | None = None
    key: str | None = None
    keepalive_s: int = 30

    def __post_init__(self) -> None:
        """Refuse what would send passwords or alerts over a network in the clear."""
        if not 0 < self.port < 65536:
            raise ValueError(f"port {self.port} is not in 1..65535")
        if not 5 <= self.keepalive_s <= 3600:
            raise ValueError(f"keepalive_s {self.keepalive_s} is not in 5..3600")
        if self.host not in _LOOPBACK and self.ca is None:
            raise ValueError(f"host {self.host} is not this machine: ca is required")
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key belong together")


class HubSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The hub's HTTP API, for watchlist packages."""

    url: str
    token_file: str
    ca: str | None = None

    def __post_init__(self) -> None:
        """Refuse what would send the token over a network in the clear."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url {self.url!r} is no http(s) address")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError(f"url {self.url!r} is not this machine: https is required")


class TrustSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose watchlists are believed."""

    hub_public: tuple[str, ...]
    """PEM files of Ed25519 keys; two while a key is being replaced."""


class OutboxSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the outbox is sent and how long it remembers."""

    batch_kilobytes: int = 64
    window_kilobytes: int = 256
    acknowledgement_timeout_s: float = 20.0
    keep_days: float = 7.0
    keep_media_days: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if not 1 <= self.batch_kilobytes <= 1024 or not 1 <= self.window_kilobytes <= 65536:
            raise ValueError("batch_kilobytes is not in 1..1024, or window_kilobytes not in 1..65536")
        if self.acknowledgement_timeout_s < 1 or min(self.keep_days, self.keep_media_days) < 0:
            raise ValueError("acknowledgement_timeout_s is below 1, or a number of days below 0")


class SyncSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in `sync.toml`."""

    device: DeviceSection
    hub: HubSection
    trust: TrustSection
    keys: KeySection = KeySection()
    broker: BrokerSection = BrokerSection()
    outbox: OutboxSection = OutboxSection()

    @property
    def database(self) -> Path:
        """The store that `kechid-edge` shares."""
        return Path(self.device.data) / "edge.db"

    @property
    def packages(self) -> Path:
        """Where downloaded watchlist packages go."""
        return Path(self.device.data) / "packages"


def load_settings(path: Path) -> SyncSettings:
    """Read `sync.toml`; relative paths in it are relative to its folder; raises `SettingsError`."""
    settings = read_settings(path, SyncSettings)
    folder = path.resolve().parent
    return msgspec.structs.replace(
        settings,
        **{name: _resolved(getattr(settings, name), folder) for name in settings.__struct_fields__},
    )


def read_secret(path: Path) -> str:
    """Read a one-line secret; raises `SettingsError` naming the file."""
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SettingsError(f"{path}: {reason}") from error
    if not secret:
        raise SettingsError(f"{path}: empty")
    return secret


def _resolved(section: msgspec.Struct, folder: Path) -> msgspec.Struct:
    """Make a section's relative paths absolute."""
    changes: dict[str, object] = {}
    for name in _FILES.intersection(section.__struct_fields__):
        value = getattr(section, name)
        if isinstance(value, tuple):
            changes[name] = tuple(_absolute(each, folder) for each in value)
        elif value is not None:
            changes[name] = _absolute(value, folder)
    return msgspec.structs.replace(section, **changes)


def _absolute(name: str, folder: Path) -> str:
    return str(folder / Path(name).expanduser())
