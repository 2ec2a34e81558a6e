"""Settings of the hub's processes: one `hub.toml`, read once into one frozen tree."""

from pathlib import Path
from typing import TypeVar

import msgspec

from sync.settings_file import SettingsError, read_settings

Section = TypeVar("Section", bound=msgspec.Struct)

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


class StoreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[store]: where the hub keeps what it knows."""

    url: str = "sqlite:///hub.db"
    """SQLAlchemy address; a relative SQLite path starts at the settings file."""
    evidence: Path = Path("evidence")
    """Folder of the sealed evidence pictures."""


class ApiSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[api]: the HTTP API and the console."""

    host: str = "127.0.0.1"
    port: int = 8440
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    is_behind_tls_proxy: bool = False
    """A proxy in front terminates TLS; allows a plain listener beyond loopback and sets Secure cookies."""
    origins: tuple[str, ...] = ()
    """Further origins, such as ``https://hub.example``, whose pages may send forms here."""
    session_hours: int = 12


class BrokerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[broker]: the MQTT broker."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str | None = None
    password_file: Path | None = None
    ca: Path | None = None
    """CA certificate file; set: the connection is TLS."""


class KeySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[keys]: files that hold secrets."""

    signing: Path = Path("signing.pem")
    """Ed25519 private key (PEM) that signs watchlist manifests."""
    store: Path = Path("store.key")
    """32 bytes in hexadecimal; seals evidence, reference photos, templates and packages."""


class ModelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[models]: the pack that extracts templates at enrolment; must be the devices' pack."""

    pack: str = ""
    """Empty: the best pack whose files verify."""
    search_path: tuple[Path, ...] = ()
    provider: str = "CPUExecutionProvider"
    providers: dict[str, str] = msgspec.field(default_factory=dict)
    """Where they differ: the provider of ``detection``, ``extraction`` or ``attack-detection``."""
    accept_noncommercial: bool = False


class WatchlistSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[watchlists]: publication."""

    manifest_days: int = 30
    """How long a published version may be taken up and searched before devices call it stale."""


class EnrolmentSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[enrolment]: what a face must be to serve as a reference; see `models.image_quality`."""

    min_face_width: float = 64.0
    """Pixels."""
    min_sharpness: float = 15.0
    min_luma: float = 40.0
    """0 to 255."""
    max_luma: float = 225.0
    max_yaw_ratio: float = 0.45
    """Nose beside the middle of the eyes, in eye distances."""


class HubSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole `hub.toml`; paths are absolute after `load_settings`."""

    store: StoreSettings = StoreSettings()
    api: ApiSettings = ApiSettings()
    broker: BrokerSettings = BrokerSettings()
    keys: KeySettings = KeySettings()
    models: ModelSettings = ModelSettings()
    enrolment: EnrolmentSettings = EnrolmentSettings()
    watchlists: WatchlistSettings = WatchlistSettings()


def load_settings(path: Path) -> HubSettings:
    """Read and check `hub.toml`; raises `SettingsError` naming file, key and reason."""
    settings = resolve_paths(read_settings(path, HubSettings), path.resolve().parent)
    reason = _reason_to_refuse(settings)
    if reason is not None:
        raise SettingsError(f"{path}: {reason}")
    return settings


def resolve_paths(settings: HubSettings, folder: Path) -> HubSettings:
    """Make every relative path start at `folder`."""
    return HubSettings(
        store=_absolute(settings.store, folder, url=_absolute_url(settings.store.url, folder)),
        api=_absolute(settings.api, folder),
        broker=_absolute(settings.broker, folder),
        keys=_absolute(settings.keys, folder),
        models=_absolute(
            settings.models, folder, search_path=tuple(folder / path for path in settings.models.search_path)
        ),
        enrolment=settings.enrolment,
        watchlists=settings.watchlists,
    )


def _absolute(section: Section, folder: Path, **changes: object) -> Section:
    for name in section.__struct_fields__:
        value = getattr(section, name)
        if isinstance(value, Path):
            changes[name] = folder / value
    return msgspec.structs.replace(section, **changes)


def _absolute_url(url: str, folder: Path) -> str:
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url.startswith(prefix + ":memory:"):
        return url
    return f"{prefix}{folder / url.removeprefix(prefix)}"


def _reason_to_refuse(settings: HubSettings) -> str | None:
    api = settings.api
    checks = (
        (not 0 < api.port < 65536, f"api.port: {api.port} is not in 1..65535"),
        (not 0 < settings.broker.port < 65536, f"broker.port: {settings.broker.port} is not in 1..65535"),
        (
            (api.tls_certificate is None) != (api.tls_key is None),
            "api: tls_certificate and tls_key go together",
        ),
        (
            api.host not in LOOPBACK_HOSTS and api.tls_key is None and not api.is_behind_tls_proxy,
            f"api.host: {api.host!r} is reachable from outside and there is no TLS",
        ),
        (not 0 < api.session_hours <= 24, f"api.session_hours: {api.session_hours} is not in 1..24"),
        (
            not 0 < settings.watchlists.manifest_days <= 366,
            f"watchlists.manifest_days: {settings.watchlists.manifest_days} is not in 1..366",
        ),
    )
    return next((reason for is_bad, reason in checks if is_bad), None)
