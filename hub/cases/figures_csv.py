"""The statistics for a spreadsheet: one table after the other, with nothing that it would run. Pure."""

from collections.abc import Iterator

from hub.cases.figures import AnswerTime, Budget, CaseFigures, Part
from hub.people.audit_export import csv_line

INSUFFICIENT = "insufficient data"


def csv_lines(figures: CaseFigures) -> Iterator[str]:
    """Write every figure, each table under its own heads."""
    yield csv_line(("day", "alerts"))
    for day in figures.by_day:
        yield csv_line((day.day.isoformat(), day.alerts))
    for name in ("lane", "list", "band", "group"):
        parts: tuple[Part, ...] = getattr(figures, f"by_{name}")
        if parts:
            heads = (
                name,
                "alerts",
                "same",
                "not same",
                "unsure",
                "precision",
                "precision from",
                "precision to",
            )
            yield csv_line(heads)
            yield from (csv_line(_part(part)) for part in parts)
    yield csv_line(("lane", "list", "allowed", "observed", "observed from", "observed to", "over budget"))
    yield from (csv_line(_budget(budget)) for budget in figures.budgets)
    yield csv_line(("lane", "role", "first answers", "median s", "95 % within s"))
    yield from (csv_line(_time(time)) for time in figures.times)
    agreement = figures.agreement
    kappa = INSUFFICIENT if agreement.kappa is None else round(agreement.kappa, 4)
    yield csv_line(("pairs of blind answers", "agreed", "kappa"))
    yield csv_line((agreement.pairs, agreement.agreed, kappa))


def _part(part: Part) -> tuple[object, ...]:
    share, interval = part.precision.value, part.precision.interval
    known = (share, *interval) if share is not None and interval is not None else ()
    words = tuple(round(one, 4) for one in known) or (INSUFFICIENT, "", "")
    return (part.name, part.alerts, part.same, part.not_same, part.unsure, *words)


def _budget(budget: Budget) -> tuple[object, ...]:
    bounds = (round(budget.allowed, 3), budget.observed, round(budget.low, 2), round(budget.high, 2))
    return (budget.lane, budget.list_id, *bounds, "yes" if budget.is_over else "no")


def _time(time: AnswerTime) -> tuple[object, ...]:
    spans = ("" if seconds is None else round(seconds, 1) for seconds in (time.median_s, time.p95_s))
    return (time.lane, time.role, time.answers, *spans)
