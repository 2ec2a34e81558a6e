"""How often a listed person has crossed, in words. Pure."""

from dataclasses import dataclass

from hub.cases.crossing_history import ConfirmedCrossing, CrossingCount, CrossingHistory, FrequentCrossing
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
    rows: tuple[CrossingRow, ...]


def present_crossings(history: CrossingHistory, reader: Reader) -> CrossingsView:
    """Word a subject's crossings."""
    return CrossingsView(
        frequent=tuple(_frequent(notice, reader) for notice in history.frequent),
        counts=tuple(_count(count, reader) for count in history.counts),
        rows=tuple(_row(crossing, reader) for crossing in history.newest),
    )


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
