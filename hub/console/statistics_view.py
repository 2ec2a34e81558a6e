"""The statistics of cases in words and drawings; too few cases say "insufficient data". Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from hub.cases.figures import AnswerTime, Budget, CaseFigures, Part
from hub.cases.intervals import Agreement, Share
from hub.cases.seeding import HitRate, SeededPassage
from hub.console.charts import Chart, Value, Words, columns, strip
from hub.console.formatting import format_date, format_number, format_span
from hub.console.presenting import Badge
from hub.console.reader import Moment, Reader
from hub.console.wording import BANDS, ROLES, word

MOST_SHOWN = 20
"""Rows of one table on the page: those with most alerts, or over their budget; the CSV has all."""
_FEW = 12
"""Lanes or lists in a drawing; the table below has more."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that matters."""

    title: str
    number: str
    detail: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class PartTable:
    """Alerts and answers by lane, list, band or group."""

    title: str
    first_column: str
    rows: tuple[tuple[str, ...], ...]
    chart: Chart | None


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """False alarms against what is allowed, in words."""

    lane: str
    list_id: str
    allowed: str
    observed: str
    verdict: Badge


@dataclass(frozen=True, slots=True)
class ExerciseRow:
    """One seeded passage."""

    passage_id: str
    when: Moment
    lane: str
    subject: str
    verdict: Badge
    address: str


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    """Everything the page shows."""

    tiles: tuple[Tile, ...]
    days: Chart
    parts: tuple[PartTable, ...]
    budgets: tuple[BudgetRow, ...]
    left_out: str
    """What the tables leave out; empty when they have everything."""
    over_budget: str
    """A sentence; empty when nothing is over."""
    times: tuple[tuple[str, ...], ...]
    agreement: str
    hit_rates: tuple[tuple[str, ...], ...]
    exercises: tuple[ExerciseRow, ...]


def present_figures(
    figures: CaseFigures, exercises: Sequence[SeededPassage], rates: Sequence[HitRate], reader: Reader
) -> StatisticsPage:
    """Word all figures of a period."""
    over = [budget for budget in figures.budgets if budget.is_over]
    return StatisticsPage(
        tiles=_tiles(figures, reader),
        days=_days(figures, reader),
        parts=tuple(_tables(figures, reader)),
        budgets=tuple(_budget(budget, reader) for budget in figures.budgets[:MOST_SHOWN]),
        left_out=_left_out(figures, reader),
        over_budget=_over_budget(over, reader),
        times=tuple(_time(time, reader) for time in figures.times[:MOST_SHOWN]),
        agreement=_agreement(figures.agreement, reader),
        hit_rates=tuple(_hit_rate(rate, reader) for rate in rates),
        exercises=present_exercises(exercises, reader),
    )


def present_exercises(found: Sequence[SeededPassage], reader: Reader) -> tuple[ExerciseRow, ...]:
    """Word seeded passages."""
    return tuple(_exercise(one, reader) for one in found)


def share_text(share: Share, reader: Reader) -> str:
    """Write a share with its interval, or that there is too little to say."""
    words = reader.language.words
    if share.value is None or share.interval is None:
        return words.gettext("insufficient data (%(total)s)") % {"total": _number(share.total, reader)}
    low, high = (_percent(end, reader) for end in share.interval)
    text = words.gettext("%(share)s (%(low)s to %(high)s)")
    return text % {"share": _percent(share.value, reader), "low": low, "high": high}


def _left_out(figures: CaseFigures, reader: Reader) -> str:
    longest = max(len(rows) for rows in (figures.by_lane, figures.budgets, figures.times))
    if longest <= MOST_SHOWN:
        return ""
    sentence = reader.language.words.gettext(
        "Each table shows its first %(rows)s rows; the spreadsheet has all."
    )
    return sentence % {"rows": _number(MOST_SHOWN, reader)}


def _tiles(figures: CaseFigures, reader: Reader) -> tuple[Tile, ...]:
    words, total = reader.language.words, figures.total
    answered = total.precision.total
    over = sum(budget.is_over for budget in figures.budgets)
    return (
        Tile(words.gettext("Alerts"), _number(total.alerts, reader)),
        Tile(words.gettext("Answered"), _number(answered, reader)),
        Tile(words.gettext("Confirmed of those answered"), *_share_and_interval(total.precision, reader)),
        Tile(words.gettext("Lanes over their budget"), _number(over, reader), "", "bad" if over else ""),
    )


def _share_and_interval(share: Share, reader: Reader) -> tuple[str, str]:
    words = reader.language.words
    if share.value is None or share.interval is None:
        return "\N{EM DASH}", words.gettext("insufficient data")
    low, high = (_percent(end, reader) for end in share.interval)
    return _percent(share.value, reader), words.gettext("%(low)s to %(high)s") % {"low": low, "high": high}


def _days(figures: CaseFigures, reader: Reader) -> Chart:
    words = reader.language.words
    heads = (words.gettext("Day"), words.gettext("Alerts"))
    values = [
        Value(format_date(one.day, reader.language), one.alerts, _number(one.alerts, reader))
        for one in figures.by_day
    ]
    said = Words("alerts-by-day", words.gettext("Alerts by day"), heads)
    return columns(said, values, lambda number: format_number(number, reader.language))


def _tables(figures: CaseFigures, reader: Reader) -> Iterable[PartTable]:
    words = reader.language.words
    bands = [_renamed(part, word(BANDS, part.name, words)) for part in figures.by_band]
    groups = [_renamed(part, part.name or words.gettext("not stated")) for part in figures.by_group]
    yield _table("lane", words.gettext("By lane"), words.gettext("Lane"), figures.by_lane, reader)
    yield _table("list", words.gettext("By watchlist"), words.gettext("Watchlist"), figures.by_list, reader)
    yield _table("band", words.gettext("By score over the threshold"), words.gettext("Score"), bands, reader)
    if groups:
        yield _table("group", words.gettext("By group"), words.gettext("Group"), groups, reader)


def _renamed(part: Part, name: str) -> Part:
    return Part(name, part.alerts, part.same, part.not_same, part.unsure)


def _table(name: str, title: str, column: str, parts: Sequence[Part], reader: Reader) -> PartTable:
    rows = tuple(
        (
            part.name,
            *(_number(one, reader) for one in (part.alerts, part.same, part.not_same, part.unsure)),
            share_text(part.precision, reader),
        )
        for part in parts[:MOST_SHOWN]
    )
    return PartTable(title, column, rows, _precision(name, title, column, parts, reader))


def _precision(name: str, title: str, column: str, parts: Sequence[Part], reader: Reader) -> Chart | None:
    words = reader.language.words
    values = [
        Value(part.name, share.value, share_text(share, reader), *share.interval)
        for part in parts[:MOST_SHOWN]
        if (share := part.precision).value is not None and share.interval is not None
    ]
    if not values:
        return None
    heading = words.gettext("Confirmed of those answered")
    summary = words.gettext("The line over each dot shows how sure the figure is.")
    return strip(Words(f"precision-{name}", f"{title}: {heading}", (column, heading), summary), values[:_FEW])


def _budget(budget: Budget, reader: Reader) -> BudgetRow:
    words, language = reader.language.words, reader.language
    bounds = {
        "observed": _number(budget.observed, reader),
        "low": format_number(budget.low, language, 1),
        "high": format_number(budget.high, language, 1),
    }
    observed = words.gettext("%(observed)s (%(low)s to %(high)s)") % bounds
    allowed = format_number(budget.allowed, language, 1)
    verdict = (
        Badge(words.gettext("Over budget"), "bad dot")
        if budget.is_over
        else Badge(words.gettext("Within budget"), "good dot")
    )
    return BudgetRow(budget.lane, budget.list_id, allowed, observed, verdict)


def _over_budget(over: Sequence[Budget], reader: Reader) -> str:
    if not over:
        return ""
    words = reader.language.words
    sentence = words.ngettext(
        "%(count)s lane raises more false alarms than were allowed, more than chance explains: %(lanes)s.",
        "%(count)s lanes raise more false alarms than were allowed, more than chance explains: %(lanes)s.",
        len(over),
    )
    lanes = ", ".join(f"{one.lane} ({one.list_id})" for one in over[:_FEW])
    return sentence % {"count": len(over), "lanes": lanes}


def _time(time: AnswerTime, reader: Reader) -> tuple[str, ...]:
    return (
        time.lane,
        word(ROLES, time.role, reader.language.words),
        _number(time.answers, reader),
        _span(time.median_s, reader),
        _span(time.p95_s, reader),
    )


def _span(seconds: float | None, reader: Reader) -> str:
    if seconds is None:
        return reader.language.words.gettext("insufficient data")
    return format_span(timedelta(seconds=seconds), reader.language)


def _agreement(found: Agreement, reader: Reader) -> str:
    words = reader.language.words
    pairs = _number(found.pairs, reader)
    if found.kappa is None:
        sentence = words.gettext("%(pairs)s cases have both blind answers: insufficient data for agreement.")
        return sentence % {"pairs": pairs}
    sentence = words.gettext(
        "Guard and supervisor agreed in %(agreed)s of %(pairs)s cases; Cohen's kappa %(kappa)s "
        "(1 is full agreement, 0 what chance gives)."
    )
    kappa = format_number(found.kappa, reader.language, 2)
    return sentence % {"agreed": _number(found.agreed, reader), "pairs": pairs, "kappa": kappa}


def _hit_rate(rate: HitRate, reader: Reader) -> tuple[str, ...]:
    words = reader.language.words
    shift = words.gettext("from %(hour)s:00") % {"hour": rate.shift}
    found = words.gettext("%(found)s of %(seeded)s") % {
        "found": _number(rate.found.count, reader),
        "seeded": _number(rate.found.total, reader),
    }
    return rate.lane, shift, found, share_text(rate.found, reader)


def _exercise(one: SeededPassage, reader: Reader) -> ExerciseRow:
    words = reader.language.words
    if one.case_id is not None:
        verdict = Badge(words.gettext("Noticed"), "good dot")
    elif one.is_settled:
        verdict = Badge(words.gettext("Missed"), "bad dot")
    else:
        verdict = Badge(words.gettext("Not yet known"), "dot")
    return ExerciseRow(
        passage_id=one.passage_id,
        when=reader.moment(one.planned_at),
        lane=f"{one.site_id} · {one.lane_id}",
        subject=one.subject_id,
        verdict=verdict,
        address=f"/console/cases/{one.case_id}" if one.case_id else "",
    )


def _number(value: float, reader: Reader) -> str:
    return format_number(value, reader.language)


def _percent(share: float, reader: Reader) -> str:
    return f"{format_number(100 * share, reader.language, 1)} %"
