"""The terminal's settings: one TOML file, read once."""

from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from sync.settings_file import SettingsError, read_settings

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class Language(StrEnum):
    """Languages the terminal speaks."""

    AZERBAIJANI = "az"
    RUSSIAN = "ru"
    ENGLISH = "en"


class ThemeName(StrEnum):
    """Looks the terminal has."""

    DARK = "dark"
    HIGH_CONTRAST = "high-contrast"


class LaneSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the lane API is."""

    url: str
    ca: str | None = None
    """PEM file with the authority that signed the lane's certificate; None: the system's authorities."""


class OfficerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who logs in without being asked; only for a locked kiosk or a demonstration."""

    id: str | None = None
    password_file: str | None = None


class WindowSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the window looks and sounds."""

    language: Language = Language.AZERBAIJANI
    theme: ThemeName = ThemeName.DARK
    mask_faces: bool = False
    """Presentation mode: faces are drawn as coarse blocks."""
    full_screen: bool = False
    width: int = 1280
    height: int = 800
    font_scale: float = 1.0
    """1.0 to 2.0."""
    sound: bool = True


class TerminalSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything in ``terminal.toml``."""

    lane: LaneSettings
    officer: OfficerSettings = OfficerSettings()
    window: WindowSettings = WindowSettings()


def read_terminal_settings(path: Path) -> TerminalSettings:
    """Read and check `path`; file names in it are relative to it. Raises `SettingsError`."""
    settings = read_settings(path, TerminalSettings)
    for complaint in _complaints(settings):
        raise SettingsError(f"{path}: {complaint}")
    return _resolved(settings, path.parent)


def read_password(settings: OfficerSettings) -> str | None:
    """Return the officer's password, None when nobody logs in by itself. Raises `SettingsError`."""
    if settings.id is None or settings.password_file is None:
        return None
    try:
        password = Path(settings.password_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SettingsError(f"officer.password_file {settings.password_file}: {reason}") from error
    if not password:
        raise SettingsError(f"officer.password_file {settings.password_file}: is empty")
    return password


def _complaints(settings: TerminalSettings) -> list[str]:
    """Say what is wrong although every type is right."""
    lane, officer, window = settings.lane, settings.officer, settings.window
    found = _url_complaints(lane)
    if (officer.id is None) != (officer.password_file is None):
        found.append("officer: id and password_file belong together")
    if not 1.0 <= window.font_scale <= 2.0:
        found.append(f"window.font_scale: {window.font_scale} is not between 1.0 and 2.0")
    if not (640 <= window.width <= 7680 and 480 <= window.height <= 4320):
        found.append(
            f"window: {window.width} x {window.height} is not a usable size (640 x 480 to 7680 x 4320)"
        )
    return found


def _url_complaints(lane: LaneSettings) -> list[str]:
    """Refuse addresses that are none, and passwords in clear over a network."""
    try:
        parts = urlsplit(lane.url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return [f"lane.url: {lane.url!r}: {error}"]
    if parts.scheme not in {"http", "https"} or not host:
        return [f"lane.url: {lane.url!r} is no http or https address"]
    if parts.scheme == "http" and host not in LOOPBACK_HOSTS:
        return [f"lane.url: {lane.url!r} would send passwords in clear; use https"]
    return []


def _resolved(settings: TerminalSettings, folder: Path) -> TerminalSettings:
    """Make file names absolute."""
    ca, password_file = settings.lane.ca, settings.officer.password_file
    lane = msgspec.structs.replace(
        settings.lane, url=settings.lane.url.rstrip("/"), ca=None if ca is None else str(folder / ca)
    )
    officer = msgspec.structs.replace(
        settings.officer, password_file=None if password_file is None else str(folder / password_file)
    )
    return msgspec.structs.replace(settings, lane=lane, officer=officer)
