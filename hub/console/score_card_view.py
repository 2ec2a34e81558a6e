"""A carrier's score-card in words and drawings. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_skeleton

from hub.carriers.score_card import ScoreCard
from hub.console.charts import Chart, Value, Words, bars, columns
from hub.console.declaration_wording import FINDINGS
from hub.console.formatting import format_number
from hub.console.reader import Reader
from hub.console.wording import word

MOST_CODES = 8
"""Findings in the drawing; the API has all."""


@dataclass(frozen=True, slots=True)
class ScorePage:
    """Months and the newest one's findings; without a month everything is empty."""

    declared: Chart | None
    found: Chart | None
    """Of the newest month; None: nothing was found."""
    rows: tuple[tuple[str, ...], ...]
    """Month, declared, then rejected, doubtful, late, amended, conflicts, repeated, each with its share."""


def present_score_cards(cards: Sequence[ScoreCard], reader: Reader) -> ScorePage:
    """Word the cards of one carrier, which come newest first."""
    if not cards:
        return ScorePage(None, None, ())
    return ScorePage(
        _declared(cards, reader), _found(cards[0], reader), tuple(_row(one, reader) for one in cards)
    )


def _declared(cards: Sequence[ScoreCard], reader: Reader) -> Chart:
    words = reader.language.words
    values = [
        Value(_month(one.month, reader), one.declared, _number(one.declared, reader))
        for one in reversed(cards)
    ]
    heads = (words.gettext("Month"), words.gettext("New declarations"))
    said = Words("declared-by-month", words.gettext("New declarations by month"), heads)
    return columns(said, values, lambda number: format_number(number, reader.language))


def _found(card: ScoreCard, reader: Reader) -> Chart | None:
    words = reader.language.words
    values = [*_values(card.errors, "bad", reader), *_values(card.doubts, "warn", reader)]
    values.sort(key=lambda one: -one.value)
    if not values:
        return None
    title = words.gettext("What was found most often: %(month)s") % {"month": _month(card.month, reader)}
    heads = (words.gettext("Finding"), words.gettext("Declarations"))
    summary = words.gettext("Red: errors, they were rejected. Amber: doubts, they were taken.")
    return bars(Words("findings-of-month", title, heads, summary), values[:MOST_CODES])


def _values(found: Mapping[str, int], tone: str, reader: Reader) -> list[Value]:
    return [
        Value(word(FINDINGS, code, reader.language.words), number, _number(number, reader), tone=tone)
        for code, number in found.items()
    ]


def _row(card: ScoreCard, reader: Reader) -> tuple[str, ...]:
    parts = (card.rejected, card.doubtful, card.late, card.amended, card.conflicts, card.repeated)
    shares = (_share(number, card.declared, reader) for number in parts)
    return _month(card.month, reader), _number(card.declared, reader), *shares


def _share(number: int, of: int, reader: Reader) -> str:
    said = _number(number, reader)
    return said if not number or not of else f"{said} ({_number(100 * number / of, reader, 1)} %)"


def _number(number: float, reader: Reader, digits: int = 0) -> str:
    return format_number(number, reader.language, digits)


def _month(month: str, reader: Reader) -> str:
    first = date.fromisoformat(f"{month}-01")
    return str(format_skeleton("yMMM", first, locale=reader.language.code))
