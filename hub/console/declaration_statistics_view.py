"""The statistics of declarations in words and drawings. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from hub.console.charts import Chart, Series, Value, Words, bars, lines
from hub.console.declaration_wording import CHANNELS
from hub.console.formatting import format_day, format_number, format_span
from hub.console.reader import Reader
from hub.console.statistics_view import Tile, share_text
from hub.console.wording import mark, word
from hub.declarations.assessing.evidence import Channel
from hub.declarations.assessing.figures import DeclarationFigures

STEPS = {
    1: mark("up to 1 second"),
    10: mark("up to 10 seconds"),
    60: mark("up to 1 minute"),
    600: mark("up to 10 minutes"),
    3600: mark("up to 1 hour"),
    86_400: mark("up to 1 day"),
    None: mark("longer"),
}
"""Ends of the bars, in seconds."""


@dataclass(frozen=True, slots=True)
class DeclarationStatisticsPage:
    """Everything the page shows."""

    tiles: tuple[Tile, ...]
    days: Chart
    times: Chart
    within: str
    arrival: str
    random: str


def present_declaration_figures(found: DeclarationFigures, reader: Reader) -> DeclarationStatisticsPage:
    """Word all figures of a period."""
    return DeclarationStatisticsPage(
        tiles=_tiles(found, reader),
        days=_days(found, reader),
        times=_times(found, reader),
        within=_within(found, reader),
        arrival=_arrival(found, reader),
        random=_random(found, reader),
    )


def _tiles(found: DeclarationFigures, reader: Reader) -> tuple[Tile, ...]:
    words = reader.language.words
    return (
        Tile(words.gettext("Decided"), _number(found.decided, reader)),
        Tile(words.gettext("Rejected for errors"), _number(found.rejected, reader)),
        Tile(words.gettext("Decided before arrival"), _share(found, reader)),
        Tile(words.gettext("Selected at random"), _number(found.random_selected, reader)),
    )


def _share(found: DeclarationFigures, reader: Reader) -> str:
    value = found.before_arrival.value
    return "\N{EM DASH}" if value is None else f"{format_number(100 * value, reader.language, 1)} %"


def _days(found: DeclarationFigures, reader: Reader) -> Chart:
    words = reader.language.words
    names = {channel: word(CHANNELS, channel.value, words) for channel in Channel}
    several = [
        Series(
            name,
            tuple(
                Value(
                    format_day(one.day, reader.language),
                    one.channels[channel],
                    _number(one.channels[channel], reader),
                )
                for one in found.days
            ),
        )
        for channel, name in names.items()
    ]
    said = Words("channels-by-day", words.gettext("Channels by day"), (words.gettext("Day"), *names.values()))
    return lines(said, several, lambda number: _number(number, reader))


def _times(found: DeclarationFigures, reader: Reader) -> Chart:
    words = reader.language.words
    values = [
        Value(words.gettext(STEPS[one.upto_s]), one.decided, _number(one.decided, reader))
        for one in found.times
    ]
    heads = (words.gettext("Time"), words.gettext("Decided"))
    return bars(Words("decision-times", words.gettext("Time from submission to decision"), heads), values)


def _within(found: DeclarationFigures, reader: Reader) -> str:
    words = reader.language.words
    if found.half_within_s is None or found.most_within_s is None:
        return words.gettext("Nothing was decided in this period.")
    said = words.gettext("Half were decided within %(half)s, 95 of 100 within %(most)s.")
    return said % {"half": _span(found.half_within_s, reader), "most": _span(found.most_within_s, reader)}


def _span(seconds: float, reader: Reader) -> str:
    return format_span(timedelta(seconds=seconds), reader.language)


def _arrival(found: DeclarationFigures, reader: Reader) -> str:
    words = reader.language.words
    said = words.gettext(
        "Of those that said when they arrive: %(share)s. Without a time of arrival: %(count)s."
    )
    return said % {
        "share": share_text(found.before_arrival, reader),
        "count": _number(found.arrival_unknown, reader),
    }


def _random(found: DeclarationFigures, reader: Reader) -> str:
    words = reader.language.words
    said = words.gettext("Something was found in %(share)s of those that were drawn at random and inspected.")
    return said % {"share": share_text(found.random_yield, reader)}


def _number(value: float, reader: Reader) -> str:
    return format_number(value, reader.language)
