"""Devices in words: where they stand, whether they are heard, what is wrong. Pure."""

from dataclasses import dataclass
from datetime import datetime

from hub.console.formatting import format_ago, format_number
from hub.console.presenting import Badge
from hub.console.reader import Reader
from hub.console.wording import WARNINGS, word
from hub.fleet.devices import DeviceSummary
from hub.fleet.staleness import DeviceWatchlist

LONG_QUEUE = 100
"""Messages waiting on a device above which the page says so."""


@dataclass(frozen=True, slots=True)
class ListLine:
    """One watchlist on one device."""

    list_id: str
    badge: Badge
    detail: str


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device in the list."""

    device_id: str
    site: str
    lane: str
    status: Badge
    last_seen: str
    software: str
    queue: str
    is_queue_long: bool
    lists: tuple[ListLine, ...]
    warnings: tuple[str, ...]


def present_device(device: DeviceSummary, now: datetime, reader: Reader) -> DeviceRow:
    """Word one device as the hub last heard of it."""
    language = reader.language
    seen = device.last_seen_at
    return DeviceRow(
        device_id=device.device_id,
        site=device.site_id,
        lane=device.lane_id,
        status=connection_badge(device, reader),
        last_seen=format_ago(seen, now, language) if seen else "",
        software=" · ".join(part for part in (device.version, device.pack) if part),
        queue=format_number(device.queue_depth, language),
        is_queue_long=device.queue_depth > LONG_QUEUE,
        lists=tuple(list_line(one, reader) for one in device.watchlists),
        warnings=_warnings(device, reader),
    )


def connection_badge(device: DeviceSummary, reader: Reader) -> Badge:
    """Say whether the hub hears the device; silence outweighs what the broker believes."""
    words = reader.language.words
    if device.is_revoked:
        return Badge(words.gettext("Shut out"), "bad")
    if device.last_seen_at is None:
        return Badge(words.gettext("Never seen"), "ring")
    if not device.is_online:
        return Badge(words.gettext("Offline"), "warn ring")
    if device.is_silent:
        return Badge(words.gettext("Silent"), "warn dot")
    return Badge(words.gettext("Online"), "good dot")


def list_line(one: DeviceWatchlist, reader: Reader) -> ListLine:
    """Say which version of a list a device searches, and whether that is the newest."""
    words = reader.language.words
    numbers = {"version": one.version, "newest": one.newest_version, "refused": one.rejected_version}
    if one.rejected_version is not None:
        title = words.gettext("Version %(refused)s refused") % numbers
        return ListLine(one.list_id, Badge(title, "bad"), one.rejected_reason or "")
    if one.version is None:
        return ListLine(one.list_id, Badge(words.gettext("No version yet"), "warn"), "")
    title = words.gettext("Version %(version)s") % numbers
    if one.is_stale:
        return ListLine(
            one.list_id, Badge(title, "warn"), words.gettext("version %(newest)s is published") % numbers
        )
    return ListLine(one.list_id, Badge(title, "good"), words.gettext("up to date"))


def _warnings(device: DeviceSummary, reader: Reader) -> tuple[str, ...]:
    words = reader.language.words
    codes = device.warnings or (("degraded",) if device.is_degraded else ())
    return tuple(word(WARNINGS, code, words) for code in dict.fromkeys(codes))
