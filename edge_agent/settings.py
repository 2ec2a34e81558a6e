"""The edge's settings: one TOML file, read once into a frozen tree."""

from pathlib import Path
from typing import Literal

import msgspec

from sync.errors import SyncError
from sync.identifiers import require_name
from sync.settings_file import read_settings

Direction = Literal["", "in", "out"]
SimulatedDevice = Literal["simulated", "none"]

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class DeviceSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who this appliance is and where it keeps its data."""

    id: str
    site: str
    lane: str
    data: str
    """Folder of `edge.db` and `packages/`."""

    def __post_init__(self) -> None:
        """Names travel in topics and file names."""
        for what, name in (("device", self.id), ("site", self.site), ("lane", self.lane)):
            _require_name(name, what)


class KeySection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Secrets, by file path only."""

    store: str
    """File with 32 bytes in hex, mode 0600; made by `kechid-edge key create`."""
    hub_public: str = ""
    """PEM of the hub's signing key; without it no watchlist package is accepted."""


class CameraSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One camera of the lane."""

    id: str
    source: str
    frames_per_second: float | None = None

    def __post_init__(self) -> None:
        """Refuse a nameless camera and an absurd rate."""
        _require_name(self.id, "camera")
        rate = self.frames_per_second
        if rate is not None and not 0.1 <= rate <= 240:
            raise ValueError(f"camera {self.id}: {rate} frames per second is outside 0.1..240")


class ModelSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which networks look."""

    pack: str = "auto"
    """Name of a pack, or ``auto`` for the best one whose files are here."""
    search_path: tuple[str, ...] = ()
    provider: str = "CPUExecutionProvider"
    providers: dict[str, str] = msgspec.field(default_factory=dict)
    """Where they differ: the provider of ``detection``, ``extraction`` or ``attack-detection``."""
    accept_noncommercial: bool = False


class QualitySection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A face below any of these is shown as too poor to search."""

    min_face_width: float = 40.0
    """Pixels."""
    min_sharpness: float = 5.0
    """Variance of the Laplacian on a 128 pixel crop."""
    min_luma: float = 15.0
    max_luma: float = 240.0
    """Mean brightness, 0 to 255."""
    max_yaw_ratio: float = 0.6
    """Head turn from the landmarks; 0 is frontal, 1 is profile."""


class MatchingSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many false alarms the lane may cost, from which the thresholds follow."""

    allowed_false_alarms_per_day: float = 0.2
    travellers_per_day: int = 2000
    review_factor: float = 20.0
    crossing_window_s: float = 120.0
    min_margin: float = 0.03
    """Score a match needs above the second subject; less is a review."""
    lookalike_margin: float = 0.06
    """The same where references of the two would match each other."""
    shadow: bool = False
    """Commissioning: the lane raises no alert and only counts what it would have raised."""
    calibration_days: int = 90
    """After so long without new scores an armed calibration gives way to the pack's."""
    quality: QualitySection = QualitySection()

    def __post_init__(self) -> None:
        """Refuse a budget nobody can mean."""
        if not self.allowed_false_alarms_per_day > 0:
            raise ValueError("allowed_false_alarms_per_day must be above 0")
        if self.travellers_per_day < 1 or self.review_factor < 1 or self.crossing_window_s <= 0:
            raise ValueError(
                "travellers_per_day and review_factor must be at least 1, crossing_window_s above 0"
            )
        if not 0 <= self.min_margin <= self.lookalike_margin <= 1:
            raise ValueError("min_margin must be 0 or more, and no more than lookalike_margin")
        if self.calibration_days < 1:
            raise ValueError("calibration_days must be at least 1")


class ApiSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the terminal finds the lane."""

    host: str = "127.0.0.1"
    port: int = 8443
    """0 takes a free port."""
    tls_certificate: str = ""
    tls_key: str = ""
    session_hours: float = 12.0

    def __post_init__(self) -> None:
        """Pictures and passwords never cross a network in clear."""
        if not 0 <= self.port <= 65535:
            raise ValueError(f"port {self.port} is outside 0..65535")
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise ValueError("tls_certificate and tls_key belong together")
        if self.host not in LOOPBACK and not self.tls_certificate:
            raise ValueError(f"host {self.host} is not loopback: tls_certificate and tls_key are required")
        if not 0 < self.session_hours <= 24:
            raise ValueError(f"session_hours {self.session_hours} is outside 0..24")


class DevicesSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands beside the lane."""

    barrier: SimulatedDevice = "simulated"
    beacon: SimulatedDevice = "simulated"
    passport_reader: SimulatedDevice = "simulated"


class CrossingSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known and kept of crossings."""

    direction: Direction = ""
    """Where the lane leads; empty: both ways, or as the document says."""
    count_documents: bool = False
    """Count travellers who are on no list by a keyed hash of their document; needs a legal basis."""
    document_window_days: int = 30
    """After so long the key is destroyed and nothing but numbers is left."""

    def __post_init__(self) -> None:
        """Refuse a window that keeps pseudonyms longer than the longest count needs."""
        if not 1 <= self.document_window_days <= 30:
            raise ValueError(f"document_window_days {self.document_window_days} is outside 1..30")


class RuleSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule on confirmed crossings of listed subjects."""

    name: str
    at_least: int
    within: Literal["24h", "7d", "30d"]
    list: str = ""
    """List id; empty: any."""
    category: str = ""
    """Reason of listing, such as ``criminal-charges``; empty: any."""
    direction: Direction = ""

    def __post_init__(self) -> None:
        """Require a name that fits a message, and more than one crossing."""
        _require_name(self.name, "rule")
        if self.at_least < 2:
            raise ValueError(f"rule {self.name}: at_least is {self.at_least}, want 2 or more")


class RecordingSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether passages are recorded for commissioning; of people who consented, for a short while."""

    on: bool = False
    reason: str = ""
    """Who consented, or which test this is; goes into the audit log."""
    minutes: float = 30.0
    """From the start of the edge; then the recording ends by itself."""
    keep_hours: float = 24.0
    """Then it is deleted."""

    def __post_init__(self) -> None:
        """Refuse a recording without a reason or without an end."""
        if self.on and not self.reason.strip():
            raise ValueError("recording: reason is needed where on = true")
        if not 0 < self.minutes <= 240:
            raise ValueError(f"recording: minutes {self.minutes} is outside 0..240")
        if not self.minutes / 60 <= self.keep_hours <= 168:
            raise ValueError(f"recording: keep_hours {self.keep_hours} is not between minutes and 168")


class EdgeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `edge.toml`."""

    device: DeviceSection
    keys: KeySection
    cameras: tuple[CameraSection, ...]
    models: ModelSection = ModelSection()
    matching: MatchingSection = MatchingSection()
    api: ApiSection = ApiSection()
    devices: DevicesSection = DevicesSection()
    crossings: CrossingSection = CrossingSection()
    rules: tuple[RuleSection, ...] = ()
    recording: RecordingSection = RecordingSection()

    def __post_init__(self) -> None:
        """Require cameras, each with its own name."""
        names = [camera.id for camera in self.cameras]
        if not names:
            raise ValueError("cameras: at least one [[cameras]] table is needed")
        if len(set(names)) < len(names):
            raise ValueError(f"cameras: the ids {', '.join(names)} are not all different")
        rules = [rule.name for rule in self.rules]
        if len(set(rules)) < len(rules):
            raise ValueError(f"rules: the names {', '.join(rules)} are not all different")

    @property
    def data(self) -> Path:
        """Folder of the edge's store."""
        return Path(self.device.data)

    @property
    def database(self) -> Path:
        """The store that `kechid-sync` shares."""
        return self.data / "edge.db"

    @property
    def packages(self) -> Path:
        """Where `kechid-sync` puts downloaded watchlist packages."""
        return self.data / "packages"

    @property
    def recordings(self) -> Path:
        """Where recorded passages lie until they are deleted."""
        return self.data / "recordings"


def load_settings(path: Path) -> EdgeSettings:
    """Read `edge.toml`; relative paths in it are relative to its folder; raises `SettingsError`."""
    return _resolved(read_settings(path, EdgeSettings), path.resolve().parent)


def _resolved(settings: EdgeSettings, folder: Path) -> EdgeSettings:
    def absolute(name: str) -> str:
        return str(folder / Path(name).expanduser()) if name else ""

    replace = msgspec.structs.replace
    keys, api = settings.keys, settings.api
    return replace(
        settings,
        device=replace(settings.device, data=absolute(settings.device.data)),
        keys=replace(keys, store=absolute(keys.store), hub_public=absolute(keys.hub_public)),
        models=replace(settings.models, search_path=tuple(map(absolute, settings.models.search_path))),
        api=replace(api, tls_certificate=absolute(api.tls_certificate), tls_key=absolute(api.tls_key)),
    )


def _require_name(name: str, what: str) -> None:
    try:
        require_name(name, what)
    except SyncError as error:
        raise ValueError(str(error)) from error
