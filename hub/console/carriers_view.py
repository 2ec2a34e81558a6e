"""Carriers in words. Pure."""

from dataclasses import dataclass
from datetime import datetime

from babel import Locale

from hub.carriers.registry import CarrierSummary, Transport
from hub.console.formatting import format_number
from hub.console.presenting import Badge, Fact
from hub.console.reader import Moment, Reader
from hub.console.statistics_view import Tile
from hub.console.wording import mark, word

TRANSPORT_WORDS = {
    "sea": mark("By sea"),
    "rail": mark("By rail"),
    "road": mark("By road"),
    "air": mark("By air"),
    "post": mark("By post"),
}


@dataclass(frozen=True, slots=True)
class CarrierRow:
    """A carrier in the list."""

    client_id: str
    name: str
    country: str
    transport: tuple[str, ...]
    quota: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class CarrierPage:
    """One carrier."""

    client_id: str
    name: str
    badge: Badge
    facts: tuple[Fact, ...]
    added: Moment
    added_by: str
    is_suspended: bool
    is_sandbox: bool
    suspended_since: Moment | None
    suspended_reason: str
    tiles: tuple[Tile, ...]


def present_carrier_row(one: CarrierSummary, reader: Reader) -> CarrierRow:
    """Word a carrier for the list."""
    return CarrierRow(
        client_id=one.client_id,
        name=one.legal_name,
        country=country_name(one.country, reader),
        transport=_transport(one, reader),
        quota=_quota(one, reader),
        badge=_badge(one, reader),
    )


def present_carrier(one: CarrierSummary, declared: int, resets_at: datetime, reader: Reader) -> CarrierPage:
    """Word a carrier's own page; `declared`: of the day that ends at `resets_at`."""
    words = reader.language.words
    facts = (
        Fact(words.gettext("Program"), one.client_id),
        Fact(words.gettext("Country"), country_name(one.country, reader)),
        Fact(words.gettext("Transport"), " · ".join(_transport(one, reader))),
        Fact(words.gettext("Contact"), one.contact),
    )
    return CarrierPage(
        client_id=one.client_id,
        name=one.legal_name,
        badge=_badge(one, reader),
        facts=facts,
        added=reader.moment(one.created_at),
        added_by=one.created_by,
        is_suspended=one.is_suspended,
        is_sandbox=one.is_sandbox,
        suspended_since=reader.moment(one.suspended_at) if one.suspended_at else None,
        suspended_reason=one.suspended_reason,
        tiles=_tiles(one, declared, resets_at, reader),
    )


def transport_choices(reader: Reader) -> list[tuple[str, str]]:
    """Pair each kind of transport with its words."""
    return [(kind.value, word(TRANSPORT_WORDS, kind.value, reader.language.words)) for kind in Transport]


def country_name(code: str, reader: Reader) -> str:
    """Name a country in the reader's language; a code that is none comes back unchanged."""
    return str(Locale.parse(reader.language.code).territories.get(code, code))


def _tiles(one: CarrierSummary, declared: int, resets_at: datetime, reader: Reader) -> tuple[Tile, ...]:
    words = reader.language.words
    is_used_up = one.daily_quota is not None and declared >= one.daily_quota
    until = words.gettext("The next day begins: %(time)s") % {"time": reader.moment(resets_at).text}
    today = format_number(declared, reader.language)
    return (
        Tile(words.gettext("New declarations today"), today, until, "bad" if is_used_up else ""),
        Tile(words.gettext("Taken in a day"), _quota(one, reader)),
    )


def _transport(one: CarrierSummary, reader: Reader) -> tuple[str, ...]:
    return tuple(word(TRANSPORT_WORDS, kind.value, reader.language.words) for kind in one.transport)


def _quota(one: CarrierSummary, reader: Reader) -> str:
    if one.daily_quota is None:
        return reader.language.words.gettext("No limit")
    return format_number(one.daily_quota, reader.language)


def _badge(one: CarrierSummary, reader: Reader) -> Badge:
    words = reader.language.words
    if one.is_suspended:
        return Badge(words.gettext("Suspended"), "bad")
    if one.is_sandbox:
        return Badge(words.gettext("Sandbox"), "accent")
    return Badge(words.gettext("Active"), "good")
