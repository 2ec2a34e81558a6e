"""The figures of checks for a spreadsheet. Pure."""

from collections.abc import Iterator

from hub.declarations.assessing.evidence import OriginVerdict
from hub.origin.checking.figures import OriginFigures, Part, Rate
from hub.origin.checking.values import OfficerDecision
from hub.people.audit_export import csv_line

INSUFFICIENT = "insufficient data"
HEADS = (
    "by",
    "name",
    "checked",
    *(verdict.value for verdict in OriginVerdict),
    *(decision.value for decision in OfficerDecision),
    "truth known",
    "accepted though false",
    "refused though genuine",
    "error rate",
    "error rate from",
    "error rate to",
    "seeded",
    "seeded let through",
    "verdict median s",
    "verdict 90 % within s",
    "decision median s",
    "decision 90 % within s",
)


def figures_lines(figures: OriginFigures) -> Iterator[str]:
    """Write a line for everything, each post, form and method."""
    yield csv_line(HEADS)
    yield csv_line(_part("all", figures.total))
    for name in ("site", "form", "method"):
        parts: tuple[Part, ...] = getattr(figures, f"by_{name}")
        yield from (csv_line(_part(name, part)) for part in parts)


def _part(by: str, part: Part) -> tuple[object, ...]:
    times = (part.verdict_times, part.decision_times)
    return (
        by,
        part.name,
        part.checked,
        *(part.verdicts.get(verdict, 0) for verdict in OriginVerdict),
        *(part.decisions.get(decision, 0) for decision in OfficerDecision),
        part.known,
        part.accepted_false,
        part.refused_genuine,
        *_rate(part.error_rate),
        part.seeded,
        part.seeded_accepted,
        *(_seconds(value) for one in times for value in (one.median_s, one.p90_s)),
    )


def _rate(rate: Rate | None) -> tuple[object, ...]:
    if rate is None:
        return (INSUFFICIENT, "", "")
    return tuple(round(one, 4) for one in (rate.value, rate.low, rate.high))


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
