"""The start page in words: what waits, and two drawings. Pure."""

from dataclasses import dataclass

from hub.console.charts import Chart, Value, Words, bars, columns
from hub.console.formatting import format_day, format_number
from hub.console.home_figures import CaseFigures, DeclarationFigures, DeviceFigures, HomeFigures
from hub.console.reader import Reader
from hub.fleet.overview import LONG_QUEUE
from hub.people.access import Permission


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that matters, what it counts, where it leads; `tone` as of a badge."""

    title: str
    number: str
    address: str
    tone: str
    detail: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """Everything the start page shows."""

    tiles: tuple[Tile, ...]
    charts: tuple[Chart, ...]


def present_home(figures: HomeFigures, reader: Reader) -> HomePage:
    """Word the figures; parts the reader may not see are left out."""
    tiles = [
        *(_case_tiles(figures.cases, reader) if figures.cases else ()),
        *(_declaration_tiles(figures.declarations, reader) if figures.declarations else ()),
        *(_refused_tiles(figures.refused_uses, reader) if figures.refused_uses else ()),
        *(_list_tiles(figures, reader)),
        *(_device_tiles(figures.devices, reader) if figures.devices else ()),
    ]
    charts = [
        *([_alerts_chart(figures.cases, reader)] if figures.cases else ()),
        *([_devices_chart(figures.devices, reader)] if figures.devices else ()),
    ]
    return HomePage(tuple(tiles), tuple(charts))


def _tile(title: str, number: int, reader: Reader, *, address: str, tone: str, detail: str = "") -> Tile:
    """Make a tile whose tone says that somebody should look; nothing to do is good."""
    return Tile(title, format_number(number, reader.language), address, tone if number else "good", detail)


def _case_tiles(cases: CaseFigures, reader: Reader) -> tuple[Tile, ...]:
    words = reader.language.words
    is_mine = reader.may(Permission.ANSWER_CASES)
    detail = words.gettext("They wait for your answer.") if is_mine else ""
    title, today = words.gettext("Open cases"), words.gettext("Alerts today")
    return (
        _tile(title, cases.open, reader, address="/console/cases", tone="warn", detail=detail),
        Tile(
            today,
            format_number(cases.by_day[-1][1], reader.language),
            "/console/cases?status=all",
            "accent",
            "",
        ),
    )


def _declaration_tiles(declarations: DeclarationFigures, reader: Reader) -> tuple[Tile, ...]:
    words, here = reader.language.words, "/console/declarations"
    waiting, mine = words.gettext("Declarations that wait"), words.gettext("Given to you")
    return (
        _tile(waiting, declarations.waiting, reader, address=here, tone="warn"),
        _tile(mine, declarations.mine, reader, address=f"{here}?view=mine", tone="accent"),
    )


def _refused_tiles(waiting: int, reader: Reader) -> tuple[Tile, ...]:
    """Only where something waits: where all is told to the registry, officers never hear of it."""
    title = reader.language.words.gettext("Refused after release")
    detail = reader.language.words.gettext("Preferences that no certificate covers any more.")
    return (_tile(title, waiting, reader, address="/console/origin/refused-uses", tone="bad", detail=detail),)


def _list_tiles(figures: HomeFigures, reader: Reader) -> tuple[Tile, ...]:
    words, tiles = reader.language.words, []
    if figures.waiting_proposals is not None:
        title, detail = words.gettext("Waiting approvals"), words.gettext("Proposed by others.")
        tiles.append(
            _tile(
                title,
                figures.waiting_proposals,
                reader,
                address="/console/proposals",
                tone="warn",
                detail=detail,
            )
        )
    if figures.ending_listings is not None:
        title, detail = words.gettext("Listings that end soon"), words.gettext("Within 30 days.")
        tiles.append(
            _tile(
                title,
                figures.ending_listings,
                reader,
                address="/console/watchlists",
                tone="warn",
                detail=detail,
            )
        )
    return tuple(tiles)


def _device_tiles(devices: DeviceFigures, reader: Reader) -> tuple[Tile, ...]:
    words = reader.language.words
    troubled, offline = words.gettext("Devices that need a look"), words.gettext("Devices offline")
    queue = words.gettext("Longest queue of a device")
    queue_tone = "warn" if devices.longest_queue > LONG_QUEUE else ""
    here = "/console/devices"
    return (
        _tile(troubled, devices.troubled, reader, address=f"{here}?state=troubled", tone="warn"),
        _tile(offline, devices.offline, reader, address=f"{here}?state=offline", tone="bad"),
        _tile(queue, devices.longest_queue, reader, address=here, tone=queue_tone),
    )


def _alerts_chart(cases: CaseFigures, reader: Reader) -> Chart:
    words, language = reader.language.words, reader.language
    values = tuple(
        Value(format_day(day, language), count, format_number(count, language)) for day, count in cases.by_day
    )
    said = Words(
        "alerts-by-day",
        words.gettext("Alerts by day"),
        (words.gettext("Day"), words.gettext("Alerts")),
        words.gettext("The last 14 days, test alerts included."),
    )
    return columns(said, values, lambda number: format_number(number, language))


def _devices_chart(devices: DeviceFigures, reader: Reader) -> Chart:
    words = reader.language.words
    states = (
        (words.gettext("Online"), devices.online, "good"),
        (words.gettext("Offline"), devices.offline, "bad"),
        (words.gettext("Need a look"), devices.troubled, "warn"),
    )
    values = [
        Value(name, count, format_number(count, reader.language), tone=tone) for name, count, tone in states
    ]
    said = Words(
        "devices-by-state",
        words.gettext("Devices"),
        (words.gettext("State"), words.gettext("Devices")),
        words.gettext("Of %(count)s in service; one may be offline and need a look.")
        % {"count": format_number(devices.all, reader.language)},
    )
    return bars(said, values)
