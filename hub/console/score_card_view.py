"""A carrier's score-card in words and a drawing. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_skeleton

from hub.carriers.score_card import ScoreCard
from hub.console.charts import Chart, Value, Words, columns
from hub.console.declaration_wording import FINDINGS, WEIGHT_TONES, WEIGHTS
from hub.console.formatting import format_number
from hub.console.presenting import Badge
from hub.console.reader import Reader
from hub.console.wording import word

MOST_CODES = 8
"""Findings on the page; the API has all."""


@dataclass(frozen=True, slots=True)
class ScorePage:
    """Months and the newest one's findings; without a month everything is empty."""

    declared: Chart | None
    newest: str
    """The month of `found`."""
    found: tuple[tuple[str, Badge, str], ...]
    """What was found most often in the newest month: in words, its weight, in how many declarations."""
    rows: tuple[tuple[str, ...], ...]
    """Month, declared, then rejected, doubtful, late, amended, conflicts, repeated, each with its share."""


def present_score_cards(cards: Sequence[ScoreCard], reader: Reader) -> ScorePage:
    """Word the cards of one carrier, which come newest first."""
    if not cards:
        return ScorePage(None, "", (), ())
    return ScorePage(
        declared=_declared(cards, reader),
        newest=_month(cards[0].month, reader),
        found=tuple(_found(cards[0], reader)),
        rows=tuple(_row(one, reader) for one in cards),
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


def _found(card: ScoreCard, reader: Reader) -> Iterator[tuple[str, Badge, str]]:
    words = reader.language.words
    found = [(-number, code, "error") for code, number in card.errors.items()]
    found += [(-number, code, "doubt") for code, number in card.doubts.items()]
    for number, code, weight in sorted(found)[:MOST_CODES]:
        badge = Badge(word(WEIGHTS, weight, words), WEIGHT_TONES[weight])
        yield word(FINDINGS, code, words), badge, _number(-number, reader)


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
