"""Settings of the hub's processes: one `hub.toml`, read once into one frozen tree."""

from pathlib import Path
from typing import TypeVar

import msgspec

from hub.origin.settings import nodes_from
from hub.settings_checks import reason_to_refuse
from hub.settings_tree import HubSettings
from sync.settings_file import SettingsError, read_settings

Section = TypeVar("Section", bound=msgspec.Struct)


def load_settings(path: Path) -> HubSettings:
    """Read and check `hub.toml`; raises `SettingsError` naming file, key and reason."""
    settings = resolve_paths(read_settings(path, HubSettings), path.resolve().parent)
    reason = reason_to_refuse(settings)
    if reason is not None:
        raise SettingsError(f"{path}: {reason}")
    return settings


def resolve_paths(settings: HubSettings, folder: Path) -> HubSettings:
    """Make every relative path start at `folder`."""
    return HubSettings(
        store=_absolute(
            settings.store,
            folder,
            url=_absolute_url(settings.store.url, folder),
            pictures=_absolute_place(settings.store.pictures, folder),
        ),
        api=_absolute(settings.api, folder),
        broker=_absolute(settings.broker, folder),
        carrier_stream=_absolute(settings.carrier_stream, folder),
        ingest=settings.ingest,
        keys=_absolute(settings.keys, folder),
        models=_absolute(
            settings.models, folder, search_path=tuple(folder / path for path in settings.models.search_path)
        ),
        enrolment=settings.enrolment,
        watchlists=settings.watchlists,
        oidc=_absolute(settings.oidc, folder),
        webhooks=_absolute(settings.webhooks, folder),
        cases=settings.cases,
        declarations=_absolute(settings.declarations, folder),
        public_app=_absolute(settings.public_app, folder),
        mail=_absolute(settings.mail, folder),
        origin=_absolute(settings.origin, folder, nodes=nodes_from(settings.origin, folder)),
        origin_issuing=_absolute(settings.origin_issuing, folder),
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


def _absolute_place(place: str, folder: Path) -> str:
    return place if not place or "://" in place else str(folder / place)
