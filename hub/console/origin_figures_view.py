"""Figures of checks and trials in words and drawings; too little data says so. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from hub.console.charts import Chart, Value, Words, bars, strip
from hub.console.formatting import format_date, format_number, format_span
from hub.console.origin_wording import ARMS, METHODS
from hub.console.presenting import Badge, Fact
from hub.console.reader import Reader
from hub.console.statistics_view import Tile
from hub.console.wording import word
from hub.origin.checking.figures import OriginFigures, Part, Rate
from hub.origin.checking.trial import TrialPeriod, TrialReport

NOTHING = "\N{EM DASH}"
_FEW = 12
"""Posts or forms in a drawing; the table has more."""


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The same figures of each post, form or method."""

    title: str
    rows: tuple[tuple[str, ...], ...]
    errors: Chart | None
    times: Chart | None


@dataclass(frozen=True, slots=True)
class OriginFiguresPage:
    """Everything the page shows."""

    tiles: tuple[Tile, ...]
    seeded: str
    tables: tuple[FigureTable, ...]


@dataclass(frozen=True, slots=True)
class TrialPage:
    """What a trial has shown."""

    verdict: Badge
    sentence: str
    arms: tuple[tuple[str, ...], ...]
    errors: Chart | None
    facts: tuple[Fact, ...]
    periods: tuple[tuple[str, str, str, str], ...]


def present_origin_figures(found: OriginFigures, sites: dict[str, str], reader: Reader) -> OriginFiguresPage:
    """Word all figures of a period; `sites`: their titles."""
    words, total = reader.language.words, found.total
    return OriginFiguresPage(
        tiles=(
            Tile(words.gettext("Checked"), _number(total.checked, reader)),
            Tile(
                words.gettext("Errors among known"),
                NOTHING if total.error_rate is None else _rate(total.error_rate, reader),
            ),
            Tile(words.gettext("Cannot tell"), _percent(total.cannot_tell.value, reader)),
            Tile(words.gettext("Half decided within"), _seconds(total.decision_times.median_s, reader)),
        ),
        seeded=_seeded(total, reader),
        tables=(
            _table(
                ("posts", words.gettext("By post")),
                found.by_site,
                lambda name: sites.get(name, name) or words.gettext("At no post"),
                reader,
            ),
            _table(("forms", words.gettext("By form")), found.by_form, str.upper, reader),
            _table(
                ("methods", words.gettext("By how it was checked")),
                found.by_method,
                lambda name: word(METHODS, name, words),
                reader,
            ),
        ),
    )


def _seeded(total: Part, reader: Reader) -> str:
    if not total.seeded:
        return ""
    said = reader.language.words.gettext(
        "Known forgeries put in and decided: %(count)s, let through: %(through)s."
    )
    counts = {"count": total.seeded, "through": total.seeded_accepted}
    return said % {name: _number(count, reader) for name, count in counts.items()}


def present_trial(
    report: TrialReport, periods: Sequence[TrialPeriod], sites: dict[str, str], reader: Reader
) -> TrialPage:
    """Word a trial's report."""
    words = reader.language.words
    named = ((ARMS[arm], part) for arm, part in (("before", report.before), ("after", report.after)))
    arms = [(words.gettext(title), part) for title, part in named]
    return TrialPage(
        verdict=_reached(report, reader),
        sentence=_difference(report, reader),
        arms=tuple(_row(name, part, reader) for name, part in arms),
        errors=_error_chart("trial", [(name, part) for name, part in arms], reader),
        facts=tuple(_trial_facts(report, reader)),
        periods=tuple(
            (
                sites.get(one.site_id, one.site_id),
                format_date(one.first, reader.language),
                format_date(one.last, reader.language),
                word(ARMS, one.arm, words),
            )
            for one in periods
        ),
    )


def _table(
    named: tuple[str, str], parts: Sequence[Part], title_of: Callable[[str], str], reader: Reader
) -> FigureTable:
    name, title = named
    titled = [(title_of(part.name) or NOTHING, part) for part in parts]
    return FigureTable(
        title=title,
        rows=tuple(_row(one, part, reader) for one, part in titled),
        errors=_error_chart(name, titled[:_FEW], reader),
        times=_time_chart(name, titled[:_FEW], reader),
    )


def _row(name: str, part: Part, reader: Reader) -> tuple[str, ...]:
    return (
        name,
        _number(part.checked, reader),
        _percent(part.cannot_tell.value, reader),
        _number(part.known, reader),
        _rate(part.error_rate, reader),
        _seconds(part.decision_times.median_s, reader),
        _seconds(part.decision_times.p90_s, reader),
    )


def _error_chart(name: str, parts: Sequence[tuple[str, Part]], reader: Reader) -> Chart | None:
    words = reader.language.words
    values = [
        Value(
            title,
            100 * part.error_rate.value,
            _rate(part.error_rate, reader),
            100 * part.error_rate.low,
            100 * part.error_rate.high,
        )
        for title, part in parts
        if part.error_rate is not None
    ]
    if not values:
        return None
    heads = (words.gettext("Name"), words.gettext("Errors among known"))
    return strip(Words(f"errors-{name}", words.gettext("Error rate, with 95 % interval"), heads), values)


def _time_chart(name: str, parts: Sequence[tuple[str, Part]], reader: Reader) -> Chart | None:
    words = reader.language.words
    values = [
        Value(title, part.decision_times.median_s, _seconds(part.decision_times.median_s, reader))
        for title, part in parts
        if part.decision_times.median_s is not None
    ]
    if not values:
        return None
    heads = (words.gettext("Name"), words.gettext("Half decided within"))
    return bars(Words(f"times-{name}", words.gettext("Half decided within"), heads), values)


def _reached(report: TrialReport, reader: Reader) -> Badge:
    words = reader.language.words
    if report.is_reached:
        return Badge(words.gettext("The sample is reached"), "good")
    return Badge(words.gettext("The sample is not reached"), "warn")


def _difference(report: TrialReport, reader: Reader) -> str:
    words = reader.language.words
    if report.difference is None or report.interval is None:
        return words.gettext("Nothing is known yet of one of the two ways.")
    low, high = report.interval
    said = words.gettext("The error rate fell by %(points)s points (95 %% interval: %(low)s to %(high)s).")
    points = (report.difference, low, high)
    texts = (format_number(100 * one, reader.language, 1) for one in points)
    return said % dict(zip(("points", "low", "high"), texts, strict=True))


def _trial_facts(report: TrialReport, reader: Reader) -> list[Fact]:
    words = reader.language.words
    short = max(0, report.needed - min(report.before.known, report.after.known))
    facts = [
        Fact(words.gettext("Needed of each way, truth known"), _number(report.needed, reader)),
        Fact(words.gettext("Still missing of the shorter way"), _number(short, reader)),
    ]
    pairs = report.pairs
    if pairs.p_value is not None:
        said = words.gettext("wrong only by eye: %(eye)s, only by code: %(code)s; chance alone: %(p)s")
        figures = {"eye": _number(pairs.only_before, reader), "code": _number(pairs.only_after, reader)}
        figures["p"] = format_number(pairs.p_value, reader.language, 3)
        facts.append(Fact(words.gettext("Checked both ways"), said % figures))
    return facts


def _rate(rate: Rate | None, reader: Reader) -> str:
    if rate is None:
        return reader.language.words.gettext("insufficient data")
    low, high = (format_number(100 * one, reader.language, 1) for one in (rate.low, rate.high))
    return f"{format_number(100 * rate.value, reader.language, 1)} % ({low}\N{EN DASH}{high})"


def _percent(value: float | None, reader: Reader) -> str:
    return NOTHING if value is None else f"{format_number(100 * value, reader.language, 1)} %"


def _seconds(value: float | None, reader: Reader) -> str:
    return NOTHING if value is None else format_span(timedelta(seconds=value), reader.language)


def _number(value: float, reader: Reader) -> str:
    return format_number(value, reader.language)
