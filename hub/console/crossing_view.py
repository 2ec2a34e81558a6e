"""How often a listed person has crossed, where and beside whom, in words and drawings."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup
from sqlalchemy import Connection

from hub.cases.casework import CaseDetail
from hub.cases.co_travellers import CoTraveller
from hub.cases.crossing_history import ConfirmedCrossing, CrossingCount, FrequentCrossing
from hub.cases.whereabouts import Whereabouts, whereabouts_of_case
from hub.console.crossing_map import Checkpoint, draw_map
from hub.console.crossing_strip import Tick, draw_strip
from hub.console.formatting import format_number
from hub.console.presenting import Fact
from hub.console.reader import Moment, Reader
from hub.console.wording import DIRECTIONS, WINDOWS, word


@dataclass(frozen=True, slots=True)
class CrossingRow:
    """One confirmed crossing."""

    when: Moment
    place: str
    direction: str
    address: str


@dataclass(frozen=True, slots=True)
class CrossingsView:
    """What the case page shows of a subject's crossings."""

    frequent: tuple[str, ...]
    counts: tuple[Fact, ...]
    strip: Markup | None
    map: Markup | None
    rows: tuple[CrossingRow, ...]
    company: tuple[str, ...]


def crossings_view(
    connection: Connection, detail: CaseDetail, reader: Reader, now: datetime
) -> CrossingsView | None:
    """Collect and word a case's crossings; None for a reader who must not know yet who it is."""
    found = whereabouts_of_case(connection, detail, now)
    return present_crossings(found, reader, now) if found is not None else None


def present_crossings(found: Whereabouts, reader: Reader, now: datetime) -> CrossingsView:
    """Word a subject's crossings."""
    history = found.history
    return CrossingsView(
        frequent=tuple(_frequent(notice, reader) for notice in history.frequent),
        counts=tuple(_count(count, reader) for count in history.counts),
        strip=_strip(history.newest, reader, now),
        map=_map(found, reader),
        rows=tuple(_row(crossing, reader) for crossing in history.newest),
        company=tuple(_companion(one, reader) for one in found.company),
    )


def _strip(crossings: tuple[ConfirmedCrossing, ...], reader: Reader, now: datetime) -> Markup | None:
    """Draw the crossings of 24 hours, 7 and 30 days, each way on its own side of the line."""
    if not crossings:
        return None
    words = reader.language.words
    ticks = [Tick(one.seen_at, one.direction, _label(one, reader)) for one in crossings]
    spans = [(window_word(hours, reader), timedelta(hours=hours)) for hours in (24, 168, 720)]
    title = words.gettext("Crossings over time: up into the country, down out of it, in the middle unknown")
    return draw_strip(title, spans, ticks, now)


def _label(one: ConfirmedCrossing, reader: Reader) -> str:
    row = _row(one, reader)
    return ", ".join(part for part in (row.when.text, row.place, row.direction) if part)


def _map(found: Whereabouts, reader: Reader) -> Markup | None:
    words, places = reader.language.words, {place.site_id: place for place in found.places}
    way = [
        Checkpoint(place.site_id, place.title, place.latitude, place.longitude)
        for one in reversed(found.history.newest)
        if (place := places.get(one.site_id)) and place.latitude is not None and place.longitude is not None
    ]
    summary = words.gettext("Lines lead from crossing to crossing in order of time; the table lists them.")
    return draw_map(words.gettext("Map of crossings"), summary, way)


def _companion(one: CoTraveller, reader: Reader) -> str:
    words = reader.language.words
    sentence = words.gettext("%(pseudonym)s: %(times)s times on %(days)s days, last on %(when)s")
    return sentence % {
        "pseudonym": one.pseudonym,
        "times": format_number(one.times, reader.language),
        "days": format_number(one.days, reader.language),
        "when": reader.moment(one.last_at).text,
    }


def _frequent(notice: FrequentCrossing, reader: Reader) -> str:
    words = reader.language.words
    sentence = words.gettext("Frequent crosser: %(crossings)s within %(window)s (%(rule)s), %(ways)s")
    return sentence % {
        "crossings": _number(notice.crossings, reader),
        "window": window_word(notice.within_hours, reader),
        "rule": notice.rule,
        "ways": _ways(notice.entries, notice.exits, reader),
    }


def _count(count: CrossingCount, reader: Reader) -> Fact:
    text = _number(count.crossings, reader)
    if count.entries or count.exits:
        text = f"{text}, {_ways(count.entries, count.exits, reader)}"
    return Fact(window_word(count.within_hours, reader), text)


def _row(crossing: ConfirmedCrossing, reader: Reader) -> CrossingRow:
    return CrossingRow(
        when=reader.moment(crossing.seen_at),
        place=f"{crossing.site_id} · {crossing.lane_id}",
        direction=word(DIRECTIONS, crossing.direction, reader.language.words),
        address=f"/console/cases/{crossing.case_id}",
    )


def window_word(hours: int, reader: Reader) -> str:
    """Name a window such as 7 days; an unknown one in hours."""
    words = reader.language.words
    if hours in WINDOWS:
        return words.gettext(WINDOWS[hours])
    return words.gettext("%(hours)s hours") % {"hours": hours}


def _number(crossings: int, reader: Reader) -> str:
    words = reader.language.words
    sentence = words.ngettext("%(count)s confirmed crossing", "%(count)s confirmed crossings", crossings)
    return sentence % {"count": format_number(crossings, reader.language)}


def _ways(entries: int, exits: int, reader: Reader) -> str:
    words = reader.language.words
    return words.gettext("in: %(entries)s, out: %(exits)s") % {"entries": entries, "exits": exits}
