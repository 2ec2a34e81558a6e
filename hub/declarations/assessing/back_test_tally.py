"""What a draft would have done on stored declarations, added up case by case. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec

from hub.declarations.assessing.evidence import SEVERITY, Channel

MOST_EXAMPLES = 10
FOUND, NOTHING = "found", "nothing"
"""What inspections came to."""


class ReplayedCase(msgspec.Struct, frozen=True):
    """One declaration as it was decided, and what the draft makes of it."""

    declaration_id: str
    day: str
    """On which it came, ``2026-03-14``."""
    channel: Channel
    """Decided then."""
    is_matched: bool
    is_selected: bool
    """After the draw for the profile's share."""
    is_found: bool | None = None
    """What an inspection found; None: nobody inspected it."""


class DayTally(msgspec.Struct, frozen=True):
    """Declarations of one day."""

    tested: int = 0
    matched: int = 0
    selected: int = 0
    newly_selected: int = 0
    """Those for which the draft asks for more than was decided."""


class BackTestTally(msgspec.Struct, frozen=True, kw_only=True):
    """What was added up until now."""

    days: Mapping[str, DayTally] = {}
    channels: Mapping[str, int] = {}
    """Selected ones by the channel decided then."""
    outcomes: Mapping[str, int] = {}
    """Selected ones that were inspected: ``found`` and ``nothing``."""
    newly_inspected: int = 0
    """Newly selected ones that nobody would have inspected."""
    examples: tuple[str, ...] = ()
    """Ids of selected declarations, newly selected ones first."""
    new_examples: int = 0
    """How many of `examples` are newly selected."""


class BackTestResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft would have done in a period; kept with the draft."""

    first: date
    """The first day that was reached: later than asked for when there was too much."""
    last: date
    is_cut: bool
    """True: more lay in the period than the test was to read; the newest were read."""
    tested: int
    """Declarations that were decided."""
    matched: int
    selected: int
    newly_selected: int
    newly_inspected: int
    extra_inspections_a_day: float
    days: Mapping[str, DayTally]
    channels: Mapping[str, int]
    outcomes: Mapping[str, int]
    examples: tuple[str, ...]


def with_cases(tally: BackTestTally, cases: Iterable[ReplayedCase], wanted: Channel) -> BackTestTally:
    """Add cases to a tally; `wanted` is the draft's channel."""
    days, channels, outcomes = dict(tally.days), dict(tally.channels), dict(tally.outcomes)
    old = list(tally.examples[tally.new_examples :])
    new = list(tally.examples[: tally.new_examples])
    inspected = tally.newly_inspected
    for case in cases:
        is_new = case.is_selected and SEVERITY[wanted] > SEVERITY[case.channel]
        days[case.day] = _with_case(days.get(case.day, DayTally()), case, is_new=is_new)
        if not case.is_selected:
            continue
        channels[case.channel.value] = channels.get(case.channel.value, 0) + 1
        if case.is_found is not None:
            outcome = FOUND if case.is_found else NOTHING
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
        inspected += is_new and _inspects(wanted) and not _inspects(case.channel)
        (new if is_new else old).append(case.declaration_id)
    new = new[:MOST_EXAMPLES]
    return BackTestTally(
        days=days,
        channels=channels,
        outcomes=outcomes,
        newly_inspected=inspected,
        examples=tuple([*new, *old][:MOST_EXAMPLES]),
        new_examples=len(new),
    )


def result_of(tally: BackTestTally, first: date, last: date, *, is_cut: bool) -> BackTestResult:
    """Sum a tally up; of a test that was cut only the days it reached count."""
    reached = date.fromisoformat(min(tally.days)) if is_cut and tally.days else first
    return BackTestResult(
        first=reached,
        last=last,
        is_cut=is_cut,
        tested=_sum(tally, "tested"),
        matched=_sum(tally, "matched"),
        selected=_sum(tally, "selected"),
        newly_selected=_sum(tally, "newly_selected"),
        newly_inspected=tally.newly_inspected,
        extra_inspections_a_day=round(tally.newly_inspected / ((last - reached).days + 1), 2),
        days={
            _day(reached, at): tally.days.get(_day(reached, at), DayTally()) for at in _span(reached, last)
        },
        channels=tally.channels,
        outcomes=tally.outcomes,
        examples=tally.examples,
    )


def read_result(kept: Mapping[str, Any]) -> BackTestResult:
    """Read a result that was kept; raises `msgspec.ValidationError` for anything else."""
    return msgspec.convert(kept, BackTestResult)


def _with_case(day: DayTally, case: ReplayedCase, *, is_new: bool) -> DayTally:
    return DayTally(
        day.tested + 1,
        day.matched + case.is_matched,
        day.selected + case.is_selected,
        day.newly_selected + is_new,
    )


def _inspects(channel: Channel) -> bool:
    return SEVERITY[channel] >= SEVERITY[Channel.INSPECTION]


def _sum(tally: BackTestTally, name: str) -> int:
    return sum(getattr(day, name) for day in tally.days.values())


def _span(first: date, last: date) -> range:
    return range((last - first).days + 1)


def _day(first: date, at: int) -> str:
    return (first + timedelta(days=at)).isoformat()
