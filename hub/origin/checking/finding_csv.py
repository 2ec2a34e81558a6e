"""Checks for a spreadsheet, with nothing that it would run. Pure."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from hub.origin.checking.values import Check
from hub.people.audit_export import csv_line

HEADS = (
    "check",
    "opened at",
    "site",
    "method",
    "form",
    "state",
    "number",
    "verdict",
    "reasons",
    "as of block",
    "as of",
    "decision",
    "verdict after s",
    "decision after s",
    "truth",
    "seeded",
)


def csv_lines(checks: Iterable[Check]) -> Iterator[str]:
    """Write a line for each check below the heads."""
    yield csv_line(HEADS)
    for one in checks:
        yield csv_line(
            (
                one.check_id,
                one.opened_at.isoformat(),
                one.site_id,
                one.method,
                one.form,
                one.state,
                one.number,
                one.verdict or "",
                " ".join(reason["ground"] for reason in one.reasons),
                "" if one.as_of_block is None else one.as_of_block,
                "" if one.as_of_at is None else one.as_of_at.isoformat(),
                one.decision or "",
                _seconds(one.verdict_time),
                _seconds(one.decision_time),
                one.truth or "",
                "yes" if one.is_seeded else "no",
            )
        )


def _seconds(span: timedelta | None) -> str:
    return "" if span is None else f"{span.total_seconds():.1f}"
