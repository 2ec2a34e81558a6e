"""What one check adds to the counts, as far as it has come. Pure."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from hub.cases.figures import local_day
from hub.cases.tally import bucket_of
from hub.origin.checking.figures import Measure, Outcome
from hub.origin.checking.values import Check, Method, OfficerDecision, Truth


class CountKey(NamedTuple):
    """Where a count stands; the day is that of the opening, in the hub's zone."""

    day: str
    site_id: str
    form: str
    method: str
    measure: str
    label: str


_OUTCOMES = {
    (OfficerDecision.ACCEPT, Truth.GENUINE): Outcome.RIGHT,
    (OfficerDecision.ACCEPT, Truth.FALSE): Outcome.ACCEPTED_FALSE,
    (OfficerDecision.REFUSE, Truth.FALSE): Outcome.RIGHT,
    (OfficerDecision.REFUSE, Truth.GENUINE): Outcome.REFUSED_GENUINE,
}


def outcome_of(decision: OfficerDecision, truth: Truth) -> Outcome | None:
    """Say what a decision was worth; None: it was not made here, or nobody knows."""
    return _OUTCOMES.get((decision, truth))


def tally_of(check: Check, zone: str) -> Counter[CountKey]:
    """Say all that a check stands for now; what changed is the difference to what it stood for before."""
    day = local_day(check.opened_at, zone).isoformat()
    place = (day, check.site_id, check.form, check.method.value)
    return Counter(CountKey(*place, measure, label) for measure, label in _counted(check))


def _counted(check: Check) -> Iterator[tuple[str, str]]:
    is_by_eye = check.method is Method.PAPER and check.decided_at is not None
    if check.verdict is not None or is_by_eye:
        yield Measure.CHECKED, ""
    if check.verdict is not None and check.verdict_time is not None:
        yield Measure.VERDICT, check.verdict.value
        yield Measure.VERDICT_TIME, str(bucket_of(check.verdict_time.total_seconds()))
    if check.decision is not None and check.decision_time is not None:
        yield Measure.DECISION, check.decision.value
        yield Measure.DECISION_TIME, str(bucket_of(check.decision_time.total_seconds()))
        yield from _known(check, check.decision)


def _known(check: Check, decision: OfficerDecision) -> Iterator[tuple[str, str]]:
    if check.is_seeded:
        yield Measure.SEEDED, decision.value
    outcome = None if check.truth is None else outcome_of(decision, check.truth)
    if outcome is not None:
        yield Measure.KNOWN, outcome.value
