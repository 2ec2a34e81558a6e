"""The settings that the hub may give this device, read from a command and laid over `edge.toml`. Pure."""

import math
from collections.abc import Mapping

import msgspec

from edge_agent.errors import RemoteSettingError
from edge_agent.settings import EdgeSettings, MatchingSection

_TRUTHS = {"true": True, "false": False}


class RemoteSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A whole set; a setting that is None is as in the device's own file."""

    version: int = 0
    """Rises with every change at the hub; an older set never replaces a newer one."""
    allowed_false_alarms_per_day: float | None = None
    travellers_per_day: int | None = None
    shadow: bool | None = None
    preview_mask: bool | None = None

    def over(self, own: MatchingSection) -> MatchingSection:
        """Lay these over the device's own settings."""
        given = {
            "allowed_false_alarms_per_day": self.allowed_false_alarms_per_day,
            "travellers_per_day": self.travellers_per_day,
            "shadow": self.shadow,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        return msgspec.structs.replace(own, **changes)


NOTHING = RemoteSettings()


def read_settings(arguments: Mapping[str, str]) -> RemoteSettings:
    """Read the arguments of ``configure``; raises `RemoteSettingError` naming what is unknown or unfit."""
    unknown = sorted(set(arguments) - set(RemoteSettings.__struct_fields__))
    if unknown:
        raise RemoteSettingError(f"unknown-setting: {unknown[0][:64]}")
    values = {name: _value(name, text) for name, text in arguments.items()}
    if "version" not in values:
        raise RemoteSettingError("bad-value: version")
    return RemoteSettings(**values)  # type: ignore[arg-type]  # `_value` gives each its type


def with_pack(settings: EdgeSettings, pack: str) -> EdgeSettings:
    """Name another model pack than the device's own file does; empty: leave it."""
    if not pack:
        return settings
    models = msgspec.structs.replace(settings.models, pack=pack)
    return msgspec.structs.replace(settings, models=models)


def _value(name: str, text: str) -> float | int | bool:
    match name:
        case "shadow" | "preview_mask":
            value: float | int | bool | None = _TRUTHS.get(text)
        case "allowed_false_alarms_per_day":
            value = _number(text)
        case _:
            value = int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 10 else None
    least = 0 if name in ("shadow", "preview_mask", "version") else 1e-9
    if value is None or not least <= value:
        raise RemoteSettingError(f"bad-value: {name}")
    return value


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
