"""Devices in words: where they stand, whether they are heard, what is wrong, how far behind. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.console.formatting import format_ago, format_number
from hub.console.language import Language
from hub.console.presenting import Badge, Fact
from hub.console.reader import Reader
from hub.console.wording import WARNINGS, word
from hub.fleet.devices import DeviceSummary
from hub.fleet.overview import LONG_QUEUE
from hub.fleet.places import Lane, Site
from hub.fleet.staleness import DeviceWatchlist

Places = Mapping[tuple[str, str], Lane]
"""Lanes under their site and id."""


@dataclass(frozen=True, slots=True)
class Titles:
    """What sites and lanes are called."""

    sites: Mapping[str, Site]
    lanes: Places

    def site(self, site_id: str) -> str:
        """Title of a site; its id where nobody has named it."""
        found = self.sites.get(site_id)
        return found.title if found else site_id

    def lane(self, site_id: str, lane_id: str) -> str:
        """Title of a lane; its id where nobody has named it."""
        found = self.lanes.get((site_id, lane_id))
        return found.title if found else lane_id


NO_TITLES = Titles({}, {})


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
    address: str
    site: str
    site_address: str
    lane: str
    status: Badge
    last_seen: str
    software: str
    queue: str
    is_queue_long: bool
    lists: tuple[ListLine, ...]
    warnings: tuple[str, ...]


def present_device(
    device: DeviceSummary, now: datetime, reader: Reader, titles: Titles = NO_TITLES
) -> DeviceRow:
    """Word one device as the hub last heard of it."""
    language = reader.language
    seen = device.last_seen_at
    return DeviceRow(
        device_id=device.device_id,
        address=device_address(device.device_id),
        site=titles.site(device.site_id),
        site_address=site_address(device.site_id),
        lane=titles.lane(device.site_id, device.lane_id),
        status=connection_badge(device, reader),
        last_seen=format_ago(seen, now, language) if seen else "",
        software=" · ".join(part for part in (device.version, device.pack) if part),
        queue=format_number(device.queue_depth, language),
        is_queue_long=device.queue_depth > LONG_QUEUE,
        lists=tuple(list_line(one, reader, now) for one in device.watchlists),
        warnings=warnings_of(device, reader),
    )


def device_address(device_id: str) -> str:
    """Where a device's page is."""
    return f"/console/devices/{device_id}"


def site_address(site_id: str) -> str:
    """Where a site's page is."""
    return f"/console/sites/{site_id}"


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


def list_line(one: DeviceWatchlist, reader: Reader, now: datetime) -> ListLine:
    """Say which version of a list a device searches, how far behind it is, and whether it has run out."""
    words = reader.language.words
    numbers = {"version": one.version, "newest": one.newest_version, "refused": one.rejected_version}
    if one.rejected_version is not None:
        title = words.gettext("Version %(refused)s refused") % numbers
        return ListLine(one.list_id, Badge(title, "bad"), one.rejected_reason or "")
    if one.withdrawn_at is not None:
        return ListLine(
            one.list_id, Badge(words.gettext("List withdrawn"), "good"), reader.moment(one.withdrawn_at).text
        )
    if one.version is None:
        return ListLine(one.list_id, Badge(words.gettext("No version yet"), "warn"), "")
    title = words.gettext("Version %(version)s") % numbers
    if one.is_expired:
        return ListLine(one.list_id, Badge(title, "bad"), words.gettext("has run out; a newer one is needed"))
    if not one.is_stale:
        return ListLine(one.list_id, Badge(title, "good"), words.gettext("up to date"))
    detail = words.gettext("version %(newest)s is published") % numbers
    if one.behind_since is not None:
        since = format_ago(one.behind_since, now, reader.language)
        behind = words.ngettext(
            "%(count)s version behind since %(when)s",
            "%(count)s versions behind since %(when)s",
            one.versions_behind,
        )
        detail = behind % {"count": one.versions_behind, "when": since}
    return ListLine(one.list_id, Badge(title, "warn"), detail)


def warnings_of(device: DeviceSummary, reader: Reader) -> tuple[str, ...]:
    """Put a device's warnings in words, each once."""
    words = reader.language.words
    codes = device.warnings or (("degraded",) if device.is_degraded else ())
    return tuple(word(WARNINGS, code, words) for code in dict.fromkeys(codes))


def device_facts(device: DeviceSummary, reader: Reader) -> tuple[Fact, ...]:
    """Word what a device said of itself last; what it never said is left out."""
    words, language = reader.language.words, reader.language
    age = device.frame_age_p95_ms
    lines = (
        (words.gettext("Software version"), device.version),
        (words.gettext("Model pack"), device.pack),
        (words.gettext("Runs on"), device.provider),
        (
            words.gettext("Age of frames when searched"),
            words.gettext("%(ms)s ms in 95 of 100 cases") % {"ms": format_number(age, language)}
            if age is not None
            else "",
        ),
        (words.gettext("Frames searched since its start"), _count(device.frames, language)),
        (words.gettext("Frames passed over"), _count(device.dropped, language) if device.frames else ""),
        (words.gettext("Last report"), reader.moment(device.health_at).text if device.health_at else ""),
        (words.gettext("Last heard"), reader.moment(device.last_seen_at).text if device.last_seen_at else ""),
    )
    return tuple(Fact(label, text) for label, text in lines if text)


def list_expiry(device: DeviceSummary, reader: Reader) -> tuple[Fact, ...]:
    """Until when each list counts as fresh on the device."""
    words = reader.language.words
    return tuple(
        Fact(
            words.gettext("%(list)s counts as fresh until") % {"list": one.list_id},
            reader.moment(one.expires_at).text,
        )
        for one in device.watchlists
        if one.expires_at is not None
    )


def _count(number: int, language: Language) -> str:
    return format_number(number, language) if number else ""
